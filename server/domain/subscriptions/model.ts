/** How often a person pays. */
export const INTERVALS = ['month', 'year'] as const
export type Interval = (typeof INTERVALS)[number]

/** How a subscription stands with the provider who takes the money; `incomplete`: its first payment has not come. */
export const STATUSES = ['incomplete', 'trialing', 'active', 'past_due', 'canceled'] as const
export type Status = (typeof STATUSES)[number]

/** A subscription as it was at the provider at a moment. */
export interface Standing {
  /** The provider's id of it. */
  readonly id: string
  readonly customerId: string
  readonly status: Status
  /** Null when it is paid at another interval than we sell. */
  readonly interval: Interval | null
  /** When its billing periods began: months are counted from here. */
  readonly monthsFrom: Date
  readonly currentPeriodEnd: Date | null
  /** Whether it ends with what is paid for. */
  readonly isEnding: boolean
}

/** A subscription as we know it. */
export interface Subscription extends Standing {
  /** Since when a payment is overdue; null while none is. */
  readonly pastDueSince: Date | null
  /** Until when, by the provider's clock in whole seconds, we know how it stands. */
  readonly asOf: Date
}

/** What a person sees of their subscription. */
export interface OwnSubscription {
  readonly status: 'none' | Exclude<Status, 'incomplete'>
  readonly interval: Interval | null
  readonly currentPeriodEnd: Date | null
  readonly isEnding: boolean
}

/** What a person asks for; without an address, they come back to a page of ours. */
export interface AskedCheckout {
  readonly interval: Interval
  readonly successUrl: string | undefined
  readonly cancelUrl: string | undefined
}

/** What a person wants to buy, and where they come back to. */
export interface WantedCheckout {
  readonly interval: Interval
  readonly successUrl: string
  readonly cancelUrl: string
}

/** A checkout that a person has begun; its session at the provider is unknown until the provider has answered. */
export interface Checkout extends WantedCheckout {
  readonly id: string
  readonly userId: string
  readonly sessionId: string | null
}

/** A page of the provider's at which a person pays. */
export interface Session {
  readonly id: string
  readonly status: 'open' | 'complete' | 'expired'
  /** Null once it is not open. */
  readonly url: string | null
  readonly expiresAt: Date
  /** What came of it when it is complete. */
  readonly subscriptionId: string | null
}

/** What the provider tells us of its own accord; `at` is its moment, in whole seconds. */
export type Signal =
  | { readonly kind: 'standing'; readonly standing: Standing; readonly at: Date }
  | { readonly kind: 'payment'; readonly subscriptionId: string; readonly customerId: string }
  | { readonly kind: 'checkout'; readonly sessionId: string }

/**
 * The provider who takes the money, in our words. Nothing of it is asked inside a unit; each question throws when the
 * provider is away, does not answer in time, or refuses. Asking twice does no more than asking once.
 */
export interface Till {
  /** The provider's id for a person; the same one for the same person and address within a day. */
  addCustomer(person: { readonly userId: string; readonly email: string | null }): Promise<string>
  /** Open a session for a checkout: the same one whenever the same checkout asks. Null when it asks for something else. */
  openSession(checkout: Omit<Checkout, 'sessionId'> & { readonly customerId: string }): Promise<Session | null>
  session(id: string): Promise<Session>
  /** Close a session, unless it is complete; gives what it is then. */
  expireSession(id: string): Promise<Session>
  /** How a subscription stands, and at which moment of the provider's; null when the provider does not know it. */
  standing(id: string): Promise<{ readonly standing: Standing; readonly at: Date } | null>
  /** End a subscription at once; one that has ended already is none the worse. */
  cancel(id: string): Promise<void>
}
