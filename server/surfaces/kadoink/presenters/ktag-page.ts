import { z } from 'zod'
import type { User } from '#domain/accounts'
import { liveOn } from '#domain/calls'
import { ofTag } from '#domain/statuses'
import type { SeenKtag } from '#domain/tags'
import type { View } from '#kit/unit'
import { StampSchema, stampOrNull } from '../dialect/stamp.ts'
import { KtagSchema, presentKtag } from './ktag.ts'
import { PersonSchema, presentPerson } from './person.ts'
import { presentStatusPage, StatusListSchema } from './status.ts'

/** A call that others may join, in brief. */
export const CallSummarySchema = z
  .object({
    id: z.string(),
    title: z.string().nullable(),
    host: PersonSchema,
    participant_count: z.number().int().describe('How many are on it now.'),
    max_participants: z.number().int(),
    dial_in: z
      .object({ number: z.string(), pin: z.string() })
      .nullable()
      .describe('How to join by phone; for those who follow the tag.'),
    started_at: StampSchema.nullable(),
    ends_by: StampSchema.nullable(),
  })
  .meta({ id: 'CallSummary' })

/** A *tag with what goes on there. */
export const KtagPageSchema = KtagSchema.extend({
  latest_statuses: StatusListSchema,
  live_call: CallSummarySchema.nullable(),
}).meta({ id: 'KtagPage' })

/** How much of what is said on a tag its page begins with. */
const LATEST = { limit: 10, offset: 0, beforeId: null } as const

/** Write a tag's page for one person. */
export async function presentKtagPage(
  view: View,
  seen: SeenKtag,
  viewer: User,
): Promise<z.input<typeof KtagPageSchema>> {
  return {
    ...presentKtag(seen),
    latest_statuses: await presentStatusPage(view, viewer.id, await ofTag(view, viewer, seen.ktag, LATEST)),
    live_call: await presentLiveCall(view, seen, viewer.id),
  }
}

/** Write the call that is open on a tag, for one viewer, null for somebody without an account; null when there is none. */
export async function presentLiveCall(
  view: View,
  { ktag, isOwner, follow }: SeenKtag,
  viewerId: string | null,
): Promise<z.input<typeof CallSummarySchema> | null> {
  const live = await liveOn(view, ktag)
  if (!live) return null
  const { call, host, hostKtag, joined } = live
  const mayJoin = isOwner || follow !== null
  return {
    id: call.id,
    title: call.title,
    host: presentPerson(host, hostKtag, viewerId),
    participant_count: joined,
    max_participants: call.maxParticipants,
    dial_in: mayJoin && call.pin !== null ? { number: view.site.numbers[0], pin: call.pin } : null,
    started_at: stampOrNull(call.startedAt),
    ends_by: stampOrNull(call.endsBy),
  }
}
