import { z } from 'zod'
import { countryOf, isCostly, parsePhone } from '#domain/phones'
import type { Realm } from '#domain/realms'
import { ValidationFailed } from '#kit/fault'
import { ChannelNotAllowedCountry } from './faults.ts'
import type { Kind } from './model.ts'

const Email = z.email().max(254)

/** Where a code is to go, as it is written everywhere in here. */
export interface Destination {
  readonly kind: Kind
  /** E.164, or an e-mail address in lower case. */
  readonly destination: string
}

/**
 * Read a phone number as the users of a project write it: with `+` and the country, or the Russian way, beginning with 7
 * or 8, with whatever spaces, dashes and brackets; a `+` that a query has made a space counts. Throws `ValidationFailed`
 * (`phone`), `ChannelNotAllowedCountry`.
 */
export function readPhone(realm: Realm, text: string): Destination {
  const { countries } = realm.settings
  const readings = international(text)
    .map((number) => parsePhone(number))
    .filter((phone) => phone !== null)
  const phone = readings.find((number) => countries.includes(countryOf(number) ?? '')) ?? readings[0]
  if (phone === undefined)
    throw badPhone('The number must begin with 7, +7 or 8, or with + and the code of its country.')
  if (isCostly(phone)) throw badPhone('Codes are not sent to numbers of this kind.')
  if (!countries.includes(countryOf(phone) ?? '')) {
    throw ChannelNotAllowedCountry({ fields: { phone: 'Codes are not sent to numbers of this country.' } })
  }
  return { kind: 'phone', destination: phone }
}

/** Read a phone number or an e-mail address. Throws as `readPhone`. */
export function readDestination(realm: Realm, text: string): Destination {
  if (!text.includes('@')) return readPhone(realm, text)
  const email = Email.safeParse(text.trim().toLowerCase())
  if (!email.success) throw ValidationFailed({ fields: { to: 'That is not an e-mail address.' } })
  return { kind: 'email', destination: email.data }
}

/** What a number may mean, with `+`, the likeliest first. */
function international(written: string): readonly string[] {
  // As it is copied from an address book: with marks of direction that nobody sees, and hyphens that do not break.
  const text = written.normalize('NFKC').replace(/\p{Cf}/gu, '')
  if (/^\s*\+/.test(text)) return [text.trim()]
  const digits = text.replace(/[\s().\p{Pd}]/gu, '')
  // A "+" stands for a space in a query, and few think of it.
  const asWritten = /^\s\d/.test(text) ? [`+${digits}`] : []
  const theRussianWay = /^[78]\d{10}$/.test(digits) ? [`+7${digits.slice(1)}`] : []
  return [...asWritten, ...theRussianWay]
}

function badPhone(why: string) {
  return ValidationFailed({ fields: { phone: why } })
}
