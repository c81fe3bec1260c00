import { expect } from 'chai'
import { ANA, acceptThenJoin, BO, OURS, openWorld, response, type World } from './world.ts'

describe('a call placed through the API', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  it('rings Ana, is answered, and tells each step in order', async () => {
    world.app.on('/voice', response('<Say>Hello</Say>'))
    const { sid, status } = await world.call(ANA)
    await world.advance(10)

    expect(status).to.equal('queued')
    expect(world.told('/status', 'CallStatus')).to.eql(['initiated', 'ringing', 'in-progress', 'completed'])
    expect(world.told('/status', 'SequenceNumber')).to.eql(['0', '1', '2', '3'])
    expect(world.app.at('/status').every(({ params }) => params.CallSid === sid)).to.equal(true)
    expect(world.app.at('/status')[3]?.params).to.include({ Duration: '1', SipResponseCode: '200' })
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Hello'])
    expect((await world.client.calls(sid).fetch()).status).to.equal('completed')
  })

  it('says how it was attested, while it rings and when it is answered', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    world.sim.configureNumber(OURS, { voiceUrl: `${world.app.url}/voice` })
    await world.call(ANA)
    await world.advance(5)
    expect(world.told('/status', 'StirStatus')).to.eql(['', 'A', 'A', ''])
    await world.call('+442071234567')
    await world.advance(5)
    expect(world.told('/status', 'StirStatus').slice(4)).to.eql(['', '', '', ''])
    world.sim.handset(ANA).dial(OURS)
    world.sim.handset(BO).dial(OURS, { callerId: 'anonymous' })
    world.sim.handset(BO).dial(OURS, { callerId: ANA })
    await world.advance(5)
    const inbound = world.app.at('/voice').filter(({ params }) => params.Direction === 'inbound')
    expect(inbound.map(({ params }) => [params.From, params.StirVerstat])).to.eql([
      [ANA, 'TN-Validation-Passed-A'],
      ['anonymous', undefined],
      [ANA, 'TN-Validation-Passed-C'],
    ])
  })

  it('presses keys as soon as it is answered, before the document is asked for', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    await world.call(ANA, { sendDigits: 'wwww12#' })
    await world.advance(5)
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['wwww12#'])
    expect(world.app.at('/voice')).to.eql([])
    await world.advance(5)
    expect(world.app.at('/voice')).to.have.length(1)
  })

  for (const code of [480, 503, 603]) {
    it(`tells the SIP code ${code} of a phone that cannot be reached`, async () => {
      world.sim.handset(ANA).script({ fail: code })
      await world.call(ANA)
      await world.advance(5)
      expect(world.app.at('/status').at(-1)?.params).to.include({ CallStatus: 'failed', SipResponseCode: String(code) })
    })
  }

  it('tells only the end when nothing else was asked for', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    await world.call(ANA, { statusCallbackEvent: undefined })
    await world.advance(5)

    expect(world.told('/status', 'CallStatus')).to.eql(['completed'])
    expect(world.told('/status', 'SequenceNumber')).to.eql(['0'])
  })

  for (const [number, status, code] of [
    ['+15551230002', 'busy', '486'],
    ['+15551230003', 'no-answer', '487'],
    ['+15551230004', 'failed', '404'],
  ] as const) {
    it(`ends as ${status} for ${number}, and never asks for a document`, async () => {
      await world.call(number, { timeout: 20 })
      await world.advance(30)

      const last = world.app.at('/status').at(-1)
      expect(last?.params).to.include({ CallStatus: status, CallDuration: '0', SipResponseCode: code })
      expect(world.app.at('/voice')).to.eql([])
    })
  }

  it('rings five seconds longer than its time-out', async () => {
    await world.call('+15551230003', { timeout: 20 })
    await world.advance(24.9)
    expect(world.told('/status', 'CallStatus')).to.eql(['initiated', 'ringing'])
    await world.advance(0.2)
    expect(world.told('/status', 'CallStatus')).to.eql(['initiated', 'ringing', 'no-answer'])
  })

  it('is cut at its time limit', async () => {
    acceptThenJoin(world.app, 'room')
    await world.call(ANA, { timeLimit: 30 })
    await world.advance(40)

    expect(world.app.at('/status').at(-1)?.params).to.include({ CallStatus: 'completed', CallDuration: '30' })
  })

  it('is hung up through the API while it rings, and while it is up', async () => {
    acceptThenJoin(world.app, 'room')
    const ringing = await world.call(ANA)
    const talking = await world.call(BO)
    await world.advance(1)
    await world.client.calls(ringing.sid).update({ status: 'completed' })
    await world.advance(5)
    await world.client.calls(talking.sid).update({ status: 'completed' })
    await world.sim.settle()

    const ends = world.app.at('/status').filter(({ params }) => params.CallDuration !== undefined)
    expect(ends.map(({ params }) => params.CallStatus)).to.eql(['canceled', 'completed'])
  })

  it('goes to another document when it is told to, and only while it is up', async () => {
    acceptThenJoin(world.app, 'room')
    world.app.on('/side', response('<Say>A word aside</Say><Pause length="60"/>'))
    const { sid } = await world.call(ANA)
    const early = await world.client
      .calls(sid)
      .update({ url: `${world.app.url}/side` })
      .catch((error: { code: number }) => error.code)
    await world.advance(6)
    await world.client.calls(sid).update({ url: `${world.app.url}/side` })
    await world.advance(1)

    expect(early).to.equal(21220)
    expect(world.app.at('/room').at(-1)?.params).to.include({
      StatusCallbackEvent: 'conference-end',
      ReasonConferenceEnded: 'last-participant-left',
    })
    expect(world.told('/room', 'ReasonParticipantLeft')).to.include('participant_updated_via_api')
    expect(world.sim.handset(ANA).heard.at(-1)?.words).to.equal('A word aside')
  })

  it('is recorded from end to end when asked for, and says where', async () => {
    world.app.on('/voice', response('<Pause length="7"/>'))
    const { sid } = await world.call(ANA, { record: true })
    await world.advance(20)
    const [recording] = await world.client.recordings.list({ callSid: sid })
    expect(recording?.duration).to.equal('7')
    expect(world.app.at('/status').at(-1)?.params).to.include({
      RecordingUrl: recording?.mediaUrl,
      RecordingSid: recording?.sid,
      RecordingDuration: '7',
    })
  })

  it('refuses more TwiML than fits, and goes to what does fit', async () => {
    const most = response(`<Say>${'x'.repeat(3900)}</Say>`)
    const update = (twiml: string) =>
      world.client
        .calls(sid)
        .update({ twiml })
        .then(
          () => null,
          (error: { code: number }) => error.code,
        )
    world.app.on('/voice', response('<Pause length="60"/>'))
    const { sid } = await world.call(ANA)
    await world.advance(5)
    expect(await update(`${most}${' '.repeat(100)}`)).to.equal(32018)
    expect(await update(most)).to.equal(null)
    await world.sim.settle()
    expect(world.sim.handset(ANA).heard).to.have.length(1)
  })

  it('ends when it is sent to a Record without action: inline TwiML cannot be asked again', async () => {
    world.app.on('/voice', response('<Pause length="60"/>'))
    world.sim.handset(ANA).script({ steps: [{ leaveVoicemail: { seconds: 3 } }] })
    const { sid } = await world.call(ANA)
    await world.advance(5)
    await world.client.calls(sid).update({ twiml: response('<Record/>') })
    await world.advance(20)
    expect(world.violations()).to.eql([`11100 <Record> in inline TwiML has no action (${sid})`])
    expect(world.sim.calls()[0]?.status).to.equal('completed')
  })

  it('runs inline TwiML', async () => {
    await world.client.calls.create({ to: ANA, from: OURS, twiml: response('<Say>Inline</Say>') })
    await world.advance(5)
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Inline'])
  })

  it('takes scripts one call after the other', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    world.sim.handset(ANA).script({ busy: true }, { answer: { after: 1 } })
    await world.call(ANA)
    await world.advance(10)
    await world.call(ANA)
    await world.advance(10)
    expect(world.sim.handset(ANA).calls.map(({ status }) => status)).to.eql(['busy', 'completed'])
  })
})

