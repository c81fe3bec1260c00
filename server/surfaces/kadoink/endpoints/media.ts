import { z } from 'zod'
import * as media from '#domain/media'
import type { Viewer } from '#domain/sessions'
import { type ByteAnswer, Bytes, type Endpoint } from '#kit/endpoint'
import { defineFault } from '#kit/fault'
import { IdSchema } from '#kit/id'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { kadoink } from '../surface.ts'

const RangeNotSatisfiable = defineFault('range_not_satisfiable', 'range', 'The file does not reach that far.')

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
      const ticket = media.streamTicket(view, await media.get(view, viewer.user, params.file_id))
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
      return play(blobs, file, typeof request.headers.range === 'string' ? request.headers.range : undefined)
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
  if (viewer) return media.get(view, viewer.user, id)
  throw media.StreamTokenInvalid()
}

async function play(blobs: media.Blobs, file: media.MediaFile, header: string | undefined): Promise<ByteAnswer> {
  const range = readRange(header, file.sizeBytes)
  const body = await blobs.read(file.blobKey, range ?? undefined)
  if (!body) throw media.FileNotFound()
  return {
    status: range ? 206 : 200,
    headers: {
      'Content-Type': file.contentType,
      'Content-Length': String(body.length),
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'private, max-age=900',
      'Content-Disposition': 'inline',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      ...(range ? { 'Content-Range': `bytes ${range.start}-${range.end}/${file.sizeBytes}` } : {}),
    },
    body,
  }
}

/** One range, as RFC 9110 writes it; several, or a malformed one, are answered with the whole file. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return null
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start >= size || start > end) throw RangeNotSatisfiable({ details: { size } })
  return { start, end }
}
