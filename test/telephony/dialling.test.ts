import { expect } from 'chai'
import { claimDial, dialFailed, sweep } from '#domain/calls'
import { cancelLegs } from '#domain/turns'
import { callEnded, inRoom, onCall, ringsOf } from '#test/calls-stage'
import {
  agree,
  crowd,
  fillGrid,
  holdOrders,
  mostInASecond,
  orders,
  queueSeconds,
  releases,
  waitingTurns,
} from '#test/dialling-stage'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

const MANY = { maxCallParticipants: 60, legsPerTenMinutes: 200, gridSlots: 40 }

describe('At one call a second', function () {
  this.timeout(90_000)
  let world: World
  let ana: Person
  let eve: Person

  beforeEach(async () => {
    world = await World.start(
      { CALLS_PER_SECOND: '1', METRICS_TOKEN: 'tell-me-how-it-goes' },
      { callsPerSecond: 1, isOneTime: true },
    )
    ana = await world.person('Ana')
    eve = await world.person('Eve')
    for (const person of [ana, eve]) await agree(world, person, MANY)
  })
  afterEach(() => world.end())

  /** Ana calls so many, and has just pressed 1. */
  async function anaCalls(size: number): Promise<{ call: Json; guests: readonly { mobile: string }[] }> {
    const guests = crowd(world, size)
    const { status, body } = await ana.post('/calls', { to: guests })
    expect(status).to.equal(201)
    await world.pass(3)
    return { call: body, guests }
  }

  const claimedOrders = async () => (await world.running.database.sql('orders').where({ effect: 'dialer' })).length

  const owners = (from: number, people: Readonly<Record<string, readonly { mobile: string }[]>>) =>
    orders(world)
      .slice(from)
      .map(({ to }) => Object.keys(people).find((name) => people[name]?.some(({ mobile }) => mobile === to)) ?? to)

  it('a grid of forty is rung in forty seconds, cell by cell, never two in any one, and all of them once', async () => {
    const guests = crowd(world, 40)
    await fillGrid(ana, guests)
    const { status, body: call } = await ana.post('/grid/calls', {})
    expect(status).to.equal(201)
    const cells = call.participants.map(({ grid_position }: Json) => grid_position)
    expect(cells).to.deep.equal([null, ...guests.keys()])
    await world.pass(48)

    const rung = orders(world)
    expect(rung.map(({ to }) => to)).to.deep.equal([ana.mobile, ...guests.map(({ mobile }) => mobile)])
    expect(mostInASecond(rung.map(({ at }) => at))).to.equal(1)
    expect(mostInASecond(await releases(world))).to.equal(1)
    expect((rung.at(-1)?.at ?? 0) - (rung[1]?.at ?? 0)).to.equal(39_000)
    // The carrier has nothing to queue: each is rung in the second in which it is ordered.
    for (const { sid } of world.carrier.calls()) {
      const [created, begun] = world.carrier.timeline(sid)
      expect(begun?.at).to.equal(created?.at)
    }
    expect(inRoom(world, call)).to.have.lengthOf(41)
  })

  it('everyone sees how long they wait, and it counts down', async () => {
    const socket = await ana.socket()
    const guests = crowd(world, 40)
    const started = await ana.post('/calls', { to: guests })
    expect(queueSeconds(started.body)).to.include({ Ana: 0, 'Guest 1': null, 'Guest 40': null })
    await world.pass(3)

    const seen = async () => queueSeconds((await ana.get('/calls/active')).body)
    const expected = (rung: number) =>
      Object.fromEntries([
        ['Ana', null],
        ...guests.map(({ name }, index) => [name, index < rung ? null : index + 1 - rung]),
      ])
    expect(await seen()).to.deep.equal(expected(1))
    const told = await socket.until('event', ({ event }) => event === 'call.updated')
    expect(queueSeconds(told.data.call)).to.include({ 'Guest 2': 1, 'Guest 40': 39 })
    expect(await onCall(ana)).to.include({ Ana: 'joined', 'Guest 2': 'queued' })
    for (const rung of [2, 3, 4]) {
      await world.pass(1)
      expect(await seen()).to.deep.equal(expected(rung))
    }
    const added = await ana.post('/calls/active/participants', { mobile: world.freshNumber(), name: 'Cy' })
    expect(added.body).to.include({ status: 'queued', queue_seconds: 37 })
  })

  it('nobody else is rung when the call ends in the middle, and the next caller need not wait for them', async () => {
    const { guests } = await anaCalls(40)
    await world.pass(9)
    const eveStarts = await eve.post('/calls', { to: crowd(world, 1) })
    expect((await ana.delete('/calls/active')).status).to.equal(204)
    expect(await waitingTurns(world)).to.equal(1)
    expect(queueSeconds(eveStarts.body)).to.include({ Eve: 1 })

    await world.pass(60)
    expect(guests.filter(({ mobile }) => ringsOf(world, mobile).length > 0)).to.have.lengthOf(10)
    expect(await waitingTurns(world)).to.equal(0)
    expect(ringsOf(world, eve.mobile)).to.have.lengthOf(1)
    expect(await onCall(eve)).to.deep.equal({ Eve: 'joined', 'Guest 1': 'joined' })
  })

  it('whoever came to an end while they waited, on whatever way, takes no turn', async () => {
    const { guests } = await anaCalls(4)
    const { participants } = (await ana.get('/calls/active')).body
    await world.running.database.write((unit) => dialFailed(unit, participants[3].id, 'gone'))
    expect(queueSeconds((await ana.get('/calls/active')).body)).to.include({
      'Guest 2': 1,
      'Guest 3': null,
      'Guest 4': 2,
    })
    await world.pass(3)
    expect(guests.map(({ mobile }) => ringsOf(world, mobile).length)).to.deep.equal([1, 1, 0, 1])
    const [, , , third] = orders(world)
    expect(third?.to).to.equal(guests[3]?.mobile)
  })

  it('somebody who comes later is served in turn with somebody who has forty waiting', async () => {
    const { guests } = await anaCalls(40)
    await world.pass(5)
    const others = crowd(world, 6)
    const rungSoFar = orders(world).length
    const { body } = await eve.post('/calls', { to: others })
    expect(queueSeconds(body)).to.include({ Eve: 1 })
    await world.pass(4)
    const waits = queueSeconds((await eve.get('/calls/active')).body)
    const first = waits['Guest 2'] ?? 0
    expect(first).to.be.within(1, 3)
    expect(others.slice(2).map((_, index) => waits[`Guest ${index + 3}`])).to.deep.equal(
      [2, 4, 6, 8].map((more) => first + more),
    )
    await world.pass(20)

    const order = owners(rungSoFar, { host: [eve], eve: others, ana: guests })
    expect(order[0]).to.equal('host')
    const turns = order.slice(order.indexOf('eve'))
    expect(turns.slice(0, 11)).to.deep.equal(Array.from({ length: 11 }, (_, at) => (at % 2 === 0 ? 'eve' : 'ana')))
    expect(order.indexOf('eve')).to.be.within(3, 4)
    expect(mostInASecond(orders(world).map(({ at }) => at))).to.equal(1)
  })

  it('a code that is read aloud goes before guests, and one that was replaced takes no turn', async () => {
    const [zoe, mobile] = [await world.person('Zoe'), world.freshNumber()]
    await zoe.put('/me/mobile', { mobile })
    await anaCalls(8)
    const rungSoFar = orders(world).length
    const ask = async () => {
      // As if more than a minute lay between.
      await world.running.database.sql('code_sends').delete()
      expect((await zoe.post('/me/mobile/codes', { channel: 'voice' })).status).to.equal(202)
    }
    await ask()
    await world.pass(1)
    expect(orders(world)[rungSoFar]?.to).to.equal(mobile)

    expect(await waitingTurns(world)).to.equal(7)
    for (let count = 0; count < 3; count++) await ask()
    expect(await waitingTurns(world)).to.equal(8)
    await world.pass(10)
    expect(ringsOf(world, mobile)).to.have.lengthOf(2)
    expect(orders(world)).to.have.lengthOf(rungSoFar + 2 + 7)
  })

  it('a turn that was not given out rings nobody, nor does one that is void', async () => {
    await anaCalls(3)
    const { database } = world.running
    const turn = async (name: string) => {
      const row = await database
        .sql('ring_turns')
        .join('participants', 'participants.id', 'ring_turns.participant_id')
        .where({ name })
        .first('ring_turns.id', 'participant_id')
      return { claim: () => database.write((unit) => claimDial(unit, row.participant_id, row.id)), ...row }
    }
    const [second, third] = [await turn('Guest 2'), await turn('Guest 3')]
    expect(await second.claim()).to.equal(false)
    expect(await onCall(ana)).to.include({ 'Guest 2': 'queued' })
    await database.write((unit) => cancelLegs(unit, [third.participant_id]))
    expect(await third.claim()).to.equal(false)
  })

  it('two turns that come to be ordered together are ordered a second apart', async () => {
    await ana.post('/calls', { to: crowd(world, 2) })
    await world.pass(2)
    const holder = await holdOrders(world.running.database)
    // Ana presses 1; the first guest's turn comes, and a second later the other one's.
    for (const turns of [2, 3]) {
      await world.carrier.clock.advance(1)
      while ((await releases(world)).length < turns) await new Promise(setImmediate)
    }
    await holder.rollback()
    while (orders(world).length < 2) await new Promise(setImmediate)
    while ((await claimedOrders()) < 3) await new Promise(setImmediate)
    await world.carrier.clock.advance(1)
    await world.settle()
    const [, first, second] = orders(world)
    expect((second?.at ?? 0) - (first?.at ?? 0)).to.equal(1000)
  })

  it('how many wait, how long already, and how fast they are rung is measured', async () => {
    await anaCalls(20)
    await world.pass(12)
    const answer = await fetch(`${world.url}/metrics`, { headers: { Authorization: 'Bearer tell-me-how-it-goes' } })
    const lines = (await answer.text()).split('\n').filter((line) => /^kadoink_(rings|carrier)/.test(line))
    expect(lines).to.have.members([
      'kadoink_rings_waiting 7',
      'kadoink_rings_head_wait_seconds 12',
      'kadoink_rings_per_second 1',
      'kadoink_carrier_queue_seconds 0',
    ])
  })
})

