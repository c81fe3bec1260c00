import * as signals from '../return-signals.ts'
import { enterRoom } from './leg-webhooks.ts'
import { callerOf, type SignedForm, type WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { askToReturn } from './twiml/legs.ts'
import { sayAndHangUp } from './twiml/speech.ts'

/**
 * Somebody dials our number who has left a call that goes on: what they are asked before anything else. Null for
 * everybody else. Whatever they enter goes to where tags are entered, with the call in the address.
 */
export async function offerReturn(context: WebhookContext, form: URLSearchParams): Promise<string | null> {
  const left = await signals.callLeftBy(context.database, callerOf(form))
  if (!left) return null
  const action = webhookUrl(context.publicUrl, '/webhooks/twilio/voice/tag', { back: left.callId }, 'document')
  return askToReturn({ action, hostName: left.hostName })
}

/** They have pressed 1 at that question; null when they entered something else, or were not asked. */
export async function takeBack(context: WebhookContext, { query, form }: SignedForm): Promise<string | null> {
  const callId = query.get('back')
  if (callId === null || form.get('Digits') !== '1') return null
  const outcome = await signals.goBack(context.database, callerOf(form), callId)
  switch (outcome.kind) {
    case 'join':
      return enterRoom(context, outcome.leg, outcome)
    case 'full':
      return sayAndHangUp('Your call is full now. Try again when somebody has left.')
    case 'elsewhere':
      return sayAndHangUp('You are on another call. Hang up there first.')
    case 'over':
      return sayAndHangUp('That call is over.')
  }
}
