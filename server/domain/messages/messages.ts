import { type User, byId as userById } from '#domain/accounts'
import * as allowance from '#domain/allowance'
import { PlanLimitReached } from '#domain/billing'
import * as inbox from '#domain/inbox'
import { filesFor, mediaOf } from '#domain/mms'
import * as statuses from '#domain/statuses'
import * as texts from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { Fault, RateLimited } from '#kit/fault'
import { newId } from '#kit/id'
import { attempt, type Unit, type View } from '#kit/unit'
import { address, reaches } from './addressing.ts'
import { MessagesNotTaken, NotAnswerable, WordsMissing } from './faults.ts'
import { type Addressed, FRESH_SECONDS, type Letter, type Peer, type Recipient, type Sent } from './model.ts'
import * as store from './store.ts'
import { signed } from './wording.ts'

/**
 * Send a letter to whom `address` has found: posted on tags, left in inboxes, and texted, each phone once. Every phone
 * that is texted answers the sender by just texting back, for a day.
 * Throws `PlanLimitReached` and `RateLimited` when it texts more than the sender may, `WordsMissing` when it has nothing
 * to text, and what posting refuses.
 */
export async function send(unit: Unit, sender: User, to: Addressed, letter: Letter): Promise<Sent> {
  if (letter.body === '' && to.phones.length > 0) throw WordsMissing()
  const posted: statuses.Status[] = []
  for (const { id: ktagId } of to.posts) {
    const fileId = await firstFile(unit, letter, sender.id)
    posted.push(await statuses.post(unit, sender, { body: letter.body, ktagId, via: letter.via, fileId }))
  }
  const sendId = newId()
  await spend(unit, sender, sendId, to.phones.length)
  for (const recipient of to.people) await leave(unit, sender, recipient, letter)
  await text(unit, sender, sendId, to.phones, letter.body, to.optedOut)
  await notify(unit, sender, to, letter)
  const { recipients, optedOut } = to
  return { recipients, optedOut, statuses: posted, hasLeftOut: await leavesOut(unit, letter, to.phones.length > 0) }
}

/** Who can be answered for having left a message. Throws `NotAnswerable`. */
export function authorOf({ via, fromName, fromPhone, fromUserId }: inbox.InboxMessage): Peer {
  if (via === 'widget') {
    const why = `${fromName ?? 'Whoever wrote it'} typed that number and proved nothing; nothing was sent.`
    throw NotAnswerable({ message: `${why} To text it all the same: t ${fromPhone} your words` })
  }
  if (fromUserId !== null) return { userId: fromUserId, phone: null }
  if (fromPhone !== null) return { userId: null, phone: fromPhone }
  throw NotAnswerable()
}

/**
 * Send a letter to somebody who has written or called before; `inReplyTo` is the message of the sender's inbox that it
 * answers. Throws `MessagesNotTaken`, `NotAnswerable`, and what `send` throws.
 */
export async function sendTo(
  unit: Unit,
  sender: User,
  peer: Peer,
  letter: Letter,
  inReplyTo: string | null = null,
): Promise<Sent> {
  if (peer.phone !== null) {
    return send(unit, sender, await address(unit, sender, { tags: [], phones: [peer.phone] }), letter)
  }
  const user = await userById(unit, peer.userId)
  if (!user) throw NotAnswerable()
  if (!reaches(sender, user)) throw MessagesNotTaken()
  const person = { user, ktagId: null }
  await leave(unit, sender, person, letter, inReplyTo)
  const to = { posts: [], people: [person], phones: [], optedOut: 0, recipients: 1 }
  await notify(unit, sender, to, letter)
  return { recipients: 1, optedOut: 0, statuses: [], hasLeftOut: await leavesOut(unit, letter, false) }
}

/** From now on, for a day, what a phone texts back goes to whoever had it texted. */
export async function open(unit: Unit, phone: string, peer: Peer): Promise<void> {
  await store.open(unit, phone, await texts.numberFor(unit, phone), peer, secondsAfter(unit.now, FRESH_SECONDS))
}

/** Have a file of a letter belong to somebody: its first picture or sound. */
export async function firstFile(unit: Unit, { textId }: Letter, ownerId: string): Promise<string | null> {
  return textId === undefined ? null : ((await filesFor(unit, textId, ownerId))[0]?.id ?? null)
}

/** Whether some of what came with a letter stays behind: an inbox and a status take one, a text takes none. */
export async function leavesOut(view: View, { textId }: Letter, isTexted: boolean): Promise<boolean> {
  if (textId === undefined) return false
  const media = await mediaOf(view, textId)
  return media.length > 1 || media.some(({ kept }) => !kept) || (media.length > 0 && isTexted)
}

async function leave(
  unit: Unit,
  sender: User,
  { user, ktagId }: Recipient,
  letter: Letter,
  inReplyTo: string | null = null,
): Promise<void> {
  await inbox.leaveMessage(unit, {
    ownerId: user.id,
    fromUserId: sender.id,
    fromPhone: sender.mobile,
    toKtagId: ktagId,
    body: letter.body || null,
    via: letter.via,
    fileId: await firstFile(unit, letter, user.id),
    inReplyTo,
  })
}

/** Text those who find a letter in their inbox and want to be texted so, as far as the sender's month has room for it. */
async function notify(unit: Unit, sender: User, to: Addressed, letter: Letter): Promise<void> {
  const phones = to.people.flatMap(({ user: { mobile, mobileVerifiedAt, settings } }) =>
    settings.smsInbox && mobile !== null && mobileVerifiedAt && !to.phones.includes(mobile) ? [mobile] : [],
  )
  const sendId = newId()
  try {
    await attempt(unit, async (inner) => {
      await spend(inner, sender, sendId, phones.length)
      await text(inner, sender, sendId, phones, letter.body, 0)
    })
  } catch (error) {
    // The inbox has it; that it is texted as well is a courtesy.
    if (!(error instanceof Fault && [PlanLimitReached, RateLimited].includes(error.type))) throw error
  }
}

async function text(
  unit: Unit,
  sender: User,
  sendId: string,
  phones: readonly string[],
  body: string,
  optedOut: number,
): Promise<void> {
  if (phones.length === 0) return
  const batch = { batchId: sendId, body: await signed(unit, sender, body), purpose: 'message', isHintedAtFirst: true }
  await store.insertSend(unit, { id: sendId, senderId: sender.id, recipients: phones.length, optedOut })
  await texts.queueBatch(unit, batch, phones)
  for (const phone of [...phones].sort()) await open(unit, phone, { userId: sender.id, phone: null })
}

/** So many are texted for somebody: by their month, and by the hour. Throws `PlanLimitReached`, `RateLimited`. */
async function spend(unit: Unit, sender: User, key: string, recipients: number): Promise<void> {
  if (recipients === 0) return
  await allowance.spend(unit, sender, { key, recipients })
  if ((await allowance.takeOfHour(unit, sender.id, recipients)) < recipients) {
    const retryAfterSeconds = await allowance.secondsToHour(unit, sender.id, recipients)
    throw RateLimited({ message: 'That is more than you can text in an hour.', retryAfterSeconds })
  }
}
