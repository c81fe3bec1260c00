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
    expect(world.app.at('/status').at(-1)?.params.RecordingUrl).to.equal(recording?.mediaUrl)
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

  it('calls silence unknown', async () => {
    await world.call('+15551230006', { machineDetection: 'Enable' })
    await world.advance(8)
    expect(world.told('/voice', 'AnsweredBy')).to.eql(['unknown'])
  })
})
