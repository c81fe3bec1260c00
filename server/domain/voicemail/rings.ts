import { byVerifiedMobile, type User, byId as userById } from '#domain/accounts'
import { limitsOf } from '#domain/billing'
import { isBusy, isLeftAlone } from '#domain/calls'
import { nameOf } from '#domain/contacts'
import { reachableAmong } from '#domain/destinations'
import { pay } from '#domain/spending'
import { type Ktag, byId as ktagById, mayCall } from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import { newDigits, sameSecret } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { mailboxOf } from './mailbox.ts'
import { type Mailbox, type OwnerRing, RULES } from './model.ts'
import * as rings from './ring-store.ts'
import * as visits from './visit-store.ts'

/** What to say to an owner who has picked up. */
export type OwnerPrompt =
  | { readonly kind: 'ask'; readonly callerName: string | null; readonly fromPhone: string | null; readonly ktag: Ktag }
  | { readonly kind: 'talk' | 'gone' }

/** What follows from the key that an owner has pressed. */
export type OwnerChoice = 'talk' | 'declined' | 'again' | 'gone'

/** What a caller comes to whose ring is over: the mailbox, or nothing when they have talked or it is closed. */
export type AfterRing = { readonly kind: 'mailbox'; readonly mailbox: Mailbox } | { readonly kind: 'talked' | 'closed' }

/**
 * Have the owner's phone rung for somebody who has dialled one of their tags; null when it is not to ring, and the
 * mailbox comes at once. Asked again for the same call, the answer is the same. `dialled` is the number of ours.
 */
export async function ringOwner(
  unit: Unit,
  caller: { readonly carrierCallId: string; readonly phone: string | null; readonly dialled: string },
  ktag: Ktag,
): Promise<OwnerRing | null> {
  await rings.lockOwner(unit, ktag.ownerId)
  const rung = await rings.findOfCall(unit, caller.carrierCallId)
  if (rung) return rung.ktagId === ktag.id && rung.overAt === null ? rung : null
  // Whoever was sent to the mailbox before is sent there again.
  if ((await visits.find(unit, caller.carrierCallId))?.ktagId === ktag.id) return null
  const owner = await userById(unit, ktag.ownerId)
  const who = caller.phone === null ? null : await byVerifiedMobile(unit, caller.phone)
  if (!owner?.mobile || !owner.mobileVerifiedAt || !(await mayCall(unit, who, ktag))) return null
  if (await isLeftAlone(unit, who?.id ?? null, owner.mobile)) return null
  await rings.endOverdue(unit, owner.id)
  if (!(await isFree(unit, owner, caller))) return null
  const maxSeconds = limitsOf(owner).callMaxMinutes * 60
  const ours = unit.site.numbers
  const ring = {
    id: newId(),
    secret: newDigits(9),
    carrierCallId: caller.carrierCallId,
    ktagId: ktag.id,
    ownerId: owner.id,
    fromPhone: caller.phone,
    phone: owner.mobile,
    shownNumber: ours.find((number) => number === caller.dialled) ?? ours[0],
    maxSeconds,
  }
  return rings.insert(unit, ring, RULES.ringGivesUp)
}

/** What names a ring in the carrier's addresses: opaque, with a secret part, `[A-Za-z0-9_-]`. */
export function ringName({ id, secret }: OwnerRing): string {
  return `${id}_${secret}`
}

/** An owner has picked up their phone, or a mailbox has: what to ask. */
export async function ownerPickedUp(view: View, name: string): Promise<OwnerPrompt> {
  const ring = known(name, await rings.find(view, idOf(name)))
  if (!ring || ring.overAt !== null) return { kind: 'gone' }
  if (ring.takenAt !== null) return { kind: 'talk' }
  const ktag = await ktagById(view, ring.ktagId)
  if (!ktag) return { kind: 'gone' }
  const { fromPhone, ownerId } = ring
  return { kind: 'ask', callerName: await callerName(view, ownerId, fromPhone), fromPhone, ktag }
}

