import { setAvatar, type User } from '#domain/accounts'
import * as media from '#domain/media'
import * as tags from '#domain/tags'
import { ValidationFailed } from '#kit/fault'
import type { Unit } from '#kit/unit'

/** The pictures by which people and tags are shown. Each stands at an address of its own, which nobody can guess. */

/**
 * Show a person by a picture that they have sent; the one before goes, its address with it.
 * Throws what `media.readAvatar` and `media.withStored` throw.
 */
export async function upload(
  tools: media.MediaTools,
  user: User,
  sent: media.SentFile,
): Promise<{ readonly user: User; readonly file: media.MediaFile }> {
  const ready = await media.readAvatar(tools.pictures, sent)
  return media.withStored(tools, user, ready, (file) =>
    tools.database.write(async (unit) => {
      await media.attach(unit, file.id, { use: 'avatar', subjectId: user.id, ktagId: null })
      return { user: await setAvatar(unit, user.id, file.publicKey), file }
    }),
  )
}

/** Show a person without a picture. */
export async function takeOff(unit: Unit, userId: string): Promise<void> {
  await media.release(unit, 'avatar', userId)
  await setAvatar(unit, userId, null)
}

/** What is to change about a tag, its picture included: a photo of the owner's own, or null for the owner's picture. */
export interface KtagChangesWithAvatar extends Omit<tags.KtagChanges, 'avatarKey'> {
  readonly avatarFileId?: string | null
}

/**
 * Change a tag. Of a photo a picture is made that stays when the photo goes. Throws what `tags.edit` and
 * `media.withStored` throw, and `ValidationFailed` when the owner has no such photo.
 */
export async function changeKtag(
  tools: media.MediaTools,
  owner: User,
  id: string,
  { avatarFileId, ...changes }: KtagChangesWithAvatar,
): Promise<tags.SeenKtag> {
  const { database } = tools
  if (avatarFileId === undefined) return database.write((unit) => tags.edit(unit, owner, id, changes))
  if (avatarFileId === null) {
    return database.write(async (unit) => {
      const seen = await tags.edit(unit, owner, id, { ...changes, avatarKey: null })
      await media.release(unit, 'ktag_avatar', id)
      return seen
    })
  }
  await database.read((view) => tags.getOwn(view, owner, id))
  const ready = await media.readAvatar(tools.pictures, await photoOf(tools, owner, avatarFileId))
  return media.withStored(tools, owner, ready, (file) =>
    database.write(async (unit) => {
      const seen = await tags.edit(unit, owner, id, { ...changes, avatarKey: file.publicKey })
      await media.attach(unit, file.id, { use: 'ktag_avatar', subjectId: id, ktagId: null })
      return seen
    }),
  )
}

/** A tag has been deleted: nobody needs its picture. */
export async function ktagDeleted(unit: Unit, ktagId: string): Promise<void> {
  await media.release(unit, 'ktag_avatar', ktagId)
}

async function photoOf({ database, blobs }: media.MediaTools, owner: User, id: string): Promise<media.SentFile> {
  const file = (await database.read((view) => media.find(view, owner.id, [id]))).get(id)
  const bytes = file?.kind === 'photo' ? await blobs.read(file.blobKey) : null
  if (!file || !bytes) throw ValidationFailed({ fields: { avatar_file_id: 'There is no such photo of yours.' } })
  return { bytes, declaredType: file.contentType, field: 'avatar_file_id' }
}
