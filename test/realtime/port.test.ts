import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'chai'
import { endDatabase, World } from '#test/realtime-world'

describe('The port of uWebSockets.js', () => {
  after(endDatabase)

  it('is one server’s alone: a second one is told that it is taken', async () => {
    const realtimePort = await freePort()
    const first = await World.start({ settings: { realtimePort } })
    try {
      const second = await World.start({ settings: { realtimePort } }).then(
        () => 'shared',
        (error: Error) => error.message,
      )
      expect(second).to.contain('is taken')
    } finally {
      await first.stop()
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
