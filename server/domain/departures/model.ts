import type { User } from '#domain/accounts'
import type { Unit, View } from '#kit/unit'

/** Somebody who has left, while what was theirs is being deleted. */
export interface Departure {
  readonly userId: string
  readonly leftAt: Date
  /** The number that they had verified, sealed; the texts of that number go too. */
  readonly mobileSealed: string | null
}

/** Somebody who has left, with their number readable. */
export interface Gone {
  readonly userId: string
  readonly leftAt: Date
  readonly mobile: string | null
}

/** A module that keeps things of people: how it lets go of them, and how it hands them out. */
export interface Keeper {
  /** The name of its part in an export. */
  readonly name: string
  /** At once, in the unit in which somebody leaves: out of sight, stopped, withdrawn. Throws what forbids leaving. */
  forget?(unit: Unit, user: User): Promise<void>
  /** Later, so many rows a unit; gives how many went, less than so many when all have. */
  purge?(unit: Unit, gone: Gone, most: number): Promise<number>
  /** Whether something is left that must go before the account's row may. */
  isLeft?(view: View, userId: string): Promise<boolean>
  /** Everything it keeps of a person, plain and without secrets. */
  portable?(view: View, user: User): Promise<unknown>
}

/** What a text of ours to say goodbye is for. */
export const GOODBYE = 'goodbye'
