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
  return { clean: inTurn(clean), square: inTurn(square) }
}

/** A decoded picture may take 200 MB: so many are in hand at once, the others wait. */
const AT_ONCE = 2
let inHand = 0
const waiting: (() => void)[] = []

function inTurn<Asked extends readonly unknown[], T>(work: (...asked: Asked) => Promise<T>) {
  return async (...asked: Asked): Promise<T> => {
    if (inHand >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else inHand++
    try {
      return await work(...asked)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else inHand--
    }
  }
}

async function clean(bytes: Buffer, contentType: PhotoType): Promise<CleanPicture | null> {
  return unlessBroken(async () => {
    const animated = MOVING.has(contentType)
    const source = sharp(bytes, { animated, limitInputPixels: MOST_PIXELS, failOn: 'error' })
    const { pages = 1, format } = await source.metadata()
    if (`image/${format}` !== contentType || pages > MOST_FRAMES) return null
    // Orientation is metadata too; frames of a moving picture have none. Without being told to keep it, sharp writes no
    // metadata, and colours as sRGB.
    const upright = pages > 1 ? source : source.autoOrient()
    return written(WRITE[contentType](upright), contentType)
  })
}

/** Of a moving picture the first frame. */
async function square(bytes: Buffer, contentType: PhotoType, side: number): Promise<CleanPicture | null> {
  return unlessBroken(async () => {
    const source = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    if (`image/${(await source.metadata()).format}` !== contentType) return null
    const middle = source.autoOrient().resize(side, side, { fit: 'cover' })
    return written(WRITE['image/webp'](middle), 'image/webp')
  })
}

async function written(picture: Sharp, contentType: PhotoType): Promise<CleanPicture> {
  const { data, info } = await picture.timeout({ seconds: DECODE_SECONDS }).toBuffer({ resolveWithObject: true })
  return { contentType, bytes: data, width: info.width, height: info.pageHeight ?? info.height }
}

/** Whatever libvips says of it: it cannot be shown. */
async function unlessBroken(work: () => Promise<CleanPicture | null>): Promise<CleanPicture | null> {
  try {
    return await work()
  } catch {
    return null
  }
}
