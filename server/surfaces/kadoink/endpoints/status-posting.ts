import { z } from 'zod'
import { PlanLimitReached } from '#domain/billing'
import * as errands from '#domain/errands'
import * as media from '#domain/media'
import { TimeInPast } from '#domain/schedule'
import * as statuses from '#domain/statuses'
import { KtagNotFound, NotKtagOwner } from '#domain/tags'
import { Again, type Endpoint } from '#kit/endpoint'
import { ValidationFailed } from '#kit/fault'
import { IdSchema } from '#kit/id'
import { ScheduledAtSchema } from '../dialect/scheduled-at.ts'
import { StatusBodySchema } from '../dialect/status-body.ts'
import { JobSchema, presentJob } from '../presenters/job.ts'
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
      'What is to be posted later, with `scheduled_at`, is words alone.',
    auth: 'bearer',
    gates: ['mobile'],
    limit: 'sms',
    mode: 'manual',
    body: z.object({
      body: StatusBodySchema,
      ktag_id: IdSchema.optional(),
      text_followers: z.boolean().default(true),
      scheduled_at: ScheduledAtSchema,
    }),
    uploads: {
      media: {
        maxBytes: media.UPLOAD_BYTES.audio,
        types: [...media.PHOTO_TYPES, ...media.AUDIO_TYPES],
        description: 'One photo of 5 MB at most, or one sound of 10 MB.',
      },
    },
    status: 201,
    again: 202,
    reply: z.union([StatusSchema, JobSchema]),
    idempotent: true,
    faults: [KtagNotFound, NotKtagOwner, statuses.PostingNotAllowed, PlanLimitReached, media.FileNotFound, TimeInPast],
    async handle({ database, commit, viewer: { user }, body, files }) {
      const { body: words, ktag_id: ktagId, text_followers: textsFollowers, scheduled_at: at } = body
      if (at !== undefined) {
        if (files.media) {
          throw ValidationFailed({ fields: { media: 'What is posted later is words alone.' } })
        }
        const wanted = { body: words, ktagId, textsFollowers }
        return commit(async (unit) => new Again(presentJob(await errands.postLater(unit, user, wanted, new Date(at)))))
      }
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
