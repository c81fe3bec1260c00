import { byId as userById } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import * as calls from '#domain/calls'
import { expectVoicemail } from '#domain/inbox'
import { byId as ktagById } from '#domain/tags'
import type { Database } from '#kit/unit'
import type { Reception } from './visit-signals.ts'

/**
 * A leg is out of its room and asks what comes next. Whoever has called a tag that nobody answered at is offered its
 * mailbox; for all others, null, that was it. Asked again, it answers the same.
 */
export async function offerMailbox(database: Database, leg: string, carrierCallId: string): Promise<Reception | null> {
  return database.write(async (unit) => {
    const mailbox = await calls.mailboxOf(unit, leg)
    const ktag = mailbox && (await ktagById(unit, mailbox.ktagId))
    const owner = ktag && (await userById(unit, ktag.ownerId))
    if (!owner || !ktag.takesVoicemail) return null
    await expectVoicemail(unit, { carrierCallId, fromPhone: mailbox.phone, ktag })
    return { kind: 'record', ktag, ownerName: owner.name, maxSeconds: limitsOf(owner).voicemailSeconds }
  })
}
