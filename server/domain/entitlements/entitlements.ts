import type { User } from '#domain/accounts'
import { usedTexts } from '#domain/allowance'
import { type Limits, limitsOf, monthOf, type Plan } from '#domain/billing'
import * as calendar from '#domain/calendar'
import { usageOf as minutesOf } from '#domain/calls'
import * as contacts from '#domain/contacts'
import * as grid from '#domain/grid'
import * as groups from '#domain/groups'
import { storedBytes } from '#domain/media'
import { count as scheduledJobs } from '#domain/schedule'
import * as tags from '#domain/tags'
import * as widgets from '#domain/widgets'
import type { View } from '#kit/unit'

/** How each limit that can be counted is counted: by the module whose limit it is. */
const COUNTS = {
  maxKtags: tags.countOwn,
  gridSlots: grid.count,
  callMinutesPerMonth: async (view, user) => Math.ceil((await minutesOf(view, user)).usedSeconds / 60),
  smsPerMonth: usedTexts,
  maxFollows: tags.countFollows,
  maxContacts: contacts.count,
  maxGroups: groups.count,
  maxScheduledJobs: scheduledJobs,
  maxCalendarEvents: calendar.count,
  maxWidgets: widgets.count,
  mediaBytes: storedBytes,
} as const satisfies Partial<Record<keyof Limits, (view: View, user: User) => Promise<number>>>

/** How much of each countable limit is used. */
export type Usage = Readonly<Record<keyof typeof COUNTS, number>>

/** What an account may have and do, and what it has and has done. */
export interface Entitlements {
  readonly plan: Plan
  readonly limits: Limits
  readonly usage: Usage
  /** When the monthly limits count from nought again. */
  readonly resetsAt: Date
}

/** The limits that have a usage. */
export const COUNTED = Object.keys(COUNTS) as readonly (keyof Usage)[]

/** What a person may have and do, and how much of it is used. Nothing is counted in advance. */
export async function entitlementsOf(view: View, user: User): Promise<Entitlements> {
  const counted: [keyof Usage, number][] = []
  // One after the other: a view may stand on one connection, which answers one question at a time.
  for (const limit of COUNTED) counted.push([limit, await COUNTS[limit](view, user)])
  return {
    plan: user.plan,
    limits: limitsOf(user),
    usage: Object.fromEntries(counted) as Usage,
    resetsAt: monthOf(user, view.now).endsAt,
  }
}