describe('one call a second', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld({ callsPerSecond: 1 })
    acceptThenJoin(world.app, 'room')
  })
  afterEach(() => world.close())

  it('queues the second and says for how long', async () => {
    const first = await world.call(ANA)
    const second = await world.call(BO)
    await world.sim.settle()

    expect([first.queueTime, second.queueTime]).to.eql(['0', '1000'])
    expect(world.sim.calls().map(({ status }) => status)).to.eql(['ringing', 'queued'])
    await world.advance(1)
    expect(world.sim.calls().map(({ status }) => status)).to.eql(['ringing', 'ringing'])
  })

  it('says nothing of a call that is cancelled in the queue', async () => {
    await world.call(ANA)
    const queued = await world.call(BO)
    await world.client.calls(queued.sid).update({ status: 'canceled' })
    await world.advance(10)

    expect((await world.client.calls(queued.sid).fetch()).status).to.equal('canceled')
    expect(world.app.at('/status').filter(({ params }) => params.CallSid === queued.sid)).to.eql([])
    expect(world.sim.handset(BO).heard).to.eql([])
  })

  it('counts Participants in the same bucket', async () => {
    await world.call(ANA)
    const leg = await world.client.conferences('room').participants.create({ from: OURS, to: BO })
    expect(leg.queueTime).to.equal('1000')
  })
})

