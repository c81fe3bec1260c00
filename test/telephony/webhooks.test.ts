import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { sweep } from '#domain/calls'
import type { HandsetScript } from '#simulator'
import { conferenceRoutes } from '#telephony/twilio/conference-webhooks'
import { greetingRoutes } from '#telephony/twilio/greeting-webhooks'
import { legRoutes } from '#telephony/twilio/leg-webhooks'
import { mailboxRoutes } from '#telephony/twilio/mailbox-webhooks'
import { overRoutes } from '#telephony/twilio/over-webhooks'
import { ringRoutes } from '#telephony/twilio/ring-webhooks'
import { textRoutes } from '#telephony/twilio/text-webhooks'
import { voicemailRoutes } from '#telephony/twilio/voicemail-webhooks'
import {
  callEnded,
  callWith,
  inRoom,
  onCall,
  participant,
  phoneThat,
  ringsOf,
  staysFor,
  stepsHeard,
} from '#test/calls-stage'
import { type Form, knock, knockSigned, legName, signature } from '#test/calls-webhooks'
import { set } from '#test/mailbox-stage'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

const OLD_TOKEN = 'the-token-from-before-the-rotation'
const ROUTES = Object.keys({
  ...legRoutes,
  ...overRoutes,
  ...conferenceRoutes,
  ...textRoutes,
  ...voicemailRoutes,
  ...ringRoutes,
  ...mailboxRoutes,
  ...greetingRoutes,
})

