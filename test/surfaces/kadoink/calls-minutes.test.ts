import { expect } from 'chai'
import { byId } from '#domain/accounts'
import { usageOf } from '#domain/calls'
import { agree, callEnded, callWith, caughtUp, inRoom, onCall, participant, ringsOf, sweepNow } from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import { ACCOUNT, World } from '#test/world'

const WARNING = 'This call ends in less than one minute.'
const HOUR = 3600

describe('The minutes of a call', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    // Not so near to the end of a month that a test reaches into the next one.
    const left = Date.parse(nextMonth(await serverTime())) - Date.parse(await serverTime())
    if (left < 3 * HOUR * 1000) await world.moveClock(left / 1000 + 60)
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  async function serverTime(): Promise<string> {
    const answer = await fetch(`${world.url}/__clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ advance_seconds: 0 }),
    })
    return ((await answer.json()) as { now: string }).now
  }

  /** What somebody has used of the month's minutes, in seconds. */
  async function used(person: Person): Promise<number> {
    return world.running.database.read(async (view) => {
      const user = await byId(view, person.user.id)
      return user ? (await usageOf(view, user)).usedSeconds : Number.NaN
    })
  }

  /** How long, in minutes, a person's call lasts from its beginning. */
  async function length(person: Person): Promise<number> {
    const { started_at, ends_by } = (await person.get('/calls/active')).body
    return (Date.parse(ends_by) - Date.parse(started_at)) / 60_000
  }

  const warnings = (phone: string) => world.carrier.handset(phone).heard.filter(({ words }) => words === WARNING)

  const updates = async (socket: Client): Promise<readonly Json[]> => {
    await caughtUp(socket)
    return socket.events.filter(({ event }) => event === 'call.updated').map(({ data }) => data.call)
  }

  const guest = (name: string) => ({ mobile: world.freshNumber(), name })

  describe('of the month', () => {
    it('are those of all legs together, charged to the host when a leg leaves', async () => {
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, guest('Cy')])
      await world.moveClock(300)
      expect(await used(ana)).to.be.within(900, 990)
      bo.phone.hangUp()
      await world.pass(1)
      await world.moveClock(300)
      expect(await used(ana)).to.be.within(1500, 1640)
      await ana.delete('/calls/active')
      const all = await used(ana)
      await world.moveClock(300)
      expect(await used(ana)).to.equal(all)
      expect(await used(bo)).to.equal(0)
    })

    it('are charged once, whoever tells of the end of a leg and how often', async () => {
      const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, guest('Cy')])
      await world.moveClock(120)
      const sid = ringsOf(world, bo.mobile)[0]?.sid ?? ''
      const leg = legName(world, sid)
      const tell = (path: string, form: Record<string, string>) =>
        knockSigned(world, path, { CallSid: sid, ...form }, ACCOUNT.token)
      await Promise.all([
        bo.delete('/calls/active'),
        ana.delete(`/calls/active/participants/${(await participant(ana, 'Bo')).id}`),
        tell(`/webhooks/twilio/voice/leg/over?leg=${leg}`, {}),
        tell(`/webhooks/twilio/voice/leg/status?leg=${leg}`, { CallStatus: 'completed', SequenceNumber: '9' }),
      ])
      await world.pass(1)
      await Promise.all([ana.delete('/calls/active'), sweepNow(world)])
      await world.pass(1)
      expect(inRoom(world, call)).to.be.empty
      expect(await used(ana)).to.be.within(360, 450)
    })

    it('are charged once even for an end that was forgotten and is found again', async () => {
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, guest('Cy')])
      await world.moveClock(120)
      await bo.delete('/calls/active')
      await world.pass(1)
      const { id } = await participant(ana, 'Bo')
      const again = { status: 'joined', rank: 4, left_at: null }
      await world.running.database.sql('participants').where({ id }).update(again)
      await bo.delete('/calls/active')
      await ana.delete('/calls/active')
      expect(await used(ana)).to.be.within(360, 450)
    })

    it('keep what somebody talked who is rung again, and add what they talk then', async () => {
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      await world.moveClock(100)
      bo.phone.hangUp()
      await world.pass(1)
      await ana.post(`/calls/active/participants/${(await participant(ana, 'Bo')).id}/redial`)
      await world.pass(5)
      expect(await onCall(ana)).to.include({ Bo: 'joined' })
      await world.moveClock(100)
      await ana.delete('/calls/active')
      expect(await used(ana)).to.be.within(400, 490)
    })

    it('end the call when those who are on it have used them up, and say so', async () => {
      await agree(ana, { callMinutesPerMonth: 20 })
      const socket = await ana.socket()
      const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      expect(await length(ana)).to.be.within(9.9, 10.1)
      await world.moveClock(9.5 * 60)
      await sweepNow(world)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
      await world.moveClock(40)
      await sweepNow(world)
      await world.pass(1)
      expect(await callEnded(socket)).to.include({ end_reason: 'minutes_used_up' })
      expect(inRoom(world, call)).to.be.empty
      expect(await used(ana)).to.be.within(1200, 1300)

      const refused = await ana.post('/calls', { to: [guest('Cy')] })
      expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'plan_limit_reached'])
      expect(refused.body.error.message).to.include('20')
    })

    it('last shorter when somebody comes and longer when somebody leaves, and the apps know', async () => {
      await agree(ana, { callMinutesPerMonth: 30 })
      const socket = await bo.socket()
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      expect(await length(ana)).to.be.within(14.9, 15.2)
      const cy = guest('Cy')
      await ana.post('/calls/active/participants', cy)
      await world.pass(5)
      expect(await length(ana)).to.be.within(9.9, 10.3)
      await world.moveClock(5 * 60)
      world.carrier.handset(cy.mobile).hangUp()
      await world.pass(1)
      expect(await length(ana)).to.be.within(12.3, 12.8)
      const ends = (await updates(socket)).map(({ ends_by }) => Date.parse(ends_by))
      expect(ends).to.have.lengthOf(3)
      expect(ends[1]).to.be.below(ends[0] ?? 0)
      expect(ends[2]).to.be.above(ends[1] ?? 0)
    })

    it('are a limit that is never later than that of one call', async () => {
      await agree(ana, { callMinutesPerMonth: 500 })
      const socket = await ana.socket()
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      expect(await length(ana)).to.equal(30)
      expect(await updates(socket)).to.have.lengthOf(1)
      await world.moveClock(30 * 60 + 5)
      await sweepNow(world)
      expect(await callEnded(socket)).to.include({ end_reason: 'time_limit' })
    })

    it('let nobody be added or rung again once they are used up', async () => {
      await agree(ana, { callMinutesPerMonth: 4 })
      const cy = guest('Cy')
      world.carrier.handset(cy.mobile).script({ busy: true })
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
      const { id } = await participant(ana, 'Cy')
      await world.moveClock(121)
      const refusals = [
        await ana.post('/calls/active/participants', guest('Di')),
        await ana.post(`/calls/active/participants/${id}/redial`),
      ]
      expect(refusals.map(({ status, body }) => `${status} ${body.error.code}`)).to.deep.equal([
        '403 plan_limit_reached',
        '403 plan_limit_reached',
      ])
    })

    it('are new with each month, and a call over its turn is charged to both', async () => {
      const turn = Date.parse(nextMonth(await serverTime()))
      await world.moveClock((turn - Date.parse(await serverTime())) / 1000 - 120)
      await agree(ana, { callMinutesPerMonth: 6 })
      ana.phone.script({ answer: { after: 1 } })
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      // Two minutes of two legs fit into what is left of this month; then there are six new ones.
      expect(await length(ana)).to.be.within(4.2, 5.2)
      await world.moveClock(180)
      await ana.delete('/calls/active')
      expect(await used(ana)).to.be.within(100, 200)
      const rows = await world.running.database
        .sql('call_usage')
        .where({ user_id: ana.user.id })
        .orderBy('month')
        .pluck('seconds')
      expect(rows).to.have.lengthOf(2)
      expect(rows[0]).to.be.within(180, 240)
    })
  })

  describe('when one is left', () => {
    it('are told to everybody in the room, once, and the apps are told again when it ends', async () => {
      const socket = await ana.socket()
      const cy = guest('Cy')
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
      await world.moveClock(18 * 60)
      await sweepNow(world)
      await world.pass(1)
      expect(warnings(ana.mobile)).to.be.empty
      const { ends_by } = (await ana.get('/calls/active')).body
      const heard = (await updates(socket)).length

      await world.moveClock((Date.parse(ends_by) - Date.parse(await serverTime())) / 1000 - 50)
      await Promise.all([sweepNow(world), sweepNow(world), sweepNow(world)])
      await world.pass(3)
      await sweepNow(world)
      await world.pass(3)
      for (const phone of [ana.mobile, bo.mobile, cy.mobile]) expect(warnings(phone), phone).to.have.lengthOf(1)
      const told = (await updates(socket)).slice(heard)
      expect(told.map((call) => call.ends_by)).to.deep.equal([ends_by])

      await world.moveClock(55)
      await sweepNow(world)
      expect(await callEnded(socket)).to.include({ end_reason: 'minutes_used_up' })
    })

    it('are told again when the end has moved', async () => {
      await agree(ana, { callMinutesPerMonth: 30 })
      const cy = guest('Cy')
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
      const near = async () => {
        const { ends_by } = (await ana.get('/calls/active')).body
        await world.moveClock((Date.parse(ends_by) - Date.parse(await serverTime())) / 1000 - 55)
        await sweepNow(world)
        await world.pass(3)
      }
      await near()
      expect(warnings(ana.mobile)).to.have.lengthOf(1)
      world.carrier.handset(cy.mobile).hangUp()
      await world.pass(1)
      await near()
      expect(warnings(ana.mobile)).to.have.lengthOf(2)
      expect(warnings(cy.mobile)).to.have.lengthOf(1)
    })

    it('are told as soon as a carrier that has too much to do has time for it', async () => {
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      await world.moveClock(29 * 60 + 10)
      world.carrier.faults.rest({ ofOrders: true, status429: 6 })
      await sweepNow(world)
      await world.pass(3)
      expect(warnings(bo.mobile)).to.have.lengthOf(1)
    })

    it('are not told when the call is over before the carrier could tell them', async () => {
      await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      await world.moveClock(29 * 60 + 30)
      await Promise.all([sweepNow(world), ana.delete('/calls/active')])
      await world.pass(3)
      expect(warnings(bo.mobile).length).to.be.at.most(1)
      expect((await ana.get('/calls/active')).status).to.equal(404)
    })
  })
})

function nextMonth(moment: string): string {
  const at = new Date(moment)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1)).toISOString()
}
