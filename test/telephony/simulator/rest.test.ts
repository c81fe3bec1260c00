import { expect } from 'chai'
import { ANA, BO, OURS, openWorld, response, type World } from './world.ts'

describe('the REST API', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.app.on('/voice', response('<Hangup/>'))
  })
  afterEach(() => world.close())

  for (const [who, auth] of [
    ['nobody', null],
    ['a wrong token', `AC${'0123456789abcdef'.repeat(2)}:wrong`],
    ['another account', `AC${'f'.repeat(32)}:a-token-for-tests`],
  ] as const) {
    it(`turns away ${who}`, async () => {
      const answer = await world.rest('Calls.json', { auth })
      expect([answer.status, ((await answer.json()) as { code: number }).code]).to.eql([401, 20003])
    })
  }

  it('shows nobody the calls of another account', async () => {
    const answer = await world.rest(`../${`AC${'f'.repeat(32)}`}/Calls.json`)
    expect(answer.status).to.equal(401)
  })

  it('answers in the shape of Twilio when there is nothing', async () => {
    const answer = await world.rest(`Calls/CA${'0'.repeat(32)}.json`)
    expect(answer.status).to.equal(404)
    expect(await answer.json()).to.include({
      code: 20404,
      status: 404,
      more_info: 'https://www.twilio.com/docs/errors/20404',
    })
    expect((await world.rest('Nonsense.json')).status).to.equal(404)
  })

  it('walks through pages by relative addresses, undisturbed by new calls', async () => {
    for (const to of [ANA, BO, ANA, BO, ANA]) await world.call(to)
    const first = (await (await world.rest('Calls.json?PageSize=2')).json()) as {
      next_page_uri: string
      calls: unknown[]
    }
    await world.call(BO)
    const second = (await (await world.rest(first.next_page_uri.replace(/^.*\/(Calls\.json)/, '$1'))).json()) as {
      calls: { sid: string }[]
    }

    expect(first.next_page_uri).to.match(/^\/2010-04-01\//)
    const all = await world.client.calls.list({ pageSize: 2 })
    expect(all).to.have.length(6)
    expect(new Set(all.map(({ sid }) => sid)).size).to.equal(6)
    expect(second.calls.map(({ sid }) => sid)).to.eql(all.slice(3, 5).map(({ sid }) => sid))
  })

  it('finds calls by number, status and time', async () => {
    await world.call(ANA)
    await world.advance(60)
    const since = world.sim.clock.now()
    await world.call(ANA)
    await world.call(BO)
    await world.sim.settle()

    expect(await world.client.calls.list({ to: ANA })).to.have.length(2)
    expect(await world.client.calls.list({ to: ANA, from: OURS, startTimeAfter: since })).to.have.length(1)
    expect(await world.client.calls.list({ startTimeBefore: new Date(since.getTime() - 30_000) })).to.have.length(1)
    expect(await world.client.calls.list({ status: 'completed' })).to.have.length(1)
    expect(world.sim.violations()).to.eql([])
  })

  it('ignores a parameter it does not know, and keeps it as a violation', async () => {
    const answer = await world.rest('Messages.json', { form: { To: ANA, From: OURS, Body: 'x', Colour: 'red' } })
    expect(answer.status).to.equal(201)
    expect(world.violations()).to.eql(["unknown parameter 'Colour' on CreateMessage"])
  })

  for (const [form, code] of [
    [{ From: OURS, Url: 'http://127.0.0.1/' }, 21201],
    [{ To: ANA, Url: 'http://127.0.0.1/' }, 21213],
    [{ To: ANA, From: OURS }, 21205],
    [{ To: ANA, From: '+15559999999', Url: 'http://127.0.0.1/' }, 21210],
    [{ To: '+15005550001', From: OURS, Url: 'http://127.0.0.1/' }, 21211],
    [{ To: '+15005550002', From: OURS, Url: 'http://127.0.0.1/' }, 21214],
    [{ To: '+15005550003', From: OURS, Url: 'http://127.0.0.1/' }, 21215],
  ] as const) {
    it(`refuses a call ${JSON.stringify(form)} with ${code}`, async () => {
      const answer = await world.rest('Calls.json', { form })
      expect([answer.status, ((await answer.json()) as { code: number }).code]).to.eql([400, code])
      expect(world.sim.calls()).to.eql([])
    })
  }

  it('shows and changes the account and its numbers', async () => {
    const [number] = await world.client.incomingPhoneNumbers.list({ phoneNumber: OURS })
    const changed = await world.client.incomingPhoneNumbers(number?.sid ?? '').update({
      voiceUrl: `${world.app.url}/voice`,
      smsUrl: `${world.app.url}/sms`,
    })
    const bought = await world.client.incomingPhoneNumbers.create({ phoneNumber: '+15550000009' })
    world.sim.handset(ANA).dial(OURS)
    await world.advance(5)

    expect(changed.voiceUrl).to.equal(`${world.app.url}/voice`)
    expect(world.app.at('/voice')).to.have.length(1)
    await world.client.incomingPhoneNumbers(bought.sid).remove()
    expect(await world.client.incomingPhoneNumbers.list()).to.have.length(1)
    expect((await world.client.api.v2010.accounts(world.client.accountSid).fetch()).status).to.equal('active')
  })

  it('records a call that is up, and lists what it recorded', async () => {
    world.app.on('/voice', response('<Pause length="60"/>'))
    const { sid } = await world.call(ANA)
    await world.advance(3)
    const recordings = world.client.calls(sid).recordings
    await recordings.create({ recordingStatusCallback: `${world.app.url}/recording` })
    await world.advance(10)
    expect((await recordings('Twilio.CURRENT').update({ status: 'stopped' })).duration).to.equal('10')
    await world.advance(2)

    const [recording] = await recordings.list()
    expect((await recordings(recording?.sid ?? '').fetch()).status).to.equal('completed')
    expect(world.told('/recording', 'RecordingDuration')).to.eql(['10'])
    await recordings(recording?.sid ?? '').remove()
    expect(await recordings.list()).to.eql([])
  })

  it('forgets the sound of what it deletes, and keeps the facts for forty days for who asks', async () => {
    world.app.on('/voice', response('<Pause length="5"/>'))
    await world.call(ANA, { record: true, recordingChannels: 'dual' })
    await world.advance(10)
    const [recording] = await world.client.recordings.list()
    const sid = recording?.sid ?? ''
    expect(recording?.channels).to.equal(2)
    await world.client.recordings(sid).remove()

    const found = async (query: string) => {
      const list = (await (await world.rest(`Recordings.json${query}`)).json()) as { recordings: { status: string }[] }
      const { status } = await world.rest(`Recordings/${sid}.json${query}`)
      return [list.recordings.map((one) => one.status), status]
    }
    expect(await found('')).to.eql([[], 404])
    expect(await found('?IncludeSoftDeleted=false')).to.eql([[], 404])
    expect(await found('?IncludeSoftDeleted=true')).to.eql([['deleted'], 200])
    expect((await world.rest(`Recordings/${sid}.wav`)).status).to.equal(404)
    expect(world.sim.recordings()).to.eql([])
    await world.advance(41 * 86_400)
    expect(await found('?IncludeSoftDeleted=true')).to.eql([[], 404])
  })

  it('pauses a recording, with silence or without', async () => {
    world.app.on('/voice', response('<Pause length="120"/>'))
    const { sid } = await world.call(ANA)
    await world.advance(3)
    for (const pauseBehavior of ['skip', 'silence']) {
      const recordings = world.client.calls(sid).recordings
      await recordings.create({ recordingChannels: 'dual' })
      await world.advance(5)
      expect((await recordings('Twilio.CURRENT').update({ status: 'paused', pauseBehavior })).status).to.equal('paused')
      await world.advance(10)
      await recordings('Twilio.CURRENT').update({ status: 'in-progress' })
      await world.advance(5)
      await recordings('Twilio.CURRENT').update({ status: 'stopped' })
    }
    await world.advance(2)
    const recorded = await world.client.calls(sid).recordings.list()
    expect(recorded.map(({ duration }) => duration)).to.eql(['20', '10'])
    const wav = Buffer.from(await (await world.rest(`Recordings/${recorded[1]?.sid}.wav`)).arrayBuffer())
    expect([wav.readUInt16LE(22), wav.readUInt32LE(28), wav.readUInt32LE(40)]).to.eql([2, 32_000, 10 * 32_000])
  })

  it('pages through its numbers', async () => {
    for (let line = 1; line <= 6; line++) {
      await world.client.incomingPhoneNumbers.create(
        line > 3 ? { areaCode: '415' } : { phoneNumber: `+1555100000${line}` },
      )
    }
    const all = await world.client.incomingPhoneNumbers.list({ pageSize: 3 })
    expect(new Set(all.map(({ phoneNumber }) => phoneNumber)).size).to.equal(7)
    expect(all.filter(({ phoneNumber }) => phoneNumber.startsWith('+1415'))).to.have.length(3)
    const first = (await (await world.rest('IncomingPhoneNumbers.json?PageSize=3')).json()) as Record<string, unknown>
    expect([first.page, first.start, first.end, first.previous_page_uri]).to.eql([0, 0, 2, null])
    expect(await world.client.incomingPhoneNumbers.list({ beta: true })).to.eql([])
  })

  it('keeps what it is told of a number, and refuses what is no address', async () => {
    const [number] = await world.client.incomingPhoneNumbers.list()
    const one = world.client.incomingPhoneNumbers(number?.sid ?? '')
    const applicationSid = `AP${'0'.repeat(32)}`
    const changed = await one.update({ voiceCallerIdLookup: true, smsApplicationSid: applicationSid })
    expect([changed.voiceCallerIdLookup, changed.smsApplicationSid]).to.eql([true, applicationSid])
    const form = { VoiceUrl: 'not a url' }
    const refused = await world.rest(`IncomingPhoneNumbers/${number?.sid}.json`, { form })
    expect(((await refused.json()) as { code: number }).code).to.equal(21402)
    expect(world.violations()).to.have.length(1)
  })

  for (const [form, code] of [
    [{ PhoneNumber: '+15005550000' }, 21422],
    [{ PhoneNumber: '+15005550001' }, 21421],
    [{ PhoneNumber: OURS }, 21422],
    [{ AreaCode: '1' }, 21451],
    [{}, 21451],
  ] as const) {
    it(`sells no number for ${JSON.stringify(form)}: ${code}`, async () => {
      const answer = await world.rest('IncomingPhoneNumbers.json', { form })
      expect(((await answer.json()) as { code: number }).code).to.equal(code)
    })
  }

  it('answers 404 to a path that cannot be read, and 413 to too much', async () => {
    expect((await world.rest('Conferences/%zz.json')).status).to.equal(404)
    const body = 'x'.repeat(1_100_000)
    const large = await world.rest('Messages.json', { form: { To: ANA, From: OURS, Body: body } }).catch(() => null)
    expect(large?.status ?? 413).to.equal(413)
    expect(world.sim.messages()).to.eql([])
  })

  it('deletes what is over, and only that', async () => {
    const { sid } = await world.call(ANA)
    const early = await world.client
      .calls(sid)
      .remove()
      .catch((error: { status: number }) => error.status)
    await world.advance(5)
    await world.client.calls(sid).remove()
    expect(early).to.equal(400)
    expect(await world.client.calls.list()).to.eql([])
  })
})
