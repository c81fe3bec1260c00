import { expect } from 'chai'
import type { Carrier } from '#telephony/carrier'
import { createTwilioCarrier } from '#telephony/twilio/adapter'
import {
  ACCOUNT,
  ACCOUNT_PATH,
  ANN,
  CALL,
  CannedCarrier,
  CREATED,
  callRecord,
  failureOf,
  OURS,
  PUBLIC_URL,
  page,
  RECORDING,
  ROOM,
  refusal,
  roomRecord,
  SECRET,
  TEXT,
  TOKEN,
  textRecord,
} from '#test/canned-carrier'
import { memberRecord, recordingRecord, TRANSCRIPTION, transcriptionRecord } from '#test/canned-lists'
import { contract } from '#test/contract'

describe('what the carrier that speaks with Twilio remembers', () => {
  const since = new Date('2026-11-22T10:00:00.900Z')
  const until = new Date('2026-11-22T11:00:00Z')
  const created = new Date('2026-11-22T10:00:00Z')
  const LATER = 'Sun, 22 Nov 2026 10:00:07 +0000'
  const BEFORE = 'Sun, 22 Nov 2026 09:59:59 +0000'
  const nth = (kind: string, digit: number) => kind + String(digit).repeat(32)
  let twilio: CannedCarrier
  let carrier: Carrier

  beforeEach(async () => {
    twilio = new CannedCarrier()
    await twilio.open()
    carrier = createTwilioCarrier({
      accountSid: ACCOUNT,
      authToken: TOKEN,
      apiBase: twilio.url,
      publicUrl: PUBLIC_URL,
      tuning: { maxRetryDelayMs: 1 },
    })
  })

  afterEach(async () => {
    await twilio.close()
    const rules = contract()
    const faults = twilio.sent.flatMap(({ method, path, params }) => [
      ...(rules?.checkRequest(method, path, params) ?? []),
    ])
    expect(faults, 'requests against the contract').to.deep.equal([])
  })

  const asked = (name: string) => twilio.sent.map(({ params }) => params.get(name))
  const paths = () => twilio.sent.map(({ method, path }) => `${method} ${path.replace(`${ACCOUNT_PATH}/`, '')}`)

  it('is canned with what the contract allows', function () {
    const rules = contract()
    if (!rules) return this.skip()
    const answers = [
      ['Recordings', page('Recordings', [recordingRecord()])],
      [`Conferences/${ROOM}/Participants`, page('Participants', [memberRecord()])],
      [`Recordings/${RECORDING}/Transcriptions`, page('Transcriptions', [transcriptionRecord()])],
    ] as const
    for (const [path, body] of answers) {
      expect(rules.checkResponse('GET', `${ACCOUNT_PATH}/${path}.json`, 200, body)).to.deep.equal([])
    }
  })

  describe('of calls:', () => {
    it('those that ended since a moment, to the second, over several pages, each once, the latest first', async () => {
      const next = `${ACCOUNT_PATH}/Calls.json?EndTime%3E=2026-11-22T10%3A00%3A00Z&Page=1&PageToken=x`
      const ended = callRecord({ status: 'completed', date_created: BEFORE, end_time: CREATED })
      const later = callRecord({ sid: nth('CA', 1), status: 'no-answer', end_time: LATER })
      const old = callRecord({ sid: nth('CA', 2), status: 'completed', end_time: BEFORE })
      const live = callRecord({ sid: nth('CA', 3), status: 'in-progress', end_time: null })
      twilio.replies(({ params }) => ({
        status: 200,
        body: params.has('Page') ? page('Calls', [ended, old, live]) : page('Calls', [later, ended], next),
      }))

      expect(await carrier.callsEndedSince(since)).to.deep.equal([
        {
          carrierId: nth('CA', 1),
          from: OURS,
          to: ANN,
          status: 'no_answer',
          createdAt: created,
          endedAt: new Date('2026-11-22T10:00:07Z'),
        },
        {
          carrierId: CALL,
          from: OURS,
          to: ANN,
          status: 'completed',
          createdAt: new Date('2026-11-22T09:59:59Z'),
          endedAt: created,
        },
      ])
      expect(asked('EndTime>')).to.deep.equal(['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z'])
      expect(asked('EndTime<')).to.deep.equal([null, null])
    })

    it('no more than are wanted, and none after a moment', async () => {
      const next = `${ACCOUNT_PATH}/Calls.json?Page=1`
      const calls = [1, 2, 3].map((digit) => callRecord({ sid: nth('CA', digit), end_time: CREATED }))
      twilio.replies(() => ({ status: 200, body: page('Calls', calls, next) }))

      expect(await carrier.callsEndedSince(since, { until, most: 2 })).to.have.length(2)
      expect(asked('EndTime<')).to.deep.equal(['2026-11-22T11:00:00Z'])
      expect(asked('PageSize')).to.deep.equal(['2'])
    })

    it('those that are not over, one state after the other, so that none slips through between two lists', async () => {
      const moving = (status: string) => callRecord({ status })
      twilio.replies(({ params }) => {
        const status = params.get('Status') ?? ''
        const other = callRecord({ sid: nth('CA', 1), status: 'in-progress' })
        return {
          status: 200,
          body: page('Calls', status === 'in-progress' ? [moving(status), other] : [moving(status)]),
        }
      })

      const now = await carrier.callsNow()

      expect(asked('Status')).to.deep.equal(['queued', 'ringing', 'in-progress'])
      expect(now.map(({ carrierId, status }) => [carrierId, status])).to.deep.equal([
        [CALL, 'in_progress'],
        [nth('CA', 1), 'in_progress'],
      ])
    })
  })

  describe('of texts:', () => {
    it('those in and out since a moment, with what became of them', async () => {
      const failed = { status: 'undelivered', error_code: 30003, date_sent: LATER }
      const inbound = { sid: nth('MM', 1), direction: 'inbound', from: ANN, to: OURS, status: 'received' }
      const found = [
        textRecord({ ...failed, date_created: BEFORE }),
        textRecord({ ...inbound, body: 'Hi', num_media: '2', date_sent: CREATED }),
        textRecord({ sid: nth('SM', 2), status: 'sent', date_sent: BEFORE }),
      ]
      twilio.replies(({ params }) => ({ status: 200, body: page('Messages', params.has('DateSent>') ? found : []) }))

      expect(await carrier.textsSince(since)).to.deep.equal([
        {
          carrierId: TEXT,
          from: OURS,
          to: ANN,
          status: 'undelivered',
          createdAt: new Date('2026-11-22T09:59:59Z'),
          network: 'sms',
          isInbound: false,
          listedAt: new Date('2026-11-22T10:00:07Z'),
          body: SECRET,
          errorCode: 30003,
          mediaCount: 0,
        },
        {
          carrierId: nth('MM', 1),
          from: ANN,
          to: OURS,
          status: 'received',
          createdAt: created,
          network: 'sms',
          isInbound: true,
          listedAt: created,
          body: 'Hi',
          errorCode: null,
          mediaCount: 2,
        },
      ])
      expect(asked('DateSent>')).to.deep.equal(['2026-11-22T10:00:00Z', null])
    })

    it('those that were never sent as well: a search by their time of sending finds none of them', async () => {
      const waiting = textRecord({ status: 'accepted', date_sent: null })
      twilio.replies(({ params }) => ({
        status: 200,
        body: page('Messages', params.has('DateSent>') ? [] : [waiting]),
      }))

      expect((await carrier.textsSince(since)).map(({ status, listedAt }) => [status, listedAt])).to.deep.equal([
        ['accepted', created],
      ])
      twilio.sent.length = 0
      expect(await carrier.textsSince(since, { until, most: 10 })).to.deep.equal([])
      expect(asked('DateSent<')).to.deep.equal(['2026-11-22T11:00:00Z'])
    })
  })

  it('of recordings: those since a moment, with the call they were made on and whether they are finished', async () => {
    const found = [
      recordingRecord({ sid: nth('RE', 1), status: 'processing', duration: null, date_created: LATER }),
      recordingRecord(),
      recordingRecord({ sid: nth('RE', 2), call_sid: null, conference_sid: ROOM, status: 'absent' }),
      recordingRecord({ sid: nth('RE', 3), date_created: BEFORE }),
    ]
    twilio.replies(() => ({ status: 200, body: page('Recordings', found) }))

    expect(await carrier.recordingsSince(since, { until })).to.deep.equal([
      {
        recordingId: nth('RE', 1),
        carrierCallId: CALL,
        durationSeconds: 0,
        isComplete: false,
        createdAt: new Date('2026-11-22T10:00:07Z'),
      },
      { recordingId: RECORDING, carrierCallId: CALL, durationSeconds: 7, isComplete: true, createdAt: created },
      { recordingId: nth('RE', 2), carrierCallId: null, durationSeconds: 7, isComplete: false, createdAt: created },
    ])
    expect(asked('DateCreated>')).to.deep.equal(['2026-11-22T10:00:00Z'])
    expect(asked('DateCreated<')).to.deep.equal(['2026-11-22T11:00:00Z'])
  })

  describe('of rooms:', () => {
    it('those in which somebody waits alone are asked for before those that go on, and each is told once', async () => {
      twilio.replies(({ params }) => {
        const rooms = [roomRecord({ status: params.get('Status') })]
        if (params.get('Status') === 'init') rooms.push(roomRecord({ sid: nth('CF', 1), friendly_name: 'room-2' }))
        return { status: 200, body: page('Conferences', rooms) }
      })

      expect(await carrier.openRooms()).to.deep.equal([
        { carrierRoomId: ROOM, room: 'room-1', createdAt: created },
        { carrierRoomId: nth('CF', 1), room: 'room-2', createdAt: created },
      ])
      expect(asked('Status')).to.deep.equal(['init', 'in-progress'])
    })

    it('who is in one, muted or on hold; nobody is in one that is over', async () => {
      const quiet = memberRecord({ call_sid: nth('CA', 1), label: null, muted: true, hold: true })
      twilio.replies(() => ({ status: 200, body: page('Participants', [memberRecord(), quiet]) }))
      expect(await carrier.roomMembers(ROOM)).to.deep.equal([
        { carrierCallId: CALL, leg: 'leg_1-A', muted: false, onHold: false },
        { carrierCallId: nth('CA', 1), leg: null, muted: true, onHold: true },
      ])
      expect(paths()).to.deep.equal([`GET Conferences/${ROOM}/Participants.json`])

      twilio.replies(() => refusal(20404, 404))
      expect(await carrier.roomMembers(ROOM)).to.deep.equal([])
      expect(await carrier.roomMembers('../Calls')).to.deep.equal([])
      expect(twilio.sent).to.have.length(2)
    })
  })

  describe('of a recording’s words:', () => {
    const say = (...records: readonly object[]) => {
      twilio.replies(() => ({ status: 200, body: page('Transcriptions', records) }))
    }

    it('what is written down, what is not yet, and what never will be', async () => {
      say(transcriptionRecord())
      expect(await carrier.transcriptOf(RECORDING)).to.deep.equal({ state: 'completed', text: 'Hello Ann' })
      say(transcriptionRecord({ status: 'in-progress', transcription_text: '' }))
      expect(await carrier.transcriptOf(RECORDING)).to.deep.equal({ state: 'pending', text: null })
      say(transcriptionRecord({ status: 'failed', transcription_text: '' }))
      expect(await carrier.transcriptOf(RECORDING)).to.deep.equal({ state: 'failed', text: null })
      say()
      expect(await carrier.transcriptOf(RECORDING)).to.equal(null)
      twilio.replies(() => refusal(20404, 404))
      expect(await carrier.transcriptOf(RECORDING)).to.equal(null)
    })

    it('all of it is deleted, once or twice, whether the recording is still there or not', async () => {
      twilio.replies(({ method }) => {
        if (method === 'DELETE') return { status: 204 }
        return { status: 200, body: page('Transcriptions', [transcriptionRecord()]) }
      })
      await carrier.deleteTranscripts(RECORDING)
      expect(paths()).to.deep.equal([
        `GET Recordings/${RECORDING}/Transcriptions.json`,
        `DELETE Recordings/${RECORDING}/Transcriptions/${TRANSCRIPTION}.json`,
      ])

      twilio.replies(() => refusal(20404, 404))
      await carrier.deleteTranscripts(RECORDING)
      await carrier.deleteTranscripts('../Calls')
    })
  })

  describe('and what it is told of a room:', () => {
    it('somebody is muted or put on hold by their label, in the room that is open under that name', async () => {
      const over = roomRecord({ sid: nth('CF', 1), status: 'completed' })
      twilio.replies(({ method }) => {
        return { status: 200, body: method === 'GET' ? page('Conferences', [over, roomRecord()]) : memberRecord() }
      })

      await carrier.control('room-1', 'leg_1-A', { muted: true, onHold: false })

      expect(paths()).to.deep.equal(['GET Conferences.json', `POST Conferences/${ROOM}/Participants/leg_1-A.json`])
      expect([...(twilio.sent[1]?.params ?? [])]).to.have.deep.members([
        ['Muted', 'true'],
        ['Hold', 'false'],
      ])
    })

    it('nobody is in a room that is not open, and nobody is where they are not', async () => {
      twilio.replies(() => ({ status: 200, body: page('Conferences', []) }))
      expect(await failureOf(carrier.control('room-1', 'leg_1-A', { muted: true }))).to.include({
        failure: 'not_found',
      })

      twilio.replies(({ method }) => {
        return method === 'GET' ? { status: 200, body: page('Conferences', [roomRecord()]) } : refusal(20404, 404)
      })
      expect(await failureOf(carrier.control('room-1', 'leg_1-A', { muted: true }))).to.include({
        failure: 'not_found',
      })
    })

    it('something is said to everybody who is in there, and to nobody when it is over', async () => {
      twilio.replies(({ method }) => {
        return { status: 200, body: method === 'GET' ? page('Conferences', [roomRecord()]) : roomRecord() }
      })
      await carrier.announce('room-1', 'one_minute_left')
      expect([...(twilio.sent[1]?.params ?? [])]).to.have.deep.members([
        ['AnnounceMethod', 'POST'],
        ['AnnounceUrl', `${PUBLIC_URL}/webhooks/twilio/voice/announcement?say=one_minute_left#rc=2&rp=ct,5xx`],
      ])

      twilio.replies(({ method }) => {
        return method === 'GET' ? { status: 200, body: page('Conferences', [roomRecord()]) } : refusal(20404, 404)
      })
      await carrier.announce('room-1', 'one_minute_left')
    })
  })

  describe('of a text’s pictures:', () => {
    const PICTURE = `ME${'f'.repeat(32)}`

    it('one is fetched with our credentials, by ids of the right shape only', async () => {
      const bytes = Buffer.from('a picture')
      twilio.replies(() => (outgoing) => outgoing.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes))
      const media = await carrier.fetchMedia(nth('MM', 1), PICTURE)
      expect(media.bytes).to.deep.equal(bytes)
      expect(twilio.sent[0]?.authorization).to.match(/^Basic /)
      expect(twilio.sent[0]?.path).to.equal(`${ACCOUNT_PATH}/Messages/${nth('MM', 1)}/Media/${PICTURE}`)
      expect(await failureOf(carrier.fetchMedia('../x', PICTURE))).to.include({ failure: 'not_found' })
      expect(await failureOf(carrier.fetchMedia(TEXT, '../x'))).to.include({ failure: 'not_found' })
      twilio.sent.length = 0
    })
  })
})
