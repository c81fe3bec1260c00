import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { expect } from 'chai'
import { keepPace } from '#kit/pace'
import { openPort } from '#server/listener'
import { SlowRequest } from '#test/forms'
import { Gate } from '#test/realtime-surface'

describe('The port', () => {
  it('is bound first: it says that the server is alive, and to come back for all else', async () => {
    const listener = await openPort('127.0.0.1', 0)
    const url = `http://127.0.0.1:${listener.port}`
    expect((await fetch(`${url}/health`)).status).to.equal(200)
    const early = await fetch(`${url}/api/v1/me`)
    expect([early.status, early.headers.get('retry-after')]).to.deep.equal([503, '2'])
    expect(await early.json()).to.have.nested.property('error.code', 'unavailable')
    expect((await fetch(`${url}/ready`)).status).to.equal(503)

    listener.answerWith((_request, response) => response.end('here'))
    expect(await (await fetch(`${url}/api/v1/me`)).text()).to.equal('here')
    await listener.drain()
  })

  it('that is taken is said in a sentence', async () => {
    const { port, drain } = await openPort('127.0.0.1', 0)
    const refusal = await openPort('127.0.0.1', port).catch((error) => error)
    expect(refusal.message).to.equal(`Port ${port} is taken. Set PORT to another one.`)
    await drain()
  })

  it('waits for slow clients only so long', async () => {
    const { server, drain } = await openPort('127.0.0.1', 0)
    expect(server.headersTimeout).to.equal(10_000)
    expect(server.requestTimeout).to.be.within(600_000, 900_000)
    await drain()
  })

  it('cuts a body off that is not here in time, also where nobody reads it; one that is watched goes on', async () => {
    const pacing = { wholeMs: 100, quietMs: 5_000, bytesPerSecond: 0, refusedMs: 100 }
    const listener = await openPort('127.0.0.1', 0, { patience: pacing })
    listener.answerWith((request, response) => {
      if (request.url === '/watched') keepPace(request, () => {}, pacing)
      if (request.url === '/answered') response.end('no need')
      request.resume().on('end', () => response.end('whole'))
    })
    const ask = (path: string) =>
      new SlowRequest(`http://127.0.0.1:${listener.port}${path}`, { 'Content-Length': '4', Connection: 'close' })
    const [late, watched, answered] = [ask('/late'), ask('/watched'), ask('/answered')]
    await Promise.all([late.closed(), answered.closed()])
    expect(late.heard).to.match(/^HTTP\/1\.1 408 /)
    expect(answered.heard).to.match(/^HTTP\/1\.1 200 .*no need/s)
    watched.socket.write('body')
    await watched.closed()
    expect(watched.heard).to.match(/whole/)
    await listener.drain()
  })

  it('finishes what is in hand when it is drained, keeps no connection, and takes no new one', async () => {
    const listener = await openPort('127.0.0.1', 0)
    const finish = new Gate()
    const reached = new Gate()
    listener.answerWith(async (request, response) => {
      if (request.url === '/slow') {
        reached.open()
        await finish.opened
      }
      response.end('done')
    })
    const agent = new Agent({ keepAlive: true })
    const ask = async (path: string) => {
      const asked = request({ port: listener.port, path, agent, host: '127.0.0.1' }).end()
      const [answer] = await once(asked, 'response')
      answer.resume()
      await once(answer, 'end')
      return answer.statusCode
    }
    expect(await ask('/quick')).to.equal(200)
    const slow = ask('/slow')
    await reached.opened
    const drained = listener.drain()
    const late = await fetch(`http://127.0.0.1:${listener.port}/quick`).catch((error) => error)
    expect(late).to.be.instanceOf(Error)

    finish.open()
    expect(await slow).to.equal(200)
    await drained
    agent.destroy()
  })
})
