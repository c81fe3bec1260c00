import { randomBytes } from 'node:crypto'
import type { Form } from './form.ts'

/** A person who pays, as Stripe writes them; only what is asked of us. */
export interface Customer {
  readonly id: string
  readonly object: 'customer'
  readonly email: string | null
  readonly metadata: Form
  readonly created: number
}

/** A checkout page, as Stripe writes it. */
export interface CheckoutSession {
  readonly id: string
  readonly object: 'checkout.session'
  readonly mode: 'subscription'
  readonly customer: string
  readonly client_reference_id: string | null
  readonly price: string
  readonly success_url: string
  readonly cancel_url: string | null
  readonly created: number
  readonly expires_at: number
  status: 'open' | 'complete' | 'expired'
  payment_status: 'unpaid' | 'paid'
  subscription: string | null
  url: string | null
}

/** What is paid for again and again, as Stripe writes it. */
export interface Subscription {
  readonly id: string
  readonly object: 'subscription'
  readonly customer: string
  readonly created: number
  readonly billing_cycle_anchor: number
  readonly items: { readonly object: 'list'; readonly data: readonly [Item] }
  status: string
  cancel_at: number | null
  cancel_at_period_end: boolean
  canceled_at: number | null
  ended_at: number | null
}

interface Item {
  readonly id: string
  readonly object: 'subscription_item'
  readonly price: Price
  readonly quantity: 1
  current_period_start: number
  current_period_end: number
}

/** What is sold, and how often it is paid. */
export interface Price {
  readonly id: string
  readonly object: 'price'
  readonly recurring: { readonly interval: 'month' | 'year'; readonly interval_count: 1 }
}

/** A fact that is told. */
export interface StripeEvent {
  readonly id: string
  readonly object: 'event'
  readonly type: string
  readonly created: number
  readonly api_version: string
  readonly livemode: false
  readonly data: { readonly object: unknown }
}

/** The version of Stripe's API that the objects are of; that of the client in use. */
export const API_VERSION = '2026-10-28.endive'

/** A name as Stripe makes them. */
export function newName(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`
}

/** An invoice for a period of a subscription, as far as webhooks of it are read. */
export function invoiceOf(subscription: Subscription, status: 'paid' | 'open'): object {
  return {
    id: newName('in'),
    object: 'invoice',
    customer: subscription.customer,
    status,
    parent: { type: 'subscription_details', subscription_details: { subscription: subscription.id, metadata: {} } },
  }
}

/** The end of a period that begins then, in seconds; a day that a month does not have is its last one. */
export function periodEnd(from: number, interval: 'month' | 'year'): number {
  const start = new Date(from * 1000)
  const months = interval === 'year' ? 12 : 1
  const lastDay = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months + 1, 0)).getUTCDate()
  const end = new Date(start)
  end.setUTCDate(1)
  end.setUTCMonth(end.getUTCMonth() + months)
  end.setUTCDate(Math.min(start.getUTCDate(), lastDay))
  return end.getTime() / 1000
}
