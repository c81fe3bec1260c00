import { isVisitorsLeg } from '#domain/callbacks'
import type { LegProgress, RoomEntry } from '#domain/calls'
import { hungUp } from '../callback-signals.ts'
import type { Announcement } from '../carrier.ts'
import * as signals from '../leg-signals.ts'
import type { Route, WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { announce, askGuest, askHost, joinRoom, readCode } from './twiml/legs.ts'
import { hangUp, sayAndHangUp, silence } from './twiml/speech.ts'
import { visitorDocument } from './visitor-document.ts'

/** CallStatus of status callbacks, as LegProgress. `in-progress` is what "answered" is called. */
const STEPS: Readonly<Record<string, LegProgress['step']>> = {
  queued: 'initiated',
  initiated: 'initiated',
  ringing: 'ringing',
  'in-progress': 'answered',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
}

/** The steps after which there are no more. */
const OVER: ReadonlySet<LegProgress['step']> = new Set(['completed', 'busy', 'no_answer', 'failed', 'canceled'])

/** A phone that we rang was picked up: what to say. */
const answered: Route = async (context, { query, form }) => {
  const leg = query.get('leg') ?? ''
  if (isVisitorsLeg(leg)) return visitorDocument(context, leg, form.get('CallSid') ?? '')
  const greeting = await signals.answered(context.database, leg, form.get('CallSid') ?? '')
  const action = keyUrl(context, leg)
  switch (greeting.kind) {
    case 'host':
      return askHost({ action, isBack: greeting.isBack })
    case 'guest':
      return askGuest({
        hostName: greeting.hostName,
        ktag: greeting.ktag && (greeting.ktag.title ?? greeting.ktag.name),
        action,
      })
    case 'code':
      return readCode(greeting.speech)
    case 'gone':
      return hangUp()
  }
}

/** A key was pressed at our question. */
const pressed: Route = async (context, { query, form }) => {
  const leg = query.get('leg') ?? ''
  const outcome = await signals.pressed(context.database, leg, form.get('Digits') ?? '')
  switch (outcome.kind) {
    case 'join':
      return enterRoom(context, leg, outcome)
    case 'again':
      return answered(context, { query, form })
    case 'declined':
      return sayAndHangUp('All right. You will get no more calls from this person.')
    case 'elsewhere':
      return sayAndHangUp('You are on another call. Hang up there first.')
    case 'gone':
      return hangUp()
  }
}

/** A leg has come further. */
const status: Route = async ({ database, legReports }, { query, form }) => {
  const carrierCallId = form.get('CallSid') ?? ''
  const step = STEPS[form.get('CallStatus') ?? '']
  if (!step) return 'heard'
  const leg = query.get('leg') ?? ''
  if (isVisitorsLeg(leg)) {
    if (OVER.has(step)) await hungUp(database, leg)
    return 'heard'
  }
  const challengeId = signals.challengeOf(leg)
  if (challengeId !== null) {
    await signals.codeProgressed(database, challengeId, step)
    return 'heard'
  }
  const receipt = `call ${carrierCallId} ${form.get('SequenceNumber') ?? step}`
  const sip = Number(form.get('SipResponseCode') ?? Number.NaN)
  const report = { step, carrierCallId, sipCode: Number.isInteger(sip) ? sip : null }
  return (await legReports.add({ receipt, leg, report })) ? 'heard' : 'duplicate'
}

/** What is said to a whole room. */
const ANNOUNCEMENTS: ReadonlyMap<string, string> = new Map<Announcement, string>([
  ['one_minute_left', 'This call ends in less than one minute.'],
])

/** Everybody in a room is to be told something. */
const announcement: Route = async (_, { query }) => {
  const sentence = ANNOUNCEMENTS.get(query.get('say') ?? '')
  return sentence === undefined ? silence() : announce({ sentence })
}

/** The document that puts a leg into its room. */
export function enterRoom({ publicUrl }: WebhookContext, leg: string, entry: RoomEntry): string {
  return joinRoom({
    ...entry,
    label: leg,
    conferenceCallback: webhookUrl(publicUrl, '/webhooks/twilio/conference', {}, 'report'),
    action: webhookUrl(publicUrl, '/webhooks/twilio/voice/leg/over', { leg }, 'document'),
  })
}

function keyUrl({ publicUrl }: WebhookContext, leg: string): string {
  return webhookUrl(publicUrl, '/webhooks/twilio/voice/leg/key', { leg }, 'document')
}

export const legRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice/announcement': announcement,
  '/webhooks/twilio/voice/leg': answered,
  '/webhooks/twilio/voice/leg/key': pressed,
  '/webhooks/twilio/voice/leg/status': status,
}