describe('A host whose phone cannot even be rung', () => {
  it('is given up after five minutes, and not before', async () => {
    const world = await World.start({ CALLS_PER_SECOND: '0.001' }, { isOneTime: true })
    const [ana, eve] = [await world.person('Ana'), await world.person('Eve')]
    await ana.post('/calls', { to: crowd(world, 1) })
    // While Ana's own turn still stands in the queue, two more would have to wait for too long.
    while ((await releases(world)).length < 1) await new Promise(setImmediate)
    const socket = await eve.socket()
    expect(queueSeconds((await eve.post('/calls', { to: crowd(world, 1) })).body)).to.include({ Eve: 1000 })
    for (const seconds of [290, 20]) {
      expect((await eve.get('/calls/active')).status).to.equal(200)
      await world.carrier.clock.advance(seconds)
      await sweep(world.running.database)
    }
    expect((await callEnded(socket)).end_reason).to.equal('host_not_rung')
    await world.carrier.clock.advance(1000)
    await world.settle()
    expect(ringsOf(world, eve.mobile)).to.be.empty
    await world.end()
  })
})

describe('Where the carrier begins fewer calls than we order', () => {
  let world: World
  let ana: Person

  beforeEach(async () => {
    world = await World.start({}, { callsPerSecond: 1 })
    ana = await world.person('Ana')
    await world.settle()
  })
  afterEach(() => world.end())

  it('everyone sees how long the carrier lets them wait, and who is cancelled there comes to an end without its word', async () => {
    const guests = crowd(world, 4)
    const { body } = await ana.post('/calls', { to: guests })
    await world.pass(3)
    const waits = queueSeconds((await ana.get('/calls/active')).body)
    expect(waits['Guest 4']).to.be.within(1, 3)
    expect(await onCall(ana)).to.include({ 'Guest 4': 'dialing' })

    await ana.delete('/calls/active')
    await world.pass(30)
    const fates = guests.map(({ mobile }) => ringsOf(world, mobile)[0])
    expect(fates.map((fate) => fate?.status)).to.deep.equal(['canceled', 'canceled', 'canceled', 'canceled'])
    const told = fates.map((fate) => world.carrier.timeline(fate?.sid ?? '').filter(({ what }) => what === 'callback'))
    // Whose phone had begun to ring is told of; whoever still waited at the carrier is not.
    const waiting = told.filter((_, index) => (waits[`Guest ${index + 1}`] ?? 0) > 0)
    expect(waiting.map(({ length }) => length)).to.deep.equal(waiting.map(() => 0))
    expect(waiting).to.have.lengthOf.at.least(2)
    const rows = await world.running.database.sql('participants').where({ call_id: body.id }).orderBy('id')
    expect(rows.map(({ status }) => status)).to.deep.equal(['left', ...guests.map(() => 'no_answer')])
  })
})
