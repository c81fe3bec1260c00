import { z } from 'zod'
import { type MediaFile, streamTicket } from '#domain/media'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'

export const FileSchema = z
  .object({
    file_id: z.string(),
    kind: z.enum(['audio', 'photo']),
    content_type: z.string(),
    size_bytes: z.number().int(),
    duration_seconds: z.number().int().nullable(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    stream_url: z.string().describe('Plays without another token until `stream_url_expires_at`.'),
    stream_url_expires_at: StampSchema,
  })
  .meta({ id: 'File' })

/** Write a file with a fresh address to play it from. */
export function presentFile(view: View, file: MediaFile): z.input<typeof FileSchema> {
  const ticket = streamTicket(view, file)
  return {
    file_id: file.id,
    kind: file.kind,
    content_type: file.contentType,
    size_bytes: file.sizeBytes,
    duration_seconds: file.durationSeconds,
    width: file.width,
    height: file.height,
    stream_url: ticket.url,
    stream_url_expires_at: stamp(ticket.expiresAt),
  }
}
