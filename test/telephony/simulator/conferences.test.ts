import { expect } from 'chai'
import { ANA, acceptThenJoin, BO, CY, OURS, openWorld, response, type World } from './world.ts'

describe('a room that people join by pressing 1', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    acceptThenJoin(world.app, 'grid')
  })
  afterEach(() => world.close())

  async function meet(...phones: readonly string[]): Promise<void> {
    for (const phone of phones) await world.call(phone)
    await world.advance(5)
  }

  it('begins with the second one, and tells who came and went', async () => {
    await meet(ANA)
    expect((await world.client.conferences.list({ status: 'in-progress' })).length).to.equal(0)
    await meet(BO)
    const [room] = await world.client.conferences.list({ status: 'in-progress', friendlyName: 'grid' })
    expect(room?.status).to.equal('in-progress')
    world.sim.handset(ANA).hangUp()
    await world.sim.settle()
    world.sim.handset(BO).hangUp()
    await world.sim.settle()

    expect(world.told('/room', 'StatusCallbackEvent')).to.eql([
      'participant-join',
      'participant-join',
      'conference-start',
      'participant-leave',
      'participant-leave',
      'conference-end',
    ])
    expect(world.told('/room', 'SequenceNumber')).to.eql(['1', '2', '3', '4', '5', '6'])
    expect(world.app.at('/room')[0]?.params).to.include({ ParticipantLabel: 'p-0101', Muted: 'false', Hold: 'false' })
    expect(world.app.at('/room')[3]?.params).to.include({
      ReasonParticipantLeft: 'participant_hung_up',
      ParticipantCallStatus: 'completed',
    })
    expect(world.app.at('/room')[5]?.params).to.include({ ReasonConferenceEnded: 'last-participant-left' })
  })

  it('leaves out who declines, who says nothing, and a machine', async () => {
    await meet(ANA, '+15551230005', '+15551230006', '+15551230007')
    await world.advance(30)
    const joins = world.app.at('/room').filter(({ params }) => params.StatusCallbackEvent === 'participant-join')
    expect(joins.map(({ params }) => params.ParticipantLabel)).to.eql(['p-0101'])
  })

  it('does not begin without somebody who may begin it', async () => {
    acceptThenJoin(world.app, 'waiting', 'startConferenceOnEnter="false"')
    await meet(ANA, BO)
    expect(world.sim.conferences().map(({ status }) => status)).to.eql(['init'])
  })

  it('ends for all when the one leaves who was to end it', async () => {
    world.app.on('/accept', ({ params }) =>
      response(
        `<Dial action="/left"><Conference statusCallback="/room" statusCallbackEvent="end leave" endConferenceOnExit="${params.To === ANA}">grid</Conference></Dial>`,
      ),
    )
    await meet(ANA, BO)
    world.sim.handset(ANA).hangUp()
    await world.sim.settle()

    expect(world.told('/room', 'ReasonParticipantLeft')).to.eql([
      'participant_hung_up',
      'moderator_ended_conference',
      '',
    ])
    expect(world.app.at('/room').at(-1)?.params).to.include({
      ReasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
    })
    const toBo = world.app.at('/left').find(({ params }) => params.To === BO)
    expect(toBo?.params).to.include({ DialCallStatus: 'answered' })
    expect(toBo?.params).not.to.have.any.keys('DialCallSid', 'DialCallDuration')
  })

  it('is ended through the API; the same name is then another room', async () => {
    await meet(ANA)
    const [first] = await world.client.conferences.list({ friendlyName: 'grid' })
    const ended = await world.client.conferences(first?.sid ?? '').update({ status: 'completed' })
    await meet(BO)

    expect(ended.reasonConferenceEnded).to.equal('conference-ended-via-api')
    expect(world.told('/room', 'ReasonParticipantLeft')).to.include('conference_ended_via_api')
    const rooms = await world.client.conferences.list({ friendlyName: 'grid' })
    expect(rooms.map(({ status }) => status)).to.eql(['init', 'completed'])
    expect(rooms[0]?.sid).not.to.equal(first?.sid)
  })

  it('mutes, holds and kicks by label, and goes on with the action of who was kicked', async () => {
    await meet(ANA, BO)
    const [room] = await world.client.conferences.list({ friendlyName: 'grid' })
    const people = world.client.conferences(room?.sid ?? '').participants
    expect((await people('p-0101').update({ muted: true })).muted).to.equal(true)
    expect((await people('p-0101').update({ hold: true })).hold).to.equal(true)
    await people('p-0101').update({ muted: false, hold: false })
    expect((await people.list({ muted: false })).length).to.equal(2)
    await people('p-0102').remove()
    await world.sim.settle()

    expect(world.told('/room', 'StatusCallbackEvent').slice(3)).to.eql([
      'participant-mute',
      'participant-hold',
      'participant-unmute',
      'participant-unhold',
      'participant-leave',
    ])
    expect(world.app.at('/left').map(({ params }) => params.To)).to.eql([BO])
    const gone = await people('p-0102')
      .fetch()
      .catch((error: { code: number }) => error.code)
    expect(gone).to.equal(20404)
    expect(world.sim.handset(BO).calls[0]?.status).to.equal('completed')
  })

  it('tells when somebody speaks, but not who is muted', async () => {
    world.sim.handset(ANA).script({ steps: [{ press: '1' }, { wait: 2, speak: { seconds: 3 } }] })
    world.sim.handset(BO).script({ steps: [{ press: '1' }, { wait: 4, speak: { seconds: 3 } }] })
    await world.call(ANA)
    await world.call(BO)
    await world.advance(3)
    const [room] = await world.client.conferences.list({ friendlyName: 'grid' })
    await world.client
      .conferences(room?.sid ?? '')
      .participants('p-0102')
      .update({ muted: true })
    await world.advance(20)

    const speech = world.app.at('/room').filter(({ params }) => params.StatusCallbackEvent?.includes('speech'))
    expect(speech.map(({ params }) => [params.StatusCallbackEvent, params.ParticipantLabel])).to.eql([
      ['participant-speech-start', 'p-0101'],
      ['participant-speech-stop', 'p-0101'],
    ])
  })

  it('plays an announcement to all, and says when it is over', async () => {
    await meet(ANA, BO)
    world.app.on('/announcement', response('<Say>Five minutes left</Say>'))
    const [room] = await world.client.conferences.list({ friendlyName: 'grid' })
    await world.client.conferences(room?.sid ?? '').update({ announceUrl: `${world.app.url}/announcement` })
    await world.advance(5)

    expect(world.sim.handset(BO).heard.at(-1)?.words).to.equal('Five minutes left')
    expect(world.app.at('/room').at(-1)?.params).to.include({ StatusCallbackEvent: 'announcement-end' })
  })

  it('says so when an announcement cannot be made', async () => {
    await meet(ANA, BO)
    world.app.on('/announcement', { status: 404 })
    const [room] = await world.client.conferences.list({ friendlyName: 'grid' })
    const people = world.client.conferences(room?.sid ?? '').participants
    await people('p-0102').update({ announceUrl: `${world.app.url}/announcement` })
    await world.advance(5)

    expect(world.app.at('/room').at(-1)?.params).to.include({
      StatusCallbackEvent: 'announcement-fail',
      ParticipantLabel: 'p-0102',
    })
    expect(world.violations()).to.have.length(1)
  })

  it('plays music to who is on hold, asked for with GET, and lets a coach whisper', async () => {
    await meet(ANA, BO)
    world.app.on('/music', response('<Play digits="123"/>'))
    const [room] = await world.client.conferences.list({ friendlyName: 'grid' })
    const people = world.client.conferences(room?.sid ?? '').participants
    const bo = await people('p-0102').fetch()
    await people('p-0101').update({ hold: true, holdUrl: `${world.app.url}/music` })
    const coach = await people('p-0101').update({
      coaching: true,
      callSidToCoach: bo.callSid,
      endConferenceOnExit: true,
    })
    await world.advance(5)

    expect(world.app.at('/music').map(({ method }) => method)).to.eql(['GET'])
    expect(world.sim.handset(ANA).heard.at(-1)?.words).to.equal('123')
    expect([coach.coaching, coach.callSidToCoach, coach.endConferenceOnExit]).to.eql([true, bo.callSid, true])
    expect(world.app.at('/room').at(-1)?.params).to.include({
      StatusCallbackEvent: 'participant-modify',
      Coaching: 'true',
    })
  })

  it('keeps its callbacks from the first one in', async () => {
    await meet(ANA)
    world.app.on(
      '/accept',
      response('<Dial><Conference statusCallback="/other" statusCallbackEvent="join">grid</Conference></Dial>'),
    )
    await meet(BO)
    expect(world.app.at('/other')).to.eql([])
    expect(world.told('/room', 'StatusCallbackEvent')).to.include('conference-start')
  })

  it('turns away who finds it full, and a label that is taken', async () => {
    acceptThenJoin(world.app, 'pair', 'maxParticipants="2"')
    await meet(ANA, BO, CY)
    expect(world.violations()).to.eql(["16020 conference 'pair' is full"])
    world.sim.handset(ANA).hangUp()
    await world.sim.settle()
    await meet(BO)
    expect(world.violations().at(-1)).to.equal("16024 participantLabel 'p-0102' is in use")
  })

  it('lets who presses star out, when the Dial says so', async () => {
    world.app.on('/accept', response('<Dial hangupOnStar="true"><Conference>grid</Conference></Dial><Say>Bye</Say>'))
    await meet(ANA)
    world.sim.handset(ANA).press('*')
    await world.advance(1)
    expect(world.sim.handset(ANA).heard.at(-1)?.words).to.equal('Bye')
  })

  it('is recorded when asked for, from when it starts', async () => {
    const recorded = 'record="record-from-start" recordingStatusCallback="/recorded"'
    acceptThenJoin(world.app, 'recorded', recorded)
    await meet(ANA)
    await world.advance(30)
    await meet(BO)
    await world.advance(10)
    const [room] = await world.client.conferences.list({ friendlyName: 'recorded' })
    await world.client.conferences(room?.sid ?? '').update({ status: 'completed' })
    await world.advance(2)

    expect(world.app.at('/recorded')[0]?.params).to.include({
      RecordingSource: 'Conference',
      RecordingStatus: 'completed',
    })
    const recordings = await world.client.recordings.list({ conferenceSid: room?.sid ?? '' })
    expect(recordings.map(({ duration }) => duration)).to.eql(['12'])
  })
})

