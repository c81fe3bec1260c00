import {
  type CountryCode,
  isSupportedCountry,
  type NumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'

/** The country whose national format is understood when a person's own is not known. */
const DEFAULT_COUNTRY: CountryCode = 'US'

/**
 * Read a phone number as people write it (spaces, dashes, brackets, national format of `country`) and give it as
 * E.164; null when it cannot be a phone number. Possible numbers are taken, not only assigned ones: the ranges in
 * the library age, and fictional numbers (555) must work.
 */
export function parsePhone(text: string, country: string | null = null): string | null {
  const defaultCountry = (country as CountryCode | null) ?? DEFAULT_COUNTRY
  // A number, the whole number, and nothing but the number: never one that stands somewhere in a text.
  const parsed = parsePhoneNumberFromString(text.trim(), { defaultCountry, extract: false })
  return parsed?.isPossible() ? parsed.number : null
}

/** Whether an E.164 number is one that its country has given out, as far as the library knows. */
export function isAssigned(phone: string): boolean {
  return parsePhoneNumberFromString(phone)?.isValid() ?? false
}

/** The ISO country of an E.164 number; null where the number tells none. */
export function countryOf(phone: string | null): string | null {
  if (phone === null) return null
  const parsed = parsePhoneNumberFromString(phone)
  return parsed?.country ?? parsed?.getPossibleCountries()[0] ?? null
}

/** Whether phones of some country have this ISO 3166-1 code: `GB` and not `UK`. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code)
}

/** Kinds of numbers at which somebody earns from every call, or that no caller from abroad should ever reach. */
const COSTLY_TYPES: ReadonlySet<NumberType> = new Set<NumberType>([
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'PAGER',
])

/**
 * Codes that belong to no country or are costly as a whole, whatever the library thinks of a single number: US premium
 * (1 900), freephone and shared cost of everywhere (800, 808), satellites (870, 881), networks of everywhere (878, 882,
 * 883), premium of everywhere (979). Source: ITU-T E.164 list of assigned country codes.
 */
const COSTLY_PREFIXES = ['+1900', '+800', '+808', '+870', '+878', '+881', '+882', '+883', '+979']

/** Whether a number is premium, shared-cost, toll-free or satellite. */
export function isCostly(phone: string): boolean {
  if (COSTLY_PREFIXES.some((prefix) => phone.startsWith(prefix))) return true
  return COSTLY_TYPES.has(parsePhoneNumberFromString(phone)?.getType())
}

/** The numbers around a number: those that differ in the last four digits only. */
export function prefixOf(phone: string): string {
  return phone.slice(0, -4)
}
