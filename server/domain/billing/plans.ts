import { defineFault } from '#kit/fault'

/** What a person pays for. */
export const PLANS = ['free', 'plus'] as const
export type Plan = (typeof PLANS)[number]

/** How much an account may have and do. Numbers are counts unless the name says a unit. */
export interface Limits {
  readonly maxKtags: number
  readonly gridSlots: number
  /** People on a call, its host included. */
  readonly maxCallParticipants: number
  /** Minutes of all legs together, in a month. */
  readonly callMinutesPerMonth: number
  readonly callMaxMinutes: number
  /** Phones that a host may have rung in ten minutes. */
  readonly legsPerTenMinutes: number
  /** Texts by recipient, in a month. */
  readonly smsPerMonth: number
  readonly textedFollowersPerStatus: number
  readonly maxFollows: number
  readonly maxContacts: number
  readonly maxGroups: number
  readonly maxGroupMembers: number
  readonly maxScheduledJobs: number
  readonly hasRecurringJobs: boolean
  readonly maxCalendarEvents: number
  readonly maxWidgets: number
  readonly voicemailSeconds: number
  readonly voicemailRetentionDays: number
  readonly hasTranscripts: boolean
  /** Bytes of the photos and sounds that a person has sent. */
  readonly mediaBytes: number
}

/** The one table of limits. What grows with the grid leaves room for it: everyone on it and the host fit on a call. */
const LIMITS: Readonly<Record<Plan, Limits>> = {
  free: {
    maxKtags: 2,
    gridSlots: 4,
    maxCallParticipants: 5,
    callMinutesPerMonth: 60,
    callMaxMinutes: 30,
    legsPerTenMinutes: 30,
    smsPerMonth: 100,
    textedFollowersPerStatus: 50,
    maxFollows: 2000,
    maxContacts: 250,
    maxGroups: 5,
    maxGroupMembers: 25,
    maxScheduledJobs: 5,
    hasRecurringJobs: false,
    maxCalendarEvents: 50,
    maxWidgets: 1,
    voicemailSeconds: 60,
    voicemailRetentionDays: 30,
    hasTranscripts: false,
    mediaBytes: 200 * 1024 * 1024,
  },
  plus: {
    maxKtags: 20,
    gridSlots: 16,
    maxCallParticipants: 25,
    callMinutesPerMonth: 1500,
    callMaxMinutes: 120,
    legsPerTenMinutes: 60,
    smsPerMonth: 2000,
    textedFollowersPerStatus: 1000,
    maxFollows: 2000,
    maxContacts: 5000,
    maxGroups: 100,
    maxGroupMembers: 250,
    maxScheduledJobs: 200,
    hasRecurringJobs: true,
    maxCalendarEvents: 1000,
    maxWidgets: 20,
    voicemailSeconds: 300,
    voicemailRetentionDays: 365,
    hasTranscripts: true,
    mediaBytes: 5 * 1024 * 1024 * 1024,
  },
}

/** What an account may do: its plan's limits, and what was agreed with it beyond them. */
export function limitsOf(account: { readonly plan: Plan; readonly limits: Partial<Limits> }): Limits {
  return { ...LIMITS[account.plan], ...account.limits }
}

/** The plan does not allow more of this. */
export const PlanLimitReached = defineFault(
  'plan_limit_reached',
  'forbidden',
  'Your plan does not allow more of these.',
)
