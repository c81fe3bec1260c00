import * as signals from '../visit-signals.ts'
import { enterRoom } from './leg-webhooks.ts'
import { offerReturn, takeBack } from './return-webhooks.ts'
import { callerOf, type Route, type WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { sayAndHangUp } from './twiml/speech.ts'
import { askTag, chooseTag, takeMessage } from './twiml/visits.ts'

/** Somebody dials our number. */
const dialled: Route = async (context, { form }) => {
  const offer = await offerReturn(context, form)
  if (offer) return offer
  const callerName = await signals.callerName(context.database, callerOf(form).phone)
  return askTag({ action: tagUrl(context), callerName })
}

/** They have entered a tag, an extension or a PIN, or want back into the call that they have left. */
const entered: Route = async (context, signed) =>
  (await takeBack(context, signed)) ??
  receive(context, await signals.entered(context.database, callerOf(signed.form), signed.form.get('Digits') ?? ''))

/** They have chosen one of several tags; the address holds the tags in the order in which they were read out. */
const chose: Route = async (context, { query, form }) => {
  const ktags = (query.get('ktags') ?? '').split('.')
  const ktagId = ktags[Number(form.get('Digits') ?? 0) - 1]
  if (!ktagId) return askTag({ action: tagUrl(context), callerName: null })
  return receive(context, await signals.chose(context.database, callerOf(form), ktagId))
}

/** The recording is over; it tells of itself here and by its own callback, whichever comes first counts. */
const recorded: Route = async (context, { form }) => {
  await keep(context, form)
  return sayAndHangUp('Thank you. Your message has been left.')
}

/** A recording can be fetched now. */
const stored: Route = async (context, { form }) => {
  if (form.get('RecordingStatus') === 'completed') await keep(context, form)
  return 'heard'
}

async function keep({ database }: WebhookContext, form: URLSearchParams): Promise<void> {
  const recordingId = form.get('RecordingSid') ?? recordingOf(form.get('RecordingUrl'))
  const carrierCallId = form.get('CallSid')
  const durationSeconds = Number(form.get('RecordingDuration') ?? Number.NaN)
  if (!recordingId || !carrierCallId || !Number.isInteger(durationSeconds)) return
  await signals.recorded(database, { carrierCallId, recordingId, durationSeconds })
}

/** The id at the end of a recording's address; nothing is ever fetched from the address itself. */
function recordingOf(url: string | null): string | null {
  return /\/(RE[0-9a-f]{32})$/.exec(url ?? '')?.[1] ?? null
}

/** The document that receives somebody as they are to be. */
export function receive(context: WebhookContext, reception: signals.Reception): string {
  switch (reception.kind) {
    case 'unknown':
      return askTag({ action: tagUrl(context), callerName: null })
    case 'choose': {
      const ktags = reception.ktags.map(({ id }) => id).join('.')
      const action = webhookUrl(context.publicUrl, '/webhooks/twilio/voice/choice', { ktags }, 'document')
      return chooseTag({ action, choices: reception.ktags.map(({ title, name }) => title ?? name) })
    }
    case 'closed':
      return sayAndHangUp(`${reception.ktag.title ?? reception.ktag.name} is not taking messages.`)
    case 'record':
      return takeMessage({
        greeting: `You have reached ${reception.ktag.title ?? reception.ownerName}. Leave a message after the tone.`,
        action: webhookUrl(context.publicUrl, '/webhooks/twilio/voice/recorded', {}, 'document'),
        recordingCallback: webhookUrl(context.publicUrl, '/webhooks/twilio/recording', {}, 'report'),
        maxSeconds: reception.maxSeconds,
      })
    case 'join':
      return enterRoom(context, reception.leg, reception)
  }
}

function tagUrl({ publicUrl }: WebhookContext): string {
  return webhookUrl(publicUrl, '/webhooks/twilio/voice/tag', {}, 'document')
}

export const voicemailRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice': dialled,
  '/webhooks/twilio/voice/tag': entered,
  '/webhooks/twilio/voice/choice': chose,
  '/webhooks/twilio/voice/recorded': recorded,
  '/webhooks/twilio/recording': stored,
}
