import { byVerifiedMobile, byId as userById } from '#domain/accounts'
import * as calls from '#domain/calls'
import { byId, bySpelling, type Ktag } from '#domain/tags'
import * as voicemail from '#domain/voicemail'
import type { Database, Unit } from '#kit/unit'

/** What the carrier tells us of people who dial our numbers, turned into domain verbs. */

/** What to do with somebody who dialled us and entered digits. */
export type Reception =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'choose'; readonly ktags: readonly Ktag[] }
  | { readonly kind: 'closed'; readonly ktag: Ktag }
  | { readonly kind: 'ring'; readonly ring: voicemail.OwnerRing }
  | { readonly kind: 'record'; readonly mailbox: voicemail.Mailbox }
  | { readonly kind: 'own' }
  | ({ readonly kind: 'join' } & calls.LetIn)

/** Somebody on the line. */
export interface Caller {
  readonly carrierCallId: string
  /** E.164; null when it is hidden, or when the network says that it is not theirs. */
  readonly phone: string | null
  /** The network vouches for it that the number is theirs; else it may be made up. */
  readonly isVouchedFor: boolean
  /** The number of ours that they have dialled, E.164. */
  readonly dialled: string
}

/** Under which name we know somebody who dials us. */
export async function callerName(database: Database, phone: string | null): Promise<string | null> {
  if (phone === null) return null
  return database.read(async (view) => (await byVerifiedMobile(view, phone))?.name ?? null)
}

/** Somebody who dialled us has entered keys: a tag, with its star or without, an extension, or the PIN of an open call. */
export async function entered(database: Database, caller: Caller, keys: string): Promise<Reception> {
  const digits = keys.replace(/^\*/, '')
  return database.write(async (unit) => {
    const { phone } = caller
    const joined = phone === null ? null : await calls.dialIn(unit, { ...caller, phone, pin: digits })
    if (joined) return { kind: 'join', ...joined }
    const user = phone === null ? null : await byVerifiedMobile(unit, phone)
    const ktags = await bySpelling(unit, digits, user)
    const [only] = ktags
    if (!only) {
      await calls.wrongPin(unit, phone, digits)
      return { kind: 'unknown' }
    }
    return ktags.length > 1 ? { kind: 'choose', ktags } : receive(unit, caller, only)
  })
}

/** Somebody has chosen one of several tags. */
export async function chose(database: Database, caller: Caller, ktagId: string): Promise<Reception> {
  return database.write(async (unit) => {
    const ktag = await byId(unit, ktagId)
    return ktag ? receive(unit, caller, ktag) : { kind: 'unknown' }
  })
}

/**
 * Somebody has come to a tag. Its owner, on their own phone, is let into their mailbox; for anybody else the owner's
 * phone is rung first where that may be, and else they are at the mailbox.
 */
export async function receive(unit: Unit, caller: Caller, ktag: Ktag): Promise<Reception> {
  const owner = await userById(unit, ktag.ownerId)
  const isOwner = caller.phone !== null && owner?.mobileVerifiedAt && owner.mobile === caller.phone
  if (isOwner && !owner.suspendedAt) {
    await voicemail.enterOwnMailbox(unit, caller, ktag)
    return { kind: 'own' }
  }
  const ring = isOwner ? null : await voicemail.ringOwner(unit, caller, ktag)
  if (ring) return { kind: 'ring', ring }
  const mailbox = await voicemail.mailboxOf(unit, caller, ktag)
  return mailbox ? { kind: 'record', mailbox } : { kind: 'closed', ktag }
}
