import { byVerifiedMobile, type User } from '#domain/accounts'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { MessageChanged, VoicemailLeft } from './events.ts'
import { MessageNotFound } from './faults.ts'
import type { InboxFilter, InboxMessage, NewVoicemail, UnreadCount, VoicemailSound } from './model.ts'
import * as store from './store.ts'

/** Shorter recordings hold no message: somebody hung up at the tone. */
const SHORTEST_SECONDS = 2

/** A person's messages, newest first. */
export async function list(
  view: View,
  owner: User,
  filter: InboxFilter,
  request: PageRequest,
): Promise<Page<InboxMessage>> {
  return store.list(view, owner.id, filter, request)
}

/** What came from one number, newest first. */
export async function fromPhone(
  view: View,
  owner: User,
  phone: string,
  request: PageRequest,
): Promise<Page<InboxMessage>> {
  return store.list(view, owner.id, { fromPhone: phone }, request)
}

/** One message of a person. Throws `MessageNotFound`. */
export async function get(view: View, ownerId: string, id: string): Promise<InboxMessage> {
  const message = await store.find(view, ownerId, id)
  if (!message) throw MessageNotFound()
  return message
}

/** How many messages are unread. */
export async function unreadCount(view: View, ownerId: string): Promise<UnreadCount> {
  return store.unreadCount(view, ownerId)
}

/**
 * Somebody has spoken after the tone. However often and in whatever order the carrier tells of a recording, it is one
 * message; its sound is asked for at each telling until it is there. Too short ones are dropped.
 */
export async function leaveVoicemail(unit: Unit, voicemail: NewVoicemail): Promise<void> {
  if (voicemail.durationSeconds < SHORTEST_SECONDS) return
  const caller = voicemail.fromPhone === null ? null : await byVerifiedMobile(unit, voicemail.fromPhone)
  const message = await store.insertVoicemail(unit, newId(), voicemail, caller?.id ?? null)
  if (message) announce(unit, message.ownerId, message.id, 'created')
  const messageId = message?.id ?? (await store.findSilent(unit, voicemail.recordingId))
  if (messageId) unit.emit(VoicemailLeft, { message_id: messageId }, [])
}

/** Voicemails whose sound is to be fetched now. */
export async function voicemailsToFetch(view: View): Promise<readonly VoicemailSound[]> {
  return store.dueSounds(view)
}

/** One voicemail whose sound is still at the carrier; null when it is here, or the message is gone. */
export async function voicemailSound(view: View, messageId: string): Promise<VoicemailSound | null> {
  return store.findSound(view, messageId)
}

/** The sound could not be fetched: try again later, after pauses that grow, and in the end no more. */
export async function postponeSound(unit: Unit, messageId: string): Promise<void> {
  await store.postponeSound(unit, messageId)
}

/** Give a voicemail its sound, which `keep` puts on file; nothing is kept when the message is gone or has its sound. */
export async function attachAudio(
  unit: Unit,
  ownerId: string,
  messageId: string,
  keep: () => Promise<{ readonly id: string }>,
): Promise<void> {
  if (!(await store.lockSilent(unit, ownerId, messageId))) return
  await store.attachFile(unit, messageId, (await keep()).id)
  announce(unit, ownerId, messageId, 'updated')
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

function announce(unit: Unit, ownerId: string, messageId: string, change: 'created' | 'updated' | 'deleted'): void {
  unit.emit(MessageChanged, { owner_id: ownerId, message_id: messageId, change }, [`user:${ownerId}`])
}