describe('Webhooks', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start({ TWILIO_AUTH_TOKENS: `${ACCOUNT.token},${OLD_TOKEN}` })
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
  })

  /** For every route, a report or question that would change something if it were believed. */
  async function tricks(): Promise<readonly [path: string, form: Form][]> {
    const bo = phoneThat(world, { silent: true })
    await callWith(ana, [{ mobile: bo, name: 'Bo' }])
    const [ring] = ringsOf(world, bo)
    const sid = ring?.sid ?? ''
    const [host] = ringsOf(world, ana.mobile)
    const leg = legName(world, sid)
    const hostLeg = legName(world, host?.sid ?? '')
    const ktag = await tagOf(ana)
    const caller = { CallSid: `CA${'1'.repeat(32)}`, From: '+15551239999', To: ACCOUNT.number }
    const recording = {
      ...caller,
      RecordingSid: `RE${'2'.repeat(32)}`,
      RecordingDuration: '7',
      RecordingStatus: 'completed',
    }
    return [
      ['/webhooks/twilio/voice/announcement?say=one_minute_left', { CallSid: sid }],
      [`/webhooks/twilio/voice/leg?leg=${leg}`, { CallSid: sid }],
      [`/webhooks/twilio/voice/leg/key?leg=${leg}`, { CallSid: sid, Digits: '1' }],
      [`/webhooks/twilio/voice/leg/over?leg=${hostLeg}`, { CallSid: sid }],
      [`/webhooks/twilio/voice/leg/status?leg=${leg}`, { CallSid: sid, CallStatus: 'completed', SequenceNumber: '9' }],
      [
        '/webhooks/twilio/conference',
        {
          ConferenceSid: `CF${'3'.repeat(32)}`,
          SequenceNumber: '9',
          StatusCallbackEvent: 'participant-leave',
          ParticipantLabel: hostLeg,
        },
      ],
      [
        '/webhooks/twilio/sms',
        { MessageSid: `SM${'4'.repeat(32)}`, From: ana.mobile, To: ACCOUNT.number, Body: 'STOP' },
      ],
      [
        `/webhooks/twilio/sms/status?text=${randomUUID()}`,
        { MessageSid: `SM${'5'.repeat(32)}`, MessageStatus: 'failed' },
      ],
      ['/webhooks/twilio/voice', caller],
      ['/webhooks/twilio/voice/tag', { ...caller, Digits: ktag.extension }],
      [`/webhooks/twilio/voice/choice?ktags=${ktag.id}`, { ...caller, Digits: '1' }],
      ['/webhooks/twilio/voice/recorded?take=1', recording],
      ['/webhooks/twilio/recording', recording],
      [`/webhooks/twilio/voice/recorded/key?recording=${recording.RecordingSid}&take=1`, { ...caller, Digits: '1' }],
      [
        '/webhooks/twilio/transcription',
        {
          RecordingSid: recording.RecordingSid,
          TranscriptionSid: `TR${'7'.repeat(32)}`,
          TranscriptionStatus: 'completed',
          TranscriptionText: 'Hello',
        },
      ],
      ...(await tricksOnAnOwner()),
    ]
  }

  /** Cy's phone rings for somebody, and Cy is in their own mailbox on another line. */
  async function tricksOnAnOwner(): Promise<readonly [path: string, form: Form][]> {
    const cy = await world.person('Cy')
    await set(cy, 'ktags', { call_policy: 'anyone' })
    const { extension } = await tagOf(cy)
    const stranger = { CallSid: `CA${'8'.repeat(32)}`, From: '+15551239998', To: ACCOUNT.number, Digits: extension }
    const own = { CallSid: `CA${'9'.repeat(32)}`, From: cy.mobile, To: ACCOUNT.number, Digits: extension }
    for (const form of [stranger, own]) await knockSigned(world, '/webhooks/twilio/voice/tag', form, ACCOUNT.token)
    const { id, secret } = await world.running.database.sql('owner_rings').where({ owner_id: cy.user.id }).first()
    const ring = `${id}_${secret}`
    const greeting = { CallSid: own.CallSid, RecordingSid: `RE${'9'.repeat(32)}`, RecordingDuration: '7' }
    return [
      [`/webhooks/twilio/voice/owner?ring=${ring}`, { CallSid: stranger.CallSid }],
      [`/webhooks/twilio/voice/owner/key?ring=${ring}`, { Digits: '1' }],
      [`/webhooks/twilio/voice/owner/over?ring=${ring}`, { CallSid: stranger.CallSid, DialCallStatus: 'no-answer' }],
      [`/webhooks/twilio/voice/owner/status?ring=${ring}`, { CallStatus: 'completed' }],
      ['/webhooks/twilio/voice/mailbox/key', { CallSid: own.CallSid, Digits: '2' }],
      ['/webhooks/twilio/voice/mailbox/recorded', greeting],
      [
        `/webhooks/twilio/voice/mailbox/greeting?recording=${greeting.RecordingSid}`,
        { CallSid: own.CallSid, Digits: '1' },
      ],
    ]
  }

  const tagOf = ({ user }: Person) => world.running.database.sql('ktags').where({ owner_id: user.id }).first()
  /** What owners have been told and have decided. */
  const decisions = async () => {
    const { sql } = world.running.database
    return [await sql('owner_rings').select('taken_at', 'over_at', 'outcome'), await sql('recordings').select('state')]
  }

  it('are believed by nobody without the right signature, on every route, and change nothing', async () => {
    const tries = await tricks()
    expect(tries.map(([path]) => path.split('?')[0])).to.have.members(ROUTES)
    const before = await ana.get('/calls/active')
    const decided = await decisions()

    for (const [path, form] of tries) {
      const url = world.url + path
      const good = signature(ACCOUNT.token, url, form)
      const [key = ''] = Object.keys(form)
      const elsewhere = `${path}${path.includes('?') ? '&' : '?'}more=1`
      const forgeries = [
        await knock(world, path, form),
        await knock(world, path, form, ''),
        await knock(world, path, form, 'bm90IGEgc2lnbmF0dXJl'),
        await knockSigned(world, path, form, 'a-token-of-somebody-else'),
        await knock(world, path, { ...form, [key]: `${form[key]}0` }, good),
        await knock(world, path, { ...form, Extra: 'x' }, good),
        await knock(world, elsewhere, form, good),
      ]
      expect(forgeries, path).to.deep.equal(forgeries.map(() => 403))
    }

    await world.settle()
    expect((await ana.get('/calls/active')).body).to.deep.equal(before.body)
    expect((await ana.get('/inbox')).body.items).to.deep.equal([])
    expect(await decisions()).to.deep.equal(decided)
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(false)

    for (const [path, form] of tries)
      expect(await knockSigned(world, path, form, ACCOUNT.token), path).to.be.oneOf([200, 204])
    await world.settle()
    expect((await ana.get('/inbox')).body.items).to.have.lengthOf(1)
    expect(await decisions()).not.to.deep.equal(decided)
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(true)
    expect((await ana.get('/calls/active')).status).to.equal(404)
  })

  it('are believed under the old token while it is being rotated out', async () => {
    const word = { MessageSid: `SM${'6'.repeat(32)}`, From: ana.mobile, To: ACCOUNT.number, Body: 'STOP' }
    expect(await knockSigned(world, '/webhooks/twilio/sms', word, OLD_TOKEN)).to.equal(200)
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(true)
  })

  it('with a leg’s secret that is not right, or of nobody, change nothing', async () => {
    const bo = phoneThat(world, { silent: true })
    await callWith(ana, [{ mobile: bo, name: 'Bo' }])
    const leg = legName(world, ringsOf(world, bo)[0]?.sid ?? '')
    const stolen = `${leg.split('_')[0]}_000000000`
    for (const name of [stolen, 'nobody', '', "x'_1", `${'0'.repeat(36)}_1`]) {
      const path = `/webhooks/twilio/voice/leg/key?leg=${encodeURIComponent(name)}`
      expect(await knockSigned(world, path, { CallSid: 'CA1', Digits: '1' }, ACCOUNT.token)).to.equal(200)
    }
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'screening' })
  })

  it('count a key once when it is told twice at the same moment, and no more once the leg is over', async () => {
    const socket = await ana.socket()
    const [bo, cy] = [phoneThat(world, { silent: true }), phoneThat(world, { silent: true })]
    await callWith(ana, [
      { mobile: bo, name: 'Bo' },
      { mobile: cy, name: 'Cy' },
    ])
    const tell = (number: string, path: string, more: Form) => {
      const sid = ringsOf(world, number)[0]?.sid ?? ''
      const address = `/webhooks/twilio/voice/leg/${path}?leg=${legName(world, sid)}`
      return knockSigned(world, address, { CallSid: sid, ...more }, ACCOUNT.token)
    }
    await Promise.all(['1', '1', '1'].map((Digits) => tell(bo, 'key', { Digits })))
    await tell(bo, 'key', { Digits: '2' })
    await tell(cy, 'status', { CallStatus: 'completed', SequenceNumber: '9' })
    await Promise.all(['1', '2'].map((Digits) => tell(cy, 'key', { Digits })))
    await tell(cy, 'status', { CallStatus: 'in-progress', SequenceNumber: '2' })

    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'no_answer' })
    expect(await participant(ana, 'Cy')).to.include({ reason: 'not_accepted' })
    await ana.delete('/calls/active')
    await callEnded(socket)
    expect(stepsHeard(socket).Bo?.filter((step) => step === 'joined')).to.have.lengthOf(1)
    expect(stepsHeard(socket).Cy?.at(-1)).to.equal('no_answer')
  })

  it('leave no leg between two states when the last word and the key come at the same moment', async () => {
    const phones = Array.from({ length: 4 }, () => phoneThat(world, { silent: true }))
    await callWith(
      ana,
      phones.map((mobile, index) => ({ mobile, name: `Guest ${index}` })),
    )
    await Promise.all(
      phones.flatMap((number) => {
        const sid = ringsOf(world, number)[0]?.sid ?? ''
        const leg = legName(world, sid)
        const over = { CallSid: sid, CallStatus: 'completed', SequenceNumber: '9' }
        return [
          knockSigned(world, `/webhooks/twilio/voice/leg/key?leg=${leg}`, { CallSid: sid, Digits: '1' }, ACCOUNT.token),
          knockSigned(world, `/webhooks/twilio/voice/leg/status?leg=${leg}`, over, ACCOUNT.token),
        ]
      }),
    )
    const { Ana, ...guests } = await onCall(ana)
    expect(Ana).to.equal('joined')
    for (const fate of Object.values(guests)) expect(fate).to.be.oneOf(['left', 'no_answer'])
  })

  it('answer other methods and other paths as an outsider may know', async () => {
    expect((await fetch(`${world.url}/webhooks/twilio/voice`)).status).to.equal(403)
    expect(await knock(world, '/webhooks/twilio/nothing', {})).to.equal(404)
  })

  it('lead to the same end when they come twice and in any order, and nobody is seen to go backwards', async () => {
    const scripts: Readonly<Record<string, HandsetScript>> = {
      Bo: staysFor(30),
      Cy: { busy: true },
      Di: { noAnswer: true },
      Eva: { decline: true },
    }
    for (let round = 0; round < 3; round++) {
      const host = await world.person('Ana')
      const [first, second] = [await host.socket({ door: 'ws' }), await host.socket({ door: 'uws' })]
      world.carrier.faults.callbacks({ shuffle: true, duplicate: 0.5, delaySeconds: round })
      const guests = Object.entries(scripts).map(([name, script]) => ({ mobile: phoneThat(world, script), name }))
      await callWith(host, guests)
      await world.pass(60)
      host.phone.hangUp()
      await world.pass(10)

      for (const socket of [first, second]) {
        const ended = await callEnded(socket)
        const steps = stepsHeard(socket)
        for (const [name, heard] of Object.entries(steps)) expect(heard, name).to.deep.equal(inOrder(heard))
        const last = Object.fromEntries(Object.entries(steps).map(([name, heard]) => [name, heard.at(-1)]))
        expect(last).to.deep.equal({ Ana: 'left', Bo: 'left', Cy: 'busy', Di: 'no_answer', Eva: 'declined' })
        expect(ended.end_reason).to.be.oneOf(['host_left', 'everyone_left'])
        expect(steps.Bo).to.include('joined')
      }
      for (const { mobile } of guests) expect(ringsOf(world, mobile)).to.have.lengthOf(1)
    }
  })

  it('that are lost are made good by the sweep: nobody rings or is waited for without end', async () => {
    world.carrier.faults.callbacks({ lose: 1 })
    const [cy, di] = [phoneThat(world, { busy: true }), phoneThat(world, { noAnswer: true })]
    const bo = world.freshNumber()
    const call = await callWith(ana, [
      { mobile: bo, name: 'Bo' },
      { mobile: cy, name: 'Cy' },
      { mobile: di, name: 'Di' },
    ])
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'dialing', Di: 'dialing' })
    expect(inRoom(world, call)).to.have.members([ana.mobile, bo])

    await world.moveClock(121)
    await sweep(world.running.database)
    await world.pass(1)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'no_answer', Di: 'no_answer' })
    expect(await participant(ana, 'Cy')).to.include({ reason: 'no_word' })
    expect(ringsOf(world, di)[0]?.endedAt).not.to.equal(null)
  })
})

const RANKS = ['queued', 'dialing', 'ringing', 'screening', 'joined'] as const

/** The same steps as the app may draw them: each at most once, only ever forward, one end at most. */
function inOrder(steps: readonly string[]): readonly string[] {
  const ends = steps.filter((step) => !RANKS.includes(step as never))
  return [...RANKS.filter((step) => steps.includes(step)), ...ends.slice(0, 1)]
}