describe('answering machine detection', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.app.on('/voice', response('<Pause length="120"/>'))
  })
  afterEach(() => world.close())

  it('holds the document back until it knows: a person, or a machine after its beep', async () => {
    await world.call(ANA, { machineDetection: 'DetectMessageEnd' })
    await world.call('+15551230007', { machineDetection: 'DetectMessageEnd' })
    await world.advance(5)
    expect(world.app.at('/voice')).to.eql([])
    await world.advance(5)
    expect(world.told('/voice', 'AnsweredBy')).to.eql(['human', 'machine_end_beep'])
  })

  it('runs beside the call when asked to, and then names the call only', async () => {
    await world.call('+15551230007', {
      machineDetection: 'Enable',
      asyncAmd: 'true',
      asyncAmdStatusCallback: `${world.app.url}/amd`,
    })
    await world.advance(3)
    expect(world.app.at('/voice')).to.have.length(1)
    await world.advance(5)
    const { params } = world.app.at('/amd')[0] ?? { params: {} }
    expect(params).to.include({ AnsweredBy: 'machine_start', MachineDetectionDuration: '4000' })
    expect(params).not.to.have.any.keys('From', 'To')
  })

  it('knows a fax machine, and a person', async () => {
    world.sim.handset(ANA).script({ fax: true })
    world.sim.handset(BO).script({ human: true })
    for (const phone of [ANA, BO]) await world.call(phone, { machineDetection: 'Enable' })
    await world.advance(8)
    expect(world.told('/voice', 'AnsweredBy')).to.eql(['fax', 'human'])
  })

  it('breaks a rule when nobody is to hear of it', async () => {
    await world.call(ANA, { machineDetection: 'Enable', asyncAmd: 'true' })
    await world.client.conferences('room').participants.create({ from: OURS, to: BO, machineDetection: 'Enable' })
    expect(world.violations()).to.eql([
      '21262 MachineDetection on CreateCall without a status callback',
      '21262 MachineDetection on CreateParticipant without a status callback',
    ])
  })

  it('breaks a rule by names of the Calls API on a participant', async () => {
    const form = { From: OURS, To: ANA, AsyncAmd: 'true', AsyncAmdStatusCallback: world.app.url }
    await world.rest('Conferences/room/Participants.json', { form })
    expect(world.violations()).to.eql([
      "21263 'AsyncAmd' belongs to Calls, not to Participants",
      "21263 'AsyncAmdStatusCallback' belongs to Calls, not to Participants",
    ])
  })

  it('calls silence unknown', async () => {
    await world.call('+15551230006', { machineDetection: 'Enable' })
    await world.advance(8)
    expect(world.told('/voice', 'AnsweredBy')).to.eql(['unknown'])
  })
})
