import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** The carrier has told of a recording whose sound is to be fetched and kept. */
export const SoundWanted = defineEvent('voicemail.sound_wanted', z.object({ recording_id: z.string() }))

/** Something is to be deleted at the carrier: a recording, or a transcript. */
export const CarrierCopyUnneeded = defineEvent('voicemail.carrier_copy_unneeded', z.object({ carrier_id: z.string() }))
