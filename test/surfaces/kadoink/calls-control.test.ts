import { expect } from 'chai'
import { callEnded, callWith, hears, inRoom, onCall, phoneThat, ringsOf, statuses } from '#test/calls-stage'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Whose call it is', () => {
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

  it('lets only the host add people and set the privacy', async () => {
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    const refusals = [
      await bo.post('/calls/active/participants', { mobile: world.freshNumber() }),
      await bo.patch('/calls/active', { privacy: 'open' }),
    ]
    expect(refusals.map(({ status }) => status)).to.deep.equal([403, 403])
    expect(refusals.map(({ body }) => body.error.code)).to.deep.equal(['not_call_host', 'not_call_host'])
    expect((await ana.get('/calls/active')).body).to.include({ privacy: 'private', dial_in: null })
    expect((await ana.patch('/calls/active', { privacy: 'secret' })).status).to.equal(422)

    const eve = await world.person('Eve')
    const strangers = [
      await eve.get('/calls/active'),
      await eve.delete('/calls/active'),
      await eve.patch('/calls/active', { privacy: 'open' }),
      await eve.post('/calls/active/participants', { mobile: world.freshNumber() }),
    ]
    expect(strangers.map(({ status }) => status)).to.deep.equal([404, 404, 404, 404])
  })

  it('lets a guest leave, and only leave', async () => {
    const call = await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      { mobile: world.freshNumber(), name: 'Cy' },
    ])
    expect((await bo.delete('/calls/active')).status).to.equal(204)
    await world.pass(1)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left', Cy: 'joined' })
    expect(inRoom(world, call)).not.to.include(bo.mobile)
    expect((await bo.get('/calls/active')).status).to.equal(404)
    expect((await bo.delete('/calls/active')).status).to.equal(404)
  })

  it('lets a guest whose phone still rings decline in the app, and the ringing stops', async () => {
    bo.phone.script({ noAnswer: true })
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    expect(await onCall(ana)).to.include({ Bo: 'ringing' })
    expect((await bo.delete('/calls/active')).status).to.equal(204)
    await world.pass(1)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'declined' })
    expect(ringsOf(world, bo.mobile)[0]?.status).to.equal('canceled')
  })

  it('ends for everyone when the host ends it: whoever is in is put out, whoever is rung is rung no more', async () => {
    const cy = phoneThat(world, { noAnswer: true })
    const socket = await ana.socket()
    await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      { mobile: cy, name: 'Cy' },
    ])
    expect(statuses((await bo.get('/calls/active')).body)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'ringing' })

    expect((await ana.delete('/calls/active')).status).to.equal(204)
    await world.pass(1)
    const ended = await callEnded(socket)
    expect(ended).to.include({ status: 'ended', end_reason: 'ended_by_host' })
    expect(statuses(ended)).to.deep.equal({ Ana: 'left', Bo: 'left', Cy: 'no_answer' })
    const legs = [ana.mobile, bo.mobile, cy].flatMap((number) => ringsOf(world, number))
    expect(legs.map(({ status }) => status)).to.deep.equal(['completed', 'completed', 'canceled'])
    for (const person of [ana, bo]) expect((await person.get('/calls/active')).status).to.equal(404)
    expect((await ana.delete('/calls/active')).status).to.equal(404)
  })

  it('ends once when the host ends it twice at the same moment', async () => {
    const socket = await ana.socket()
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    const answers = await Promise.all([ana.delete('/calls/active'), ana.delete('/calls/active')])
    expect(answers.map(({ status }) => status)).to.have.members([204, 404])
    await callEnded(socket)
    socket.say({ type: 'ping', id: 9 })
    await socket.until('pong')
    expect(socket.events.filter(({ event }) => event === 'call.ended')).to.have.lengthOf(1)
  })

  it('can be ended while the host’s own phone still rings: nobody is rung after that', async () => {
    ana.phone.script({ noAnswer: true })
    await ana.post('/calls', { to: [{ mobile: bo.mobile }] })
    await world.pass(2)
    expect((await ana.delete('/calls/active')).status).to.equal(204)
    await world.pass(30)
    expect(ringsOf(world, ana.mobile)[0]?.status).to.equal('canceled')
    expect(ringsOf(world, bo.mobile)).to.be.empty
  })

  it('ends when the host of a private call hangs up, and everybody is put out', async () => {
    const socket = await bo.socket()
    const call = await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      { mobile: world.freshNumber(), name: 'Cy' },
    ])
    ana.phone.hangUp()
    await world.pass(1)
    expect((await callEnded(socket)).end_reason).to.equal('host_left')
    expect(inRoom(world, call)).to.be.empty
  })

  it('goes on without the host when it is open and two are left, and ends when only one is', async () => {
    const cy = world.freshNumber()
    const socket = await bo.socket()
    const call = await callWith(
      ana,
      [
        { mobile: bo.mobile, name: 'Bo' },
        { mobile: cy, name: 'Cy' },
      ],
      { privacy: 'open' },
    )
    ana.phone.hangUp()
    await world.pass(1)
    expect(await onCall(bo)).to.deep.equal({ Ana: 'left', Bo: 'joined', Cy: 'joined' })
    expect(inRoom(world, call)).to.have.members([bo.mobile, cy])

    world.carrier.handset(cy).hangUp()
    await world.pass(1)
    expect((await callEnded(socket)).end_reason).to.equal('everyone_left')
    expect(inRoom(world, call)).to.be.empty
  })

  it('stays the host’s to end when they have left their open call', async () => {
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, { mobile: world.freshNumber() }], {
      privacy: 'open',
    })
    ana.phone.hangUp()
    await world.pass(1)
    expect((await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })).body.error.code).to.equal(
      'call_in_progress',
    )
    expect((await ana.get('/calls/active')).body.id).to.equal(call.id)
    expect((await ana.delete('/calls/active')).status).to.equal(204)
    await world.pass(1)
    expect(inRoom(world, call)).to.be.empty
    expect((await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })).status).to.equal(201)
  })

  it('ends when the host of an open call leaves one person behind', async () => {
    const socket = await bo.socket()
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }], { privacy: 'open' })
    ana.phone.hangUp()
    await world.pass(1)
    expect((await callEnded(socket)).end_reason).to.equal('host_left')
  })

  describe('open to those who have the PIN', () => {
    const dialIn = (from: Person | string, pin: string) => {
      const handset = typeof from === 'string' ? world.carrier.handset(from) : from.phone
      handset.dial(ACCOUNT.number, { steps: [{ onPrompt: `${pin}#`, wait: 1 }] })
    }

    it('lets them dial in, and tells the host', async () => {
      const socket = await ana.socket()
      await callWith(ana, [{ mobile: world.freshNumber(), name: 'Cy' }])
      const opened = await ana.patch('/calls/active', { privacy: 'open' })
      expect(opened.status).to.equal(200)
      expect(opened.body.dial_in.number).to.equal(ACCOUNT.number)
      expect(opened.body.dial_in.pin).to.match(/^\d{6}$/)

      dialIn(bo, opened.body.dial_in.pin)
      await world.pass(3)
      expect(await hears(socket, 'Bo', 'joined')).to.include({ user_id: bo.user.id, role: 'guest' })
      expect(inRoom(world, opened.body)).to.include(bo.mobile)
      expect((await bo.get('/calls/active')).body.id).to.equal(opened.body.id)

      bo.phone.hangUp()
      await world.pass(1)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'left' })
    })

    it('lets nobody in with a wrong PIN, and nobody any more once it is closed; those inside stay', async () => {
      const { pin } = (await callWith(ana, [{ mobile: world.freshNumber(), name: 'Cy' }], { privacy: 'open' })).dial_in
      dialIn(world.freshNumber(), String((Number(pin) + 1) % 1_000_000).padStart(6, '0'))
      await world.pass(3)
      dialIn(bo, pin)
      await world.pass(3)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'joined' })

      expect((await ana.patch('/calls/active', { privacy: 'private' })).body).to.include({
        privacy: 'private',
        dial_in: null,
      })
      const late = await world.person('Eve')
      dialIn(late, pin)
      await world.pass(3)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'joined' })
      expect((await late.get('/calls/active')).status).to.equal(404)
      expect((await ana.patch('/calls/active', { privacy: 'open' })).body.dial_in.pin).not.to.equal(pin)
    })

    it('lets nobody in before the host has pressed 1, nor beyond the last seat', async () => {
      const { body } = await ana.post('/calls', {
        to: Array.from({ length: 3 }, () => ({ mobile: world.freshNumber() })),
        privacy: 'open',
      })
      dialIn(bo, body.dial_in.pin)
      await world.pass(1)
      expect(Object.values(await onCall(ana))).not.to.include('joined')
      bo.phone.hangUp()
      await world.pass(8)

      dialIn(bo, body.dial_in.pin)
      await world.pass(3)
      expect(await onCall(ana)).to.include({ Bo: 'joined' })
      const sixth = await world.person('Eve')
      dialIn(sixth, body.dial_in.pin)
      await world.pass(3)
      expect(await onCall(ana)).not.to.have.property('Eve')
    })

    it('leaves no trace of somebody who is on another call already', async () => {
      const eve = await world.person('Eve')
      await callWith(eve, [{ mobile: bo.mobile, name: 'Bo' }])
      const { dial_in } = await callWith(ana, [{ mobile: world.freshNumber(), name: 'Cy' }], { privacy: 'open' })
      dialIn(bo, dial_in.pin)
      await world.pass(3)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined' })

      await bo.delete('/calls/active')
      await world.pass(1)
      bo.phone.hangUp()
      dialIn(bo, dial_in.pin)
      await world.pass(3)
      expect(await onCall(ana)).to.include({ Bo: 'joined' })
    })
  })
})
