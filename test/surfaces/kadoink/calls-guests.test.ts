import { expect } from 'chai'
import type { HandsetScript } from '#simulator'
import { callWith, inRoom, onCall, participant, phoneThat, ringsOf, statuses } from '#test/calls-stage'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Guests of a call', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const guests: readonly [string, HandsetScript, number, Json][] = [
    ['is busy', { busy: true }, 2, { status: 'busy', sip_code: 486, reason: null }],
    ['does not answer', { noAnswer: true }, 35, { status: 'no_answer', sip_code: 487, reason: null }],
    ['cannot be reached', { fail: 404 }, 2, { status: 'failed', sip_code: 404, reason: null }],
    ['presses nothing', { silent: true }, 60, { status: 'no_answer', reason: 'not_accepted' }],
    [
      'hangs up at the question',
      { steps: [{ wait: 1, hangUp: true }] },
      6,
      { status: 'no_answer', reason: 'not_accepted' },
    ],
    [
      'has an answering machine',
      { machine: { greetingSeconds: 5, beep: true } },
      70,
      { status: 'no_answer', reason: 'not_accepted' },
    ],
    ['presses 2', { decline: true }, 6, { status: 'declined', reason: 'refused' }],
  ]
  for (const [what, script, seconds, fate] of guests) {
    it(`tells what became of a guest who ${what}; the others talk on`, async () => {
      const number = phoneThat(world, script)
      const bo = await ana.knows('Bo', number)
      const cy = await ana.knows('Cy', world.freshNumber())
      const call = await callWith(ana, [bo, cy])
      await world.pass(seconds)

      expect(await participant(ana, 'Bo')).to.include({ ...fate, joined_at: null })
      expect(await onCall(ana)).to.include({ Ana: 'joined', Cy: 'joined' })
      expect(inRoom(world, call)).not.to.include(number)
      expect(ringsOf(world, number)).to.have.lengthOf(1)
    })
  }

  it('hears a guest who hangs up leave, and ends when nobody is left', async () => {
    const bo = await ana.knows(
      'Bo',
      phoneThat(world, {
        steps: [
          { onPrompt: '1', wait: 1 },
          { wait: 10, hangUp: true },
        ],
      }),
    )
    const call = await callWith(ana, [bo])
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    await world.pass(10)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left' })
    ana.phone.hangUp()
    await world.pass(1)
    expect((await ana.get('/calls/active')).status).to.equal(404)
    expect(inRoom(world, call)).to.be.empty
  })

  it('may be told only for themselves: who pressed 2 is not rung by that caller again, and is by others', async () => {
    const number = phoneThat(world, { decline: true }, { answer: { after: 1 } })
    const bo = await ana.knows('Bo', number)
    await callWith(ana, [bo])
    expect(await onCall(ana)).to.include({ Bo: 'declined' })
    await ana.delete('/calls/active')

    const again = await callWith(ana, [bo])
    expect(statuses(again)).to.include({ Bo: 'declined' })
    expect(again.participants[1].reason).to.equal('refused')
    expect(again.participants[1].left_at).not.to.equal(null)
    expect(ringsOf(world, number)).to.have.lengthOf(1)
    const added = await ana.post('/calls/active/participants', bo)
    expect(added.body.status).to.equal('declined')
    await world.pass(5)
    expect(ringsOf(world, number)).to.have.lengthOf(1)

    const eve = await world.person('Eve')
    await callWith(eve, [await eve.knows('Bo', number)])
    expect(await onCall(eve)).to.include({ Bo: 'joined' })
    expect(ringsOf(world, number)).to.have.lengthOf(2)
  })

  it('are called by nobody any more once three different callers were refused', async () => {
    const number = phoneThat(world, { decline: true })
    const callers: Person[] = []
    for (let count = 0; count < 3; count++) {
      const caller = await world.person()
      callers.push(caller)
      await callWith(caller, [{ mobile: number, name: 'Bo' }])
      expect(await onCall(caller)).to.include({ Bo: 'declined' })
    }
    expect(ringsOf(world, number)).to.have.lengthOf(3)

    expect(statuses(await callWith(ana, [{ mobile: number, name: 'Bo' }]))).to.include({ Bo: 'declined' })
    expect(ringsOf(world, number)).to.have.lengthOf(3)
  })

  it('who have blocked a caller are not rung for them, however they are called, as if they had pressed 2', async () => {
    const bo = await world.person('Bo')
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, { mobile: world.freshNumber() }])
    bo.phone.hangUp()
    await world.pass(1)
    const { id } = await participant(ana, 'Bo')
    await bo.patch('/me', { settings: { blocked: [ana.user.id] } })
    expect(refusal(await ana.post(`/calls/active/participants/${id}/redial`))).to.equal('409 call_refused')
    await ana.delete('/calls/active')

    const contact = await ana.knows('Bo', bo.mobile)
    for (const callee of [{ mobile: bo.mobile, name: 'Bo' }, contact]) {
      const { participants } = await callWith(ana, [callee])
      expect(participants[1]).to.include({ status: 'declined', reason: 'refused' })
      await ana.delete('/calls/active')
    }
    expect(ringsOf(world, bo.mobile)).to.have.lengthOf(1)
    const eve = await world.person('Eve')
    await callWith(eve, [{ mobile: bo.mobile, name: 'Bo' }])
    expect(await onCall(eve)).to.include({ Bo: 'joined' })
  })

  it('who refused a caller hear nothing of that caller’s further calls', async () => {
    const bo = await world.person('Bo')
    bo.phone.script({ decline: true })
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    await ana.delete('/calls/active')
    await world.settle()
    const socket = await bo.socket({ topics: ['call'] })

    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    await ana.delete('/calls/active')
    await world.settle()
    socket.say({ type: 'ping', id: 9 })
    await socket.until('pong')
    expect(socket.events).to.deep.equal([])
  })

  it('are shown to each other without their numbers, which the host sees of contacts only', async () => {
    const bo = await world.person('Bo')
    const known = await ana.knows('Bo', bo.mobile)
    const stranger = world.freshNumber()
    const { id } = await callWith(ana, [known, { mobile: stranger }])
    const masked = (number: string) => `${number.slice(0, 5)}***${number.slice(-4)}`

    const seen = (await ana.get('/calls/active')).body
    expect(seen.participants.map((one: Json) => one.mobile)).to.deep.equal([ana.mobile, bo.mobile, masked(stranger)])
    expect(seen.participants.map((one: Json) => one.contact_id)).to.deep.equal([null, known.contact_id, null])

    const guest = (await bo.get('/calls/active')).body
    expect(guest.id).to.equal(id)
    expect(guest.participants.map((one: Json) => one.mobile)).to.deep.equal([
      masked(ana.mobile),
      bo.mobile,
      masked(stranger),
    ])
    expect(guest.participants.map((one: Json) => one.contact_id)).to.deep.equal([null, null, null])
    expect(JSON.stringify(guest)).not.to.include(ana.mobile).and.not.to.include(stranger)
  })
})
