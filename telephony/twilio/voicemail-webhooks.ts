import * as signals from '../visit-signals.ts'
import { ownMailboxDocument } from './greeting-webhooks.ts'
import { enterRoom } from './leg-webhooks.ts'
import { closedDocument, mailboxDocument } from './mailbox-webhooks.ts'
import { offerReturn, takeBack } from './return-webhooks.ts'
import { ringDocument } from './ring-webhooks.ts'
import { callerOf, type Route, type WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { askTag, chooseTag } from './twiml/visits.ts'

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
      return closedDocument(reception.ktag)
    case 'ring':
      return ringDocument(context, reception.ring)
    case 'record':
      return mailboxDocument(context, reception.mailbox)
    case 'own':
      return ownMailboxDocument(context)
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
}
