import { z } from 'zod'
import { isReservedName } from '#domain/accounts'
import { nameKey } from './model.ts'

/** A group's name: up to 80 characters, without a `#` before it; a word of our commands is none. */
export const GroupNameSchema = z
  .string()
  .transform((name) => name.trim().replace(/^#/, '').trim().replace(/\s+/g, ' '))
  .pipe(z.string().min(1, 'Give the group a name.').max(80, 'A name has 80 characters at most.'))
  .refine((name) => !isReservedName(nameKey(name)), 'That name is reserved.')
