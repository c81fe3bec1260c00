import { heard, type Signal } from '#domain/subscriptions'
import type { Clock } from '#kit/clock'
import type { Database } from '#kit/unit'

/** A webhook of the provider who takes the money, as it came. */
export interface PaymentWebhook {
  readonly signature: string | undefined
  readonly body: Buffer
}

/** Reads a webhook: under which id it is told, and what of it concerns us; null when it is forged or too old. */
export type ReadPaymentWebhook = (
  body: Buffer,
  signature: string | undefined,
  now: Date,
) => { readonly id: string; readonly signal: Signal | null } | null

/**
 * What the provider tells us becomes verbs. Gives 403 when nobody has signed it, 200 once it is committed; throws when
 * it could not be, so that the provider tells it again.
 */
export function paymentWebhooks(
  database: Database,
  clock: Clock,
  read: ReadPaymentWebhook,
): (webhook: PaymentWebhook) => Promise<200 | 403> {
  return async ({ signature, body }) => {
    const told = read(body, signature, clock.now())
    if (!told) return 403
    const { id, signal } = told
    if (signal) await database.write((unit) => heard(unit, id, signal))
    return 200
  }
}
