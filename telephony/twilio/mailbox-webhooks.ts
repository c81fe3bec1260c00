import { type Mailbox, RULES } from '#domain/voicemail'
import * as signals from '../mailbox-signals.ts'
import type { Route, WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { type Greeting, offerAgain, takeMessage, tooShort } from './twiml/mailbox.ts'
import { hangUp, sayAndHangUp } from './twiml/speech.ts'

const MESSAGE_LEFT = 'Thank you. Your message has been left.'

/** What somebody hears at a mailbox for the first time: its greeting, and the tone. */
export function mailboxDocument(context: WebhookContext, mailbox: Mailbox): string {
  const { greetingUrl, ktag, ownerName } = mailbox
  const words = `You have reached ${ktag.title ?? ownerName}. Leave a message after the tone.`
  return takeDocument(context, mailbox, greetingUrl === null ? { words } : { url: greetingUrl }, 1)
}

/** What somebody hears whose message is not taken. */
export function closedDocument({ title, name }: Mailbox['ktag']): string {
  return sayAndHangUp(`${title ?? name} is not taking messages.`)
}

/** The recording is over; it tells of itself here and by its own callback, whichever comes first counts. */
const recorded: Route = async (context, { query, form }) => {
  const report = reportOf(form)
  if (!report) return hangUp()
  const { recordingId, carrierCallId } = report
  const heard = await signals.recordedForUs(context.database, report)
  const take = takeOf(query)
  const hasHungUp = form.get('Digits') === 'hangup'
  if (hasHungUp || take >= RULES.takes) await signals.sent(context.database, carrierCallId, recordingId)
  // Nobody hears what is answered to somebody who has hung up.
  if (hasHungUp || heard === 'unexpected') return hangUp()
  const action = againUrl(context, recordingId, take)
  const isTooShort = heard === 'too_short'
  if (take >= RULES.takes) return sayAndHangUp(isTooShort ? 'Goodbye.' : MESSAGE_LEFT)
  return isTooShort ? tooShort({ action }) : offerAgain({ action, otherwise: MESSAGE_LEFT })
}

/** Somebody has pressed a key after they had spoken: 1 sends it, 2 lets them speak anew. */
const chose: Route = async (context, { query, form }) => {
  const carrierCallId = form.get('CallSid') ?? ''
  const recordingId = query.get('recording') ?? ''
  const take = takeOf(query)
  switch (form.get('Digits')) {
    case '1':
      return sayAndHangUp(
        (await signals.sent(context.database, carrierCallId, recordingId)) ? MESSAGE_LEFT : 'Goodbye.',
      )
    case '2': {
      const mailbox = await signals.takenBack(context.database, carrierCallId, recordingId)
      if (!mailbox) return hangUp()
      return takeDocument(context, mailbox, { words: 'Speak after the tone.' }, take + 1)
    }
    default:
      return offerAgain({ action: againUrl(context, recordingId, take), otherwise: MESSAGE_LEFT })
  }
}

/** A recording can be fetched now, or has nothing in it. */
const stored: Route = async ({ database }, { form }) => {
  const report = reportOf(form)
  const status = form.get('RecordingStatus')
  if (report && status === 'completed') await signals.recordedForUs(database, report)
  if (report && status === 'absent') await signals.wasSilent(database, report)
  return 'heard'
}

/** A recording has been written down, or could not be. */
const transcribed: Route = async ({ database }, { form }) => {
  const recordingId = form.get('RecordingSid') ?? recordingOf(form.get('RecordingUrl'))
  if (!recordingId) return 'heard'
  const isWritten = form.get('TranscriptionStatus') === 'completed'
  const text = isWritten ? form.get('TranscriptionText') : null
  await signals.transcribed(database, recordingId, text, form.get('TranscriptionSid'))
  return 'heard'
}

/** What a request says of a recording; null when it names none. */
export function reportOf(form: URLSearchParams) {
  const recordingId = form.get('RecordingSid') ?? recordingOf(form.get('RecordingUrl'))
  const carrierCallId = form.get('CallSid')
  const durationSeconds = Number(form.get('RecordingDuration') ?? Number.NaN)
  if (!recordingId || !carrierCallId || !Number.isInteger(durationSeconds)) return null
  return { carrierCallId, recordingId, durationSeconds }
}

/** Where the carrier tells that a recording can be fetched. */
export function recordingUrl({ publicUrl }: WebhookContext): string {
  return webhookUrl(publicUrl, '/webhooks/twilio/recording', {}, 'report')
}

function takeDocument(context: WebhookContext, mailbox: Mailbox, greeting: Greeting, take: number): string {
  const { publicUrl } = context
  const { isTranscribed, maxSeconds } = mailbox
  return takeMessage({
    greeting,
    action: webhookUrl(publicUrl, '/webhooks/twilio/voice/recorded', { take: String(take) }, 'document'),
    recordingCallback: recordingUrl(context),
    transcriptCallback: isTranscribed ? webhookUrl(publicUrl, '/webhooks/twilio/transcription', {}, 'report') : null,
    maxSeconds,
  })
}

function againUrl({ publicUrl }: WebhookContext, recording: string, take: number): string {
  return webhookUrl(publicUrl, '/webhooks/twilio/voice/recorded/key', { recording, take: String(take) }, 'document')
}

/** How often somebody has spoken by now; the address says so, which is signed. */
function takeOf(query: URLSearchParams): number {
  return Number(query.get('take') ?? 1) || 1
}

/** The id at the end of a recording's address; nothing is ever fetched from the address itself. */
function recordingOf(url: string | null): string | null {
  return /\/(RE[0-9a-f]{32})$/.exec(url ?? '')?.[1] ?? null
}

export const mailboxRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice/recorded': recorded,
  '/webhooks/twilio/voice/recorded/key': chose,
  '/webhooks/twilio/recording': stored,
  '/webhooks/twilio/transcription': transcribed,
}
