import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { shakeHands } from '#test/realtime-handshake'
import { type DoorName, doors, endDatabase, World } from '#test/realtime-world'

describe('The echo', () => {
  let world: World
  let silent: World

  before(async () => {
    world = await World.start({ settings: { hasEcho: true } })
    silent = await World.start()
  })
  after(async () => {
    await world.stop()
    await silent.stop()
    await endDatabase()
  })

  async function open(door: DoorName): Promise<WebSocket> {
    const socket = new WebSocket(world.url(door, '/__echo'))
    await once(socket, 'open')
    return socket
  }

  for (const door of doors) {
    it(`says what it hears, texts and bytes, small and large, through the ${door} door`, async () => {
      const socket = await open(door)
      for (const said of [
        '',
        'hello',
        'ü€😀',
        'x'.repeat(16_384),
        Buffer.alloc(0),
        randomBytes(100),
        randomBytes(16_384),
      ]) {
        socket.send(said)
        const [heard, isBinary] = await once(socket, 'message')
        expect(isBinary).to.equal(typeof said !== 'string')
        expect(Buffer.compare(heard as Buffer, Buffer.from(said))).to.equal(0)
      }
      socket.close(1000)
      await once(socket, 'close')
    })

    it(`has the bounds of every socket: a larger frame is closed with 1009, through the ${door} door`, async () => {
      const socket = await open(door)
      socket.send('x'.repeat(16_385))
      const [code] = await once(socket, 'close')
      expect(code).to.equal(1009)
    })

    it(`is looked at like every handshake, through the ${door} door`, async () => {
      const path = '/__echo'
      expect((await shakeHands(world.port(door), { path })).status).to.equal(101)
      expect((await shakeHands(world.port(door), { path, plus: ['Origin: https://evil.test'] })).status).to.equal(403)
      expect((await shakeHands(world.port(door), { path, plus: ['Host: evil.test'] })).status).to.equal(400)
    })

    it(`is not there where it was not asked for, through the ${door} door`, async () => {
      expect((await shakeHands(silent.port(door), { path: '/__echo' })).status).to.equal(404)
    })
  }
})
