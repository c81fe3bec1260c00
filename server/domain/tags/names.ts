import { z } from 'zod'
import { isReservedName } from '#domain/accounts'

/** The longest name that a tag may have. */
export const LONGEST_NAME = 20

/** A tag's name as people write it: with or without its `*`, in any case. Handed on without, in lower case. */
export const KtagNameSchema = z
  .string()
  .transform((name) => name.trim().replace(/^\*/, '').toLowerCase())
  .refine((name) => /^[a-z][a-z0-9_]{2,19}$/.test(name), 'Use 3 to 20 letters, digits or underscores, a letter first.')

/** What a tag is called beside its name. */
export const KtagTitleSchema = z.string().trim().min(1).max(80, 'A title has 80 characters at most.')

/** A name that is being chosen: not a word that our commands or the carriers need. */
export const NewKtagNameSchema = KtagNameSchema.refine((name) => !isReservedName(name), 'That name is reserved.')
