import { type User, byId as userById } from '#domain/accounts'
import { nameOf } from '#domain/contacts'
import type { InboxMessage } from '#domain/inbox'
import { signature } from '#domain/invites'
import { maskPhone } from '#domain/phones'
import { primaryOf } from '#domain/tags'
import type { View } from '#kit/unit'
import type { Peer } from './model.ts'

/** What a sender is told whose pictures or sounds stay behind. */
export const LEFT_OUT = 'Not all of the media went with it: texts bring none, a message brings one.'

/** Stands in a text for what is seen in the inbox alone. */
const IN_THE_INBOX = '(media)'

/** A text for somebody begins with who writes: `Ann (*ann): Running late`. A private tag is not told. */
export async function signed(view: View, sender: User, body: string): Promise<string> {
  const primary = await primaryOf(view, sender.id)
  const tag = primary?.visibility === 'public' ? ` (*${primary.name})` : ''
  return `${signature(sender)}${tag}: ${body || IN_THE_INBOX}`
}

/** The same for what a phone without an account has written: as its reader knows it, else with most of it hidden. */
export async function signedByPhone(view: View, reader: User, phone: string, body: string): Promise<string> {
  return `${(await nameOf(view, reader.id, phone))?.name ?? maskPhone(phone)}: ${body || IN_THE_INBOX}`
}

/** What somebody calls whom they write to: by public tag or by name, `null` for whom they do not know. */
export async function peerName(view: View, writer: User | null, peer: Peer): Promise<string> {
  if (peer.phone !== null) return (writer && (await nameOf(view, writer.id, peer.phone))?.name) ?? maskPhone(peer.phone)
  const primary = await primaryOf(view, peer.userId)
  if (primary?.visibility === 'public') return `*${primary.name}`
  return (await userById(view, peer.userId))?.name ?? 'them'
}

/** What the owner of an inbox calls whoever has left a message there. */
export async function writerName(view: View, owner: User, message: InboxMessage): Promise<string> {
  const { fromUserId, fromPhone, fromName } = message
  if (fromName !== null) return `${fromName} (unproven)`
  if (fromUserId !== null) return peerName(view, owner, { userId: fromUserId, phone: null })
  return fromPhone === null ? 'Unknown' : peerName(view, owner, { userId: null, phone: fromPhone })
}