describe('the Participants API', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  const leg = (to: string, more: Readonly<Record<string, unknown>> = {}) =>
    world.client.conferences('call').participants.create({
      from: OURS,
      to,
      earlyMedia: false,
      conferenceStatusCallback: `${world.app.url}/room`,
      conferenceStatusCallbackEvent: ['start', 'end', 'join', 'leave'],
      ...more,
    })

  it('makes the room, rings, and joins whoever picks up without asking', async () => {
    const ana = await leg(ANA, { label: 'ana' })
    expect([ana.status, ana.queueTime, ana.label]).to.eql(['queued', '0', 'ana'])
    await leg(BO)
    await world.advance(1)
    const people = world.client.conferences(ana.conferenceSid).participants
    expect((await people('ana').fetch()).status).to.equal('ringing')
    await world.advance(3)

    expect((await people.list()).map(({ status }) => status)).to.eql(['connected', 'connected'])
    expect(world.told('/room', 'StatusCallbackEvent')).to.eql([
      'participant-join',
      'participant-join',
      'conference-start',
    ])
  })

  it('reports who never answered as having left', async () => {
    await leg('+15551230002')
    await world.advance(5)
    expect(world.app.at('/room').map(({ params }) => params.StatusCallbackEvent)).to.eql([
      'participant-leave',
      'conference-end',
    ])
    expect(world.app.at('/room')[0]?.params).to.include({
      ReasonParticipantLeft: 'participant_add_failed',
      ParticipantCallStatus: 'busy',
    })
  })

  it('joins a ringing leg when early media is on: a join is no answer', async () => {
    await leg('+15551230003', { earlyMedia: true })
    await world.advance(1)
    expect(world.told('/room', 'StatusCallbackEvent')).to.eql(['participant-join'])
    expect(world.sim.calls()[0]?.status).to.equal('ringing')
  })

  it('refuses a label in use, a bad label, and a conference that is over', async () => {
    const first = await leg(ANA, { label: 'ana' })
    const refusals = [
      await leg(BO, { label: 'ana' }).catch((error: { code: number }) => error.code),
      await leg(BO, { label: 'a/b' }).catch((error: { code: number }) => error.code),
    ]
    await world.client.conferences(first.conferenceSid).update({ status: 'completed' })
    const late = await world.client
      .conferences(first.conferenceSid)
      .participants.create({ from: OURS, to: BO })
      .catch((error: { status: number }) => error.status)
    expect([...refusals, late]).to.eql([16026, 16025, 404])
  })

  it('records a leg, and detects a machine beside it', async () => {
    await leg('+15551230007', {
      record: true,
      recordingStatusCallback: `${world.app.url}/recorded`,
      machineDetection: 'DetectMessageEnd',
      amdStatusCallback: `${world.app.url}/amd`,
    })
    await world.advance(12)
    world.sim.handset('+15551230007').hangUp()
    await world.advance(2)
    expect(world.told('/amd', 'AnsweredBy')).to.eql(['machine_end_beep'])
    expect(world.told('/recorded', 'RecordingDuration')).to.eql(['10'])
  })

  it('ends the leg of who is kicked', async () => {
    const ana = await leg(ANA)
    await world.advance(3)
    await world.client.conferences(ana.conferenceSid).participants(ana.callSid).remove()
    await world.sim.settle()
    expect(world.sim.calls()[0]?.status).to.equal('completed')
    expect(world.app.at('/room').at(-1)?.params).to.include({ ReasonConferenceEnded: 'last-participant-kicked' })
  })
})
