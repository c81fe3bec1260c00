import type { MediumAddress } from '#domain/mms'
import type { Keyword } from '#domain/texts'
import * as signals from '../text-signals.ts'
import { networkOf } from './addresses.ts'
import { errorLabel } from './errors.ts'
import { MEDIA_ID, MESSAGE_ID } from './ids.ts'
import type { Route } from './route.ts'
import { textStatusOf } from './text-statuses.ts'
import { silence } from './twiml/speech.ts'

/** Twilio takes at most ten media in a message. */
const MOST_MEDIA = 10

/** Advanced Opt-Out says itself what it took a text for. */
const OPT_OUT_TYPES: Readonly<Record<string, Keyword>> = { STOP: 'stop', START: 'start', HELP: 'help' }

/** A text came in. It is never answered here: what there is to say is sent by itself. */
const texted: Route = async ({ database, log }, { form }) => {
  const carrierId = form.get('MessageSid') ?? ''
  const from = form.get('From') ?? ''
  // What people write by WhatsApp is nothing to us: nothing is answered there.
  if (!MESSAGE_ID.test(carrierId) || networkOf(from) !== 'sms') return silence()
  const { id, isNew, keyword } = await signals.texted(database, {
    carrierId,
    from,
    to: form.get('To') ?? '',
    body: form.get('Body') ?? '',
    optOutType: OPT_OUT_TYPES[form.get('OptOutType') ?? ''] ?? null,
    media: mediaOf(form),
  })
  if (isNew && keyword === 'help') log.info({ text_id: id }, 'texts: somebody asked for help, and the network answered')
  return silence()
}

/** A text that we sent has come further. */
const status: Route = async ({ database, metrics }, { query, form }) => {
  const carrierId = form.get('MessageSid') ?? ''
  const word = form.get('MessageStatus') ?? ''
  const known = textStatusOf(word)
  if (!known || !MESSAGE_ID.test(carrierId)) return 'heard'
  const error = Number(form.get('ErrorCode') || Number.NaN)
  const errorCode = Number.isInteger(error) ? error : null
  const report = { status: known, carrierId, errorCode }
  const isNew = await signals.textProgressed(database, `message ${carrierId} ${word}`, query.get('text') ?? '', report)
  if (isNew) metrics.textReports.inc({ status: known, error: errorLabel(errorCode) })
  return isNew ? 'heard' : 'duplicate'
}

/**
 * Where the media of a text are. Only the ids are taken from an address, and only where its path has the carrier's
 * shape: the address itself is never asked for anything.
 */
function mediaOf(form: URLSearchParams): readonly (MediumAddress | null)[] {
  const count = Math.min(Number(form.get('NumMedia')) || 0, MOST_MEDIA)
  return Array.from({ length: count }, (_, index) => {
    const address = form.get(`MediaUrl${index}`) ?? ''
    const path = URL.canParse(address) ? new URL(address).pathname : ''
    const [, carrierMessageId = '', carrierMediaId = ''] = /\/Messages\/(\w+)\/Media\/(\w+)$/.exec(path) ?? []
    if (!MESSAGE_ID.test(carrierMessageId) || !MEDIA_ID.test(carrierMediaId)) return null
    const declaredType = (form.get(`MediaContentType${index}`) ?? '').slice(0, 100)
    return { carrierMessageId, carrierMediaId, declaredType }
  })
}

export const textRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/sms': texted,
  '/webhooks/twilio/sms/status': status,
}
