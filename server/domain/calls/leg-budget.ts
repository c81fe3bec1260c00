import type { User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { countryOf } from '#domain/phones'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { RateLimited } from '#kit/fault'
import type { Unit } from '#kit/unit'
import * as store from './leg-budget-store.ts'
import { RULES } from './model.ts'

const WINDOW_SECONDS = 600
const DAY_SECONDS = 86_400

/**
 * Take the right to have so many phones rung for a host, their own among them, under a lock: so many in ten minutes,
 * and in so few countries a day. Whoever has a phone rung once more takes it again. Nothing is given back.
 * Throws `RateLimited` with the time until it would be granted, `PlanLimitReached` when it never would.
 */
export async function takeLegs(unit: Unit, host: User, phones: readonly string[]): Promise<void> {
  await store.lockHost(unit, host.id)
  await assertNotTooMany(unit, host, phones.length)
  // A host's own country is no journey.
  const countries = phones.map((phone) => (phone === host.mobile ? null : countryOf(phone)))
  await assertFewCountries(unit, host, new Set(countries.filter((country) => country !== null)))
  await store.insertUses(unit, host.id, countries)
}

/** Forget what no budget counts any more. */
export async function tidyLegUses(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -DAY_SECONDS))
}

async function assertNotTooMany(unit: Unit, host: User, wanted: number): Promise<void> {
  const most = limitsOf(host).legsPerTenMinutes
  if (wanted > most) throw PlanLimitReached({ message: `Your plan allows ${most} phones to be rung in ten minutes.` })
  const uses = await store.usesSince(unit, host.id, secondsAfter(unit.now, -WINDOW_SECONDS))
  // So many of the oldest must be ten minutes old before the wanted ones fit.
  const last = uses[uses.length + wanted - most - 1]
  if (!last) return
  throw RateLimited({
    message: `${uses.length} phones were rung for you within ten minutes. Wait a moment and try again.`,
    retryAfterSeconds: secondsUntil(unit.now, secondsAfter(last, WINDOW_SECONDS)),
  })
}

/** Calls to many countries are how stolen accounts are turned into money. */
async function assertFewCountries(unit: Unit, host: User, wanted: ReadonlySet<string>): Promise<void> {
  const most = RULES.countriesPerDay
  if (wanted.size > most) throw PlanLimitReached({ message: `You can call ${most} countries in a day.` })
  const used = await store.countriesSince(unit, host.id, secondsAfter(unit.now, -DAY_SECONDS))
  // Those that are wanted anyway are used anew and stay; of the others, enough must be a day old.
  const others = used.filter(({ country }) => !wanted.has(country))
  const last = others[others.length + wanted.size - most - 1]
  if (!last || wanted.size === 0) return
  throw RateLimited({
    message: `You can call ${most} countries in a day.`,
    retryAfterSeconds: secondsUntil(unit.now, secondsAfter(last.lastAt, DAY_SECONDS)),
  })
}
