import { byVerifiedMobile, type User, byId as userById } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import { find as filesById, streamTicket } from '#domain/media'
import { type Ktag, byId as ktagById } from '#domain/tags'
import type { Unit, View } from '#kit/unit'
import type { Mailbox, Visit } from './model.ts'
import * as visits from './visit-store.ts'

/**
 * The mailbox of a tag for somebody who is on the line: what they speak after the tone on this call is a message for
 * the tag's owner. Null when the tag takes none, or none from them, whom its owner has blocked. The carrier tells of a
 * recording by its own call id only, so who speaks to whom is noted here; asked again, the answer is the same.
 */
export async function mailboxOf(
  unit: Unit,
  caller: { readonly carrierCallId: string; readonly phone: string | null },
  ktag: Ktag,
): Promise<Mailbox | null> {
  const owner = await userById(unit, ktag.ownerId)
  if (!owner || owner.suspendedAt || !ktag.takesVoicemail || (await isBlocked(unit, owner, caller.phone))) return null
  const visit = await visits.note(unit, {
    carrierCallId: caller.carrierCallId,
    purpose: 'message',
    fromPhone: caller.phone,
    ktagId: ktag.id,
    ownerId: owner.id,
  })
  const limits = limitsOf(owner)
  const greetingId = owner.settings.voicemailGreetingFileId
  return {
    ktag,
    ownerName: owner.name,
    greetingUrl: greetingId === null ? null : await greetingUrl(unit, visit, greetingId),
    maxSeconds: limits.voicemailSeconds,
    isTranscribed: limits.hasTranscripts,
  }
}

/** The mailbox that somebody is at who speaks anew; null when they are at none, or it is closed by now. */
export async function mailboxAgain(unit: Unit, carrierCallId: string): Promise<Mailbox | null> {
  const visit = await visits.find(unit, carrierCallId)
  const ktag = visit?.purpose === 'message' ? await ktagById(unit, visit.ktagId) : null
  return visit && ktag ? mailboxOf(unit, { carrierCallId, phone: visit.fromPhone }, ktag) : null
}

/** Where the greeting plays; counted from the beginning of the visit, so that it stays the same. */
async function greetingUrl(unit: Unit, visit: Visit, fileId: string): Promise<string | null> {
  const file = (await filesById(unit, visit.ownerId, [fileId])).get(fileId)
  return file ? streamTicket(unit, file, visit.beganAt).url : null
}

async function isBlocked(view: View, owner: User, phone: string | null): Promise<boolean> {
  const caller = phone === null ? null : await byVerifiedMobile(view, phone)
  return caller !== null && owner.settings.blocked.includes(caller.id)
}
