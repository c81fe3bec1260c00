import { byId as userById } from '#domain/accounts'
import { known } from '#domain/contacts'
import { find as findMessage, type InboxMessage } from '#domain/inbox'
import { maskPhone } from '#domain/phones'
import { byId as ktagById } from '#domain/tags'
import { queue } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { forEachApart } from '#kit/each'
import { beginning } from '#kit/excerpt'
import { makeTicket, readTicket } from '#kit/ticket'
import type { Database, Unit, View } from '#kit/unit'
import * as due from './due-store.ts'
import { LinkExpired, LinkUnknown, VoicemailGone } from './faults.ts'
import { type Recording, RULES } from './model.ts'
import * as store from './store.ts'

const PURPOSE = 'voicemail link'
const MAX_NAME = 30

/** Tell the owners who are to be told by now. Run twice at once, each is told once. */
export async function sendDueNotices(database: Database): Promise<void> {
  await forEachApart(await database.read(noticesDue), (recordingId) =>
    database.write(async (unit) => {
      const recording = await store.lock(unit, recordingId)
      if (recording) await notifyIfDue(unit, recording)
    }),
  )
}

/**
 * Tell the owner of a locked recording by text when its caller is done and its sound is here, or has been waited for
 * long enough. Once, in the unit that says so; and not when the owner does not want it, has read the message, or has
 * no message any more.
 */
export async function notifyIfDue(unit: Unit, recording: Recording): Promise<void> {
  const { noticeDueAt, heardAt, state, recordingId, ownerId, messageId } = recording
  const hasWaited = heardAt <= secondsAfter(unit.now, -RULES.noticeWaits)
  if (noticeDueAt === null || noticeDueAt > unit.now || (state !== 'stored' && !hasWaited)) return
  await store.update(unit, recordingId, { notice_due_at: null })
  const owner = await userById(unit, ownerId)
  const message = messageId === null ? null : await findMessage(unit, ownerId, messageId)
  if (!owner?.settings.smsInbox || owner.suspendedAt || !owner.mobile || !owner.mobileVerifiedAt) return
  if (!message || message.readAt !== null) return
  await queue(unit, { phone: owner.mobile, body: await wording(unit, message), purpose: 'voicemail' })
}

/** The message behind the link of a notice. Throws `LinkUnknown`, `LinkExpired`, `VoicemailGone`. */
export async function heardByLink(view: View, link: string): Promise<InboxMessage> {
  const ticket = readTicket(view.site.keys, PURPOSE, link)
  if (!ticket) throw LinkUnknown()
  if (ticket.expiresAt <= view.now) throw LinkExpired()
  const recording = await store.findOfMessage(view, ticket.id)
  const message = recording ? await findMessage(view, recording.ownerId, ticket.id) : null
  if (!message) throw VoicemailGone()
  return message
}

async function wording(view: View, message: InboxMessage): Promise<string> {
  const ktag = message.toKtagId === null ? null : await ktagById(view, message.toKtagId)
  const expiresAt = secondsAfter(view.now, RULES.linkLives)
  const link = `${view.site.publicUrl}/v/${makeTicket(view.site.keys, PURPOSE, { id: message.id, expiresAt })}`
  return `Voicemail from ${await callerName(view, message)}${ktag ? ` for *${ktag.name}` : ''}: ${link}`
}

function noticesDue(view: View): Promise<readonly string[]> {
  return due.notices(view, secondsAfter(view.now, -RULES.noticeWaits))
}

/** As the owner knows them, else by a number that can be told from others and not dialled. */
async function callerName(view: View, { ownerId, fromPhone }: InboxMessage): Promise<string> {
  if (fromPhone === null) return 'a hidden number'
  const contact = (await known(view, ownerId, [fromPhone])).get(fromPhone)
  return contact ? beginning(contact.name.replace(/\s+/g, ' '), MAX_NAME).trim() : maskPhone(fromPhone)
}
