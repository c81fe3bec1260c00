import { expect } from 'chai'
import { World } from '#test/world'

describe('On a bare machine', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const ask = (method: string, path: string, body?: string) =>
    fetch(world.url + path, { method, ...(body ? { body, headers: { 'Content-Type': 'application/json' } } : {}) })

  it('the clock is moved forward by tests, never back', async () => {
    const move = async (body: string) => {
      const answer = await ask('POST', '/__clock', body)
      return [answer.status, Date.parse(((await answer.json()) as { now?: string }).now ?? '')] as const
    }
    const [, before] = await move('{"advance_seconds":0}')
    const [status, after] = await move('{"advance_seconds":3600}')
    expect(status).to.equal(200)
    expect(after - before).to.be.within(3_600_000, 3_610_000)
    for (const odd of ['{"advance_seconds":-1}', '{"advance_seconds":"soon"}', '{}', '[]']) {
      expect((await move(odd))[0], odd).to.equal(422)
    }
    expect((await ask('POST', '/__clock', '{')).status).to.be.oneOf([400, 422])
  })

  it('there are a mailbox, and no metrics without a token', async () => {
    expect(await (await ask('GET', '/dev/mail')).json()).to.deep.equal({ items: [], has_more: false })
    expect((await ask('GET', '/metrics')).status).to.equal(404)
    expect((await ask('GET', '/dev/phones')).status).to.equal(404)
  })
})

describe('Where there is a real mail server and no test', () => {
  it('there is neither a mailbox nor a clock to move', async () => {
    const world = await World.start({ MAIL_URL: 'smtp://127.0.0.1:1', TEST_CLOCK: '0' })
    expect((await fetch(`${world.url}/dev/mail`)).status).to.equal(404)
    expect((await fetch(`${world.url}/__clock`, { method: 'POST', body: '{}' })).status).to.equal(404)
    await world.end()
  })
})
