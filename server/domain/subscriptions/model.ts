/** How often a person pays. */
export const INTERVALS = ['month', 'year'] as const
export type Interval = (typeof INTERVALS)[number]

/** How a subscription stands with those who take the money; `incomplete` is one whose first payment has not come. */
export const STATUSES = ['incomplete', 'trialing', 'active', 'past_due', 'canceled'] as const
export type Status = (typeof STATUSES)[number]

/** A subscription as it was at the payment provider at a moment of the provider's own clock. */
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
  /** Until when, by the provider's clock, we know how it stands. */
  readonly asOf: Date
}

/** What a person sees of their subscription. */
export interface OwnSubscription {
  readonly status: 'none' | Exclude<Status, 'incomplete'>
  readonly interval: Interval | null
  readonly currentPeriodEnd: Date | null
  readonly isEnding: boolean
}
