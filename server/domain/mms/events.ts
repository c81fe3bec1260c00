import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** A text with pictures or sounds came in; they are to be fetched. */
export const MediaAnnounced = defineEvent('mms.announced', z.object({ text_id: z.string() }))

/** Every medium of a text has been kept or refused: whoever waits for them need wait no longer. */
export const MediaSettled = defineEvent('mms.settled', z.object({ text_id: z.string() }))
