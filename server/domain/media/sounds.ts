/**
 * Whether what begins like a sound is built like one: sounds are kept as they are. Nothing is decoded; the walk goes
 * from frame to frame, page to page, box to box.
 */

type Framing = 'amr' | 'amr-wb' | 'adts' | 'mp3'

/** So many frames that follow each other are no chance; a sound shorter than that must be nothing else. */
const FRAMES = 8
/** What may stand behind the last whole frame: a tag of the writer, or a frame that was cut off. */
const ID3V1_BYTES = 128

/** Whether frames of one kind follow each other from a place on. */
export function isSoundRun(bytes: Buffer, framing: Framing, start: number): boolean {
  let at = start
  let frames = 0
  while (at < bytes.length && frames < FRAMES) {
    const size = FRAME_SIZES[framing](bytes, at)
    if (size === null) return frames > 0 && bytes.length - at <= ID3V1_BYTES
    if (at + size > bytes.length) break
    at += size
    frames++
  }
  return frames > 0
}

/** How long the frame is that begins at a place; null where none does. */
export const FRAME_SIZES: Readonly<Record<Framing, (bytes: Buffer, at: number) => number | null>> = {
  amr: (bytes, at) => amrFrame(bytes, at, [13, 14, 16, 18, 20, 21, 27, 32, 6]),
  'amr-wb': (bytes, at) => amrFrame(bytes, at, [18, 24, 33, 37, 41, 47, 51, 59, 61, 6]),
  adts: adtsFrame,
  mp3: mp3Frame,
}

/** RFC 4867, 5.3: a byte that names the mode, its padding bits zero, then that many bytes of speech. */
function amrFrame(bytes: Buffer, at: number, sizes: readonly number[]): number | null {
  const header = bytes[at] ?? 0xff
  if ((header & 0x83) !== 0) return null
  const mode = (header >> 3) & 0x0f
  const isEmpty = mode >= 14
  return isEmpty ? 1 : (sizes[mode] ?? null)
}

function adtsFrame(bytes: Buffer, at: number): number | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes.subarray(at, at + 6)
  const size = ((d & 0x03) << 11) | (e << 3) | (f >> 5)
  const isRate = ((c >> 2) & 0x0f) <= 12
  return a === 0xff && (b & 0xf6) === 0xf0 && isRate && size > 7 ? size : null
}

/** Bit rates in kbit/s by layer: of MPEG 1, and of MPEG 2 and 2.5. */
const RATES = {
  1: {
    3: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  2: {
    3: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    1: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const
/** Samples in a second, by version: 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5. */
export const MP3_SAMPLE_RATES: Readonly<Record<number, readonly number[]>> = {
  3: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  0: [11_025, 12_000, 8_000],
}

/** The layer's two bits count down: 3 is layer I, 1 is layer III. */
function mp3Frame(bytes: Buffer, at: number): number | null {
  const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
  const version = (b >> 3) & 0x03
  const layer = (b >> 1) & 0x03
  const sampleRate = MP3_SAMPLE_RATES[version]?.[(c >> 2) & 0x03]
  if (a !== 0xff || (b & 0xe0) !== 0xe0 || !sampleRate || (layer !== 1 && layer !== 2 && layer !== 3)) return null
  const rate = RATES[version === 3 ? 1 : 2][layer][c >> 4]
  if (!rate) return null
  const padding = (c >> 1) & 0x01
  if (layer === 3) return (Math.floor((12_000 * rate) / sampleRate) + padding) * 4
  const slots = layer === 1 && version !== 3 ? 72_000 : 144_000
  return Math.floor((slots * rate) / sampleRate) + padding
}

/** A `fmt ` chunk and a `data` chunk behind it. */
export function isSoundWav(bytes: Buffer): boolean {
  let hasFormat = false
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4)
    if (name === 'fmt ') hasFormat = true
    if (name === 'data') return hasFormat
    const size = bytes.readUInt32LE(at + 4)
    at += 8 + size + (size % 2)
  }
  return false
}

const OGG_CODECS = ['OpusHead', '\x01vorbis', 'Speex   ', '\x7fFLAC']

/** The first page of each stream names its codec; all of them come first, and all must be of sound. */
export function isSoundOgg(bytes: Buffer): boolean {
  let streams = 0
  for (let at = 0; bytes.toString('latin1', at, at + 4) === 'OggS'; ) {
    const isFirst = ((bytes[at + 5] ?? 0) & 0x02) !== 0
    if (!isFirst) break
    const count = bytes[at + 26] ?? 0
    const start = at + 27 + count
    const codec = bytes.toString('latin1', start, start + 8)
    if (!OGG_CODECS.some((known) => codec.startsWith(known))) return false
    streams++
    at = start + bytes.subarray(at + 27, start).reduce((sum, size) => sum + size, 0)
  }
  return streams > 0
}

const BOXES_AROUND_TRACKS = new Set(['moov', 'trak', 'mdia'])
const BOXES_AT_MOST = 10_000

/** Every track is of sound, and there is one. */
export function isSoundMp4(bytes: Buffer): boolean {
  const handlers = [...trackHandlers(bytes, 0, bytes.length, { left: BOXES_AT_MOST })]
  return handlers.length > 0 && handlers.every((handler) => handler === 'soun')
}

/** What handles each track: `soun`, `vide` and so on. A box that reaches beyond its parent ends the walk. */
function* trackHandlers(bytes: Buffer, start: number, end: number, boxes: { left: number }): Generator<string> {
  for (let at = start; at + 8 <= end && boxes.left > 0; boxes.left--) {
    const name = bytes.toString('latin1', at + 4, at + 8)
    const size = boxSize(bytes, at, end)
    if (size === null) return
    if (name === 'hdlr') yield bytes.toString('latin1', at + 16, at + 20)
    if (BOXES_AROUND_TRACKS.has(name)) yield* trackHandlers(bytes, at + 8, at + size, boxes)
    at += size
  }
}

/** How long the box is that begins at a place; null when it is none, or reaches beyond `end`. */
export function boxSize(bytes: Buffer, at: number, end: number): number | null {
  const short = bytes.readUInt32BE(at)
  if (short === 0) return end - at
  const size = short === 1 && at + 16 <= end ? Number(bytes.readBigUInt64BE(at + 8)) : short
  return size >= 8 && at + size <= end ? size : null
}
