import { type OwnerRing, RULES, ringName } from '#domain/voicemail'
import * as signals from '../ring-signals.ts'
import { mailboxDocument } from './mailbox-webhooks.ts'
import type { Route, WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { askOwner, dialOwner, putThrough } from './twiml/rings.ts'
import { hangUp, sayAndHangUp } from './twiml/speech.ts'

/** What a caller comes to while the owner's phone is rung. */
export function ringDocument({ publicUrl }: WebhookContext, ring: OwnerRing): string {
  const name = ringName(ring)
  return dialOwner({
    phone: ring.phone,
    shownNumber: ring.shownNumber,
    ringSeconds: RULES.ownerRings,
    maxSeconds: ring.maxSeconds,
    question: webhookUrl(publicUrl, '/webhooks/twilio/voice/owner', { ring: name }, 'document'),
    legCallback: webhookUrl(publicUrl, '/webhooks/twilio/voice/owner/status', { ring: name }, 'report'),
    action: webhookUrl(publicUrl, '/webhooks/twilio/voice/owner/over', { ring: name }, 'document'),
  })
}

/** The owner's phone was picked up: what to say before they are put through. */
const pickedUp: Route = async (context, { query }) => {
  const ring = query.get('ring') ?? ''
  const prompt = await signals.pickedUp(context.database, ring)
  switch (prompt.kind) {
    case 'ask': {
      const { callerName, fromPhone, ktag } = prompt
      const action = webhookUrl(context.publicUrl, '/webhooks/twilio/voice/owner/key', { ring }, 'document')
      return askOwner({ callerName, fromPhone, ktagName: ktag.title ?? ktag.name, action })
    }
    case 'talk':
      return putThrough()
    case 'gone':
      return hangUp()
  }
}

/** The owner has pressed a key. */
const pressed: Route = async (context, { query, form }) => {
  const ring = query.get('ring') ?? ''
  switch (await signals.pressed(context.database, ring, form.get('Digits') ?? '')) {
    case 'talk':
      return putThrough()
    case 'again':
      return pickedUp(context, { query, form })
    case 'declined':
    case 'gone':
      return hangUp()
  }
}

/** The caller's line is free again. */
const over: Route = async (context, { query, form }) => {
  const wasPutThrough = form.get('DialBridged') !== 'false'
  const next = await signals.ended(context.database, query.get('ring') ?? '', wasPutThrough)
  switch (next.kind) {
    case 'mailbox':
      return mailboxDocument(context, next.mailbox)
    case 'talked':
      return hangUp()
    case 'closed':
      return sayAndHangUp('Nobody is there at the moment. Goodbye.')
  }
}

/** The owner's leg is over. */
const status: Route = async ({ database }, { query }) => {
  await signals.hungUp(database, query.get('ring') ?? '')
  return 'heard'
}

export const ringRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice/owner': pickedUp,
  '/webhooks/twilio/voice/owner/key': pressed,
  '/webhooks/twilio/voice/owner/over': over,
  '/webhooks/twilio/voice/owner/status': status,
}
