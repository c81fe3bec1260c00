/** Sound that was fetched, and how long it lasts. */
export interface Sound {
  readonly url: string
  readonly seconds: number
}

/** Twilio: `<Play>`, "Supported audio content types". */
const CONTENT_TYPES = [
  'audio/mpeg',
  'audio/mp3',
  'audio/wav',
  'audio/wave',
  'audio/x-wav',
  'audio/aiff',
  'audio/x-aifc',
  'audio/x-aiff',
  'audio/x-gsm',
  'audio/gsm',
  'audio/ulaw',
]

/** What is taken for the length of a file whose own is not looked into. */
const USUAL_SECONDS = 5

/** Kilobits a second by the index in a frame's header. Source: ISO/IEC 11172-3 and 13818-3, layer III. */
const MPEG1_KILOBITS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const MPEG2_KILOBITS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

/** The type without its parameters, in lower case. */
export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase()
}

/** Is this a type that can be played? */
export function isAudio(contentType: string): boolean {
  return CONTENT_TYPES.includes(mediaType(contentType))
}

/** The sound in a file, or null when it is not what its type says. */
export function soundOf(url: string, contentType: string, bytes: Buffer): Sound | null {
  const seconds = secondsOf(mediaType(contentType), bytes)
  return seconds === null ? null : { url, seconds }
}

function secondsOf(type: string, bytes: Buffer): number | null {
  if (/wav/.test(type)) return wavSeconds(bytes)
  if (/mp/.test(type)) return mp3Seconds(bytes)
  return bytes.length > 0 ? USUAL_SECONDS : null
}

/** The length of the `data` chunk over the byte rate of the `fmt ` chunk. */
function wavSeconds(bytes: Buffer): number | null {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') return null
  let byteRate = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    if (name === 'fmt ' && at + 20 <= bytes.length) byteRate = bytes.readUInt32LE(at + 16)
    if (name === 'data') return byteRate > 0 ? Math.min(size, bytes.length - at - 8) / byteRate : null
    at += 8 + size + (size % 2)
  }
  return null
}

/** Size over the bit rate of the first frame, behind an ID3 tag if there is one. */
function mp3Seconds(bytes: Buffer): number | null {
  const start = bytes.toString('latin1', 0, 3) === 'ID3' && bytes.length > 10 ? 10 + syncSafe(bytes) : 0
  const [first = 0, second = 0, third = 0] = bytes.subarray(start, start + 3)
  const isFrame = first === 0xff && (second & 0xe6) === 0xe2
  const kilobits = ((second & 0x18) === 0x18 ? MPEG1_KILOBITS : MPEG2_KILOBITS)[third >> 4] ?? 0
  return isFrame && kilobits > 0 ? ((bytes.length - start) * 8) / (kilobits * 1000) : null
}

/** The size of an ID3v2 tag: four bytes of seven bits each. */
function syncSafe(bytes: Buffer): number {
  return [6, 7, 8, 9].reduce((size, at) => (size << 7) | ((bytes[at] ?? 0) & 0x7f), 0)
}
