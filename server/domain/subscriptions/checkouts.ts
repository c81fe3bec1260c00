import { setTimeout as pause } from 'node:timers/promises'
import { hold, type User } from '#domain/accounts'
import { secondsAfter } from '#kit/clock'
import type { Fault } from '#kit/fault'
import { newId } from '#kit/id'
import type { Database, Unit, View } from '#kit/unit'
import * as checkouts from './checkout-store.ts'
import { CheckoutDoubted, SubscriptionDoubted } from './events.ts'
import { AlreadySubscribed, BillingUnavailable } from './faults.ts'
import type { AskedCheckout, Checkout, Session, Till, WantedCheckout } from './model.ts'
import { returnUrl } from './return-urls.ts'
import * as store from './store.ts'
import { isSubscribed } from './subscriptions.ts'

/** So long a person waits for the provider altogether. */
const PATIENCE_MS = 8_000
/** So long one request has a checkout for itself; one that was cut off loses it then. */
const CLAIM_SECONDS = 10
const PAUSE_MS = 100

/**
 * Open a page at the provider's where a person pays. Two requests for the same end in one open session; a request for
 * something else closes the session that was open. Opens units of its own around what it waits for.
 * Throws `ValidationFailed` for an address it must not lead back to, `AlreadySubscribed`, also while a payment that has
 * been made is not yet known here, and `BillingUnavailable`.
 */
export async function checkOut(
  database: Database,
  till: Till | null,
  user: User,
  asked: AskedCheckout,
): Promise<Session> {
  const wanted = await database.read((view) => wantedBy(view, user, asked))
  if (!till) throw BillingUnavailable()
  return inTime(openFor(database, till, user, wanted))
}

/** Where somebody comes back to who names no place of their own. */
const OWN_PAGES = { success: '/billing/done', cancel: '/billing/cancelled' } as const

/** Write down what the provider says of a session that was doubted. */
export async function sessionSeen(unit: Unit, session: Session): Promise<void> {
  if (session.status === 'open') return
  await checkouts.closeSession(unit, session.id)
  if (session.subscriptionId === null) return
  unit.emit(SubscriptionDoubted, { subscription_id: session.subscriptionId }, [])
}

/** What somebody asks for, once it is known to be allowed. */
async function wantedBy(
  view: View,
  user: User,
  { interval, successUrl, cancelUrl }: AskedCheckout,
): Promise<WantedCheckout> {
  const { site } = view
  const own = (path: string) => `${site.publicUrl}${path}`
  const wanted = {
    interval,
    successUrl: returnUrl(site, successUrl ?? own(OWN_PAGES.success), 'success_url'),
    cancelUrl: returnUrl(site, cancelUrl ?? own(OWN_PAGES.cancel), 'cancel_url'),
  }
  if (await isSubscribed(view, user.id)) throw AlreadySubscribed()
  return wanted
}

/** One request of a person after the other: each finds what the one before it has left. */
async function openFor(database: Database, till: Till, user: User, wanted: WantedCheckout): Promise<Session> {
  const customerId = await customerFor(database, till, user)
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const checkout = await database.write((unit) => take(unit, user, wanted))
    const session = checkout && (await goOn(database, till, user, wanted, checkout, customerId))
    if (session) return session
    if (!checkout) await pause(PAUSE_MS)
  }
  throw unavailable('Other requests of the same person took too long.')
}

/** Go on with a checkout that is taken; null when it is closed now, and another one is to be begun. */
async function goOn(
  database: Database,
  till: Till,
  user: User,
  wanted: WantedCheckout,
  checkout: Checkout,
  customerId: string,
): Promise<Session | null> {
  try {
    const session = isSame(checkout, wanted)
      ? await opened(till, checkout, customerId)
      : await shut(till, checkout, customerId)
    if (session?.status === 'complete') return await paid(database, session)
    if (session?.status === 'open') {
      if (await database.write((unit) => checkouts.noteSession(unit, checkout.id, session))) return session
      // The account went meanwhile: nobody is to pay there.
      await asked(till.expireSession(session.id))
      throw unavailable('The checkout was closed while it was opened.')
    }
    await database.write((unit) => checkouts.close(unit, user.id, checkout.id))
    return null
  } catch (error) {
    await database.write((unit) => checkouts.release(unit, checkout.id))
    throw error
  }
}

/** Take the checkout that a person has open, or a new one; null while another request has it. */
async function take(unit: Unit, user: User, wanted: WantedCheckout): Promise<Checkout | null> {
  await hold(unit, user.id)
  if (await isSubscribed(unit, user.id)) throw AlreadySubscribed()
  const until = secondsAfter(unit.now, CLAIM_SECONDS)
  const open = await checkouts.findOpen(unit, user.id)
  return open ? checkouts.claim(unit, open.id, until) : checkouts.insert(unit, newId(), user.id, wanted, until)
}

/** The session of a checkout as it is; one that has none gets it, also when a twin has just asked for it. */
function opened(till: Till, checkout: Checkout, customerId: string): Promise<Session | null> {
  return asked(checkout.sessionId ? till.session(checkout.sessionId) : till.openSession({ ...checkout, customerId }))
}

/** Close the session of a checkout. One whose id was never noted is found by asking for it again. */
async function shut(till: Till, checkout: Checkout, customerId: string): Promise<Session | null> {
  const session = await opened(till, checkout, customerId)
  return session?.status === 'open' ? asked(till.expireSession(session.id)) : session
}

/** Somebody has paid, and we have not heard of it yet: ask. */
async function paid(database: Database, session: Session): Promise<never> {
  await database.write(async (unit) => unit.emit(CheckoutDoubted, { session_id: session.id }, []))
  throw AlreadySubscribed()
}

async function customerFor(database: Database, till: Till, user: User): Promise<string> {
  const known = await database.read((view) => store.customerOf(view, user.id))
  if (known !== null) return known
  const added = await asked(till.addCustomer({ userId: user.id, email: user.email }))
  return database.write(async (unit) => {
    await store.insertCustomer(unit, user.id, added)
    return (await store.customerOf(unit, user.id)) ?? added
  })
}

function isSame(a: WantedCheckout, b: WantedCheckout): boolean {
  return a.interval === b.interval && a.successUrl === b.successUrl && a.cancelUrl === b.cancelUrl
}

/** What the provider answers. Throws `BillingUnavailable` when it does not. */
async function asked<Answer>(question: Promise<Answer>): Promise<Answer> {
  return question.catch((error: unknown) => {
    throw unavailable(error)
  })
}

/** Wait so long and no longer; what goes on behind does no harm, since asking twice does no more than asking once. */
async function inTime<Answer>(work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable('It did not answer in time.')), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}

function unavailable(cause: unknown): Fault {
  return BillingUnavailable({ retryAfterSeconds: 30, details: { cause: String(cause) } })
}
