import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Blobs } from '#domain/media'
import { Unavailable } from '#kit/fault'
import type { Log } from '#kit/log'
import { assertKey } from './keys.ts'

/** What is being written stands here, under a name that no key can have. */
const PARTS = '.parts'
/** Nobody writes one blob for so long. */
const ABANDONED_MS = 3_600_000
const RETRY_SECONDS = 5

/**
 * Blobs as files below a directory. A blob appears whole or not at all; what a process that died had half written is
 * removed by the next one.
 */
export function diskBlobs(directory: string, log?: Pick<Log, 'error'>): Blobs {
  const parts = join(directory, PARTS)
  let isSwept = false
  const sweepOnce = () => {
    if (!isSwept) void sweep(parts).catch(() => {})
    isSwept = true
  }
  /** Throws `Unavailable` for what the disk refuses: it is full, or may not be written to. */
  const asked = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      log?.error({ directory, cause }, 'the disk did not do what it was asked')
      throw Unavailable({ retryAfterSeconds: RETRY_SECONDS, details: { cause } })
    }
  }
  const openBlob = (key: string) => asked(open(pathOf(directory, key)).catch(missing))
  return {
    async put(key, bytes) {
      const path = pathOf(directory, key)
      await asked(Promise.all([mkdir(dirname(path), { recursive: true }), mkdir(parts, { recursive: true })]))
      sweepOnce()
      await asked(putWhole(join(parts, randomUUID()), path, bytes))
    },

    async read(key, range) {
      const file = await openBlob(key)
      if (!file) return null
      try {
        return await asked(range ? readPart(file, range.start, range.end) : file.readFile())
      } finally {
        await file.close()
      }
    },

    // The stream closes the file.
    async stream(key, range) {
      const file = await openBlob(key)
      return file?.createReadStream({ ...range }) ?? null
    },

    async remove(key) {
      await asked(rm(pathOf(directory, key), { force: true }))
    },
  }
}

async function sweep(parts: string): Promise<void> {
  for (const name of await readdir(parts)) {
    const path = join(parts, name)
    if (Date.now() - (await stat(path)).mtimeMs > ABANDONED_MS) await rm(path, { force: true })
  }
}

/** On the disk before anybody is told of it, its name too: a machine that loses its power keeps what was acknowledged. */
async function putWhole(temporary: string, path: string, bytes: Buffer): Promise<void> {
  try {
    await writeWhole(temporary, bytes)
    await rename(temporary, path)
    await settle(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** What was renamed into a directory is only there for good when the directory is on the disk. */
async function settle(directory: string): Promise<void> {
  const folder = await open(directory)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readPart(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const { size } = await file.stat()
  const bytes = Buffer.alloc(Math.max(0, Math.min(end, size - 1) - start + 1))
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
  return bytes.subarray(0, bytesRead)
}

function pathOf(directory: string, key: string): string {
  assertKey(key)
  return join(directory, key)
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
