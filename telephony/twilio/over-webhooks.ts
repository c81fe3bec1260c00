import * as signals from '../leg-signals.ts'
import { offerMailbox } from '../unanswered.ts'
import type { Route } from './route.ts'
import { hangUp } from './twiml/speech.ts'
import { receive } from './voicemail-webhooks.ts'

/** A leg has come out of its room: whoever called a tag that nobody answered at is asked for a message. */
const over: Route = async (context, { query, form }) => {
  const leg = query.get('leg') ?? ''
  await signals.roomOver(context.database, leg)
  const mailbox = await offerMailbox(context.database, leg, form.get('CallSid') ?? '')
  return mailbox ? receive(context, mailbox) : hangUp()
}

export const overRoutes: Readonly<Record<string, Route>> = {
  '/webhooks/twilio/voice/leg/over': over,
}
