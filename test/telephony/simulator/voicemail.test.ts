import { expect } from 'chai'
import { ACCOUNT, ANA, BO, OURS, openWorld, response, TOKEN, type World } from './world.ts'

describe('a person who calls our number', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.sim.configureNumber(OURS, {
      voiceUrl: `${world.app.url}/incoming`,
      statusCallback: `${world.app.url}/number-status`,
    })
    world.app.on('/incoming', response('<Say>Leave a message.</Say>', RECORD))
    world.app.on('/recorded', response('<Hangup/>'))
  })
  afterEach(() => world.close())

  const RECORD =
    '<Record maxLength="110" transcribe="true" action="/recorded" recordingStatusCallback="/recording" transcribeCallback="/transcript"/>'

  const leave = (seconds: number, ...after: readonly { readonly hangUp?: true; readonly press?: string }[]) => {
    const steps = [{ leaveVoicemail: { seconds, text: 'Call me back' } }, ...after]
    return world.sim.handset(ANA).dial(OURS, { steps })
  }

  it('leaves a message, hangs up, and the recording and its text follow', async () => {
    const sid = leave(8, { hangUp: true })
    await world.advance(60)

    expect(world.app.at('/incoming')[0]?.params).to.include({
      CallStatus: 'ringing',
      Direction: 'inbound',
      From: ANA,
      To: OURS,
    })
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Leave a message.', 'beep'])
    expect(world.app.at('/recorded')[0]?.params).to.include({ CallSid: sid, Digits: 'hangup', RecordingDuration: '8' })
    expect(world.app.at('/recording')[0]?.params).to.include({
      RecordingStatus: 'completed',
      RecordingDuration: '8',
      RecordingSource: 'RecordVerb',
      RecordingChannels: '1',
    })
    expect(world.app.at('/transcript')[0]?.params).to.include({
      TranscriptionStatus: 'completed',
      TranscriptionText: 'Call me back',
    })
    expect(world.told('/number-status', 'CallStatus')).to.eql(['completed'])
    const [transcription] = await world.client.transcriptions.list()
    expect(transcription?.transcriptionText).to.equal('Call me back')
  })

  it('ends a message with a key, or with silence', async () => {
    leave(4, { press: '#' })
    await world.advance(10)
    leave(4)
    await world.advance(20)
    expect(world.told('/recorded', 'Digits')).to.eql(['#', ''])
    expect(world.told('/recorded', 'RecordingDuration')).to.eql(['4', '4'])
  })

  it('is cut at the greatest length', async () => {
    leave(300)
    await world.advance(200)
    expect(world.told('/recorded', 'RecordingDuration')).to.eql(['110'])
  })

  it('leaves an absent recording when nothing is said, and no action is asked', async () => {
    world.app.on(
      '/incoming',
      response(RECORD.replace('action', 'recordingStatusCallbackEvent="completed absent" action')),
    )
    world.sim.handset(ANA).dial(OURS)
    await world.advance(30)
    expect(world.app.at('/recorded')).to.eql([])
    expect(world.told('/recording', 'RecordingStatus')).to.eql(['absent'])
    expect(world.sim.handset(ANA).calls[0]?.status).to.equal('completed')
  })

  it('is never transcribed when it is too short', async () => {
    leave(2, { hangUp: true })
    await world.advance(300)
    expect(world.app.at('/recorded')).to.have.length(1)
    expect(world.app.at('/transcript')).to.eql([])
  })

  it('may be transcribed badly, or never', async () => {
    world.sim.faults.transcriptions('failed')
    leave(8, { hangUp: true })
    await world.advance(60)
    world.sim.faults.transcriptions('never')
    leave(8, { hangUp: true })
    await world.advance(600)
    expect(world.told('/transcript', 'TranscriptionStatus')).to.eql(['failed'])
  })

  it('asks the current document again when a Record has no action', async () => {
    world.app.on('/incoming', ({ params }) => response(params.RecordingUrl ? '<Say>Got it</Say>' : '<Record/>'))
    leave(3, { press: '#' })
    await world.advance(20)
    expect(world.app.at('/incoming')).to.have.length(2)
    expect(world.sim.handset(ANA).heard.at(-1)?.words).to.equal('Got it')
  })

  it('makes a sound that can be fetched, behind basic auth, of the right length', async () => {
    leave(8, { hangUp: true })
    await world.advance(60)
    const [recording] = await world.client.recordings.list()
    const wav = await world.rest(`Recordings/${recording?.sid}.wav`)
    const bytes = Buffer.from(await wav.arrayBuffer())
    const mp3 = Buffer.from(await (await world.rest(`Recordings/${recording?.sid}.mp3`)).arrayBuffer())
    const bare = await world.rest(`Recordings/${recording?.sid}`)

    expect(wav.headers.get('content-type')).to.equal('audio/x-wav')
    expect([bytes.toString('ascii', 0, 4), bytes.toString('ascii', 8, 12)]).to.eql(['RIFF', 'WAVE'])
    expect(bytes.readUInt32LE(24)).to.equal(8000)
    expect(bytes.readUInt32LE(40)).to.equal(8 * 8000 * 2)
    expect(bytes.length).to.equal(44 + 8 * 8000 * 2)
    expect([mp3[0], mp3[1]]).to.eql([0xff, 0xfb])
    expect(mp3.length % 417).to.equal(0)
    expect((mp3.length / 417) * (1152 / 44_100)).to.be.closeTo(8, 0.05)
    expect(bare.headers.get('content-type')).to.equal('audio/x-wav')
    expect((await world.rest(`Recordings/${recording?.sid}.wav`, { auth: null })).status).to.equal(401)
    expect((await fetch(String(recording?.mediaUrl), basic())).status).to.equal(200)
    await world.client.recordings(recording?.sid ?? '').remove()
    expect((await world.rest(`Recordings/${recording?.sid}.wav`)).status).to.equal(404)
  })

  it('cannot be fetched at once, and later still when the switch says so', async () => {
    world.sim.faults.recordings({ missingForSeconds: 30 })
    leave(3, { press: '#' })
    await world.advance(15)
    const url = world.app.at('/recorded')[0]?.params.RecordingUrl ?? ''
    expect(url.startsWith(world.sim.url)).to.equal(true)
    expect((await fetch(url, basic())).status).to.equal(404)
    await world.advance(31)
    expect((await fetch(url, basic())).status).to.equal(200)
  })

  it('types a code and is let through, wrong keys first', async () => {
    world.app.on(
      '/incoming',
      response('<Gather numDigits="6" finishOnKey="#" action="/code"><Say>Your code?</Say></Gather>'),
    )
    world.app.on('/code', ({ params }) => {
      return response(params.Digits === '204417' ? '<Say>Welcome</Say>' : '<Redirect>/incoming</Redirect>')
    })
    world.sim.handset(ANA).dial(OURS, { steps: [{ press: '111#' }, { press: '204417' }] })
    await world.advance(30)
    expect(world.told('/code', 'Digits')).to.eql(['111', '204417'])
    expect(world.sim.handset(ANA).heard.at(-1)?.words).to.equal('Welcome')
  })

  it('presses in vain while nothing listens', async () => {
    world.app.on('/incoming', response('<Say>Just listen to this for quite a while</Say>'))
    world.sim.handset(ANA).dial(OURS, { steps: [{ wait: 1, pressAnyway: '1' }] })
    await world.advance(10)
    const sid = world.sim.handset(ANA).calls[0]?.sid ?? ''
    expect(world.sim.timeline(sid).map(({ what }) => what)).to.include('digits lost')
  })

  it('falls through a Gather that hears nothing, unless empty results count', async () => {
    const gather = (attributes: string) => `<Gather timeout="3" action="/code" ${attributes}/>`
    world.app.on('/incoming', response(gather(''), '<Say>Nothing?</Say>', gather('actionOnEmptyResult="true"')))
    world.app.on('/code', response('<Hangup/>'))
    world.sim.handset(ANA).dial(OURS)
    await world.advance(20)
    expect(world.told('/code', 'Digits')).to.eql([''])
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Nothing?'])
  })

  it('says something to a Gather for speech', async () => {
    world.app.on('/incoming', response('<Gather input="speech" action="/code"/>'))
    world.app.on('/code', response('<Hangup/>'))
    world.sim.handset(ANA).dial(OURS, { steps: [{ wait: 1, speak: { seconds: 1, text: 'call Bo' } }] })
    await world.advance(20)
    expect(world.told('/code', 'SpeechResult')).to.eql(['call Bo'])
  })

  it('says more than one thing to a Gather that waits for it, and is followed word by word', async () => {
    const gather = '<Gather input="speech" speechTimeout="3" partialResultCallback="/partial" action="/code"/>'
    world.app.on('/incoming', response(gather))
    world.app.on('/code', response('<Hangup/>'))
    const say = (text: string) => ({ wait: 1, speak: { seconds: 1, text } })
    world.sim.handset(ANA).dial(OURS, { steps: [say('call'), say('Bo')] })
    await world.advance(20)
    expect(world.told('/code', 'SpeechResult')).to.eql(['call Bo'])
    expect(world.told('/partial', 'UnstableSpeechResult')).to.eql(['call', 'call Bo'])
    expect(world.told('/partial', 'SequenceNumber')).to.eql(['0', '1'])
  })

  it('hears a prompt to its end when keys may not barge in', async () => {
    const prompt = '<Say>This takes about three seconds to be said.</Say>'
    world.app.on('/incoming', response(`<Gather numDigits="1" bargeIn="false" action="/code">${prompt}</Gather>`))
    world.app.on('/code', response('<Hangup/>'))
    world.sim.handset(ANA).dial(OURS, { steps: [{ press: '1' }] })
    await world.advance(2)
    expect(world.app.at('/code')).to.eql([])
    await world.advance(2)
    expect(world.told('/code', 'Digits')).to.eql(['1'])
  })

  for (const [reason, status, code] of [
    ['busy', 'busy', '486'],
    ['rejected', 'no-answer', '603'],
  ] as const) {
    it(`is turned away by Reject as ${reason}, unanswered`, async () => {
      world.app.on('/incoming', response(`<Reject reason="${reason}"/>`))
      world.sim.handset(ANA).dial(OURS)
      await world.advance(5)
      const [call] = world.sim.calls()
      expect([call?.status, call?.answeredAt]).to.eql([status, null])
      expect(world.told('/number-status', 'SipResponseCode')).to.eql([code])
    })
  }

  it('is put through to the first of two phones that answers', async () => {
    world.app.on(
      '/incoming',
      response(
        '<Dial action="/after" timeout="20"><Number statusCallback="/leg">+15551230003</Number>',
        `<Number>${BO}</Number></Dial>`,
      ),
    )
    world.app.on('/after', response('<Hangup/>'))
    world.sim.handset(BO).script({ steps: [{ wait: 10, hangUp: true }] })
    world.sim.handset(ANA).dial(OURS)
    await world.advance(30)

    expect(world.app.at('/after')[0]?.params).to.include({
      DialCallStatus: 'completed',
      DialCallDuration: '10',
      DialBridged: 'true',
    })
    expect(world.told('/leg', 'CallStatus')).to.eql(['canceled'])
    const legs = world.sim.calls().filter(({ direction }) => direction === 'outbound-dial')
    expect(legs.map(({ status }) => status)).to.eql(['canceled', 'completed'])
  })

  it('is recorded while put through, when the Dial says so', async () => {
    const dial = '<Dial action="/after" record="record-from-answer" recordingStatusCallback="/recording">'
    world.app.on('/incoming', response(`${dial}<Number url="/whisper">${BO}</Number></Dial>`))
    world.app.on('/whisper', response('<Say>A call from Ana</Say>'))
    world.app.on('/after', response('<Hangup/>'))
    world.sim.handset(ANA).dial(OURS, { steps: [{ wait: 20, hangUp: true }] })
    await world.advance(30)

    expect(world.sim.handset(BO).heard.map(({ words }) => words)).to.eql(['A call from Ana'])
    expect(world.app.at('/recording')[0]?.params).to.include({ RecordingSource: 'DialVerb' })
    expect(world.app.at('/after')[0]?.params).to.include({ DialCallStatus: 'completed', CallStatus: 'completed' })
    expect(world.sim.calls().map(({ status }) => status)).to.eql(['completed', 'completed'])
  })

  it('leaves who was dialled with a star, and goes on', async () => {
    world.app.on('/incoming', response(`<Dial hangupOnStar="true"><Number>${BO}</Number></Dial><Say>Next?</Say>`))
    world.sim.handset(ANA).dial(OURS, { steps: [{ wait: 9, pressAnyway: '*' }] })
    await world.advance(20)
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Next?'])
    expect(world.sim.handset(BO).calls[0]?.status).to.equal('completed')
  })

  it('hears that nobody answers', async () => {
    world.app.on('/incoming', response('<Dial timeout="10" action="/after"><Number>+15551230003</Number></Dial>'))
    world.app.on('/after', response('<Say>Nobody there</Say>'))
    world.sim.handset(ANA).dial(OURS)
    await world.advance(30)
    expect(world.told('/after', 'DialCallStatus')).to.eql(['no-answer'])
  })

  function basic(): RequestInit {
    return { headers: { authorization: `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}` } }
  }
})
