import { expect } from 'chai'
import { callWith, onCall, participant, phoneThat, ringsOf, staysFor } from '#test/calls-stage'
import type { Person } from '#test/people'
import { World } from '#test/world'

describe('Seats on a call', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('allow one call at a time, even when two requests race', async () => {
    const bo = await ana.knows('Bo', world.freshNumber())

    const answers = await Promise.all([ana.post('/calls', { to: [bo] }), ana.post('/calls', { to: [bo] })])

    expect(answers.map((answer) => answer.status)).to.have.members([201, 409])
    expect(answers.find((answer) => answer.status === 409)?.body.error.code).to.equal('call_in_progress')
    await world.pass(10)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
    expect((await ana.post('/calls', { to: [bo] })).status).to.equal(409)
    await ana.delete('/calls/active')
    expect((await ana.post('/calls', { to: [bo] })).status).to.equal(201)
  })

  it('are taken by guests who have an account: on one call, they start no other', async () => {
    const bo = await world.person('Bo')
    await callWith(ana, [await ana.knows('Bo', bo.mobile)])

    const started = await bo.post('/calls', { to: [{ mobile: world.freshNumber() }] })
    expect(started.status).to.equal(409)
    expect(started.body.error.code).to.equal('call_in_progress')
    bo.phone.hangUp()
    await world.pass(1)
    expect((await bo.post('/calls', { to: [{ mobile: world.freshNumber() }] })).status).to.equal(201)
  })

  it('keep a guest who is on another call out: pressing 1 tells them to hang up there first', async () => {
    const [bo, eve] = [await world.person('Bo'), await world.person('Eve')]
    await callWith(eve, [await eve.knows('Bo', bo.mobile)])
    expect(await onCall(eve)).to.include({ Bo: 'joined' })

    await callWith(ana, [await ana.knows('Bo', bo.mobile)])
    await world.pass(10)
    expect(await participant(ana, 'Bo')).to.include({ status: 'no_answer', reason: 'not_accepted' })
    expect(await onCall(eve)).to.include({ Bo: 'joined' })
    expect(bo.phone.heard.at(-1)?.words).to.include('another call')
    expect((await bo.get('/calls/active')).body.host.name).to.equal('Eve')
  })

  it('let a guest into one of two calls when both ask at the same moment', async () => {
    const [bo, eve] = [await world.person('Bo'), await world.person('Eve')]
    await Promise.all([ana, eve].map(async (host) => host.post('/calls', { to: [{ mobile: bo.mobile, name: 'Bo' }] })))
    await world.pass(15)
    const fates = [(await onCall(ana)).Bo, (await onCall(eve)).Bo]
    expect(fates).to.have.members(['joined', 'no_answer'])
  })

  it('can be added: at once while the call goes on, and with the others while the host is still rung', async () => {
    const [first, second] = [world.freshNumber(), world.freshNumber()]
    await ana.post('/calls', { to: [{ mobile: first, name: 'Bo' }] })
    const early = await ana.post('/calls/active/participants', { mobile: second, name: 'Cy' })
    expect(early.status).to.equal(201)
    expect(early.body).to.include({ name: 'Cy', status: 'queued', role: 'guest' })
    expect(ringsOf(world, second)).to.be.empty
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })

    const di = await ana.knows('Di', world.freshNumber())
    const late = await ana.post('/calls/active/participants', di)
    expect(late.body).to.include({ name: 'Di', status: 'queued', contact_id: di.contact_id })
    await world.pass(5)
    expect(await onCall(ana)).to.include({ Di: 'joined' })
    expect(ringsOf(world, first)).to.have.lengthOf(1)
    expect(ringsOf(world, second)).to.have.lengthOf(1)
  })

  it('hold each number once: adding somebody twice at once adds them once, and again after they left', async () => {
    const number = phoneThat(world, staysFor(20))
    await callWith(ana, [{ mobile: world.freshNumber(), name: 'Bo' }])
    const add = () => ana.post('/calls/active/participants', { mobile: number, name: 'Cy' })
    const answers = await Promise.all([add(), add()])
    expect(answers.map(({ status }) => status)).to.have.members([201, 409])
    expect(answers.find(({ status }) => status === 409)?.body.error.code).to.equal('already_in_call')
    await world.pass(5)
    expect((await add()).body.error.code).to.equal('already_in_call')
    expect(ringsOf(world, number)).to.have.lengthOf(1)

    await world.pass(20)
    expect((await add()).status).to.equal(201)
    await world.pass(5)
    expect(ringsOf(world, number)).to.have.lengthOf(2)
    const own = await ana.post('/calls/active/participants', { mobile: ana.mobile })
    expect(own.status).to.equal(422)
    expect(own.body.error.fields).to.have.key('mobile')
  })

  it('are as many as the plan allows, the host included', async () => {
    const numbers = Array.from({ length: 5 }, () => ({ mobile: world.freshNumber() }))
    const refused = await ana.post('/calls', { to: numbers })
    expect(refused.status).to.equal(403)
    expect(refused.body.error.code).to.equal('plan_limit_reached')
    expect((await ana.get('/calls/active')).status).to.equal(404)

    const call = await callWith(ana, numbers.slice(0, 4))
    expect(call.max_participants).to.equal(5)
    const added = await ana.post('/calls/active/participants', { mobile: world.freshNumber() })
    expect(added.body.error.code).to.equal('plan_limit_reached')
    expect(ringsOf(world, numbers[4]?.mobile ?? '')).to.be.empty
  })

  it('are given away once when two people are added for the last one at the same moment', async () => {
    const leaving = phoneThat(world, { busy: true })
    await callWith(ana, [...Array.from({ length: 3 }, () => ({ mobile: world.freshNumber() })), { mobile: leaving }])
    const wanted = [world.freshNumber(), world.freshNumber(), world.freshNumber()]
    const answers = await Promise.all(wanted.map((mobile) => ana.post('/calls/active/participants', { mobile })))
    expect(answers.map(({ status }) => status)).to.have.members([201, 403, 403])
    await world.pass(5)
    expect(wanted.flatMap((number) => ringsOf(world, number))).to.have.lengthOf(1)
  })
})
