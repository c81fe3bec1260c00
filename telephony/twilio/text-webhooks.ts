import type { TextStatus } from '#domain/texts'
import * as signals from '../text-signals.ts'
import type { Route } from './route.ts'
import { silence } from './twiml/speech.ts'

/** MessageStatus, as our own. */
const STATUSES: Readonly<Record<string, TextStatus>> = {
  accepted: 'queued',
  queued: 'queued',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
}

/** A text came in. */
const texted: Route = async ({ database }, { form }) => {
  await signals.texted(database, {
    carrierId: form.get('MessageSid') ?? '',
    from: form.get('From') ?? '',
    to: form.get('To') ?? '',
    body: form.get('Body') ?? '',
  })
  return silence()
}

/** A text that we sent has come further. */
const status: Route = async ({ database }, { query, form }) => {
  const carrierId = form.get('MessageSid') ?? ''
  const word = form.get('MessageStatus') ?? ''
  const known = STATUSES[word]
  if (!known) return 'heard'
  const error = Number(form.get('ErrorCode') ?? Number.NaN)
  const report = { status: known, carrierId, errorCode: Number.isInteger(error) ? error : null }
  const isNew = await signals.textProgressed(database, `message ${carrierId} ${word}`, query.get('text') ?? '', report)
  return isNew ? 'heard' : 'duplicate'
}

export const textRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/sms': texted,
  '/webhooks/twilio/sms/status': status,
}
