import { type Blobs, FileNotFound, type MediaFile } from '#domain/media'
import type { ByteAnswer, RequestInfo } from '#kit/endpoint'
import { defineFault } from '#kit/fault'

export const RangeNotSatisfiable = defineFault('range_not_satisfiable', 'range', 'The file does not reach that far.')

/** Answer with a file's bytes, or the part of them that was asked for. Throws `FileNotFound`, `RangeNotSatisfiable`. */
export async function play(
  blobs: Blobs,
  file: MediaFile,
  request: RequestInfo,
  cacheControl: string,
): Promise<ByteAnswer> {
  const { range: header } = request.headers
  const range = readRange(typeof header === 'string' ? header : undefined, file.sizeBytes)
  const body = await blobs.stream(file.blobKey, range ?? undefined)
  if (!body) throw FileNotFound()
  return {
    status: range ? 206 : 200,
    headers: {
      'Content-Type': file.contentType,
      'Content-Length': String(range ? range.end - range.start + 1 : file.sizeBytes),
      'Accept-Ranges': 'bytes',
      'Cache-Control': cacheControl,
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
