import { expect } from 'chai'
import {
  callEnded,
  callEvents,
  callWith,
  hears,
  inRoom,
  onCall,
  phoneThat,
  stepsHeard,
  sweepNow,
} from '#test/calls-stage'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('A call as the apps hear it', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  it('is told to the host in every step of everyone, at both doors, and to nobody else', async () => {
    const contacts = [
      await ana.knows('Bo', world.freshNumber()),
      await ana.knows('Cy', phoneThat(world, { busy: true })),
      await ana.knows('Di', phoneThat(world, { noAnswer: true })),
    ]
    const sockets = [await ana.socket({ door: 'ws' }), await ana.socket({ door: 'uws' })]
    const stranger = await (await world.person('Eve')).socket({ topics: ['call'] })

    await ana.post('/calls', { to: contacts })
    await world.pass(120)
    await ana.delete('/calls/active')

    for (const socket of sockets) {
      expect((await callEnded(socket)).end_reason).to.equal('ended_by_host')
      expect(callEvents(socket)).to.deep.equal([
        'call.created',
        'call.participant_updated',
        'call.updated',
        'call.ended',
      ])
      expect(stepsHeard(socket)).to.deep.equal({
        Ana: ['queued', 'dialing', 'ringing', 'screening', 'joined', 'left'],
        Bo: ['queued', 'dialing', 'ringing', 'screening', 'joined', 'left'],
        Cy: ['queued', 'dialing', 'ringing', 'busy'],
        Di: ['queued', 'dialing', 'ringing', 'no_answer'],
      })
      const cursors = socket.events.map(({ cursor }) => cursor)
      expect(new Set(cursors).size).to.equal(cursors.length)
      expect(cursors).to.deep.equal([...cursors].sort())
    }
    stranger.say({ type: 'ping', id: 9 })
    await stranger.until('pong')
    expect(stranger.events).to.deep.equal([])
  })

  it('is looked up once for all who hear of a change', async () => {
    const cy = await world.person('Cy')
    const call = await callWith(
      ana,
      [bo, cy].map(({ mobile }) => ({ mobile, name: 'Guest' })),
    )
    const sockets = [await ana.socket({ topics: ['call'] }), await bo.socket({ topics: ['call'] })]
    await world.settle()
    const looks: string[] = []
    const { sql } = world.running.database
    // Whatever comes round by the clock meanwhile looks at everybody, and not at this call.
    const count = (query: { sql: string; bindings: readonly unknown[] }) => {
      if (query.sql.startsWith('select * from "participants"') && query.bindings.includes(call.id))
        looks.push(query.sql)
    }
    sql.on('query', count)
    const { status } = await ana.post('/calls/active/mute-others', { muted: false, on_join: true })
    for (const socket of sockets) await socket.until('event', ({ data }) => (data.call as Json)?.mute_on_join === true)
    await world.settle()
    sql.off('query', count)
    // Twice for the answer, once for all channels.
    expect([status, looks.length]).to.deep.equal([200, 3])
    await ana.delete('/calls/active')
  })

  it('is told to a guest who has an account from the moment their phone is to ring', async () => {
    const socket = await bo.socket({ topics: ['call'] })
    ana.phone.script({ answer: { after: 5 } })
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    await world.pass(5)
    await ana.delete('/calls/active')

    const ended = await callEnded(socket)
    expect(socket.events[0]?.data).to.have.nested.property('call.id', call.id)
    expect(ended.id).to.equal(call.id)
    expect(callEvents(socket)).to.deep.equal(['call.created', 'call.participant_updated', 'call.ended'])
    expect(stepsHeard(socket)).to.deep.equal({
      Bo: ['dialing', 'ringing', 'screening', 'joined', 'left'],
      Ana: ['left'],
    })
  })

  it('shows each listener only the numbers they know', async () => {
    const stranger = world.freshNumber()
    const known = await ana.knows('Bo', bo.mobile)
    const [host, guest] = [await ana.socket(), await bo.socket({ door: 'uws' })]
    await callWith(ana, [known, { mobile: stranger, name: 'Cy' }])
    await ana.delete('/calls/active')
    await callEnded(host)
    await callEnded(guest)

    const heardBy = (socket: typeof host) => JSON.stringify(socket.events)
    expect(heardBy(host)).to.include(bo.mobile).and.to.include(ana.mobile).and.not.to.include(stranger)
    expect(heardBy(guest)).to.include(bo.mobile).and.not.to.include(ana.mobile).and.not.to.include(stranger)
    expect(heardBy(guest)).not.to.include(known.contact_id)
  })

  it('tells of its opening and closing with the PIN, and of its end without', async () => {
    const socket = await ana.socket()
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    const { body } = await ana.patch('/calls/active', { privacy: 'open' })
    const { data } = await socket.until('event', ({ data }) => (data.call as Json)?.privacy === 'open')
    expect((data.call as Json).dial_in).to.deep.equal(body.dial_in)
    await ana.patch('/calls/active', { privacy: 'open' })
    await ana.delete('/calls/active')
    expect(await callEnded(socket)).to.include({ privacy: 'open', dial_in: null })
    const opened = socket.events.filter(
      ({ event, data }) => event === 'call.updated' && (data.call as Json).privacy === 'open',
    )
    expect(opened).to.have.lengthOf(1)
  })

  it('can be watched as a topic of its own by those on it, with a snapshot; by nobody else', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    const socket = await bo.socket({ topics: ['account'] })
    socket.say({ type: 'subscribe', id: 2, topic: `call:${call.id}` })
    const { snapshot } = await socket.until('subscribed')
    expect((snapshot as Json).call.id).to.equal(call.id)

    const eve = await (await world.person('Eve')).socket()
    eve.say({ type: 'subscribe', id: 2, topic: `call:${call.id}` })
    expect((await eve.until('error')).error.code).to.equal('not_found')
  })

  describe('when time runs out', () => {
    it('is ended by the sweep when it is past its hour, and everybody is put out', async () => {
      const socket = await ana.socket()
      const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
      const { started_at, ends_by } = (await ana.get('/calls/active')).body
      expect((Date.parse(ends_by) - Date.parse(started_at)) / 60_000).to.equal(30)

      await world.moveClock(29 * 60)
      await sweepNow(world)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
      await world.moveClock(70)
      await Promise.all([sweepNow(world), sweepNow(world)])
      await world.pass(1)
      expect(await callEnded(socket)).to.include({ end_reason: 'time_limit', status: 'ended' })
      expect(inRoom(world, call)).to.be.empty
      expect(socket.events.filter(({ event }) => event === 'call.ended')).to.have.lengthOf(1)
    })

    it('gives up a leg of which no last word is ever heard, and hangs it up', async () => {
      const socket = await ana.socket()
      const cy = phoneThat(world, { noAnswer: true })
      await callWith(ana, [
        { mobile: cy, name: 'Cy' },
        { mobile: bo.mobile, name: 'Bo' },
      ])
      expect(await onCall(ana)).to.include({ Cy: 'ringing' })

      await world.moveClock(121)
      await sweepNow(world)
      await world.pass(1)
      expect(await hears(socket, 'Cy', 'no_answer')).to.include({ reason: 'no_word' })
      expect(world.carrier.handset(cy).calls[0]?.status).to.equal('canceled')
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'no_answer' })
    })

    it('ends a call of whose host no last word is ever heard, and rings nobody', async () => {
      const socket = await ana.socket()
      ana.phone.script({ noAnswer: true })
      await ana.post('/calls', { to: [{ mobile: bo.mobile }] })
      await world.pass(2)
      await world.moveClock(121)
      await sweepNow(world)
      await world.pass(1)
      expect((await callEnded(socket)).end_reason).to.equal('host_no_answer')
      expect(bo.phone.calls).to.be.empty
    })
  })
})
