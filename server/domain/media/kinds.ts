import { isSoundMp4, isSoundOgg, isSoundRun, isSoundWav } from './sounds.ts'

/**
 * What a file is, by its bytes. What its sender calls it decides nothing.
 * Sources: ISO/IEC 10918-1, PNG, WebP and GIF89a specifications; RFC 4867 (AMR), RFC 3533 (Ogg), ISO/IEC 14496-12 and
 * 14496-14 (MP4), ISO/IEC 13818-7 (ADTS), ISO/IEC 11172-3 (MP3), Microsoft's RIFF.
 */
export type Known =
  | { readonly kind: 'photo'; readonly contentType: PhotoType }
  | { readonly kind: 'audio'; readonly contentType: string }

/** The photos that are taken. */
export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif'

/** What these bytes are; null for everything that is not taken, and for what only begins like a sound. */
export function kindOf(bytes: Buffer): Known | null {
  const photo = photoTypeOf(bytes)
  if (photo) return { kind: 'photo', contentType: photo }
  const sound = soundOf(bytes)
  return sound?.[1]() ? { kind: 'audio', contentType: sound[0] } : null
}

function photoTypeOf(bytes: Buffer): PhotoType | null {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png'
  if (isRiff(bytes, 'WEBP')) return 'image/webp'
  return /^GIF8[79]a$/.test(word(bytes, 0, 6)) ? 'image/gif' : null
}

type Sound = readonly [contentType: string, isSound: () => boolean]

function soundOf(bytes: Buffer): Sound | null {
  if (word(bytes, 0, 6) === '#!AMR\n') return ['audio/amr', () => isSoundRun(bytes, 'amr', 6)]
  if (word(bytes, 0, 9) === '#!AMR-WB\n') return ['audio/amr-wb', () => isSoundRun(bytes, 'amr-wb', 9)]
  if (isRiff(bytes, 'WAVE')) return ['audio/wav', () => isSoundWav(bytes)]
  if (word(bytes, 0, 4) === 'OggS') return ['audio/ogg', () => isSoundOgg(bytes)]
  if (word(bytes, 4, 8) === 'ftyp') return ['audio/mp4', () => isSoundMp4(bytes)]
  const start = endOfId3(bytes)
  const [sync = 0, next = 0] = bytes.subarray(start)
  // Both begin with eleven set bits; the layer tells them apart: ADTS has none.
  if (sync === 0xff && (next & 0xf6) === 0xf0) return ['audio/aac', () => isSoundRun(bytes, 'adts', start)]
  if (sync === 0xff && (next & 0xe0) === 0xe0) return ['audio/mpeg', () => isSoundRun(bytes, 'mp3', start)]
  return null
}

/** Where the sound begins behind an ID3v2 tag; 0 where there is none. */
export function endOfId3(bytes: Buffer): number {
  if (word(bytes, 0, 3) !== 'ID3' || bytes.length < 10) return 0
  const [, , , , , flags = 0, a = 0, b = 0, c = 0, d = 0] = bytes
  const size = ((a & 0x7f) << 21) | ((b & 0x7f) << 14) | ((c & 0x7f) << 7) | (d & 0x7f)
  const footer = (flags & 0x10) === 0 ? 0 : 10
  return 10 + size + footer
}

function isRiff(bytes: Buffer, form: string): boolean {
  return word(bytes, 0, 4) === 'RIFF' && word(bytes, 8, 12) === form
}

function word(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end)
}
