import { Fault } from '#kit/fault'
import { attempt, Kept, type Unit } from '#kit/unit'

/** Ends a rehearsal: everything in it is undone. */
class Rehearsed<Outcome> extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super('A rehearsal has ended.')
    this.outcome = outcome
  }
}

/**
 * Do what is to be done later, and undo it all: whoever may not do it now, or names what is not there, is refused before
 * it is scheduled. Gives what came of it; null where something is in the way that may be gone by then, such as another
 * call. Throws the refusals that stay.
 */
export async function rehearse<Outcome>(unit: Unit, work: (unit: Unit) => Promise<Outcome>): Promise<Outcome | null> {
  try {
    await attempt(unit, async (inner) => {
      throw new Rehearsed(await work(inner))
    })
    return null
  } catch (error) {
    if (error instanceof Rehearsed) return error.outcome
    const fault = error instanceof Kept ? error.fault : error
    if (fault instanceof Fault && isOfTheMoment(fault)) return null
    throw fault
  }
}

function isOfTheMoment({ type }: Fault): boolean {
  return type.kind === 'conflict' || type.kind === 'exhausted' || type.kind === 'unavailable'
}
