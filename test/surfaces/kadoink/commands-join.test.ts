import { expect } from 'chai'
import { agree, callWith, inRoom, onCall, phoneThat, ringsOf, staysFor } from '#test/calls-stage'
import { refused, replyTo, says } from '#test/commands-stage'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Joining an open call by command', () => {
  let world: World
  let ana: Person
  let bo: Person
  let call: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    await world.running.database.sql('pin_tries').delete()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    call = await callWith(ana, [{ mobile: phoneThat(world, staysFor(3000)), name: 'Cy' }], { privacy: 'open' })
    await says(bo, `follow ${ana.username}`)
  })
  afterEach(async () => {
    await ana.delete('/calls/active')
    await world.pass(1)
  })

  it('rings one’s phone, and whoever presses 1 is on it like any guest', async () => {
    const socket = await bo.socket({ topics: ['call'] })
    const { reply, result } = await says(bo, `join ${ana.username}`)
    expect(reply).to.equal('Calling you now.')
    expect(result.data.id).to.equal(call.id)
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'joined' })
    expect(inRoom(world, call)).to.include(bo.mobile)
    await socket.until(
      'event',
      ({ event, data }) => event === 'call.participant_updated' && (data.participant as Json).status === 'joined',
    )
    expect(await replyTo(bo, 'call who')).to.match(/^Open call \d min: you, Ana \(on\), Cy \(on\)$/)
    expect(await refused(bo, `join ${ana.username}`)).to.equal('409 already_in_call: You are on this call already.')
    expect(await replyTo(bo, 'hangup')).to.equal('You left the call.')
    await world.pass(1)
    expect(await replyTo(bo, `join *${ana.username}`)).to.equal('Calling you now.')
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'joined' })
  })

  it('is for those who follow the tag; who has the PIN needs no more than that', async () => {
    const eve = await world.person('Eve')
    expect(await refused(eve, `join ${ana.username}`)).to.match(/^403 call_not_allowed: Only those who follow/)
    expect(ringsOf(world, eve.mobile)).to.deep.equal([])
    expect(await replyTo(eve, `join ${call.dial_in.pin}`)).to.equal('Calling you now.')
    await world.pass(8)
    expect(await onCall(ana)).to.deep.include({ Eve: 'joined' })
  })

  it('costs a try when the PIN is wrong; after five, even the right one opens nothing', async () => {
    const wrong = (off: number) => String((Number(call.dial_in.pin) + off) % 1_000_000).padStart(6, '0')
    const nothing = '404 not_found: No open call has this PIN.'
    for (let off = 1; off <= 5; off++) expect(await refused(bo, `join ${wrong(off)}`)).to.equal(nothing)
    expect(await refused(bo, `join ${call.dial_in.pin}`)).to.equal(nothing)
    expect(await refused(bo, 'join 4821')).to.equal(nothing)
    await world.moveClock(901)
    expect(await replyTo(bo, `join ${call.dial_in.pin}`)).to.equal('Calling you now.')
  })

  it('is refused where there is no open call, and to those who were put out or are blocked', async () => {
    expect(await refused(ana, `join ${bo.username}`)).to.equal(
      `404 not_found: There is no open call on *${bo.username}.`,
    )
    expect(await refused(bo, 'join nothing')).to.match(/^404 not_found: No tag/)
    await says(bo, `join ${ana.username}`)
    await world.pass(8)
    const { participants } = (await ana.get('/calls/active')).body
    await ana.delete(`/calls/active/participants/${participants.find((one: Json) => one.name === 'Bo').id}`)
    await world.pass(1)
    expect(await refused(bo, `join ${ana.username}`)).to.match(/^403 call_not_allowed/)
    const eve = await world.person('Eve')
    await ana.patch('/me', { settings: { blocked: [eve.user.id] } })
    expect(await refused(eve, `join ${call.dial_in.pin}`)).to.match(/^403 call_not_allowed/)
    await says(ana, 'call private')
    expect(await refused(bo, `join ${ana.username}`)).to.match(/^404 not_found/)
  })

  it('is for one call at a time, from the moment at which one’s phone is to be rung', async () => {
    const eve = await world.person('Eve')
    const other = await callWith(eve, [{ mobile: phoneThat(world, staysFor(3000)) }], { privacy: 'open' })
    const answers = await Promise.all(
      [call, other].map(({ dial_in }) => bo.post('/commands', { text: `join ${dial_in.pin}` })),
    )
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409])
    expect(answers.filter(({ status }) => status === 409).map(refusal)).to.deep.equal(['409 call_in_progress'])
    expect(refusal(await bo.post('/calls', { to: [{ mobile: world.freshNumber() }] }))).to.equal('409 call_in_progress')
    await eve.delete('/calls/active')
  })

  it('takes a seat, a ring of the one who joins, and minutes of the host’s', async () => {
    await agree(bo, { legsPerTenMinutes: 0 })
    expect(await refused(bo, `join ${ana.username}`)).to.match(/^403 plan_limit_reached: Your plan allows 0 phones/)
    await agree(bo, {})
    await agree(ana, { callMinutesPerMonth: 0 })
    expect(await refused(bo, `join ${ana.username}`)).to.match(/^403 plan_limit_reached: This month/)
    await agree(ana, {})
    await world.running.database.sql('calls').where({ id: call.id }).update({ max_participants: 2 })
    expect(await refused(bo, `join ${ana.username}`)).to.match(/^403 plan_limit_reached: Your plan allows 2 people/)
    expect(ringsOf(world, bo.mobile)).to.deep.equal([])
  })

  it('comes to nothing when the call is closed while the phone rings', async () => {
    world.carrier.handset(bo.mobile).script({ answer: { after: 5 }, steps: [{ onPrompt: '1', wait: 1 }] })
    await says(bo, `join ${ana.username}`)
    await world.pass(2)
    await says(ana, 'call private')
    await world.pass(10)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'no_answer' })
    expect(inRoom(world, call)).not.to.include(bo.mobile)
    expect((await bo.get('/calls/active')).status).to.equal(404)
  })

  it('brings a host back who has left their open call', async () => {
    await says(bo, `join ${ana.username}`)
    await world.pass(8)
    ana.phone.hangUp()
    await world.pass(1)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'left', Cy: 'joined', Bo: 'joined' })
    expect(await replyTo(ana, `join ${ana.username}`)).to.equal('Calling you now.')
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Cy: 'joined', Bo: 'joined' })
  })
})
