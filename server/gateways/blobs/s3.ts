import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type * as Sdk from '@aws-sdk/client-s3'
import type { Blobs, ByteRange } from '#domain/media'
import { type Fault, Unavailable } from '#kit/fault'
import type { Log } from '#kit/log'
import { assertKey } from './keys.ts'

/** An object store, and who we are there. */
export interface S3Options {
  readonly bucket: string
  /** Absent: Amazon's own, in the region. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly log: Log
  readonly timeouts?: Partial<S3Timeouts>
}

/** How long the store may take, in milliseconds. */
export interface S3Timeouts {
  readonly connect: number
  /** From the last byte that we sent, or heard, to the next that it says. */
  readonly quiet: number
  /** For all of one order, its further tries included; a body that is read piece by piece takes the time it takes. */
  readonly whole: number
}

const TIMEOUTS: S3Timeouts = { connect: 3_000, quiet: 8_000, whole: 20_000 }
const TRIES = 3
const RETRY_SECONDS = 5

/**
 * Blobs as objects in a bucket. The store makes an object visible when all of it is there. Its client is large, and only
 * loaded where there is a store.
 */
export async function objectBlobs(options: S3Options): Promise<Blobs & { close(): void }> {
  // Else it writes to stderr, past the log, when Node is older than it will like one day.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const sdk = await import('@aws-sdk/client-s3')
  const { bucket, log } = options
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const client = clientFor(sdk, options, timeouts)
  const object = (key: string) => ({ Bucket: bucket, Key: key })
  /** Give an order; null when there is no such object. Throws `Unavailable` for all else that the store says, or does not. */
  const order = async <T>(verb: string, key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> => {
    assertKey(key)
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeouts.whole)
    try {
      return await work(deadline.signal)
    } catch (error) {
      if (isMissing(error)) return null
      throw away(verb, error, log)
    } finally {
      clearTimeout(timer)
    }
  }
  const get = async (key: string, range: ByteRange | undefined, abortSignal: AbortSignal): Promise<Readable> => {
    const part = range ? { Range: `bytes=${range.start}-${range.end}` } : {}
    const { Body } = await client.send(new sdk.GetObjectCommand({ ...object(key), ...part }), { abortSignal })
    return Body as Readable
  }

  return {
    async put(key, bytes) {
      await order('put', key, (abortSignal) => {
        const command = new sdk.PutObjectCommand({ ...object(key), Body: bytes, ContentLength: bytes.length })
        return client.send(command, { abortSignal })
      })
    },

    read: (key, range) =>
      order('get', key, async (signal) => {
        const body = await get(key, range, signal)
        signal.addEventListener('abort', () => body.destroy(new Error('The object store was too slow.')))
        return buffer(body)
      }),

    // The deadline is for the answer to begin; after that only silence ends it.
    stream: (key, range) => order('get', key, (signal) => get(key, range, signal)),

    async remove(key) {
      await order('delete', key, (abortSignal) =>
        client.send(new sdk.DeleteObjectCommand(object(key)), { abortSignal }),
      )
    },

    close: () => client.destroy(),
  }
}

function clientFor(sdk: typeof Sdk, options: S3Options, { connect, quiet }: S3Timeouts): Sdk.S3Client {
  const { region, endpoint, accessKeyId, secretAccessKey } = options
  return new sdk.S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: TRIES,
    requestHandler: {
      connectionTimeout: connect,
      requestTimeout: quiet,
      socketTimeout: quiet,
      throwOnRequestTimeout: true,
    },
    // Stores other than Amazon's refuse the checksums that the client adds of its own accord.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')
}

/** The client's error may hold the request with its signature: only its name and status go on. */
function away(verb: string, error: unknown, log: Log): Fault {
  const cause = error instanceof Error ? error.name : 'unknown'
  log.error({ verb, cause, status: statusOf(error) }, 'the object store did not do what it was asked')
  return Unavailable({ retryAfterSeconds: RETRY_SECONDS, details: { cause } })
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined
  return (metadata as { readonly httpStatusCode?: number } | undefined)?.httpStatusCode
}
