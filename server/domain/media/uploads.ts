import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { secondsAfter } from '#kit/clock'
import { PayloadTooLarge, UnsupportedMediaType, ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import { newToken } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { durationOf } from './durations.ts'
import { kindOf } from './kinds.ts'
import type { MediaFile, MediaTools, Pictures, ReadyFile, SentFile } from './model.ts'
import { discard } from './purging.ts'
import * as store from './store.ts'

const MB = 1024 * 1024

/** What a person may send, in bytes. */
export const UPLOAD_BYTES = { photo: 5 * MB, audio: 10 * MB } as const
/** What photos and sounds may be called; the bytes decide. */
export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const
export const AUDIO_TYPES = ['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/wav', 'audio/amr'] as const

const AVATAR_SIDE = 512
/** So long something may lie that nothing uses: whoever sent it may still be at it. */
const UNUSED_SECONDS = 3600

/**
 * Keep a photo or a sound that a person has sent, while `use` makes something of it: what `use` attaches stays, what it
 * leaves is removed again, at once or, when the process dies, within the hour.
 * Throws what `readUpload` throws, `PlanLimitReached`, and what `use` throws.
 */
export async function withUpload<T>(
  tools: MediaTools,
  owner: User,
  sent: SentFile,
  use: (file: MediaFile) => Promise<T>,
): Promise<T> {
  return withStored(tools, owner, await readUpload(tools.pictures, sent), use)
}

/**
 * What is kept of a photo or a sound that was sent: photos are written anew, sounds stay as they are. Throws
 * `UnsupportedMediaType` for anything else, `ValidationFailed` for a photo that cannot be shown, `PayloadTooLarge`.
 */
export async function readUpload(pictures: Pictures, sent: SentFile): Promise<ReadyFile> {
  const known = kindOf(sent.bytes)
  if (!known) throw unknownKind(sent, 'Send a photo (JPEG, PNG, WebP, GIF) or a sound (MP3, M4A, AAC, Ogg, WAV, AMR).')
  if (sent.bytes.length > UPLOAD_BYTES[known.kind]) {
    throw PayloadTooLarge({ message: `A ${known.kind === 'photo' ? 'photo' : 'sound'} is larger than it may be.` })
  }
  const still = { width: null, height: null, publicKey: null }
  if (known.kind === 'audio') {
    return { ...known, ...still, bytes: sent.bytes, durationSeconds: durationOf(sent.bytes, known.contentType) }
  }
  const picture = await pictures.clean(sent.bytes, known.contentType)
  if (!picture) throw unreadable(sent)
  return { kind: 'photo', durationSeconds: null, publicKey: null, ...picture }
}

/** A photo as the picture of a person or a tag. Throws as `readUpload` does. */
export async function readAvatar(pictures: Pictures, sent: SentFile): Promise<ReadyFile> {
  const known = kindOf(sent.bytes)
  if (known?.kind !== 'photo') throw unknownKind(sent, 'Send a JPEG, PNG, WebP or GIF picture.', PHOTO_TYPES)
  if (sent.bytes.length > UPLOAD_BYTES.photo) throw PayloadTooLarge()
  const picture = await pictures.square(sent.bytes, known.contentType, AVATAR_SIDE)
  if (!picture) throw unreadable(sent)
  return { kind: 'photo', durationSeconds: null, publicKey: newToken(), ...picture }
}

/**
 * Keep what is ready while `use` makes something of it, as `withUpload`. The row comes before the bytes, with its end
 * written on it: whatever dies in between leaves nothing that nobody knows of.
 */
export async function withStored<T>(
  { database, blobs }: MediaTools,
  owner: User,
  ready: ReadyFile,
  use: (file: MediaFile) => Promise<T>,
): Promise<T> {
  const file = await database.write((unit) => reserve(unit, owner, ready))
  try {
    await blobs.put(file.blobKey, ready.bytes)
    return await use(file)
  } finally {
    // What cannot be removed now is removed by the clock.
    await discard(database, blobs, file).catch(() => {})
  }
}

/** Bytes of what a person has sent and that is still kept, pictures of themself included. */
export async function storedBytes(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.sumUploads(view, owner.id)
}

/** Make room for a file among what its owner keeps. The owner is held, so that two at once are both counted. */
async function reserve(unit: Unit, owner: User, { bytes, ...facts }: ReadyFile): Promise<MediaFile> {
  await hold(unit, owner.id)
  const limit = limitsOf(owner).mediaBytes
  if ((await store.sumUploads(unit, owner.id)) + bytes.length > limit) {
    throw PlanLimitReached({ message: `Your plan keeps ${Math.floor(limit / MB)} MB of photos and sounds.` })
  }
  const id = newId()
  const file = { ...facts, id, ownerId: owner.id, sizeBytes: bytes.length, blobKey: `uploads/${id}` }
  await store.insert(unit, file, secondsAfter(unit.now, UNUSED_SECONDS))
  return file
}

/** Not what is taken: of another kind, or said to be of one and not so. */
function unknownKind(
  { declaredType, field }: SentFile,
  message: string,
  taken: readonly string[] = [...PHOTO_TYPES, ...AUDIO_TYPES],
) {
  const isPretended =
    taken.includes(declaredType) || /^(application\/octet-stream|image\/jpg|audio\/x-.+)?$/.test(declaredType)
  return isPretended ? ValidationFailed({ fields: { [field]: message } }) : UnsupportedMediaType({ message })
}

function unreadable({ field }: SentFile) {
  return ValidationFailed({ fields: { [field]: 'That picture cannot be read, or is too large to be shown.' } })
}
