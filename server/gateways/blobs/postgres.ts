import { Readable } from 'node:stream'
import type { Blobs, ByteRange } from '#domain/media'
import type { Database } from '#kit/unit'
import { assertKey } from './keys.ts'

/** So much is read at once for whoever listens piece by piece. */
const PIECE_BYTES = 256 * 1024

/**
 * Blobs as rows, for processes that share a database and no disk: what the worker keeps, the web process can play, and
 * nothing goes with a machine.
 */
export function postgresBlobs(database: Database): Blobs {
  return {
    put: async (key, bytes) => {
      assertKey(key)
      await database.write(async (unit) => {
        await unit.sql('blobs').insert({ key, bytes }).onConflict('key').merge()
      })
    },

    read: (key, range) => readPart(database, key, range),

    stream: async (key, range) => {
      const size = await sizeOf(database, key)
      if (size === null) return null
      const end = Math.min(range?.end ?? size - 1, size - 1)
      return Readable.from(pieces(database, key, range?.start ?? 0, end), { objectMode: false })
    },

    remove: async (key) => {
      assertKey(key)
      await database.write(async (unit) => {
        await unit.sql('blobs').where({ key }).delete()
      })
    },
  }
}

async function readPart(database: Database, key: string, range?: ByteRange): Promise<Buffer | null> {
  assertKey(key)
  return database.read(async (view) => {
    const part = range ? 'substring(bytes from ? for ?)' : 'bytes'
    const bounds = range ? [range.start + 1, range.end - range.start + 1] : []
    const row: { part: Buffer } | undefined = await view
      .sql('blobs')
      .where({ key })
      .first(view.sql.raw(`${part} as part`, bounds))
    return row?.part ?? null
  })
}

async function sizeOf(database: Database, key: string): Promise<number | null> {
  assertKey(key)
  return database.read(async (view) => {
    const row: { size: number } | undefined = await view
      .sql('blobs')
      .where({ key })
      .first(view.sql.raw('octet_length(bytes) as size'))
    return row?.size ?? null
  })
}

async function* pieces(database: Database, key: string, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at <= end; at += PIECE_BYTES) {
    const piece = await readPart(database, key, { start: at, end: Math.min(end, at + PIECE_BYTES - 1) })
    if (!piece) throw new Error('A blob was removed while it was read.')
    yield piece
  }
}
