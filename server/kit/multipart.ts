import type { IncomingMessage } from 'node:http'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { BadRequest, type Fault, PayloadTooLarge, RequestTimeout, UnsupportedMediaType } from './fault.ts'
import { type Form, type FormBounds, FormParts } from './form.ts'
import { discard, keepPace, type Patience } from './pace.ts'
import type { UploadPlace } from './upload-room.ts'

const PARTS = 100
const PART_HEADER_BYTES = 4096
const PART_HEADERS = 16
/** Boundaries and headers of parts, and what stands around them. */
const FRAMING_BYTES = 64 * 1024

/** Whether a request brings a form. */
export function isMultipart(request: IncomingMessage): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(request.headers['content-type'] ?? '')
}

/**
 * Read a form whole, in memory. What is wrong with it is thrown before the rest is read: `PayloadTooLarge`,
 * `ValidationFailed` (a file where none is taken, two of a name, a required one missing, text that cannot be stored),
 * `BadRequest` when it is malformed or ends early, `RequestTimeout` when it comes too slowly, `Unavailable` when the
 * room is full. `place` holds what is in memory until the request is answered.
 */
export async function readMultipart(
  request: IncomingMessage,
  bounds: FormBounds,
  patience: Patience,
  place: UploadPlace,
): Promise<Form> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw UnsupportedMediaType()
  const { textBytes, uploads } = bounds
  const limit = Object.values(uploads).reduce((sum, { maxBytes }) => sum + maxBytes, textBytes + FRAMING_BYTES)
  if (Number(request.headers['content-length'] ?? 0) > limit) throw PayloadTooLarge()
  const parser = parserOf(request)
  const parts = new FormParts(bounds, place)
  let bytes = 0
  await new Promise<void>((resolve, reject) => {
    const settle = (end: () => void) => {
      stopPace()
      request.unpipe(parser).off('data', count).off('aborted', cutOff)
      parser.removeAllListeners().on('error', () => {})
      end()
    }
    const refuse = (error: unknown) => {
      settle(() => reject(error))
      discard(request, patience)
    }
    const attempt = (work: () => void) => {
      try {
        work()
      } catch (error) {
        refuse(error)
      }
    }
    const cutOff = () => refuse(BadRequest({ message: 'The body ended early.' }))
    const count = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > limit) refuse(PayloadTooLarge())
    }
    const stopPace = keepPace(request, () => refuse(RequestTimeout()), patience)
    request.on('data', count).once('aborted', cutOff)
    parser
      .on('file', (name: string | undefined, stream, fileName: string | undefined, _encoding, type) => {
        // What is wrong with a part is wrong with the whole, and said by the parser.
        stream.on('error', () => {}).once('close', () => stream.removeAllListeners('data'))
        attempt(() => {
          const part = parts.begin(name, fileName, type)
          stream.on('data', (chunk: Buffer) => attempt(() => part.add(chunk)))
        })
        stream.resume()
      })
      .on('partsLimit', () => refuse(PayloadTooLarge({ message: 'The form has too many parts.' })))
      .on('error', () => refuse(malformed()))
      .on('finish', () => settle(resolve))
    request.pipe(parser)
  })
  return parts.whole()
}

/** Every part is a stream of bytes to us: text is decoded more strictly than the parser does. */
function parserOf(request: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': request.headers['content-type'] ?? '' },
      isPartAFile: () => true,
      limits: { parts: PARTS, headerPairs: PART_HEADERS, headerSize: PART_HEADER_BYTES },
    })
  } catch {
    throw malformed()
  }
}

function malformed(): Fault {
  return BadRequest({ message: 'The form is not well formed.' })
}
