import type { Realm } from '#domain/realms'
import { type Challenge, type Channel, issue, type Judged, PAID_CHANNELS, send } from '#domain/verification'
import { secondsUntil } from '#kit/clock'
import { Fault, RateLimited } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { Blocked, SentTooEarly, WrongBalance } from './faults.ts'
import { payloadOf, policyOf, type Told } from './model.ts'
import * as store from './store.ts'

/** A code of a realm as it is to go out. */
export interface WantedSend {
  readonly channel: Channel
  readonly code: string
  readonly judged: Judged
  readonly told: Told
}

/**
 * Send the first code of a challenge that is opened with it (`destination`), or a new one for one that is open. The caller
 * holds the recipient. Throws `SentTooEarly`, `Blocked`, `WrongBalance`, and `Unavailable` while the deployment has spent
 * what it spends in an hour.
 */
export async function sendOut(
  unit: Unit,
  realm: Realm,
  to: Challenge | { readonly purpose: 'project' | 'manual'; readonly destination: string },
  { channel, code, judged, told }: WantedSend,
): Promise<Challenge> {
  const wanted = { channel, code, judged, isTest: told.isTest, payload: payloadOf(told) }
  const policy = policyOf(realm)
  const sent =
    'id' in to ? send(unit, to, wanted, policy) : issue(unit, { ...to, realmId: realm.id, ...wanted }, policy)
  const challenge = await sent.catch(inOurWords)
  if (PAID_CHANNELS.has(channel) && !told.isTest) await pay(unit, realm)
  return challenge
}

async function pay(unit: Unit, realm: Realm): Promise<void> {
  const hour = new Date(unit.now)
  hour.setUTCMinutes(0, 0, 0)
  if (await store.takeFromBudget(unit, realm.id, hour, realm.settings.rules.paidSendsPerHour)) return
  const nextHour = new Date(hour.getTime() + 3_600_000)
  throw WrongBalance({ retryAfterSeconds: secondsUntil(unit.now, nextHour) })
}

/** The engine's limits as a realm's users hear of them. */
function inOurWords(error: unknown): never {
  if (!(error instanceof Fault) || error.type !== RateLimited) throw error
  const wait = { retryAfterSeconds: error.retryAfterSeconds ?? 1 }
  throw error.details.reason === 'prefix' ? Blocked(wait) : SentTooEarly(wait)
}
