import { endOfId3 } from './kinds.ts'
import { boxSize, FRAME_SIZES, MP3_SAMPLE_RATES } from './sounds.ts'

/**
 * How long a sound lasts, by what its headers say; nothing is decoded.
 * Sources: RFC 4867 (AMR: a frame every 20 ms), ISO/IEC 13818-7 (ADTS: 1024 samples a frame), ISO/IEC 11172-3 and 13818-3
 * (MP3), Microsoft's RIFF, RFC 3533 and RFC 7845 (Ogg, Opus), the Vorbis I and Speex specifications, ISO/IEC 14496-12.
 */

const DAY = 86_400

/** Whole seconds, at least one; null where the file does not tell, or tells nonsense. `contentType` as `kindOf` gives it. */
export function durationOf(bytes: Buffer, contentType: string): number | null {
  const seconds = SECONDS[contentType]?.(bytes) ?? Number.NaN
  return seconds > 0 && seconds <= DAY ? Math.max(1, Math.round(seconds)) : null
}

const SECONDS: Readonly<Record<string, (bytes: Buffer) => number | null>> = {
  'audio/amr': (bytes) => frames(bytes, 'amr', 6, () => 0.02),
  'audio/amr-wb': (bytes) => frames(bytes, 'amr-wb', 9, () => 0.02),
  'audio/aac': (bytes) => frames(bytes, 'adts', endOfId3(bytes), adtsFrameSeconds),
  'audio/mpeg': (bytes) => frames(bytes, 'mp3', endOfId3(bytes), mp3FrameSeconds),
  'audio/wav': wavSeconds,
  'audio/ogg': oggSeconds,
  'audio/mp4': mp4Seconds,
}

type Framing = keyof typeof FRAME_SIZES

function frames(bytes: Buffer, framing: Framing, start: number, last: (bytes: Buffer, at: number) => number): number {
  let seconds = 0
  for (let at = start; at < bytes.length; ) {
    const size = FRAME_SIZES[framing](bytes, at)
    if (size === null) break
    seconds += last(bytes, at)
    at += size
  }
  return seconds
}

const ADTS_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
]

function adtsFrameSeconds(bytes: Buffer, at: number): number {
  return 1024 / (ADTS_RATES[((bytes[at + 2] ?? 0) >> 2) & 0x0f] ?? Number.NaN)
}

/** Samples of a frame: 384 in layer I, 1152 in II and in III, half of that in III of MPEG 2 and 2.5. */
function mp3FrameSeconds(bytes: Buffer, at: number): number {
  const [b = 0, c = 0] = bytes.subarray(at + 1, at + 3)
  const version = (b >> 3) & 0x03
  const layer = (b >> 1) & 0x03
  const samples = layer === 3 ? 384 : layer === 1 && version !== 3 ? 576 : 1152
  return samples / (MP3_SAMPLE_RATES[version]?.[(c >> 2) & 0x03] ?? Number.NaN)
}

/** A writer that did not know the end leaves the size of the data at nothing or at everything. */
function wavSeconds(bytes: Buffer): number | null {
  let perSecond = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const left = bytes.length - at - 8
    if (name === 'fmt ' && left >= 12) perSecond = bytes.readUInt32LE(at + 16)
    if (name === 'data') return (size === 0 ? left : Math.min(size, left)) / perSecond
    at += 8 + size + (size % 2)
  }
  return null
}

/** The last page says how many samples there were; the first page how many there are in a second. */
function oggSeconds(bytes: Buffer): number | null {
  const head = 27 + (bytes[26] ?? 0)
  const last = bytes.lastIndexOf('OggS')
  if (last < 0 || last + 14 > bytes.length || head + 40 > bytes.length) return null
  const samples = Number(bytes.readBigInt64LE(last + 6))
  const codec = bytes.toString('latin1', head, head + 8)
  if (codec === 'OpusHead') return (samples - bytes.readUInt16LE(head + 10)) / 48_000
  if (codec.startsWith('\x01vorbis')) return samples / bytes.readUInt32LE(head + 12)
  if (codec === 'Speex   ') return samples / bytes.readUInt32LE(head + 36)
  // FLAC in Ogg: its rate is twenty bits in the stream's first block.
  return codec.startsWith('\x7fFLAC') ? samples / (bytes.readUIntBE(head + 27, 3) >> 4) : null
}

/** The movie's header: a scale of ticks in a second, and how many ticks. */
function mp4Seconds(bytes: Buffer): number | null {
  const movie = box(bytes, 'moov', 0, bytes.length)
  const header = movie && box(bytes, 'mvhd', movie.start, movie.end)
  if (!header || header.end - header.start < 32) return null
  const { start } = header
  if (bytes[start] === 0) return bytes.readUInt32BE(start + 16) / bytes.readUInt32BE(start + 12)
  return Number(bytes.readBigUInt64BE(start + 24)) / bytes.readUInt32BE(start + 20)
}

function box(bytes: Buffer, wanted: string, start: number, end: number): { start: number; end: number } | null {
  for (let at = start; at + 8 <= end; ) {
    const size = boxSize(bytes, at, end)
    if (size === null) return null
    if (bytes.toString('latin1', at + 4, at + 8) === wanted) return { start: at + 8, end: at + size }
    at += size
  }
  return null
}
