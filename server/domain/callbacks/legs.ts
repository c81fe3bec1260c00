import { refuse } from '#domain/calls'
import { type Ktag, byId as tagById } from '#domain/tags'
import * as turns from '#domain/turns'
import { secondsAfter } from '#kit/clock'
import { sameSecret } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { type Callback, RULES, type Visitor } from './model.ts'
import * as store from './store.ts'

/** What to say to a visitor who has picked up. */
export type Prompt = { readonly kind: 'ask'; readonly ktag: Ktag } | { readonly kind: 'gone' }

/** What follows from the key that a visitor has pressed. */
export type Pressed =
  | { readonly kind: 'connect'; readonly ktag: Ktag; readonly phone: string }
  | { readonly kind: 'again' | 'declined' | 'gone' }

const NAME = /^back_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_\d{9}$/

/** Whether a leg has a name of the kind that visitors' legs have. */
export function isVisitorsLeg(name: string): boolean {
  return NAME.test(name)
}

/** Whom to ring for a callback; null when they are not to be rung any more. */
export async function visitorOf(view: View, id: string): Promise<Visitor | null> {
  const callback = await store.find(view, id)
  if (!callback || callback.overAt !== null) return null
  const { phone, maxSeconds } = callback
  return { name: nameOf(callback), phone, ringSeconds: RULES.rings, maxSeconds }
}

/** Take a visitor's turn, in the unit that claims the order: false when it is void, or they are not to be rung. */
export async function claim(unit: Unit, id: string, turnId: string): Promise<boolean> {
  const callback = await store.lock(unit, id)
  if (!callback || callback.overAt !== null || !(await turns.take(unit, turnId))) return false
  const givesUpAt = secondsAfter(unit.now, RULES.rings + callback.maxSeconds + RULES.slack)
  await store.update(unit, id, { dialled_at: unit.now, gives_up_at: givesUpAt })
  return true
}

/** The carrier has taken the order, and named the leg. */
export async function accepted(unit: Unit, id: string, carrierCallId: string): Promise<void> {
  await store.update(unit, id, { carrier_call_id: carrierCallId })
}

/** The visitors' legs that go on, as far as we know. */
export async function openLegs(
  view: View,
): Promise<readonly { readonly name: string; readonly carrierCallId: string }[]> {
  const open = await store.listOpen(view)
  return open.map((callback) => ({ name: nameOf(callback), carrierCallId: callback.carrierCallId }))
}

/** Nobody was rung, and nobody will be. */
export async function failed(unit: Unit, id: string): Promise<void> {
  await end(unit, await store.lock(unit, id))
}

/** A visitor has picked up, or their mailbox has. Asked again, it answers the same. */
export async function pickedUp(unit: Unit, name: string, carrierCallId: string): Promise<Prompt> {
  const callback = await lockKnown(unit, name)
  if (!callback || callback.overAt !== null) return { kind: 'gone' }
  const ktag = await tagById(unit, callback.ktagId)
  if (!ktag) return { kind: 'gone' }
  await store.update(unit, callback.id, { carrier_call_id: carrierCallId })
  return { kind: 'ask', ktag }
}

/**
 * A visitor has pressed a key: 1 takes them to the tag's owner, and again when the carrier asks again; 2 says that it was
 * not they who asked, and then they are never called for this owner again.
 */
export async function pressed(unit: Unit, name: string, digits: string): Promise<Pressed> {
  const callback = await lockKnown(unit, name)
  if (!callback || callback.overAt !== null) return { kind: 'gone' }
  if (digits === '2' && callback.takenAt === null) {
    await refuse(unit, callback.ownerId, callback.phone)
    await end(unit, callback)
    return { kind: 'declined' }
  }
  if (digits !== '1') return { kind: 'again' }
  const ktag = await tagById(unit, callback.ktagId)
  if (!ktag) return { kind: 'gone' }
  await store.update(unit, callback.id, { taken_at: callback.takenAt ?? unit.now })
  return { kind: 'connect', ktag, phone: callback.phone }
}

/** A visitor's leg is over. */
export async function hungUp(unit: Unit, name: string): Promise<void> {
  await end(unit, await lockKnown(unit, name))
}

async function end(unit: Unit, callback: Callback | null): Promise<void> {
  if (callback && callback.overAt === null) await store.update(unit, callback.id, { over_at: unit.now })
}

function nameOf({ id, secret }: Callback): string {
  return `back_${id}_${secret}`
}

async function lockKnown(unit: Unit, name: string): Promise<Callback | null> {
  const [, id] = NAME.exec(name) ?? []
  const callback = id === undefined ? null : await store.lock(unit, id)
  return callback && sameSecret(nameOf(callback), name) ? callback : null
}
