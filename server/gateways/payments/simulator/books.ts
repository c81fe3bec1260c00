import { type Form, valueAt } from './form.ts'
import {
  API_VERSION,
  type CheckoutSession,
  type Customer,
  invoiceOf,
  newName,
  type Price,
  periodEnd,
  type StripeEvent,
  type Subscription,
} from './objects.ts'
import { ApiRefusal, missing } from './refusal.ts'

/** What the books are kept with. */
export interface BooksOptions {
  readonly prices: Readonly<Record<'month' | 'year', string>>
  readonly now: () => Date
  /** Where checkout pages are, without a trailing slash. */
  readonly pages: () => string
  readonly tell: (event: StripeEvent) => void
}

const SESSION_SECONDS = 86_400

/** Who pays, for what, and what has happened: the rules of Stripe as far as they matter here. */
export class Books {
  readonly customers = new Map<string, Customer>()
  readonly sessions = new Map<string, CheckoutSession>()
  readonly subscriptions = new Map<string, Subscription>()
  readonly events: StripeEvent[] = []
  readonly #options: BooksOptions

  constructor(options: BooksOptions) {
    this.#options = options
  }

  addCustomer(form: Form): Customer {
    const metadata = typeof form.metadata === 'object' ? form.metadata : {}
    const customer: Customer = {
      id: newName('cus'),
      object: 'customer',
      email: valueAt(form, 'email') ?? null,
      metadata,
      created: this.#seconds(),
    }
    this.customers.set(customer.id, customer)
    return customer
  }

  openSession(form: Form): CheckoutSession {
    const customer = valueAt(form, 'customer') ?? ''
    const price = this.#price(valueAt(form, 'line_items', '0', 'price') ?? '')
    if (!this.customers.has(customer)) {
      throw new ApiRefusal(400, {
        code: 'resource_missing',
        message: `No such customer: '${customer}'`,
        param: 'customer',
      })
    }
    const id = newName('cs_test')
    const session: CheckoutSession = {
      id,
      object: 'checkout.session',
      mode: 'subscription',
      customer,
      client_reference_id: valueAt(form, 'client_reference_id') ?? null,
      price: price.id,
      success_url: webAddress(form, 'success_url'),
      cancel_url: form.cancel_url === undefined ? null : webAddress(form, 'cancel_url'),
      created: this.#seconds(),
      expires_at: this.#seconds() + SESSION_SECONDS,
      status: 'open',
      payment_status: 'unpaid',
      subscription: null,
      url: `${this.#options.pages()}/pay/${id}`,
    }
    this.sessions.set(id, session)
    return session
  }

