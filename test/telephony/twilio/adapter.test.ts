import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { pino } from 'pino'
import type { Carrier } from '#telephony/carrier'
import { createTwilioCarrier, type TwilioTuning } from '#telephony/twilio/adapter'
import { CarrierClient } from '#telephony/twilio/client'
import {
  ACCOUNT,
  ACCOUNT_PATH,
  ANN,
  CALL,
  CannedCarrier,
  CREATED,
  callRecord,
  failureOf,
  memberRecord,
  OURS,
  PUBLIC_URL,
  page,
  RECORDING,
  RING,
  ROOM,
  refusal,
  roomRecord,
  SECRET,
  TEXT,
  TEXT_ORDER,
  TOKEN,
  textRecord,
} from '#test/canned-carrier'
import { contract } from '#test/contract'

describe('the carrier that speaks with Twilio', () => {
  let twilio: CannedCarrier
  let lines: string[]
  let now: number

  beforeEach(async () => {
    twilio = new CannedCarrier()
    lines = []
    now = 0
    await twilio.open()
  })

  afterEach(async function () {
    await twilio.close()
    const rules = contract()
    if (!rules) {
      console.warn(`the contract is not on this machine: requests of "${this.currentTest?.title}" are unchecked`)
      return
    }
    const orders = twilio.sent.filter(({ path }) => path.startsWith('/2010-04-01/'))
    const faults = orders.flatMap(({ method, path, params }) => [...rules.checkRequest(method, path, params)])
    expect(faults, 'requests against the contract').to.deep.equal([])
  })

  function carrier(tuning: TwilioTuning = {}): Carrier {
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
    return createTwilioCarrier({
      accountSid: ACCOUNT,
      authToken: TOKEN,
      apiBase: twilio.url,
      publicUrl: PUBLIC_URL,
      log,
      tuning: { maxRetryDelayMs: 1, now: () => now, ...tuning },
    })
  }

  it('is canned with what the contract allows', function () {
    const rules = contract()
    if (!rules) return this.skip()
    const answers = [
      ['POST', 'Calls', 201, callRecord()],
      ['POST', 'Messages', 201, textRecord()],
      ['GET', 'Calls', 200, page('Calls', [callRecord()])],
      ['GET', 'Messages', 200, page('Messages', [textRecord()])],
      ['GET', 'Conferences', 200, page('Conferences', [roomRecord()])],
      ['POST', `Conferences/${ROOM}/Participants/leg_1`, 200, memberRecord()],
    ] as const

    for (const [method, kind, status, body] of answers) {
      expect(rules.checkResponse(method, `${ACCOUNT_PATH}/${kind}.json`, status, body)).to.deep.equal([])
    }
  })

  describe('rings', () => {
    it('a phone, and names the leg in every webhook about it', async () => {
      twilio.replies(() => ({ status: 201, body: callRecord() }))

      expect(await carrier().ring(RING)).to.deep.equal({ carrierId: CALL, queuedMs: 1500 })

      const [sent] = twilio.sent
      expect([...(sent?.params ?? [])].sort()).to.deep.equal(
        [
          ['From', OURS],
          ['StatusCallback', `${PUBLIC_URL}/webhooks/twilio/voice/leg/status?leg=leg_1-A#rc=3&rp=all`],
          ['StatusCallbackEvent', 'answered'],
          ['StatusCallbackEvent', 'completed'],
          ['StatusCallbackEvent', 'initiated'],
          ['StatusCallbackEvent', 'ringing'],
          ['TimeLimit', '7200'],
          ['Timeout', '30'],
          ['To', ANN],
          ['Url', `${PUBLIC_URL}/webhooks/twilio/voice/leg?leg=leg_1-A#rc=2&rp=ct,5xx`],
        ].sort(),
      )
      expect(sent).to.include({ method: 'POST', path: `${ACCOUNT_PATH}/Calls.json` })
      expect(sent?.authorization).to.equal(`Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`)
    })

    it('through the configured base whatever region and edge the environment names', async () => {
      Object.assign(process.env, { TWILIO_REGION: 'ie1', TWILIO_EDGE: 'dublin' })
      try {
        twilio.replies(() => ({ status: 201, body: callRecord({ queue_time: null }) }))

        expect(await carrier().ring(RING)).to.deep.equal({ carrierId: CALL, queuedMs: 0 })
      } finally {
        delete process.env.TWILIO_REGION
        delete process.env.TWILIO_EDGE
      }
    })

    it('again when the carrier was too busy, and gives up after three more times', async () => {
      twilio.replies(() => (twilio.sent.length < 3 ? refusal(20429, 429) : { status: 201, body: callRecord() }))
      expect(await carrier().ring(RING)).to.include({ carrierId: CALL })
      expect(twilio.sent).to.have.length(3)

      twilio.replies(() => refusal(20429, 429))
      expect(await failureOf(carrier().ring(RING))).to.include({ failure: 'busy', code: 20429 })
      expect(twilio.sent).to.have.length(7)
    })

    it('not again when the outcome is unknown', async () => {
      twilio.replies(() => ({ status: 500 }))

      expect(await failureOf(carrier().ring(RING))).to.include({ failure: 'unknown' })
      expect(twilio.sent).to.have.length(1)
    })

    it('into the unknown when the answer names no call', async () => {
      twilio.replies(() => ({ status: 201, body: callRecord({ sid: null }) }))
      expect(await failureOf(carrier().ring(RING))).to.include({ failure: 'unknown' })

      twilio.replies(() => (outgoing) => outgoing.writeHead(201).end(`<html>${ANN}</html>`))
      expect(await failureOf(carrier().ring(RING))).to.include({ failure: 'unknown' })
    })
  })

  it('sends a text, and names it in every report about it', async () => {
    twilio.replies(() => ({ status: 201, body: textRecord() }))

    expect(await carrier().text(TEXT_ORDER)).to.deep.equal({ carrierId: TEXT, queuedMs: 0 })
    expect([...(twilio.sent[0]?.params ?? [])].sort()).to.deep.equal([
      ['Body', SECRET],
      ['From', OURS],
      ['StatusCallback', `${PUBLIC_URL}/webhooks/twilio/sms/status?text=text_1#rc=3&rp=all`],
      ['To', ANN],
    ])
  })

  describe('hangs up', () => {
    const wantedStates = () => twilio.sent.map(({ params }) => params.get('Status'))

    it('a leg in whatever state it is', async () => {
      twilio.replies(() => ({ status: 200, body: callRecord({ status: 'completed' }) }))

      await carrier().hangUp(CALL)

      expect(wantedStates()).to.deep.equal(['completed'])
      expect(twilio.sent[0]?.path).to.equal(`${ACCOUNT_PATH}/Calls/${CALL}.json`)
    })

    it('one that is over or unknown without an error', async () => {
      twilio.replies(() => refusal(21220))
      await carrier().hangUp(CALL)
      expect(wantedStates()).to.deep.equal(['completed', 'canceled'])

      twilio.replies(() => refusal(20404, 404))
      await carrier().hangUp(CALL)
      await carrier().hangUp('../Messages')
      expect(twilio.sent).to.have.length(3)
      expect(lines.filter((line) => line.includes('not_found'))).to.deep.equal([])
    })

    it('one that can only be cancelled', async () => {
      twilio.replies(({ params }) => {
        return params.get('Status') === 'completed' ? refusal(21220) : { status: 200, body: callRecord() }
      })

      await carrier().hangUp(CALL)

      expect(wantedStates()).to.deep.equal(['completed', 'canceled'])
    })

    it('and says so when it could not', async () => {
      twilio.replies(() => ({ status: 503 }))

      expect(await failureOf(carrier().hangUp(CALL))).to.include({ failure: 'unknown' })
    })
  })

  describe('changes how somebody is heard', () => {
    const UPDATED = 'Fri, 20 Nov 2026 10:00:07 +0000'

    it('by their name and the id of the room, and says when it was done', async () => {
      const rooms = [roomRecord({ sid: `CF${'2'.repeat(32)}`, status: 'completed' }), roomRecord()]
      twilio.replies(({ method }) => ({
        status: 200,
        body: method === 'GET' ? page('Conferences', rooms) : memberRecord({ muted: true, date_updated: UPDATED }),
      }))

      const done = await carrier().control('room-1', 'leg_1', { muted: true, onHold: false })
      await carrier().control('room-1', 'leg_1', { onHold: true })

      expect(done).to.deep.equal({ at: new Date(UPDATED) })
      const orders = twilio.sent.filter(({ method }) => method === 'POST')
      expect(orders.map(({ path }) => path)).to.deep.equal(
        Array(2).fill(`${ACCOUNT_PATH}/Conferences/${ROOM}/Participants/leg_1.json`),
      )
      expect(orders.map(({ params }) => [...params].sort())).to.deep.equal([
        [
          ['Hold', 'false'],
          ['Muted', 'true'],
        ],
        [['Hold', 'true']],
      ])
    })

    it('but nobody who is not in that room', async () => {
      twilio.replies(() => ({ status: 200, body: page('Conferences', [roomRecord({ status: 'completed' })]) }))
      expect(await failureOf(carrier().control('room-1', 'leg_1', { muted: true }))).to.include({
        failure: 'not_found',
      })

      twilio.replies(({ method }) => {
        return method === 'GET' ? { status: 200, body: page('Conferences', [roomRecord()]) } : refusal(20404, 404)
      })
      expect(await failureOf(carrier().control('room-1', 'leg_1', { muted: true }))).to.include({
        failure: 'not_found',
      })
    })
  })

  it('has something said to a room, and takes one that is over for told', async () => {
    twilio.replies(({ method }) => ({
      status: 200,
      body: method === 'GET' ? page('Conferences', [roomRecord()]) : roomRecord(),
    }))
    await carrier().announce('room-1', 'one_minute_left')
    const order = twilio.sent.at(-1)
    expect(order?.path).to.equal(`${ACCOUNT_PATH}/Conferences/${ROOM}.json`)
    expect([...(order?.params ?? [])].sort()).to.deep.equal([
      ['AnnounceMethod', 'POST'],
      ['AnnounceUrl', `${PUBLIC_URL}/webhooks/twilio/voice/announcement?say=one_minute_left#rc=2&rp=ct,5xx`],
    ])

    twilio.replies(({ method }) => {
      return method === 'GET' ? { status: 200, body: page('Conferences', [roomRecord()]) } : refusal(20404, 404)
    })
    await carrier().announce('room-1', 'one_minute_left')
  })

  describe('closes a room', () => {
    it('that is in progress or has one person waiting, and no other', async () => {
      const rooms = [
        roomRecord(),
        roomRecord({ sid: `CF${'1'.repeat(32)}`, status: 'init' }),
        roomRecord({ sid: `CF${'2'.repeat(32)}`, status: 'completed' }),
        roomRecord({ sid: `CF${'3'.repeat(32)}`, friendly_name: 'room-10' }),
      ]
      twilio.replies(({ method }) => ({
        status: 200,
        body: method === 'GET' ? page('Conferences', rooms) : roomRecord({ status: 'completed' }),
      }))

      await carrier().closeRoom('room-1')

      expect(twilio.sent[0]?.params.get('FriendlyName')).to.equal('room-1')
      expect(twilio.sent.slice(1).map(({ path }) => path)).to.have.members([
        `${ACCOUNT_PATH}/Conferences/${ROOM}.json`,
        `${ACCOUNT_PATH}/Conferences/CF${'1'.repeat(32)}.json`,
      ])
      expect(twilio.sent.slice(1).map(({ params }) => params.get('Status'))).to.deep.equal(['completed', 'completed'])
    })

    it('that is over or never began without an error', async () => {
      twilio.replies(({ method }) => {
        return method === 'GET' ? { status: 200, body: page('Conferences', [roomRecord()]) } : refusal(20404, 404)
      })
      await carrier().closeRoom('room-1')

      twilio.replies(() => ({ status: 200, body: page('Conferences', []) }))
      await carrier().closeRoom('room-1')
    })
  })

  describe('finds out what became of', () => {
    const since = new Date('2026-11-22T10:00:00.900Z')

    it('calls, those that wait in the queue as well, over several pages', async () => {
      const other = `CA${'e'.repeat(32)}`
      const old = callRecord({ sid: `CA${'f'.repeat(32)}`, date_created: 'Sun, 22 Nov 2026 09:59:59 +0000' })
      const later = callRecord({ sid: other, status: 'no-answer', date_created: 'Sun, 22 Nov 2026 10:00:07 +0000' })
      const next = `${ACCOUNT_PATH}/Calls.json?To=%2B15551230101&Page=1&PageToken=x`
      twilio.replies(({ params }) => {
        if (params.get('Status') === 'queued') return { status: 200, body: page('Calls', [callRecord(), old]) }
        if (params.has('Page')) return { status: 200, body: page('Calls', [later, callRecord()]) }
        return { status: 200, body: page('Calls', [callRecord()], next) }
      })

      expect(await carrier().callsTo(ANN, since)).to.deep.equal([
        { carrierId: other, from: OURS, to: ANN, status: 'no_answer', createdAt: new Date('2026-11-22T10:00:07Z') },
        { carrierId: CALL, from: OURS, to: ANN, status: 'queued', createdAt: new Date('2026-11-22T10:00:00Z') },
      ])
      expect(twilio.sent.map(({ params }) => params.get('To'))).to.deep.equal([ANN, ANN, ANN])
      expect(twilio.sent.map(({ params }) => params.get('StartTime>'))).to.include('2026-11-22T10:00:00Z')
    })

    it('texts, those that wait to be sent as well', async () => {
      const sent = textRecord({ sid: `SM${'1'.repeat(32)}`, status: 'sent', date_sent: CREATED })
      twilio.replies(({ params }) => {
        return { status: 200, body: page('Messages', params.has('DateSent>') ? [sent] : [textRecord(), sent]) }
      })

      const found = await carrier().textsTo(ANN, since)

      expect(found.map(({ status }) => status)).to.have.members(['sent', 'queued'])
      expect(inspect(found)).to.not.include(SECRET)
      expect(twilio.sent.map(({ params }) => params.get('DateSent>'))).to.have.members(['2026-11-22T10:00:00Z', null])
    })
  })

  describe('fetches a recording', () => {
    const RECORDING_PATH = `${ACCOUNT_PATH}/Recordings/${RECORDING}.wav`
    const WAV = Buffer.from('RIFF….WAVE')
    const wav = (outgoing: ServerResponse) => outgoing.writeHead(200, { 'content-type': 'audio/x-wav' }).end(WAV)
    const redirect = (location: string) => (outgoing: ServerResponse) => outgoing.writeHead(307, { location }).end()

    it('with our credentials', async () => {
      twilio.replies(() => wav)

      expect(await carrier().fetchRecording(RECORDING)).to.deep.equal({ contentType: 'audio/x-wav', bytes: WAV })
      expect(twilio.sent[0]).to.include({ method: 'GET', path: RECORDING_PATH })
      expect(twilio.sent[0]?.authorization).to.match(/^Basic /)
    })

    it('as sound, whatever it is called', async () => {
      twilio.replies(() => (outgoing) => outgoing.writeHead(200, { 'content-type': 'text/html' }).end(WAV))

      expect((await carrier().fetchRecording(RECORDING)).contentType).to.equal('audio/wav')
    })

    it('that is not there yet, or has no such name', async () => {
      twilio.replies(() => refusal(20404, 404))

      expect(await failureOf(carrier().fetchRecording(RECORDING))).to.include({ failure: 'not_found' })
      expect(await failureOf(carrier().fetchRecording('../../x'))).to.include({ failure: 'not_found' })
      expect(await failureOf(carrier().fetchRecording(`https://evil.test/${RECORDING}`))).to.include({
        failure: 'not_found',
      })
      expect(twilio.sent).to.have.length(1)
    })

    it('from where it is sent, over https and without our credentials', async () => {
      const asked: { url: string; headers: string }[] = []
      // The network in between: https://media.test is our own server.
      const fetch: typeof globalThis.fetch = (input, init) => {
        asked.push({ url: String(input), headers: JSON.stringify(init?.headers ?? {}) })
        return globalThis.fetch(String(input).replace('https://media.test', twilio.url), init)
      }
      twilio.replies(({ path }) => (path === RECORDING_PATH ? redirect('https://media.test/sound') : wav))
      const { bytes } = await carrier({ fetch }).fetchRecording(RECORDING)

      expect(bytes).to.deep.equal(WAV)
      expect(asked.map(({ url }) => new URL(url).host)).to.deep.equal([new URL(twilio.url).host, 'media.test'])
      expect(asked.map(({ headers }) => headers.includes('Basic'))).to.deep.equal([true, false])
    })

    it('from no address that is not safe', async () => {
      const addresses = [`${twilio.url}/plain`, 'https://user:pass@media.test/', 'file:///etc/passwd', 'http://[', '']
      for (const address of addresses) {
        twilio.replies(({ path }) => (path === RECORDING_PATH ? redirect(address) : wav))
        expect(await failureOf(carrier().fetchRecording(RECORDING)), address).to.include({ failure: 'denied' })
      }
      expect(twilio.sent.every(({ path }) => path === RECORDING_PATH)).to.equal(true)
    })

    it('from no further than one address away', async () => {
      const fetch: typeof globalThis.fetch = (input, init) => {
        return globalThis.fetch(String(input).replace(/^https:\/\/media\.test.*/, twilio.url + RECORDING_PATH), init)
      }
      twilio.replies(() => redirect('https://media.test/again'))

      expect(await failureOf(carrier({ fetch }).fetchRecording(RECORDING))).to.include({ failure: 'denied' })
      expect(twilio.sent).to.have.length(2)
    })

    it('that is too large, too slow or broken off, not', async () => {
      twilio.replies(() => wav)
      expect(await failureOf(carrier({ mediaBytes: 9 }).fetchRecording(RECORDING))).to.include({ failure: 'too_large' })

      twilio.replies(() => (outgoing) => outgoing.writeHead(200, { 'content-length': 99 }).write(WAV))
      const slow = carrier({ mediaTimeoutMs: 30 }).fetchRecording(RECORDING)
      expect(await failureOf(slow)).to.include({ failure: 'unknown' })

      twilio.replies(() => (outgoing) => outgoing.destroy())
      expect(await failureOf(carrier().fetchRecording(RECORDING))).to.include({ failure: 'unknown' })
    })

    it('and deletes it, once or twice', async () => {
      twilio.replies(() => (twilio.sent.length === 1 ? { status: 204 } : refusal(20404, 404)))

      await carrier().deleteRecording(RECORDING)
      await carrier().deleteRecording(RECORDING)

      expect(twilio.sent.map(({ method, path }) => [method, path])).to.deep.equal(
        Array(2).fill(['DELETE', `${ACCOUNT_PATH}/Recordings/${RECORDING}.json`]),
      )
    })
  })

  describe('tells nobody what was ordered, or with which token,', () => {
    const basic = Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')
    const secrets = [TOKEN, basic, 'Authorization', 'Basic ', SECRET, '471109', ANN, ANN.slice(1), OURS.slice(1)]

    /** The order fails, and neither the error nor the log says more than that. */
    async function failsQuietly(order: Promise<unknown>, failure: string): Promise<void> {
      const error = await failureOf(order)
      const log: string[] = []
      pino({}, { write: (line: string) => void log.push(line) }).error({ err: error }, 'order failed')
      const shown = [
        inspect(error, { depth: null, showHidden: true }),
        JSON.stringify(error),
        JSON.stringify(Object.getOwnPropertyDescriptors(error)),
        String(error.stack),
        ...log,
        ...lines,
      ]

      expect(error).to.include({ failure })
      expect(error.cause).to.equal(undefined)
      expect(lines.length).to.be.greaterThan(0)
      for (const secret of secrets) expect(shown.filter((text) => text.includes(secret))).to.deep.equal([])
    }

    it('when there is no answer in time', async function () {
      this.timeout(4000)
      twilio.replies(() => () => {})

      await failsQuietly(carrier({ timeoutMs: 30 }).text(TEXT_ORDER), 'unknown')
      await failsQuietly(carrier({ timeoutMs: 30 }).textsTo(ANN, new Date()), 'unknown')
    })

    it('when the connection is lost', async () => {
      twilio.replies(() => (outgoing) => outgoing.destroy())

      await failsQuietly(carrier().text(TEXT_ORDER), 'unknown')
    })

    it('when nobody listens there', async () => {
      await twilio.close()

      await failsQuietly(carrier().text(TEXT_ORDER), 'busy')
    })

    it('when the order is refused in words that quote it', async () => {
      twilio.replies(() => refusal(21610))

      await failsQuietly(carrier().text(TEXT_ORDER), 'refused')
    })

    it('when the answer cannot be read', async () => {
      twilio.replies(() => (outgoing) => outgoing.writeHead(200).end(`{"body": "${SECRET}", ${ANN}`))

      await failsQuietly(carrier().text(TEXT_ORDER), 'unknown')
    })

    it('when the answer is none to what was asked', async () => {
      twilio.replies(() => ({ status: 200, body: { calls: ANN, messages: SECRET } }))

      expect(inspect(await failureOf(carrier().callsTo(ANN, new Date())))).to.not.include(ANN)
      expect(await failureOf(carrier().textsTo(ANN, new Date()))).to.include({ failure: 'unknown' })
    })

    it('nor by being looked at', async () => {
      twilio.replies(() => ({ status: 201, body: textRecord() }))
      const client = new CarrierClient({ apiBase: twilio.url })
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const order = { method: 'post', uri: `${twilio.url}${ACCOUNT_PATH}/Messages.json`, headers } as const
      await client.request({ ...order, username: ACCOUNT, password: TOKEN, data: { To: ANN, Body: SECRET } })

      const shown = [carrier(), client].map((one) => inspect(one, { depth: null, showHidden: true }))
      for (const secret of [TOKEN, basic, SECRET, ANN]) {
        expect(shown.filter((text) => text.includes(secret))).to.deep.equal([])
      }
    })
  })

  describe('leaves a carrier alone that does not answer', () => {
    async function fail(ann: Carrier, times: number): Promise<void> {
      twilio.replies(() => ({ status: 503 }))
      for (let time = 0; time < times; time += 1) await failureOf(ann.ring(RING))
    }

    it('five times in a row: orders are refused at once for ten seconds', async () => {
      const ann = carrier()
      await fail(ann, 5)

      now += 9_999
      const error = await failureOf(ann.ring(RING))

      expect(error).to.include({ failure: 'busy', code: null })
      expect(twilio.sent).to.have.length(5)
    })

    it('then lets one order through, and all after it once that went well', async () => {
      const ann = carrier()
      await fail(ann, 5)
      now += 10_000
      const held: ServerResponse[] = []
      const asked = new Promise<void>((resolve) => {
        twilio.replies(() => (outgoing) => {
          held.push(outgoing)
          resolve()
        })
      })

      const probe = ann.ring(RING)
      await asked
      expect(await failureOf(ann.ring(RING))).to.include({ failure: 'busy' })
      held[0]?.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(callRecord()))
      await probe

      twilio.replies(() => ({ status: 201, body: callRecord() }))
      await Promise.all([ann.ring(RING), ann.ring(RING)])
      expect(twilio.sent).to.have.length(8)
    })

    it('for ten more seconds when that one fails as well', async () => {
      const ann = carrier()
      await fail(ann, 5)
      now += 10_000
      await fail(ann, 1)

      now += 9_999
      await fail(ann, 1)
      expect(twilio.sent).to.have.length(6)

      now += 1
      await fail(ann, 1)
      expect(twilio.sent).to.have.length(7)
    })

    it('but not after four failures, nor when they are far apart, nor when something else was answered', async () => {
      const ann = carrier()
      await fail(ann, 4)
      twilio.replies(() => refusal(21211))
      await failureOf(ann.ring(RING))
      await fail(ann, 4)
      now += 30_000
      await fail(ann, 4)

      expect(twilio.sent).to.have.length(13)
    })

    it('nor because of one order that was refused five times', async () => {
      const ann = carrier()
      twilio.replies(() => refusal(21211))
      for (let time = 0; time < 6; time += 1) {
        expect(await failureOf(ann.ring(RING))).to.include({ failure: 'refused', code: 21211 })
      }
      expect(twilio.sent).to.have.length(6)
    })
  })
})
