import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** An address book has changed in one place. */
export const ContactChanged = defineEvent(
  'contact.changed',
  z.object({ owner_id: z.string(), contact_id: z.string(), change: z.enum(['created', 'updated', 'deleted']) }),
)
