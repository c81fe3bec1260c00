import { defineFault } from '#kit/fault'

/** What a person pays for. */
export type Plan = 'free' | 'plus'

/** How much a plan allows. */
export interface PlanLimits {
  /** People on a call, its host included. */
  readonly maxCallParticipants: number
  readonly callMaxMinutes: number
  readonly maxContacts: number
  readonly voicemailSeconds: number
  readonly voicemailRetentionDays: number
}

const LIMITS: Readonly<Record<Plan, PlanLimits>> = {
  free: {
    maxCallParticipants: 5,
    callMaxMinutes: 30,
    maxContacts: 250,
    voicemailSeconds: 60,
    voicemailRetentionDays: 30,
  },
  plus: {
    maxCallParticipants: 25,
    callMaxMinutes: 120,
    maxContacts: 5000,
    voicemailSeconds: 300,
    voicemailRetentionDays: 365,
  },
}

/** The limits of a plan. */
export function planLimits(plan: Plan): PlanLimits {
  return LIMITS[plan]
}

/** The plan does not allow more of this. */
export const PlanLimitReached = defineFault(
  'plan_limit_reached',
  'forbidden',
  'Your plan does not allow more of these.',
)
