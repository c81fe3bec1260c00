import { byVerifiedMobile, type User } from '#domain/accounts'
import type { Plan } from '#domain/billing'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { MessageChanged } from './events.ts'
import { MessageNotFound } from './faults.ts'
import type { InboxFilter, InboxMessage, NewMessage, NewText, NewVoicemail, UnreadCount } from './model.ts'
import * as store from './store.ts'

/** A person's messages, newest first. */
export async function list(
  view: View,
  owner: User,
  filter: InboxFilter,
  request: PageRequest,
): Promise<Page<InboxMessage>> {
  return store.list(view, owner.id, filter, request)
}

/** What came from one number, newest first; not what somebody wrote who only said that it was theirs. */
export async function fromPhone(
  view: View,
  owner: User,
  phone: string,
  request: PageRequest,
): Promise<Page<InboxMessage>> {
  return store.list(view, owner.id, { fromPhone: phone }, request)
}

/** One message of a person; null when there is none such. */
export async function find(view: View, ownerId: string, id: string): Promise<InboxMessage | null> {
  return store.find(view, ownerId, id)
}

/** One message of a person. Throws `MessageNotFound`. */
export async function get(view: View, ownerId: string, id: string): Promise<InboxMessage> {
  const message = await find(view, ownerId, id)
  if (!message) throw MessageNotFound()
  return message
}

/** The message that a person calls by this number. Throws `MessageNotFound`. */
export async function byNumber(view: View, owner: Pick<User, 'id'>, number: number): Promise<InboxMessage> {
  const message = await store.findByNumber(view, owner.id, number)
  if (!message) throw MessageNotFound({ message: `There is no message ${number}.` })
  return message
}

/** The message that came last. Throws `MessageNotFound`. */
export async function latest(view: View, owner: Pick<User, 'id'>): Promise<InboxMessage> {
  const { items } = await store.list(view, owner.id, {}, { limit: 1, offset: 0, beforeId: null })
  if (!items[0]) throw MessageNotFound({ message: 'There is no message yet.' })
  return items[0]
}

/** How many messages are unread. */
export async function unreadCount(view: View, ownerId: string): Promise<UnreadCount> {
  return store.unreadCount(view, ownerId)
}

/**
 * Somebody has spoken after the tone: a message, at once, whose sound follows. Null when this recording is one already.
 */
export async function leaveVoicemail(unit: Unit, voicemail: NewVoicemail): Promise<InboxMessage | null> {
  const caller = voicemail.fromPhone === null ? null : await byVerifiedMobile(unit, voicemail.fromPhone)
  const message = await store.insertVoicemail(unit, newId(), voicemail, caller?.id ?? null)
  if (message) announce(unit, message.ownerId, message.id, 'created')
  return message
}

/** Somebody has written to a person. */
export async function leaveMessage(unit: Unit, message: NewMessage): Promise<InboxMessage> {
  const left = await store.insertMessage(unit, newId(), message)
  announce(unit, left.ownerId, left.id, 'created')
  return left
}

/** Somebody whom we do not know has written. */
export async function leaveText(unit: Unit, text: NewText): Promise<InboxMessage> {
  const message = await store.insertText(unit, newId(), text)
  announce(unit, message.ownerId, message.id, 'created')
  return message
}

/** Give a message its sound; false when the message is gone, or has one. */
export async function attachAudio(unit: Unit, ownerId: string, messageId: string, fileId: string): Promise<boolean> {
  if (!(await store.attachFile(unit, ownerId, messageId, fileId))) return false
  announce(unit, ownerId, messageId, 'updated')
  return true
}

/** Give a message what was said in it, in writing; null when that will never be known. Nothing happens when it is gone. */
export async function setTranscript(
  unit: Unit,
  ownerId: string,
  messageId: string,
  transcript: string | null,
): Promise<void> {
  if (await store.setTranscript(unit, ownerId, messageId, transcript)) announce(unit, ownerId, messageId, 'updated')
}

/** Take a message out of an inbox as if it had never been there: whoever left it has taken it back. */
export async function withdraw(unit: Unit, ownerId: string, messageId: string): Promise<void> {
  if (await store.erase(unit, ownerId, messageId)) announce(unit, ownerId, messageId, 'deleted')
}

/**
 * Remove voicemail that is older than its owner's limits allow, a chunk of so many at most; gives how many. `days` is
 * how long each plan keeps it; what was agreed with an account stands above that.
 */
export async function removeVoicemailsPast(
  unit: Unit,
  days: Readonly<Record<Plan, number>>,
  chunk: number,
): Promise<number> {
  const removed = await store.removePast(unit, days, chunk)
  for (const { ownerId, id } of removed) announce(unit, ownerId, id, 'deleted')
  return removed.length
}

/** The sound of deleted messages is about to go: what was said in them, in writing, goes with it. */
export async function wipe(unit: Unit, fileId: string): Promise<void> {
  await store.wipeTranscripts(unit, fileId)
}

/** Whether a file belongs to a message that somebody has. */
export async function isHeld(view: View, fileId: string): Promise<boolean> {
  return store.holds(view, fileId)
}

/** Mark a message as read or unread; to what it is already changes nothing. Throws `MessageNotFound`. */
export async function mark(unit: Unit, owner: User, id: string, read: boolean): Promise<InboxMessage> {
  const marked = await store.mark(unit, owner.id, id, read)
  if (!marked) throw MessageNotFound()
  if (marked.isChanged) announce(unit, owner.id, id, 'updated')
  return marked.message
}

/** Delete a message. Throws `MessageNotFound`. */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  if (!(await store.remove(unit, owner.id, id))) throw MessageNotFound()
  announce(unit, owner.id, id, 'deleted')
}

/** Take a whole inbox out of sight: its owner is leaving. `purge` deletes it. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.removeAll(unit, userId)
}

/** Delete so many messages of somebody who has left; gives how many went. What they left for others is others'. */
export async function purge(unit: Unit, userId: string, most: number): Promise<number> {
  return store.purge(unit, userId, most)
}

/** A person's messages, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listPortable(view, userId)
}

function announce(unit: Unit, ownerId: string, messageId: string, change: 'created' | 'updated' | 'deleted'): void {
  unit.emit(MessageChanged, { owner_id: ownerId, message_id: messageId, change }, [`user:${ownerId}`])
}
