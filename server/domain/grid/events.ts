import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A person's grid has other contacts on it now. */
export const GridChanged = defineEvent('grid.changed', z.object({ owner_id: z.string() }))
