import type { Unit } from '#kit/unit'
import * as store from './correspondents-store.ts'
import { choose } from './pool.ts'

/**
 * The number of ours that a phone is texted and called from: always the same one, since people save it and answer it.
 * A number that is not ours any more is replaced. `phone` is E.164.
 */
export async function numberFor(unit: Unit, phone: string): Promise<string> {
  const known = await store.find(unit, phone)
  if (known && isOurs(unit, known.ourNumber)) return known.ourNumber
  const chosen = choose(unit.site.numbers, phone)
  if (!known) return store.insert(unit, phone, chosen)
  await store.setNumber(unit, phone, chosen)
  return chosen
}

/** Whether a number is one of those that we text and call from now. */
export function isOurs({ site }: Pick<Unit, 'site'>, number: string | null): number is string {
  return number !== null && site.numbers.includes(number)
}
