import { type User, byId as userById } from '#domain/accounts'
import * as allowance from '#domain/allowance'
import { PlanLimitReached } from '#domain/billing'
import * as inbox from '#domain/inbox'
import type { Ktag } from '#domain/tags'
import { queueBatch } from '#domain/texts'
import { Fault } from '#kit/fault'
import { newId } from '#kit/id'
import { attempt, type Unit, type View } from '#kit/unit'
import { takerOf } from './addressing.ts'
import { MessagesNotTaken } from './faults.ts'
import { firstFile, leavesOut, open, sendTo } from './messages.ts'
import type { Letter, Peer, Sent } from './model.ts'
import * as store from './store.ts'
import { peerName, signedByPhone } from './wording.ts'

/** A phone that texts us, and the number of ours that it texts; `holder` has verified it, null for nobody. */
export interface Line {
  readonly phone: string
  readonly ourNumber: string
  readonly holder: User | null
}

/** Whether what a phone just texts back answers somebody who has had it texted within a day. */
export async function isFresh(view: View, { phone, ourNumber }: Omit<Line, 'holder'>): Promise<boolean> {
  return (await store.find(view, phone, ourNumber)) !== null
}

/** What has become of what a phone just texts back. */
export interface Answered {
  /** Whom it was sent to; null where its holder knows that. */
  readonly name: string | null
  /** As of what is sent: see `Sent`. */
  readonly hasLeftOut: boolean
}

/**
 * Bring what a phone just texts back to whoever it answers; null when there is nobody. Throws `MessagesNotTaken`, and what
 * `send` throws.
 */
export async function textBack(unit: Unit, line: Line, letter: Letter): Promise<Answered | null> {
  const conversation = await store.find(unit, line.phone, line.ourNumber)
  if (!conversation) return null
  const { peer, isTold } = conversation
  const sent = line.holder
    ? await sendTo(unit, line.holder, peer, letter)
    : await answerAsPhone(unit, line.phone, peer, letter)
  if (!sent) return null
  const { hasLeftOut } = sent
  if (isTold) return { name: null, hasLeftOut }
  await store.setTold(unit, line.phone, line.ourNumber)
  return { name: await peerName(unit, line.holder, peer), hasLeftOut }
}

/** A phone without an account writes to the owner of a tag. Throws `MessagesNotTaken`. */
export async function writeAsPhone(
  unit: Unit,
  phone: string,
  ktag: Ktag,
  letter: Letter,
): Promise<Pick<Sent, 'hasLeftOut'>> {
  const owner = await takerOf(unit, null, ktag)
  if (!owner) throw MessagesNotTaken({ message: `*${ktag.name} takes no messages at the moment.` })
  await leaveFromPhone(unit, phone, owner, ktag.id, letter)
  return { hasLeftOut: await leavesOut(unit, letter, false) }
}

async function answerAsPhone(
  unit: Unit,
  phone: string,
  peer: Peer,
  letter: Letter,
): Promise<Pick<Sent, 'hasLeftOut'> | null> {
  const user = peer.userId === null ? null : await userById(unit, peer.userId)
  if (!user || user.suspendedAt) return null
  await leaveFromPhone(unit, phone, user, null, letter)
  return { hasLeftOut: await leavesOut(unit, letter, false) }
}

async function leaveFromPhone(
  unit: Unit,
  phone: string,
  owner: User,
  ktagId: string | null,
  letter: Letter,
): Promise<void> {
  await inbox.leaveMessage(unit, {
    ownerId: owner.id,
    fromUserId: null,
    fromPhone: phone,
    toKtagId: ktagId,
    body: letter.body || null,
    via: letter.via,
    fileId: await firstFile(unit, letter, owner.id),
    inReplyTo: null,
  })
  const { mobile, mobileVerifiedAt, settings } = owner
  if (!settings.smsInbox || mobile === null || !mobileVerifiedAt) return
  const body = await signedByPhone(unit, owner, phone, letter.body)
  await attempt(unit, (inner) => textOwner(inner, owner, mobile, body, { userId: null, phone })).catch(
    (error: unknown) => {
      // The inbox has it; the owner's month has no room for the text.
      if (!(error instanceof Fault && error.type === PlanLimitReached)) throw error
    },
  )
}

/** Whoever writes has no month of texts, so it is the reader's that counts. */
async function textOwner(unit: Unit, owner: User, mobile: string, body: string, peer: Peer): Promise<void> {
  const batchId = newId()
  await allowance.spend(unit, owner, { key: batchId, recipients: 1 })
  await queueBatch(unit, { batchId, body, purpose: 'message', isHintedAtFirst: true }, [mobile])
  await open(unit, mobile, peer)
}
