import { readFileSync } from 'node:fs'
import sharp from 'sharp'

/** A photo of one colour. */
export function photo(
  format: 'jpeg' | 'png' | 'webp' | 'gif' = 'jpeg',
  { width = 600, height = 400, background = '#c02020' } = {},
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer()
}

/** A photo that takes up some megabytes: no two of its pixels are alike. */
export function noise(megabytes: number): Promise<Buffer> {
  const side = Math.round(Math.sqrt((megabytes * 1024 * 1024) / 3))
  return sharp({
    create: { width: side, height: side, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  } as never)
    .png({ compressionLevel: 0 })
    .toBuffer()
}

/** One of the sounds that are kept for tests. */
export function sound(name: string): Buffer {
  return readFileSync(new URL(`../domain/media/fixtures/${name}`, import.meta.url))
}
