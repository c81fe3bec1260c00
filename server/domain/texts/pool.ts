import { createHash } from 'node:crypto'
import { countryOf } from '#domain/phones'

/**
 * The number of ours that a phone hears from first: one of its own country where there is one, and each about as often
 * as the others. The same phone gets the same number as long as that is there (rendezvous hashing), so that adding or
 * removing one changes as few pairs as can be.
 */
export function choose(numbers: readonly [string, ...string[]], phone: string): string {
  if (numbers.length === 1) return numbers[0]
  const country = countryOf(phone)
  const near = country === null ? [] : numbers.filter((number) => countryOf(number) === country)
  const [first = numbers[0], ...others] = near.length > 0 ? near : numbers
  return others.reduce((best, number) => (weight(number, phone) > weight(best, phone) ? number : best), first)
}

function weight(number: string, phone: string): string {
  return createHash('sha256').update(`${number} ${phone}`).digest('hex')
}
