import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import * as media from '#domain/media'
import * as statuses from '#domain/statuses'
import { KtagNotFound, NotKtagOwner } from '#domain/tags'
import type { Endpoint } from '#kit/endpoint'
import { IdSchema } from '#kit/id'
import { StatusBodySchema } from '../dialect/status-body.ts'
import { presentStatus, StatusSchema } from '../presenters/status.ts'
import { kadoink } from '../surface.ts'

/** Saying something, with a photo or a sound beside it. */
export function postingEndpoints(tools: Omit<media.MediaTools, 'database'>): readonly Endpoint[] {
  const postStatus = kadoink.endpoint({
    method: 'POST',
    path: '/statuses',
    tag: 'Statuses & feed',
    summary: 'Post a status',
    notes:
      'On your primary tag, unless you name another: one of your own, or one that lets its followers post. Those who ' +
      'follow it with its texts are texted, as many as your plan texts at once, whoever has followed longest first; ' +
      'each counts against your month. Texts wait while it is quiet hours where somebody is, twelve hours at most. ' +
      'A status cannot be scheduled here.',
    auth: 'bearer',
    gates: ['mobile'],
    limit: 'sms',
    mode: 'manual',
    body: z.object({
      body: StatusBodySchema,
      ktag_id: IdSchema.optional(),
      text_followers: z.boolean().default(true),
    }),
    uploads: {
      media: {
        maxBytes: media.UPLOAD_BYTES.audio,
        types: [...media.PHOTO_TYPES, ...media.AUDIO_TYPES],
        description: 'One photo of 5 MB at most, or one sound of 10 MB.',
      },
    },
    status: 201,
    reply: StatusSchema,
    idempotent: true,
    faults: [KtagNotFound, NotKtagOwner, statuses.PostingNotAllowed, PlanLimitReached, media.FileNotFound],
    async handle({ database, commit, viewer: { user }, body, files }) {
      const { body: words, ktag_id: ktagId, text_followers: textsFollowers } = body
      const post = (file: media.MediaFile | null) =>
        commit(async (unit) => {
          const wanted = { body: words, ktagId, textsFollowers, fileId: file?.id ?? null }
          return presentStatus(unit, user.id, await statuses.post(unit, user, wanted))
        })
      if (!files.media) return post(null)
      return media.withUpload({ database, ...tools }, user, { ...files.media, field: 'media' }, post)
    },
  })
  return [postStatus]
}
