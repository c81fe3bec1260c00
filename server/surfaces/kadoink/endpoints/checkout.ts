import { z } from 'zod'
import { AlreadySubscribed, BillingUnavailable, checkOut, INTERVALS, type Till } from '#domain/subscriptions'
import type { Endpoint } from '#kit/endpoint'
import { CheckoutSchema, presentCheckout } from '../presenters/billing.ts'
import { kadoink } from '../surface.ts'

const AddressSchema = z.string().max(2000).optional()

/** What buys something; `till` is who takes the money, null where nothing is sold. */
export function checkoutEndpoints(till: Till | null): readonly Endpoint[] {
  const startCheckout = kadoink.endpoint({
    tag: 'Billing',
    auth: 'bearer',
    method: 'POST',
    path: '/billing/checkout',
    summary: 'Start Plus checkout',
    notes:
      'Open `checkout_url` in a browser. Asked twice for the same, it gives the same page; asked for something else, it ' +
      'closes the first one. The plan changes once the payment is confirmed: `billing.entitlements_changed` says so.',
    limit: 'write',
    body: z.object({
      interval: z.enum(INTERVALS),
      success_url: AddressSchema.describe('Where the browser goes after paying; on a host that is allowed here.'),
      cancel_url: AddressSchema.describe('Where it goes when nothing is paid.'),
    }),
    status: 201,
    reply: CheckoutSchema,
    faults: [AlreadySubscribed, BillingUnavailable],
    mode: 'manual',
    async handle({ database, viewer, body }) {
      const { interval, success_url: successUrl, cancel_url: cancelUrl } = body
      return presentCheckout(await checkOut(database, till, viewer.user, { interval, successUrl, cancelUrl }))
    },
  })
  return [startCheckout]
}