/**
 * An owner has pressed a key: 1 takes the call, 2 leaves it to the mailbox. Only a 1 that is written down here counts as
 * having taken the call.
 */
export async function ownerPressed(unit: Unit, name: string, digits: string): Promise<OwnerChoice> {
  const ring = known(name, await rings.lock(unit, idOf(name)))
  if (!ring || ring.overAt !== null) return 'gone'
  if (ring.takenAt !== null) return 'talk'
  if (digits === '1') {
    const givesUpAt = secondsAfter(unit.now, ring.maxSeconds + RULES.ringGivesUp)
    await rings.update(unit, ring.id, { taken_at: unit.now, gives_up_at: givesUpAt })
    return 'talk'
  }
  if (digits !== '2') return 'again'
  await rings.update(unit, ring.id, { over_at: unit.now })
  return 'declined'
}

/** The owner's leg is over. */
export async function ownerHungUp(unit: Unit, name: string): Promise<void> {
  const ring = known(name, await rings.lock(unit, idOf(name)))
  if (ring && ring.overAt === null) await rings.update(unit, ring.id, { over_at: unit.now })
}

/**
 * The caller's line is free again: what comes next. They have talked when the owner had pressed 1, by our own record,
 * and the carrier does not say that they were never put through. Decided once.
 */
export async function ringEnded(unit: Unit, name: string, wasPutThrough: boolean): Promise<AfterRing> {
  const ring = known(name, await rings.lock(unit, idOf(name)))
  if (!ring) return { kind: 'closed' }
  const outcome = ring.outcome ?? (ring.takenAt !== null && wasPutThrough ? 'talked' : 'missed')
  await rings.update(unit, ring.id, { outcome, over_at: ring.overAt ?? unit.now })
  if (outcome === 'talked') return { kind: 'talked' }
  const ktag = await ktagById(unit, ring.ktagId)
  const caller = { carrierCallId: ring.carrierCallId, phone: ring.fromPhone }
  const mailbox = ktag ? await mailboxOf(unit, caller, ktag) : null
  return mailbox ? { kind: 'mailbox', mailbox } : { kind: 'closed' }
}

/** Whether an owner's phone may ring now: they are on no call, nobody rings them, and no budget is used up. */
async function isFree(
  unit: Unit,
  owner: User,
  caller: { readonly carrierCallId: string; readonly phone: string | null },
): Promise<boolean> {
  if (owner.mobile === null || (await isBusy(unit, owner.id)) || (await rings.isOpen(unit, owner.id))) return false
  if (!(await reachableAmong(unit, [owner.mobile])).has(owner.mobile)) return false
  const { ofCaller, ofOwner } = RULES.ringBudgets
  for (const { rings: most, perSeconds } of ofCaller) {
    const since = secondsAfter(unit.now, -perSeconds)
    if ((await rings.countSince(unit, owner.id, since, caller.phone)) >= most) return false
  }
  for (const { rings: most, perSeconds } of ofOwner) {
    if ((await rings.countSince(unit, owner.id, secondsAfter(unit.now, -perSeconds))) >= most) return false
  }
  return pay(unit, { orderKey: `ring ${caller.carrierCallId}`, kind: 'call', phone: owner.mobile })
}

/** Under which name an owner knows a caller; null when they do not. */
async function callerName(view: View, ownerId: string, fromPhone: string | null): Promise<string | null> {
  if (fromPhone === null) return null
  const contact = await nameOf(view, ownerId, fromPhone)
  return contact?.name ?? (await byVerifiedMobile(view, fromPhone))?.name ?? null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const NOBODY = '00000000-0000-0000-0000-000000000000'

function idOf(name: string): string {
  const [id = ''] = name.split('_')
  return UUID.test(id) ? id : NOBODY
}

function known(name: string, ring: OwnerRing | null): OwnerRing | null {
  return ring && sameSecret(ringName(ring), name) ? ring : null
}
