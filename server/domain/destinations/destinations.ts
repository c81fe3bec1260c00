import { countryOf, isCostly, prefixOf } from '#domain/phones'
import { secondsAfter } from '#kit/clock'
import type { Site } from '#kit/site'
import type { Unit, View } from '#kit/unit'
import { CountryNotSupported, NumberNotSupported } from './faults.ts'
import * as store from './store.ts'

/** How long a prefix is left alone once the carrier has called it fraudulent (Twilio's Fraud Guard: 12 hours). */
const BLOCK_SECONDS = 12 * 3600

/**
 * Refuse a number that this deployment does not call or text: of a country that is not on its list, or of a kind that
 * costs whoever calls it. `field` is what the request calls it; whoever has a list of their own hands in `countries`.
 * Throws `CountryNotSupported`, `NumberNotSupported`.
 */
export function assertReachable(
  view: View,
  phone: string,
  field: string,
  countries: Site['countries'] = view.site.countries,
): void {
  if (isCostly(phone)) throw NumberNotSupported({ fields: { [field]: 'Numbers of this kind cannot be reached.' } })
  const country = countryOf(phone)
  if (country === null || !isListed(countries, country)) {
    throw CountryNotSupported({ fields: { [field]: 'Numbers of this country cannot be reached.' } })
  }
}

/** Those of some numbers that may be called or texted now. */
export async function reachableAmong(view: View, phones: readonly string[]): Promise<Set<string>> {
  const allowed = phones.filter((phone) => {
    const country = countryOf(phone)
    return !isCostly(phone) && country !== null && isListed(view.site.countries, country)
  })
  const blocked = await store.blockedAmong(view, allowed.map(prefixOf))
  return new Set(allowed.filter((phone) => !blocked.has(prefixOf(phone))))
}

/** Until when the numbers around this one are left alone; null when they are not. */
export async function blockedUntil(view: View, phone: string): Promise<Date | null> {
  return store.findBlock(view, prefixOf(phone))
}

/** The carrier calls what we send to a number fraudulent: leave all numbers around it alone for twelve hours. */
export async function blockAround(unit: Unit, phone: string, reason: string): Promise<void> {
  await store.block(unit, prefixOf(phone), secondsAfter(unit.now, BLOCK_SECONDS), reason)
}

function isListed(countries: Site['countries'], country: string): boolean {
  return countries === 'all' || countries.has(country)
}
