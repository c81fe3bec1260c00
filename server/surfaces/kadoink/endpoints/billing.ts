import {
  EntitlementsSchema,
  presentEntitlements,
  presentSubscription,
  SubscriptionSchema,
} from '../presenters/billing.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Billing', auth: 'bearer' } as const

export const readEntitlements = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/billing/entitlements',
  summary: 'Plan limits',
  notes: 'Months are those of the calendar, UTC; on a paid plan they begin with the billing period.',
  limit: 'read',
  status: 200,
  reply: EntitlementsSchema,
  async handle({ view, viewer }) {
    return presentEntitlements(view, viewer.user)
  },
})

export const readSubscription = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/billing/subscription',
  summary: 'Your subscription',
  limit: 'read',
  status: 200,
  reply: SubscriptionSchema,
  async handle({ view, viewer }) {
    return presentSubscription(view, viewer.user)
  },
})
