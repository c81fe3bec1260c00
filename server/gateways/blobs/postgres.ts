import type { Blobs } from '#domain/media'
import type { Database } from '#kit/unit'

/**
 * Blobs as rows, for processes that share a database and no disk: what the worker keeps, the web process can play, and
 * nothing goes with a machine.
 */
export function postgresBlobs(database: Database): Blobs {
  return {
    put: (key, bytes) =>
      database.write(async (unit) => {
        await unit.sql('blobs').insert({ key, bytes }).onConflict('key').merge()
      }),

    read: (key, range) =>
      database.read(async (view) => {
        const part = range ? 'substring(bytes from ? for ?)' : 'bytes'
        const bounds = range ? [range.start + 1, range.end - range.start + 1] : []
        const row: { part: Buffer } | undefined = await view
          .sql('blobs')
          .where({ key })
          .first(view.sql.raw(`${part} as part`, bounds))
        return row?.part ?? null
      }),

    remove: (key) =>
      database.write(async (unit) => {
        await unit.sql('blobs').where({ key }).delete()
      }),
  }
}
