import * as signals from '../callback-signals.ts'
import type { WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { askVisitor } from './twiml/legs.ts'
import { hangUp } from './twiml/speech.ts'

/** What a visitor hears who has had themselves called, and has picked up. */
export async function visitorDocument(
  { database, publicUrl }: WebhookContext,
  leg: string,
  carrierCallId: string,
): Promise<string> {
  const prompt = await signals.pickedUp(database, leg, carrierCallId)
  if (prompt.kind === 'gone') return hangUp()
  const action = webhookUrl(publicUrl, '/webhooks/twilio/voice/visitor/key', { leg }, 'document')
  return askVisitor({ ktag: prompt.ktag.title ?? prompt.ktag.name, action })
}
