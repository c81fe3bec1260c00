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
import { firstFile, open, sendTo } from './messages.ts'
import type { Letter, Peer } from './model.ts'
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

/**
 * Bring what a phone just texts back to whoever it answers. Gives whom it was sent to where the holder does not know that
 * yet, '' where they do, and null when there is nobody. Throws `MessagesNotTaken`, and what `send` throws.
 */
export async function textBack(unit: Unit, line: Line, letter: Letter): Promise<string | null> {
  const conversation = await store.find(unit, line.phone, line.ourNumber)
  if (!conversation) return null
  const { peer, isTold } = conversation
  if (line.holder) await sendTo(unit, line.holder, peer, letter)
  else if (!(await answerAsPhone(unit, line.phone, peer, letter))) return null
  if (isTold) return ''
  await store.setTold(unit, line.phone, line.ourNumber)
  return peerName(unit, line.holder, peer)
}

/** A phone without an account writes to the owner of a tag. Throws `MessagesNotTaken`. */
export async function writeAsPhone(unit: Unit, phone: string, ktag: Ktag, letter: Letter): Promise<void> {
  const owner = await takerOf(unit, null, ktag)
  if (!owner) throw MessagesNotTaken({ message: `*${ktag.name} takes no messages at the moment.` })
  await leaveFromPhone(unit, phone, owner, ktag.id, letter)
}

async function answerAsPhone(unit: Unit, phone: string, peer: Peer, letter: Letter): Promise<boolean> {
  const user = peer.userId === null ? null : await userById(unit, peer.userId)
  if (!user || user.suspendedAt) return false
  await leaveFromPhone(unit, phone, user, null, letter)
  return true
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
