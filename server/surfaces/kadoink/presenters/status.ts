import { z } from 'zod'
import { byIds as usersByIds } from '#domain/accounts'
import { deliveries, mediaOf, type Status } from '#domain/statuses'
import { primariesOf, byIds as tagsByIds } from '#domain/tags'
import type { Page } from '#kit/page'
import type { View } from '#kit/unit'
import { listOf } from '../dialect/lists.ts'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { FileSchema, presentFile } from './file.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'
import { PersonSchema, presentPerson } from './person.ts'

export const DeliverySchema = z
  .object({
    recipients: z.number().int().describe('Followers who get the tag’s texts.'),
    sent: z.number().int().describe('Texts that the carrier has taken and that are not known to have failed.'),
    failed: z.number().int(),
    skipped: z.number().int().describe('Followers who see it in their feed only.'),
  })
  .meta({ id: 'Delivery' })

/** What somebody has said on a tag. */
export const StatusSchema = z
  .object({
    id: z.string(),
    body: z.string(),
    ktag: KtagRefSchema,
    author: PersonSchema,
    media: z.array(FileSchema),
    via: z.enum(['sms', 'app', 'voice', 'widget']),
    edited: z.boolean(),
    created_at: StampSchema,
    updated_at: StampSchema,
    delivery: DeliverySchema.nullable().describe(
      'How the texts to followers fare: for the author only, and null where none were wanted.',
    ),
  })
  .meta({ id: 'Status' })

export const StatusListSchema = listOf(StatusSchema)

/**
 * Write statuses for one viewer, null for many at once or somebody without an account; what they refer to is read for
 * all of them together. A status whose tag has gone meanwhile is left out.
 */
export async function presentStatuses(
  view: View,
  viewerId: string | null,
  statuses: readonly Status[],
): Promise<z.input<typeof StatusSchema>[]> {
  const authorIds = [...new Set(statuses.map(({ authorId }) => authorId))]
  const ktags = await tagsByIds(view, [...new Set(statuses.map(({ ktagId }) => ktagId))])
  const authors = await usersByIds(view, authorIds)
  const primaries = await primariesOf(view, authorIds)
  const files = await mediaOf(view, statuses)
  const own = statuses.filter(({ authorId }) => authorId === viewerId)
  const told = await deliveries(
    view,
    own.map(({ id }) => id),
  )
  return statuses.flatMap((status) => {
    const ktag = ktags.get(status.ktagId)
    const author = authors.get(status.authorId)
    const file = files.get(status.id)
    if (!ktag || !author) return []
    return {
      id: status.id,
      body: status.body,
      ktag: presentKtagRef(ktag),
      author: presentPerson(author, primaries.get(author.id) ?? null, viewerId),
      media: file ? [presentFile(view, file)] : [],
      via: status.via,
      edited: status.editedAt !== null,
      created_at: stamp(status.createdAt),
      updated_at: stamp(status.updatedAt),
      delivery: told.get(status.id) ?? null,
    }
  })
}

/** Write one status for one viewer, as `presentStatuses`. */
export async function presentStatus(
  view: View,
  viewerId: string | null,
  status: Status,
): Promise<z.input<typeof StatusSchema>> {
  const [wire] = await presentStatuses(view, viewerId, [status])
  return wire as z.input<typeof StatusSchema>
}

/** Write a page of statuses for one viewer, as `presentStatuses`. */
export async function presentStatusPage(
  view: View,
  viewerId: string | null,
  { items, hasMore }: Page<Status>,
): Promise<z.input<typeof StatusListSchema>> {
  return { items: await presentStatuses(view, viewerId, items), has_more: hasMore }
}
