import { z } from 'zod'
import type { User } from '#domain/accounts'
import * as calendar from '#domain/calendar'
import * as calls from '#domain/calls'
import * as inbox from '#domain/inbox'
import * as schedule from '#domain/schedule'
import * as statuses from '#domain/statuses'
import * as tags from '#domain/tags'
import type { View } from '#kit/unit'
import { listOf, presentList } from '../dialect/lists.ts'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { EntitlementsSchema, presentEntitlements, presentSubscription, SubscriptionSchema } from './billing.ts'
import { CalendarEventSchema, presentEventPage } from './calendar-event.ts'
import { CallSchema, presentCall } from './call.ts'
import { GridSchema, presentGrid } from './grid.ts'
import { JobSchema, presentJob } from './job.ts'
import { KtagSchema, presentKtag } from './ktag.ts'
import { MessageSchema, presentMessages } from './message.ts'
import { presentStatusPage, StatusListSchema } from './status.ts'
import { GateSchema, presentGate, presentUser, UserSchema } from './user.ts'

/** Everything that an app shows first, of one moment. */
export const HomeSchema = z
  .object({
    user: UserSchema,
    gate: GateSchema,
    unread_count: z.number().int(),
    inbox: listOf(MessageSchema),
    feed: StatusListSchema,
    statuses: StatusListSchema,
    ktags: listOf(KtagSchema),
    follows_count: z.number().int(),
    grid: GridSchema,
    active_call: CallSchema.nullable(),
    events: listOf(CalendarEventSchema),
    scheduled_jobs: listOf(JobSchema),
    subscription: SubscriptionSchema,
    entitlements: EntitlementsSchema,
    realtime: z.object({
      url: z.string().describe('Where a socket is opened best.'),
      cursor: z
        .string()
        .describe('Say hello with it: what has happened since this answer is told, and nothing is missed.'),
    }),
    server_time: StampSchema,
  })
  .meta({ id: 'Home' })

/** So many of what comes next are shown. */
const NEXT = { limit: 5, offset: 0, beforeId: null }

/** Gives the place in what is told of which a view is: see `currentCursor` of realtime. */
export type CursorOf = (view: View, userId: string) => Promise<string>

/** Write everything that an app shows first. In a snapshot, all of it and the cursor are of the same moment. */
export async function presentHome(
  view: View,
  user: User,
  limit: number,
  cursorOf: CursorOf,
): Promise<z.input<typeof HomeSchema>> {
  const request = { limit, offset: 0, beforeId: null }
  const messages = await inbox.list(view, user, {}, request)
  const call = await calls.findActive(view, user)
  return {
    user: await presentUser(view, user),
    gate: await presentGate(view, user),
    unread_count: (await inbox.unreadCount(view, user.id)).total,
    inbox: { items: await presentMessages(view, user.id, messages.items), has_more: messages.hasMore },
    feed: await presentStatusPage(view, user.id, await statuses.feed(view, user, {}, request)),
    statuses: await presentStatusPage(view, user.id, await statuses.own(view, user, {}, request)),
    ktags: presentList(await tags.listOwn(view, user, request), presentKtag),
    follows_count: await tags.countFollows(view, user),
    grid: await presentGrid(view, user),
    active_call: call && presentCall(call, user.id, view.site),
    events: await presentEventPage(view, await calendar.upcoming(view, user, NEXT.limit)),
    scheduled_jobs: presentList(await schedule.list(view, user, { state: 'scheduled' }, NEXT), presentJob),
    subscription: await presentSubscription(view, user),
    entitlements: await presentEntitlements(view, user),
    realtime: { url: view.site.realtimeUrl, cursor: await cursorOf(view, user.id) },
    server_time: stamp(view.now),
  }
}
