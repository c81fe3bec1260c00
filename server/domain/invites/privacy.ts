import { byIds as usersByIds } from '#domain/accounts'
import { byIds as ktagsByIds } from '#domain/tags'
import { withdrawText } from '#domain/texts'
import type { Unit, View } from '#kit/unit'
import type { Invite } from './model.ts'
import * as store from './store.ts'

/**
 * An account ends: what it has sent is gone, its links are dead, and texts that wait are not sent. Its addresses are kept
 * from other invites for the rest of their time, and nobody knows any more which invite it had accepted.
 */
export async function forget(unit: Unit, userId: string): Promise<void> {
  for (const { textId } of await store.lockAllSent(unit, userId)) if (textId !== null) await withdrawText(unit, textId)
  await store.deleteSent(unit, userId)
  await store.forgetGuest(unit, userId)
}

/** What is kept of a person's invites: those that they have sent, and those that they have accepted. */
export async function portable(view: View, userId: string): Promise<Readonly<Record<string, unknown>>> {
  const sent = await store.allSent(view, userId)
  const accepted = await store.allAccepted(view, userId)
  const ktags = await ktagsByIds(
    view,
    [...sent, ...accepted].flatMap(({ ktagId }) => ktagId ?? []),
  )
  const inviters = await usersByIds(
    view,
    accepted.map(({ inviterId }) => inviterId),
  )
  const facts = (invite: Invite) => ({
    channel: invite.channel,
    to: invite.address,
    ktag: ktags.get(invite.ktagId ?? '')?.name ?? null,
    state: invite.state,
    created_at: invite.createdAt.toISOString(),
    accepted_at: invite.acceptedAt?.toISOString() ?? null,
  })
  return {
    sent: sent.map((invite) => ({
      ...facts(invite),
      number: invite.number,
      name: invite.name,
      message: invite.message,
      expires_at: invite.expiresAt.toISOString(),
    })),
    accepted: accepted.map((invite) => ({ ...facts(invite), from: inviters.get(invite.inviterId)?.name ?? null })),
  }
}
