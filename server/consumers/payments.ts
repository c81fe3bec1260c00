import {
  BillingUnavailable,
  CheckoutDoubted,
  CheckoutForsaken,
  learn,
  SubscriptionDoubted,
  SubscriptionForsaken,
  sessionSeen,
  type Till,
} from '#domain/subscriptions'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import type { Database } from '#kit/unit'

/**
 * Asks the provider who takes the money what is doubted, and ends there what nobody wants. Nothing is claimed first: a
 * question asked twice gives the truth twice, and what has ended does not end again. While the provider is away, the
 * event waits; it is never given up.
 */
export function payments(database: Database, till: Till): Effect {
  return defineEffect(
    'payments',
    (event) => dataField(event, 'subscription_id') || dataField(event, 'session_id'),
    (on) => {
      on(SubscriptionDoubted, async ({ data }) => {
        const found = await asked(till.standing(data.subscription_id))
        if (found) await database.write((unit) => learn(unit, found.standing, found.at, true))
      })
      on(CheckoutDoubted, async ({ data }) => {
        const session = await asked(till.session(data.session_id))
        await database.write((unit) => sessionSeen(unit, session))
      })
      on(SubscriptionForsaken, ({ data }) => asked(till.cancel(data.subscription_id)))
      on(CheckoutForsaken, async ({ data }) => {
        const session = await asked(till.expireSession(data.session_id))
        // Somebody paid while their account went.
        if (session.subscriptionId !== null) await asked(till.cancel(session.subscriptionId))
      })
    },
  )
}

/** What the provider answers; when it does not, the event is tried again for as long as it takes. */
async function asked<Answer>(question: Promise<Answer>): Promise<Answer> {
  return question.catch((error: unknown) => {
    throw BillingUnavailable({ details: { cause: String(error) } })
  })
}
