import { expect } from 'chai'
import {
  callEnded,
  callWith,
  framesOf,
  hears,
  inRoom,
  onCall,
  participant,
  phoneThat,
  ringsOf,
  staysFor,
} from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Answer, Json, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Somebody who is rung again', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  async function redial(by: Person, name: string, headers = {}): Promise<Answer> {
    return by.post(`/calls/active/participants/${(await participant(ana, name)).id}/redial`, undefined, headers)
  }

  it('is the same participant on a new leg, and joins as before', async () => {
    bo.phone.script({ noAnswer: true }, { answer: { after: 1 } })
    const socket = await ana.socket()
    const call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    await world.pass(30)
    const before = await participant(ana, 'Bo')
    expect(before).to.include({ status: 'no_answer', sip_code: 487 })

    const { status, body } = await redial(ana, 'Bo')
    expect(status).to.equal(200)
    expect(body).to.include({ id: before.id, status: 'queued', sip_code: null, reason: null, left_at: null })
    await world.pass(5)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    expect(inRoom(world, call)).to.include(bo.mobile)
    expect(ringsOf(world, bo.mobile)).to.have.lengthOf(2)
    const frames = await framesOf(socket, 'Bo')
    expect(frames.map((one) => [one.status, one.sip_code])).to.deep.equal([
      ['queued', null],
      ['dialing', null],
      ['ringing', null],
      ['no_answer', 487],
      ['queued', null],
      ['dialing', null],
      ['ringing', null],
      ['screening', null],
      ['joined', null],
    ])
  })

  it('can be whoever was busy, could not be reached, pressed nothing, or has left', async () => {
    const fates = { Bo: { busy: true }, Cy: { fail: 404 }, Di: staysFor(1) } as const
    const guests = Object.entries(fates).map(([name, script]) => ({
      name,
      mobile: phoneThat(world, script, { answer: { after: 1 } }),
    }))
    await callWith(ana, guests)
    await world.pass(3)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'busy', Cy: 'failed', Di: 'left' })
    for (const name of Object.keys(fates)) expect((await redial(ana, name)).status).to.equal(200)
    await world.pass(6)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined', Di: 'joined' })
  })

  it('is nobody who is still rung or on the line, nobody who does not want to be called', async () => {
    const cy = phoneThat(world, { decline: true }, { answer: { after: 1 } })
    const di = phoneThat(world, { noAnswer: true })
    await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      { mobile: cy, name: 'Cy' },
      { mobile: di, name: 'Di' },
    ])
    const refusals = [
      await redial(ana, 'Bo'),
      await redial(ana, 'Di'),
      await redial(ana, 'Ana'),
      await redial(ana, 'Cy'),
    ]
    expect(refusals.map(({ status, body }) => `${status} ${body.error.code}`)).to.deep.equal([
      '409 already_in_call',
      '409 already_in_call',
      '409 already_in_call',
      '409 call_refused',
    ])
    await world.pass(5)
    expect(ringsOf(world, cy)).to.have.lengthOf(1)
  })

  it('is a guest who declined in the app, but not for good', async () => {
    bo.phone.script({ noAnswer: true }, { answer: { after: 1 } })
    await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }])
    await bo.delete('/calls/active')
    expect(await onCall(ana)).to.include({ Bo: 'declined' })
    expect((await redial(ana, 'Bo')).status).to.equal(200)
    await world.pass(5)
    expect(await onCall(ana)).to.include({ Bo: 'joined' })
  })

  it('needs a seat like everybody who is added', async () => {
    const cy = phoneThat(world, { busy: true })
    await callWith(ana, [
      ...Array.from({ length: 3 }, () => ({ mobile: world.freshNumber() })),
      { mobile: cy, name: 'Cy' },
    ])
    await ana.post('/calls/active/participants', { mobile: world.freshNumber() })
    const { status, body } = await redial(ana, 'Cy')
    expect([status, body.error.code]).to.deep.equal([403, 'plan_limit_reached'])
  })

  it('is rung once when it is asked for twice at the same moment, or replayed under one key', async () => {
    const cy = phoneThat(world, { busy: true }, { noAnswer: true })
    await callWith(ana, [{ mobile: cy, name: 'Cy' }])
    const answers = await Promise.all([redial(ana, 'Cy'), redial(ana, 'Cy'), redial(ana, 'Cy')])
    expect(answers.map(({ status }) => status)).to.have.members([200, 409, 409])
    await world.pass(3)
    expect(ringsOf(world, cy)).to.have.lengthOf(2)

    await world.pass(30)
    const key = { 'Idempotency-Key': 'cy-once-more' }
    const twins = [await redial(ana, 'Cy', key), await redial(ana, 'Cy', key)]
    expect(twins.map(({ status }) => status)).to.deep.equal([200, 200])
    await world.pass(3)
    expect(ringsOf(world, cy)).to.have.lengthOf(3)
  })

  it('is one leg when the same number was added anew meanwhile', async () => {
    const cy = phoneThat(world, { busy: true }, { answer: { after: 1 } })
    await callWith(ana, [{ mobile: cy, name: 'Cy' }])
    const { id } = await participant(ana, 'Cy')
    const [added, again] = await Promise.all([
      ana.post('/calls/active/participants', { mobile: cy, name: 'Cy again' }),
      ana.post(`/calls/active/participants/${id}/redial`),
    ])
    expect([added.status, again.status].sort()).to.satisfy((seen: number[]) =>
      [[200, 409].join(), [201, 409].join()].includes(seen.join()),
    )
    await world.pass(5)
    expect(ringsOf(world, cy)).to.have.lengthOf(2)
    expect(Object.values(await onCall(ana)).filter((status) => status === 'joined')).to.have.lengthOf(2)
  })

  it('is rung no more when the call ends at the same moment', async () => {
    for (let round = 0; round < 3; round++) {
      const host = await world.person('Ana')
      const phone = phoneThat(world, { busy: true }, { answer: { after: 3 } })
      const socket = await host.socket()
      const call = await callWith(host, [{ mobile: phone, name: 'Bo' }])
      const { id } = await participant(host, 'Bo')
      const tries = [() => host.post(`/calls/active/participants/${id}/redial`), () => host.delete('/calls/active')]
      const answers = await Promise.all((round % 2 ? tries : tries.reverse()).map((attempt) => attempt()))
      expect(answers.map(({ status }) => status)).to.satisfy((all: number[]) => all.includes(204))
      await world.pass(6)
      const ended = await callEnded(socket)
      expect(ended.participants[1].status).to.be.oneOf(['busy', 'no_answer'])
      expect(inRoom(world, call)).to.be.empty
      expect(
        ringsOf(world, phone).every(({ endedAt, answeredAt }) => endedAt !== null && answeredAt === null),
      ).to.equal(true)
    }
  })

  it('knows nothing of the leg before: its late reports, keys and ends find nobody', async () => {
    const cy = phoneThat(world, staysFor(2), { answer: { after: 1 } })
    const call = await callWith(ana, [
      { mobile: cy, name: 'Cy' },
      { mobile: bo.mobile, name: 'Bo' },
    ])
    await world.pass(3)
    expect(await onCall(ana)).to.include({ Cy: 'left' })
    const sid = ringsOf(world, cy)[0]?.sid ?? ''
    const old = legName(world, sid)
    await redial(ana, 'Cy')
    await world.pass(4)
    expect(await onCall(ana)).to.include({ Cy: 'joined' })

    const leave = {
      ConferenceSid: `CF${'8'.repeat(32)}`,
      StatusCallbackEvent: 'participant-leave',
      SequenceNumber: '99',
      ParticipantLabel: old,
    }
    const late: readonly [string, Record<string, string>][] = [
      [`/webhooks/twilio/voice/leg/status?leg=${old}`, { CallStatus: 'completed', SequenceNumber: '98' }],
      [`/webhooks/twilio/voice/leg/over?leg=${old}`, {}],
      [`/webhooks/twilio/voice/leg/key?leg=${old}`, { Digits: '2' }],
      ['/webhooks/twilio/conference', leave],
    ]
    for (const [path, form] of late) await knockSigned(world, path, { CallSid: sid, ...form }, ACCOUNT.token)
    await world.pass(1)
    expect(await onCall(ana)).to.include({ Cy: 'joined' })
    expect(inRoom(world, call)).to.include(cy)
  })

  it('leaves no leg behind when somebody is put out and rung again before the carrier knows', async () => {
    const cy = phoneThat(world, { answer: { after: 1 } })
    const call = await callWith(ana, [
      { mobile: cy, name: 'Cy' },
      { mobile: bo.mobile, name: 'Bo' },
    ])
    const { id } = await participant(ana, 'Cy')
    // The carrier has too much to do to hang up at once.
    world.carrier.faults.rest({ ofOrders: true, status429: 6 })
    await ana.delete(`/calls/active/participants/${id}`)
    expect((await ana.post(`/calls/active/participants/${id}/redial`)).status).to.equal(200)
    await world.pass(6)
    expect(ringsOf(world, cy).map(({ endedAt }) => endedAt === null)).to.deep.equal([false, true])
    expect(inRoom(world, call).filter((phone) => phone === cy)).to.have.lengthOf(1)
  })

  it('brings a host back who has left their open call, and ends nothing when they do not come', async () => {
    const cy = world.freshNumber()
    ana.phone.script({ answer: { after: 1 } }, { noAnswer: true }, { answer: { after: 1 } })
    const call = await callWith(
      ana,
      [
        { mobile: bo.mobile, name: 'Bo' },
        { mobile: cy, name: 'Cy' },
      ],
      { privacy: 'open' },
    )
    const { started_at } = (await ana.get('/calls/active')).body
    ana.phone.hangUp()
    await world.pass(1)
    await ana.patch('/calls/active', { privacy: 'private' })
    expect((await redial(ana, 'Ana')).body).to.include({ role: 'host', status: 'queued' })
    await world.pass(32)
    expect(await onCall(bo)).to.deep.equal({ Ana: 'no_answer', Bo: 'joined', Cy: 'joined' })

    expect((await redial(ana, 'Ana')).status).to.equal(200)
    await world.pass(5)
    expect(ana.phone.heard.map(({ words }) => words)).to.include('Press 1 to go back to your call.')
    expect(await onCall(bo)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
    expect((await ana.get('/calls/active')).body).to.include({ id: call.id, started_at })
    expect(ringsOf(world, cy)).to.have.lengthOf(1)
    expect(inRoom(world, call)).to.have.members([ana.mobile, bo.mobile, cy])
  })

  it('shows why a leg came to its end, in the answer and in the frame, where the carrier refused it too', async () => {
    const socket = await ana.socket()
    await callWith(ana, [
      { mobile: '+15005550001', name: 'Nobody' },
      { mobile: phoneThat(world, { busy: true }), name: 'Busy' },
      { mobile: phoneThat(world, { fail: 503 }), name: 'Broken' },
    ])
    const fates = {
      Nobody: ['failed', 'carrier_21211', null],
      Busy: ['busy', null, 486],
      Broken: ['failed', null, 503],
    }
    for (const [name, [status, reason, sip_code]] of Object.entries(fates)) {
      expect(await participant(ana, name), name).to.include({ status, reason, sip_code })
      expect(await hears(socket, name, String(status)), name).to.include({ reason, sip_code } as Json)
    }
  })
})
