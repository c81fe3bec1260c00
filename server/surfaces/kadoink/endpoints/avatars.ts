import { z } from 'zod'
import * as avatars from '#domain/avatars'
import { PlanLimitReached } from '#domain/billing'
import * as media from '#domain/media'
import * as tags from '#domain/tags'
import { Bytes, type Endpoint } from '#kit/endpoint'
import { NotFound } from '#kit/fault'
import { IdSchema } from '#kit/id'
import { play } from '../dialect/bytes.ts'
import { KtagSettingsSchema, ktagSettings } from '../dialect/ktag-settings.ts'
import { FileSchema, presentFile } from '../presenters/file.ts'
import { KtagSchema, presentKtag } from '../presenters/ktag.ts'
import { kadoink } from '../surface.ts'

/** By what people and tags are shown. */
export function avatarEndpoints(tools: Omit<media.MediaTools, 'database'>): readonly Endpoint[] {
  const uploadAvatar = kadoink.endpoint({
    method: 'POST',
    aliases: ['PUT'],
    path: '/me/avatar',
    tag: 'Your account',
    summary: 'Upload an avatar',
    notes: 'Its middle becomes a square of 512 by 512 pixels without metadata. The one before is deleted.',
    auth: 'bearer',
    limit: 'upload',
    mode: 'manual',
    uploads: { file: { maxBytes: media.UPLOAD_BYTES.photo, isRequired: true, types: media.PHOTO_TYPES } },
    status: 200,
    reply: z.object({ avatar_url: z.string(), file: FileSchema }),
    faults: [PlanLimitReached],
    async handle({ database, viewer, files }) {
      const { user, file } = await avatars.upload({ database, ...tools }, viewer.user, { ...files.file, field: 'file' })
      return database.read(async (view) => ({ avatar_url: user.avatarUrl ?? '', file: presentFile(view, file) }))
    },
  })

  const showAvatar = kadoink.endpoint({
    method: 'GET',
    path: '/avatars/{key}',
    tag: 'Media',
    summary: 'Show an avatar',
    notes: 'The address is in `avatar_url`, and cannot be guessed. It goes when the picture is replaced or deleted.',
    extension: true,
    auth: 'none',
    limit: 'picture',
    params: z.object({ key: z.string().regex(/^[\w-]{20,64}$/) }),
    status: 200,
    reply: Bytes,
    faults: [NotFound],
    async handle({ view, params, request }) {
      const file = await media.findPublic(view, params.key)
      if (!file) throw NotFound()
      return play(tools.blobs, file, request, 'public, max-age=86400')
    },
  })

  const editKtag = kadoink.endpoint({
    method: 'PATCH',
    aliases: ['PUT'],
    path: '/ktags/{ktag_id}',
    tag: 'Tags',
    summary: 'Edit a tag',
    notes:
      'Absent fields stay as they are, null clears. The name can be changed once in 30 days. A tag that becomes private ' +
      'keeps its followers. `avatar_file_id` is a photo of your own; without one the tag is shown by your avatar.',
    auth: 'bearer',
    gates: ['mobile'],
    limit: 'write',
    mode: 'manual',
    params: z.object({ ktag_id: IdSchema }),
    body: KtagSettingsSchema.extend({
      name: tags.NewKtagNameSchema.optional(),
      avatar_file_id: IdSchema.nullable().optional(),
      is_primary: z.boolean().optional(),
    }),
    status: 200,
    reply: KtagSchema,
    faults: [
      tags.KtagNotFound,
      tags.NotKtagOwner,
      tags.PrimaryKtag,
      tags.KtagRenamed,
      tags.KtagTaken,
      PlanLimitReached,
    ],
    async handle({ database, viewer, params, body }) {
      const { name, avatar_file_id: avatarFileId, is_primary: isPrimary } = body
      const changes = {
        ...ktagSettings(body),
        ...(name === undefined ? {} : { name }),
        ...(isPrimary === undefined ? {} : { isPrimary }),
        ...(avatarFileId === undefined ? {} : { avatarFileId }),
      }
      return presentKtag(await avatars.changeKtag({ database, ...tools }, viewer.user, params.ktag_id, changes))
    },
  })

  return [uploadAvatar, showAvatar, editKtag]
}
