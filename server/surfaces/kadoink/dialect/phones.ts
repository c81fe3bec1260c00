import { countryFor, type User } from '#domain/accounts'
import { maskPhone, parsePhone } from '#domain/phones'
import { ValidationFailed } from '#kit/fault'

/**
 * Read a number that a person typed, in the format of their country, as E.164.
 * Throws `ValidationFailed` on the named field.
 */
export function readPhone(text: string, field: string, by: User | null = null): string {
  const phone = parsePhone(text, by ? countryFor(by) : null)
  if (phone === null) throw ValidationFailed({ fields: { [field]: 'That is not a phone number.' } })
  return phone
}

/** Read a number that may be absent or be cleared. */
export function readPhoneOr<Absent extends null | undefined>(
  text: string | Absent,
  field: string,
  by: User | null = null,
): string | Absent {
  return typeof text === 'string' ? readPhone(text, field, by) : text
}

/** Where a code went, so that its owner recognises it and nobody else can read it. */
export function maskDestination(destination: string): string {
  const [name = '', host] = destination.split('@')
  return host === undefined ? maskPhone(destination) : `${name.slice(0, 1)}***@${host}`
}
