import { z } from 'zod'
import * as media from '#domain/media'
import type { Viewer } from '#domain/sessions'
import { Bytes, type Endpoint } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import type { View } from '#kit/unit'
import { play, RangeNotSatisfiable } from '../dialect/bytes.ts'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { kadoink } from '../surface.ts'

/** A fresh address for a file, and the file's bytes; `blobs` is where they are kept. */
export function mediaEndpoints(blobs: media.Blobs): readonly Endpoint[] {
  const refreshStream = kadoink.endpoint({
    method: 'POST',
    aliases: ['GET'],
    path: '/files/{file_id}/stream-token',
    tag: 'Media',
    summary: 'Refresh a stream URL',
    notes: 'The address plays for 15 minutes without another token.',
    auth: 'bearer',
    gates: ['mobile'],
    limit: 'read',
    mode: 'read',
    params: z.object({ file_id: IdSchema }),
    status: 200,
    reply: z.object({ file_id: z.string(), stream_url: z.string(), token: z.string(), expires_at: StampSchema }),
    faults: [media.FileNotFound],
    async handle({ view, viewer, params }) {
      const ticket = media.streamTicket(view, await media.playable(view, viewer.user, params.file_id))
      return {
        file_id: params.file_id,
        stream_url: ticket.url,
        token: ticket.token,
        expires_at: stamp(ticket.expiresAt),
      }
    },
  })

  const stream = kadoink.endpoint({
    method: 'GET',
    path: '/files/{id}/stream',
    tag: 'Media',
    summary: 'Stream a file',
    notes: 'By a bearer token, or by the `token` of a stream address. Honours `Range`.',
    auth: 'optional',
    limit: 'read',
    params: z.object({ id: IdSchema }),
    query: z.object({ token: z.string().max(1000).optional() }),
    status: 200,
    reply: Bytes,
    faults: [media.FileNotFound, media.StreamTokenInvalid, media.StreamTokenExpired, RangeNotSatisfiable],
    async handle({ view, viewer, params, query, request }) {
      const file = await playable(view, viewer, params.id, query.token)
      return play(blobs, file, request, 'private, max-age=900')
    },
  })

  return [refreshStream, stream]
}

async function playable(
  view: View,
  viewer: Viewer | null,
  id: string,
  token: string | undefined,
): Promise<media.MediaFile> {
  if (token !== undefined) return media.readTicket(view, id, token)
  if (viewer) return media.playable(view, viewer.user, id)
  throw media.StreamTokenInvalid()
}
