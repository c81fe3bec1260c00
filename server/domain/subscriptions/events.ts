import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** What a person pays for, or what they may have for it, is different now. */
export const SubscriptionChanged = defineEvent(
  'subscription.changed',
  z.object({ user_id: z.string(), subscription_id: z.string() }),
)

/** How a subscription stands is not certain: the provider is to be asked. */
export const SubscriptionDoubted = defineEvent('subscription.doubted', z.object({ subscription_id: z.string() }))

/** Nobody is left to use a subscription: it is to be ended at the provider. */
export const SubscriptionForsaken = defineEvent('subscription.forsaken', z.object({ subscription_id: z.string() }))

/** What became of a checkout is not known: the provider is to be asked. */
export const CheckoutDoubted = defineEvent('checkout.doubted', z.object({ session_id: z.string() }))

/** Nobody is to pay at this checkout any more: it is to be closed at the provider. */
export const CheckoutForsaken = defineEvent('checkout.forsaken', z.object({ session_id: z.string() }))
