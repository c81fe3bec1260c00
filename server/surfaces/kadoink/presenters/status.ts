import { z } from 'zod'
import { StampSchema } from '../dialect/stamp.ts'
import { FileSchema } from './file.ts'
import { KtagRefSchema } from './ktag.ts'
import { PersonSchema } from './person.ts'

/** What somebody has said on a tag. */
export const StatusSchema = z
  .object({
    id: z.string(),
    body: z.string(),
    ktag: KtagRefSchema,
    author: PersonSchema,
    media: z.array(FileSchema),
    via: z.enum(['sms', 'app', 'voice', 'widget']),
    edited: z.boolean(),
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'Status' })
