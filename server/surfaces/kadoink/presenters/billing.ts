import { z } from 'zod'
import type { User } from '#domain/accounts'
import { type Limits, limitsOf, PLANS } from '#domain/billing'
import { COUNTED, entitlementsOf } from '#domain/entitlements'
import { INTERVALS, type Session, subscriptionOf } from '#domain/subscriptions'
import type { Site } from '#kit/site'
import type { View } from '#kit/unit'
import { StampSchema, stamp, stampOrNull } from '../dialect/stamp.ts'

/** Limits that the wire calls otherwise than by their own name. */
const WIRE_NAMES: Readonly<Partial<Record<keyof Limits, string>>> = {
  hasRecurringJobs: 'recurring',
  hasTranscripts: 'transcripts',
  voicemailRetentionDays: 'retention_days',
}

const FREE = limitsOf({ plan: 'free', limits: {} })
const LIMITS = Object.keys(FREE) as readonly (keyof Limits)[]

/** Each limit of the one table as the wire has it: a number, or whether something is included. */
const LimitsSchema = z
  .object(Object.fromEntries(LIMITS.map((limit) => [wireName(limit), schemaOf(FREE[limit])])))
  .meta({ id: 'Limits' })

const UsageSchema = z
  .object(Object.fromEntries(COUNTED.map((limit) => [wireName(limit), z.number().int().min(0)])))
  .meta({ id: 'Usage' })

export const EntitlementsSchema = z
  .object({
    tier: z.enum(PLANS),
    limits: LimitsSchema.describe('What the plan allows; numbers are counts unless the name says a unit.'),
    usage: UsageSchema.describe('How much is used of each limit that can be counted, by the same names.'),
    resets_at: StampSchema.describe('When what is counted by the month begins at nought again.'),
  })
  .meta({ id: 'Entitlements' })

export const SubscriptionSchema = z
  .object({
    tier: z.enum(PLANS),
    status: z
      .enum(['none', 'trialing', 'active', 'past_due', 'canceled'])
      .describe('`past_due` keeps Plus for seven days.'),
    interval: z.enum(INTERVALS).nullable(),
    current_period_end: StampSchema.nullable(),
    cancel_at_period_end: z.boolean(),
    manage_url: z.string().nullable().describe('Where to change the card, see invoices, or cancel.'),
  })
  .meta({ id: 'Subscription' })

export const CheckoutSchema = z
  .object({
    checkout_url: z.string().describe('Open it in a browser; it is good until `expires_at`.'),
    session_id: z.string(),
    expires_at: StampSchema,
  })
  .meta({ id: 'Checkout' })

/** Write an open checkout. */
export function presentCheckout({ id, url, expiresAt }: Session): z.input<typeof CheckoutSchema> {
  return { checkout_url: url ?? '', session_id: id, expires_at: stamp(expiresAt) }
}

/** Write what a person may have and do, and how much of it is used. */
export async function presentEntitlements(view: View, user: User): Promise<z.input<typeof EntitlementsSchema>> {
  const { plan, limits, usage, resetsAt } = await entitlementsOf(view, user)
  return {
    tier: plan,
    limits: Object.fromEntries(LIMITS.map((limit) => [wireName(limit), limits[limit]])),
    usage: Object.fromEntries(COUNTED.map((limit) => [wireName(limit), usage[limit]])),
    resets_at: stamp(resetsAt),
  }
}

/** Write what a person pays for. */
export async function presentSubscription(view: View, user: User): Promise<z.input<typeof SubscriptionSchema>> {
  const { status, interval, currentPeriodEnd, isEnding } = await subscriptionOf(view, user)
  return {
    tier: user.plan,
    status,
    interval,
    current_period_end: stampOrNull(currentPeriodEnd),
    cancel_at_period_end: isEnding,
    manage_url: status === 'none' ? null : manageUrl(view.site, user),
  }
}

/** The portal knows people by their address; those without one are asked for it there. */
function manageUrl({ portalUrl }: Site, { email }: User): string | null {
  if (portalUrl === null || email === null) return portalUrl
  const url = new URL(portalUrl)
  url.searchParams.set('prefilled_email', email)
  return url.href
}

function schemaOf(limit: number | boolean): z.ZodType<number> | z.ZodType<boolean> {
  return typeof limit === 'number' ? z.number().int().min(0) : z.boolean()
}

function wireName(limit: keyof Limits): string {
  return WIRE_NAMES[limit] ?? limit.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
