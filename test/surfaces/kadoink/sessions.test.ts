import { expect } from 'chai'
import { tidy } from '#domain/sessions'
import { otherDevice } from '#test/kadoink-accounts'
import { refusal } from '#test/kadoink-refusals'
import type { Person } from '#test/people'
import { World } from '#test/world'

const DAY = 86_400
const UNKNOWN = '019a8f00-0000-7000-8000-000000000000'

describe('Sessions', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('lists where a person is signed in, the newest first, and which of these asks', async () => {
    await otherDevice(ana, 'Tablet')
    const laptop = await otherDevice(ana, 'Laptop')
    const { body } = await ana.get('/auth/sessions')
    expect(body.items.map((session: { device_name: string }) => session.device_name)).to.deep.equal([
      'Laptop',
      'Tablet',
      null,
    ])
    expect(body.items.map((session: { current: boolean }) => session.current)).to.deep.equal([false, false, true])
    expect(body.items[0]).to.include({ ip: laptop.ip, user_agent: 'node' })
    expect(body.has_more).to.equal(false)

    const page = await laptop.get('/auth/sessions?limit=1&offset=1')
    expect(page.body.items).to.have.length(1)
    expect(page.body.items[0].device_name).to.equal('Tablet')
    expect(page.body.has_more).to.equal(true)
  })

  it('signs out: the token is void, its sockets are closed on both doors, other devices stay', async () => {
    const tablet = await otherDevice(ana)
    const sockets = [await tablet.socket({ door: 'ws' }), await tablet.socket({ door: 'uws' })]
    const staying = await ana.socket()

    expect((await tablet.post('/auth/logout')).status).to.equal(204)
    await world.settle()
    expect(refusal(await tablet.get('/me'))).to.equal('401 unauthorized')
    expect(refusal(await tablet.post('/auth/logout'))).to.equal('401 unauthorized')
    for (const socket of sockets) expect((await socket.ended).code).to.equal(4401)
    expect((await ana.get('/me')).status).to.equal(200)
    await staying.until('event', ({ event }) => event === 'session.revoked')
  })

  it('are told of to every app, whatever else it watches', async () => {
    const socket = await ana.socket({ topics: ['inbox'] })
    expect(socket.heard.find(({ type }) => type === 'welcome')?.topics).to.deep.equal(['inbox', 'account'])
    await otherDevice(ana, 'Tablet')
    const frame = await socket.until('event')
    expect(frame.event).to.equal('session.created')
    expect(frame.data.session).to.include({ device_name: 'Tablet', current: false })
  })

  it('ends one other session, and tells the rest', async () => {
    const tablet = await otherDevice(ana)
    const [{ id }] = (await tablet.get('/auth/sessions')).body.items
    const socket = await tablet.socket({ door: 'uws' })
    const staying = await ana.socket({ topics: ['account'] })

    expect((await ana.delete(`/auth/sessions/${id}`)).status).to.equal(204)
    expect((await socket.ended).code).to.equal(4401)
    expect(refusal(await tablet.get('/me'))).to.equal('401 unauthorized')
    const frame = await staying.until('event', ({ event }) => event === 'session.revoked')
    expect(frame.data).to.deep.equal({ id })
    expect(refusal(await ana.delete(`/auth/sessions/${id}`))).to.equal('404 not_found')
    expect((await ana.get('/auth/sessions')).body.items).to.have.length(1)
  })

  it('ends every session when a person signs out everywhere, the one that asks included', async () => {
    const tablet = await otherDevice(ana)
    const sockets = [await ana.socket({ door: 'ws' }), await tablet.socket({ door: 'uws' })]
    const bo = await world.person('Bo')
    const others = await bo.socket()

    expect((await ana.delete('/auth/sessions')).status).to.equal(204)
    for (const person of [ana, tablet]) expect(refusal(await person.get('/me'))).to.equal('401 unauthorized')
    for (const socket of sockets) expect((await socket.ended).code).to.equal(4401)
    expect((await bo.get('/me')).status).to.equal(200)
    expect(others.events).to.deep.equal([])
  })

  it('answers for somebody else’s session as for one that never was', async () => {
    const bo = await world.person('Bo')
    const [{ id }] = (await bo.get('/auth/sessions')).body.items
    const foreign = await ana.delete(`/auth/sessions/${id}`)
    expect(refusal(foreign)).to.equal('404 not_found')
    expect(foreign.body).to.deep.equal((await ana.delete(`/auth/sessions/${UNKNOWN}`)).body)
    expect((await bo.get('/me')).status).to.equal(200)
  })

  it('takes a token only as a bearer token, and only whole', async () => {
    const visitor = world.visitor()
    const { token } = ana
    for (const Authorization of [
      `Basic ${token}`,
      `${token}`,
      `Bearer ${token}x`,
      'Bearer',
      'Bearer kdk_',
      `Bearer x`,
    ]) {
      const answer = await visitor.get('/me', { Authorization })
      expect(refusal(answer), Authorization).to.equal('401 unauthorized')
    }
    expect((await visitor.get('/me', { Authorization: `bearer ${token}` })).status).to.equal(200)
    expect(refusal(await visitor.get(`/me?token=${token}`))).to.equal('401 unauthorized')
  })

  it('lives on with each use, ninety days at a time, for a year', async () => {
    const tablet = await otherDevice(ana)
    for (let day = 0; day < 320; day += 80) {
      await world.moveClock(80 * DAY)
      expect((await ana.get('/me')).status, `day ${day}`).to.equal(200)
    }
    expect(refusal(await tablet.get('/me')), 'not used for ninety days').to.equal('401 unauthorized')
    await world.moveClock(44 * DAY)
    expect((await ana.get('/auth/sessions')).body.items).to.have.length(1)
    await world.moveClock(2 * DAY)
    expect(refusal(await ana.get('/me')), 'a year old').to.equal('401 unauthorized')
  })

  it('are forgotten a month after they have ended, with the tokens that they had', async () => {
    const { database } = world.running
    const ana = await world.person('Ana')
    const tablet = await otherDevice(ana)
    tablet.token = (await tablet.post('/auth/refresh')).body.token
    await tablet.post('/auth/logout')
    const sessions = await database.sql('sessions').where({ user_id: ana.user.id }).pluck('id')
    const kept = async () => [
      (await database.sql('sessions').whereIn('id', sessions)).length,
      (await database.sql('spent_tokens').whereIn('session_id', sessions)).length,
    ]
    await world.moveClock(29 * DAY)
    await database.write(tidy)
    expect(await kept()).to.deep.equal([2, 1])
    await world.moveClock(2 * DAY)
    await database.write(tidy)
    expect(await kept()).to.deep.equal([1, 0])
    expect((await ana.get('/me')).status, 'who goes on').to.equal(200)
  })
})
