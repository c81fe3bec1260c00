import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Blobs } from '#domain/media'

const KEY = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/

/** Blobs as files below a directory. A blob appears whole or not at all. */
export function diskBlobs(directory: string): Blobs {
  return {
    async put(key, bytes) {
      const path = pathOf(directory, key)
      await mkdir(dirname(path), { recursive: true })
      const temporary = `${path}.${randomUUID()}`
      await writeFile(temporary, bytes, { mode: 0o600 })
      await rename(temporary, path)
    },

    async read(key, range) {
      const file = await open(pathOf(directory, key)).catch(missing)
      if (!file) return null
      try {
        if (!range) return await file.readFile()
        const bytes = Buffer.alloc(range.end - range.start + 1)
        const { bytesRead } = await file.read(bytes, 0, bytes.length, range.start)
        return bytes.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },

    async remove(key) {
      await rm(pathOf(directory, key), { force: true })
    },
  }
}

function pathOf(directory: string, key: string): string {
  if (!KEY.test(key)) throw new Error('A blob key of another shape than ours.')
  return join(directory, key)
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
