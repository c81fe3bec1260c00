import * as calls from '#domain/calls'
import { byId as ktagById } from '#domain/tags'
import { mailboxOf } from '#domain/voicemail'
import type { Database } from '#kit/unit'
import type { Reception } from './visit-signals.ts'

/**
 * A leg is out of its room and asks what comes next. Whoever has called a tag that nobody answered at is offered its
 * mailbox; for all others, null, that was it. Asked again, it answers the same.
 */
export async function offerMailbox(database: Database, leg: string, carrierCallId: string): Promise<Reception | null> {
  return database.write(async (unit) => {
    const unanswered = await calls.mailboxOf(unit, leg)
    const ktag = unanswered && (await ktagById(unit, unanswered.ktagId))
    const mailbox = ktag && (await mailboxOf(unit, { carrierCallId, phone: unanswered.phone }, ktag))
    return mailbox ? { kind: 'record', mailbox } : null
  })
}
