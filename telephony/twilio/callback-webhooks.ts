import * as signals from '../callback-signals.ts'
import type { Route } from './route.ts'
import { hangUp, sayAndHangUp } from './twiml/speech.ts'
import { visitorDocument } from './visitor-document.ts'
import { receive } from './voicemail-webhooks.ts'

/** A visitor who has had themselves called has pressed a key. */
const pressed: Route = async (context, { query, form }) => {
  const leg = query.get('leg') ?? ''
  // We have rung them: the number of ours is the one that the call came from.
  const line = { carrierCallId: form.get('CallSid') ?? '', shown: form.get('From') ?? '' }
  const outcome = await signals.pressed(context.database, leg, form.get('Digits') ?? '', line)
  switch (outcome.kind) {
    case 'received':
      return receive(context, outcome.reception)
    case 'again':
      return visitorDocument(context, leg, line.carrierCallId)
    case 'declined':
      return sayAndHangUp('All right. You will get no more calls from there.')
    case 'gone':
      return hangUp()
  }
}

export const callbackRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice/visitor/key': pressed,
}
