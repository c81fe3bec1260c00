import type { IncomingMessage } from 'node:http'
import getRawBody from 'raw-body'
import { BadRequest, InvalidJson, PayloadTooLarge, UnsupportedMediaType, ValidationFailed } from './fault.ts'

/**
 * Read a body whole. Throws `PayloadTooLarge` beyond the limit, `UnsupportedMediaType` when it is compressed,
 * `BadRequest` when it ends early.
 */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw UnsupportedMediaType()
  try {
    return await getRawBody(request, { limit, length: request.headers['content-length'] ?? null })
  } catch (error) {
    const type = error instanceof Error && 'type' in error ? error.type : undefined
    if (type === 'entity.too.large') throw PayloadTooLarge()
    throw BadRequest({ message: 'The body ended early.' })
  }
}

/** Read a JSON body; an absent one is an empty object. Throws the faults of `readBytes`, and `InvalidJson`. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const bytes = await readBytes(request, limit)
  if (bytes.length === 0) return {}
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw UnsupportedMediaType()
  }
  return parseJson(decodeUtf8(bytes))
}

/**
 * Read a form that a browser sends url-encoded; of a name that comes several times, the last. Throws the faults of
 * `readBytes`, `UnsupportedMediaType` for any other body, `ValidationFailed` for what cannot be stored.
 */
export async function readForm(request: IncomingMessage, limit: number): Promise<Readonly<Record<string, string>>> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw UnsupportedMediaType()
  }
  const text = decodeUtf8(await readBytes(request, limit))
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [name, String(storable(name, value))]),
  )
}

/** Decode UTF-8 strictly. Throws `InvalidJson` on anything else. */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw InvalidJson({ message: 'The body is not valid UTF-8.' })
  }
}

/**
 * Parse JSON so that every string in it can be stored: half surrogate pairs are replaced as `toWellFormed` does,
 * and the null character, which PostgreSQL cannot keep, is refused.
 */
export function parseJson(text: string): unknown {
  const hasEscapes = text.includes('\\u')
  try {
    return JSON.parse(text, hasEscapes ? storable : undefined)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) throw InvalidJson()
    throw error
  }
}

function storable(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (value.includes('\u0000'))
    throw ValidationFailed({ fields: { [key || 'body']: 'A null character cannot be stored.' } })
  return value.toWellFormed()
}
