import { z } from 'zod'
import { isReservedName } from '#domain/accounts'

/**
 * A nickname: a small letter, then small letters, digits or underscores, 20 at most, without an `@` before it; a word of
 * our commands is none.
 */
export const NicknameSchema = z
  .string()
  .transform((name) => name.replace(/^@/, '').toLowerCase())
  .refine((name) => /^[a-z][a-z0-9_]{0,19}$/.test(name), 'Use up to 20 letters, digits or underscores, a letter first.')
  .refine((name) => !isReservedName(name), 'That name is reserved.')

/** Nicknames that a name suggests, the best first: `joe`, `joe_s`, `joe_smith`; none where it has no such letters. */
export function nicknamesFor(name: string): readonly string[] {
  const words =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  const [first = '', ...more] = words
  const last = more.at(-1)
  const suggested = [first, ...(last === undefined ? [] : [`${first}_${last[0]}`, `${first}_${last}`])]
  return suggested.filter((nickname) => NicknameSchema.safeParse(nickname).success)
}
