import sharp, { type Sharp } from 'sharp'
import type { CleanPicture, PhotoType, Pictures } from '#domain/media'

/** What a picture may hold when it is decoded, all frames together; a few bytes can claim to be a wall. */
const MOST_PIXELS = 50_000_000
/** A moving picture of more frames than that is a film. */
const MOST_FRAMES = 500
const DECODE_SECONDS = 20

/** Formats that may move; their frames are kept. */
const MOVING: ReadonlySet<PhotoType> = new Set<PhotoType>(['image/gif', 'image/webp'])

const WRITE: Readonly<Record<PhotoType, (picture: Sharp) => Sharp>> = {
  'image/jpeg': (picture) => picture.jpeg({ quality: 85 }),
  'image/png': (picture) => picture.png(),
  'image/webp': (picture) => picture.webp({ quality: 85 }),
  'image/gif': (picture) => picture.gif(),
}

const LOADERS = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif']

/** Pictures through libvips. Of its many readers only the four that are needed can be reached. */
export function sharpPictures(): Pictures {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
  sharp.cache(false)
  return { clean }
}

async function clean(bytes: Buffer, contentType: PhotoType): Promise<CleanPicture | null> {
  try {
    const animated = MOVING.has(contentType)
    const source = sharp(bytes, { animated, limitInputPixels: MOST_PIXELS, failOn: 'error' })
    const { pages = 1, format } = await source.metadata()
    if (`image/${format}` !== contentType || pages > MOST_FRAMES) return null
    // Orientation is metadata too; frames of a moving picture have none. Without being told to keep it, sharp writes no
    // metadata, and colours as sRGB.
    const upright = pages > 1 ? source : source.autoOrient()
    const written = WRITE[contentType](upright).timeout({ seconds: DECODE_SECONDS })
    const { data, info } = await written.toBuffer({ resolveWithObject: true })
    return { contentType, bytes: data, width: info.width, height: info.pageHeight ?? info.height }
  } catch {
    // Whatever libvips says of it: it cannot be shown.
    return null
  }
}
