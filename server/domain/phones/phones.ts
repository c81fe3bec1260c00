import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

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

/** The ISO country of an E.164 number; null where the number tells none. */
export function countryOf(phone: string | null): string | null {
  if (phone === null) return null
  const parsed = parsePhoneNumberFromString(phone)
  return parsed?.country ?? parsed?.getPossibleCountries()[0] ?? null
}
