export { checkOut, sessionSeen } from './checkouts.ts'
export {
  CheckoutDoubted,
  CheckoutForsaken,
  SubscriptionChanged,
  SubscriptionDoubted,
  SubscriptionForsaken,
} from './events.ts'
export { AlreadySubscribed, BillingUnavailable } from './faults.ts'
export {
  INTERVALS,
  type Interval,
  type OwnSubscription,
  type Session,
  type Signal,
  type Standing,
  type Status,
  type Till,
  type WantedCheckout,
} from './model.ts'
export { heard, lapse, learn, subscriptionOf } from './subscriptions.ts'
export { doubtUnheard, forget, portable } from './upkeep.ts'
