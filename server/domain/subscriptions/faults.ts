import { defineFault } from '#kit/fault'

/** The person pays already; what they pay is changed where they manage it. */
export const AlreadySubscribed = defineFault(
  'already_subscribed',
  'conflict',
  'You have Plus already. Change or cancel it where you manage it.',
)

/** Nothing can be bought here, or those who take the money do not answer. */
export const BillingUnavailable = defineFault(
  'billing_unavailable',
  'unavailable',
  'Plus cannot be bought right now. Try again in a minute.',
)
