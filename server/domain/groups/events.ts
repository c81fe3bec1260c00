import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A person's group, or who is in it, is different now. */
export const GroupChanged = defineEvent(
  'group.changed',
  z.object({ owner_id: z.string(), group_id: z.string(), change: z.enum(['created', 'updated', 'deleted']) }),
)
