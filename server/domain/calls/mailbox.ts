import { byId as ktagById } from '#domain/tags'
import type { Unit } from '#kit/unit'
import { type Call, isOver, type Participant } from './model.ts'

/** Why a call ended whose host now speaks after the tone of the tag that they called. */
export const AT_MAILBOX = 'voicemail'

/**
 * Whether a locked call has come to the point where its host is better off with a mailbox: they have called one other
 * person by a tag that takes voicemail, nobody else is on the call or could join it, and that person is not coming.
 * Whoever has refused this caller's calls by key is left in peace; whom the host took off the call was not waited for.
 */
export async function leadsToMailbox(unit: Unit, call: Call, participants: readonly Participant[]): Promise<boolean> {
  if (call.kind !== 'ktag' || call.ktagId === null || call.privacy !== 'private' || !call.startedAt) return false
  const [host, guest, ...others] = participants
  if (host?.status !== 'joined' || !guest || others.length > 0) return false
  if (!isOver(guest.status) || guest.joinedAt !== null || guest.isRemoved || guest.reason === 'refused') return false
  const ktag = await ktagById(unit, call.ktagId)
  if (!ktag || ktag.ownerId === call.hostId) return false
  return ktag.takesVoicemail
}

/** Whether a leg goes on after its call: its host is at the mailbox of the tag that nobody answered at. */
export function isAtMailbox(call: Pick<Call, 'endReason'>, { role }: Pick<Participant, 'role'>): boolean {
  return role === 'host' && call.endReason === AT_MAILBOX
}
