import { z } from 'zod'

/**
 * Words that nothing that people name may be called: product words, every verb of our text commands with its aliases,
 * and the words that carriers answer themselves.
 */
const RESERVED = new Set(
  `all me grid kadoink admin support api www root system
   stop stopall unsubscribe cancel end quit revoke optout start yes unstop help info
   status s text t reply r inbox i read unread delete call c hangup join follow f unfollow uf following followers
   mute unmute feed find who tag tags contact contacts group groups job jobs scheduled unschedule event events
   invite invites uninvite name plan quiet guide ok no at on in every`.split(/\s+/),
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

/** What a person is called, as they write it. */
export const PersonNameSchema = z.string().trim().min(1).max(80, 'A name has 80 characters at most.')

/** A password that is being chosen; how hard it is to guess is asked of `choosePassword`. */
export const PasswordSchema = z
  .string()
  .min(8, 'Use at least 10 characters, or 8 that are hard to guess.')
  .max(200, 'Use at most 200 characters.')

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
