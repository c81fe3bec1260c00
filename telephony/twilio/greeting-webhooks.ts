import { RULES } from '#domain/voicemail'
import * as signals from '../mailbox-signals.ts'
import { recordingUrl, reportOf } from './mailbox-webhooks.ts'
import type { Route, WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { offerGreeting, ownMailbox, recordGreeting, tooShort } from './twiml/mailbox.ts'
import { hangUp, sayAndHangUp } from './twiml/speech.ts'

/** What an owner hears in their own mailbox. */
export function ownMailboxDocument({ publicUrl }: WebhookContext): string {
  return ownMailbox({ action: webhookUrl(publicUrl, '/webhooks/twilio/voice/mailbox/key', {}, 'document') })
}

/** The owner has chosen: 1 records a greeting, 2 is for the standard one. */
const chose: Route = async (context, { form }) => {
  const { database } = context
  const carrierCallId = form.get('CallSid') ?? ''
  if (!(await signals.isInOwnMailbox(database, carrierCallId))) return hangUp()
  switch (form.get('Digits')) {
    case '1':
      return recordDocument(context)
    case '2':
      await signals.standardGreeting(database, carrierCallId)
      return sayAndHangUp('Callers hear the standard greeting from now on.')
    default:
      return ownMailboxDocument(context)
  }
}

/** A greeting has been recorded; it is none until its owner keeps it. */
const recorded: Route = async (context, { form }) => {
  const report = reportOf(form)
  if (!report) return hangUp()
  const heard = await signals.recordedForUs(context.database, report)
  const action = keyUrl(context, report.recordingId)
  return heard === 'too_short' ? tooShort({ action }) : offerGreeting({ action })
}

/** The owner has pressed a key after they had recorded: 1 keeps it, 2 lets them record anew. */
const decided: Route = async (context, { query, form }) => {
  const { database } = context
  const carrierCallId = form.get('CallSid') ?? ''
  const recordingId = query.get('recording') ?? ''
  switch (form.get('Digits')) {
    case '1':
      return (await signals.greetingKept(database, carrierCallId, recordingId))
        ? sayAndHangUp('Your greeting has been saved.')
        : recordDocument(context)
    case '2':
      await signals.greetingTakenBack(database, carrierCallId, recordingId)
      return recordDocument(context)
    default:
      return offerGreeting({ action: keyUrl(context, recordingId) })
  }
}

function recordDocument(context: WebhookContext): string {
  return recordGreeting({
    action: webhookUrl(context.publicUrl, '/webhooks/twilio/voice/mailbox/recorded', {}, 'document'),
    recordingCallback: recordingUrl(context),
    maxSeconds: RULES.greetingSeconds,
  })
}

function keyUrl({ publicUrl }: WebhookContext, recording: string): string {
  return webhookUrl(publicUrl, '/webhooks/twilio/voice/mailbox/greeting', { recording }, 'document')
}

export const greetingRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice/mailbox/key': chose,
  '/webhooks/twilio/voice/mailbox/recorded': recorded,
  '/webhooks/twilio/voice/mailbox/greeting': decided,
}