  session(id: string): CheckoutSession {
    const session = this.sessions.get(id)
    if (!session) throw missing('checkout.session', id)
    if (session.status === 'open' && session.expires_at <= this.#seconds()) this.#shut(session, 'expired')
    return session
  }

  expire(id: string): CheckoutSession {
    const session = this.#open(id)
    this.#shut(session, 'expired')
    return session
  }

  /** The card was good: there is a subscription now. */
  pay(id: string): Subscription {
    const session = this.#open(id)
    const now = this.#seconds()
    const price = this.#price(session.price)
    const item = {
      id: newName('si'),
      object: 'subscription_item',
      price,
      quantity: 1,
      current_period_start: now,
      current_period_end: periodEnd(now, price.recurring.interval),
    } as const
    const subscription: Subscription = {
      id: newName('sub'),
      object: 'subscription',
      customer: session.customer,
      created: now,
      billing_cycle_anchor: now,
      items: { object: 'list', data: [item] },
      status: 'active',
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      ended_at: null,
    }
    this.subscriptions.set(subscription.id, subscription)
    session.subscription = subscription.id
    session.payment_status = 'paid'
    this.#tell('customer.subscription.created', subscription)
    this.#shut(session, 'complete')
    this.#tell('invoice.paid', invoiceOf(subscription, 'paid'))
    return subscription
  }

  subscription(id: string): Subscription {
    const subscription = this.subscriptions.get(id)
    if (!subscription) throw missing('subscription', id)
    return subscription
  }

  /** The period is over and the next one is paid; a subscription that was to end ends instead. */
  renew(id: string): Subscription {
    const subscription = this.#running(id)
    if (subscription.cancel_at_period_end) return this.cancel(id)
    this.#turn(subscription)
    subscription.status = 'active'
    this.#tell('customer.subscription.updated', subscription)
    this.#tell('invoice.paid', invoiceOf(subscription, 'paid'))
    return subscription
  }

  /** The period is over and the card was refused for the next one. */
  failPayment(id: string): Subscription {
    const subscription = this.#running(id)
    if (subscription.status === 'active') this.#turn(subscription)
    subscription.status = 'past_due'
    this.#tell('invoice.payment_failed', invoiceOf(subscription, 'open'))
    this.#tell('customer.subscription.updated', subscription)
    return subscription
  }

  /** What was overdue has been paid. */
  payOverdue(id: string): Subscription {
    const subscription = this.#running(id)
    subscription.status = 'active'
    this.#tell('invoice.paid', invoiceOf(subscription, 'paid'))
    this.#tell('customer.subscription.updated', subscription)
    return subscription
  }

  /** Let a subscription end with what is paid for, or not. */
  end(id: string, isEnding: boolean): Subscription {
    const subscription = this.#running(id)
    subscription.cancel_at_period_end = isEnding
    subscription.cancel_at = isEnding ? subscription.items.data[0].current_period_end : null
    subscription.canceled_at = isEnding ? this.#seconds() : null
    this.#tell('customer.subscription.updated', subscription)
    return subscription
  }

  /** End a subscription at once. */
  cancel(id: string): Subscription {
    const subscription = this.#running(id)
    subscription.status = 'canceled'
    subscription.canceled_at = this.#seconds()
    subscription.ended_at = this.#seconds()
    this.#tell('customer.subscription.deleted', subscription)
    return subscription
  }

  #open(id: string): CheckoutSession {
    const session = this.session(id)
    if (session.status === 'open') return session
    throw new ApiRefusal(400, { message: `This Session is not open; its status is ${session.status}.` })
  }

  /** What has ended is not found among what can be changed. */
  #running(id: string): Subscription {
    const subscription = this.subscription(id)
    if (subscription.status === 'canceled') throw missing('subscription', id)
    return subscription
  }

  #shut(session: CheckoutSession, status: 'complete' | 'expired'): void {
    session.status = status
    session.url = null
    this.#tell(status === 'complete' ? 'checkout.session.completed' : 'checkout.session.expired', session)
  }

  #turn({ items: { data } }: Subscription): void {
    const [item] = data
    item.current_period_start = item.current_period_end
    item.current_period_end = periodEnd(item.current_period_start, item.price.recurring.interval)
  }

  #price(id: string): Price {
    const { prices } = this.#options
    const interval = id === prices.month ? 'month' : id === prices.year ? 'year' : null
    if (interval) return { id, object: 'price', recurring: { interval, interval_count: 1 } }
    throw new ApiRefusal(400, {
      code: 'resource_missing',
      message: `No such price: '${id}'`,
      param: 'line_items[0][price]',
    })
  }

  #tell(type: string, object: unknown): void {
    const event: StripeEvent = {
      id: newName('evt'),
      object: 'event',
      type,
      created: this.#seconds(),
      api_version: API_VERSION,
      livemode: false,
      // As it is now: what is told does not change with what comes after.
      data: { object: structuredClone(object) },
    }
    this.events.push(event)
    this.#options.tell(event)
  }

  #seconds(): number {
    return Math.floor(this.#options.now().getTime() / 1000)
  }
}

function webAddress(form: Form, name: string): string {
  const address = valueAt(form, name) ?? ''
  if (URL.canParse(address) && /^https?:/.test(address)) return address
  throw new ApiRefusal(400, { code: 'url_invalid', message: 'Not a valid URL', param: name })
}
