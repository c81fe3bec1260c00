import * as signals from '../return-signals.ts'
import { enterRoom } from './leg-webhooks.ts'
import { callerOf, type SignedForm, type WebhookContext } from './route.ts'
import { webhookUrl } from './signature.ts'
import { askToBeRungBack, askToReturn } from './twiml/legs.ts'
import { hangUp, sayAndHangUp } from './twiml/speech.ts'

/**
 * Somebody dials our number who has left a call that goes on: what they are asked before anything else. Null for
 * everybody else. Whatever they enter goes to where tags are entered, with the call in the address.
 */
export async function offerReturn(context: WebhookContext, form: URLSearchParams): Promise<string | null> {
  const caller = callerOf(form)
  const left = await signals.callLeftBy(context.database, caller)
  if (!left) return null
  const action = webhookUrl(context.publicUrl, '/webhooks/twilio/voice/tag', { back: left.callId }, 'document')
  return caller.isVouchedFor ? askToReturn({ action, hostName: left.hostName }) : askToBeRungBack({ action })
}

/** They have pressed 1 at that question; null when they entered something else, or were not asked. */
export async function takeBack(context: WebhookContext, { query, form }: SignedForm): Promise<string | null> {
  const callId = query.get('back')
  if (callId === null || form.get('Digits') !== '1') return null
  const outcome = await signals.goBack(context.database, callerOf(form), callId)
  switch (outcome.kind) {
    case 'join':
      return enterRoom(context, outcome.leg, outcome)
    case 'rung_back':
      // Not a word more: their line is to be free when we ring it.
      return hangUp()
    case 'not_now':
      return sayAndHangUp('We cannot call you back at the moment. Try again later.')
    case 'full':
      return sayAndHangUp('Your call is full now. Try again when somebody has left.')
    case 'elsewhere':
      return sayAndHangUp('You are on another call. Hang up there first.')
    case 'over':
      return sayAndHangUp('That call is over.')
  }
}
