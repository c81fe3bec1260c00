import { z } from 'zod'

/** Words that nothing which people name may be called: product words, and words that carriers and our commands reserve. */
const RESERVED = new Set(
  `all me grid kadoink admin support api www root system help info guide stop stopall unsubscribe cancel end quit revoke
   optout start yes unstop status text reply inbox call join follow unfollow mute unmute feed find who tag tags contact
   contacts group groups jobs scheduled unschedule events event invite invites name plan quiet hangup`.split(/\s+/),
)

/** Whether a name, in lower case, is a word that commands or carriers need. */
export function isReservedName(name: string): boolean {
  return RESERVED.has(name)
}

/** A username: a small letter, then small letters, digits or underscores, 3 to 20 in all, not reserved. */
export const UsernameSchema = z
  .string()
  .transform((name) => name.toLowerCase())
  .refine((name) => /^[a-z][a-z0-9_]{2,19}$/.test(name), 'Use 3 to 20 letters, digits or underscores, a letter first.')
  .refine((name) => !isReservedName(name), 'That name is reserved.')

/** A password that is being chosen. */
export const PasswordSchema = z.string().min(10, 'Use at least 10 characters.').max(200, 'Use at most 200 characters.')

/** An e-mail address, handed on in lower case. */
export const EmailSchema = z
  .email("That doesn't look like a valid email address.")
  .max(254)
  .transform((email) => email.toLowerCase())

/** An IANA time zone. */
export const TimezoneSchema = z.string().max(64).refine(isTimezone, 'That is not a time zone.')

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}
