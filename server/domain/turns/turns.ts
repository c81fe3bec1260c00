import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { TurnReleased, TurnsQueued } from './events.ts'
import type { Turn, WantedTurn } from './model.ts'
import { freeAt } from './rate.ts'
import * as store from './store.ts'

/** Rounds are only remembered so long: an owner who has had no turn for a day is as good as new. */
const KEPT_SECONDS = 86_400

/**
 * Ask for turns, in the order in which an owner wants them. A leg that waits already keeps its place; one whose turn was
 * given out and came to nothing waits anew, and the old turn is void.
 */
export async function queue(unit: Unit, wanted: readonly WantedTurn[]): Promise<void> {
  const [first] = wanted
  if (!first) return
  await store.voidReleased(unit, wanted)
  await store.insert(unit, wanted)
  unit.emit(TurnsQueued, { owner: first.owner, turns: wanted.length }, [])
}

/** Legs are not to be rung any more: they take no turn, and one that they were given is void. */
export async function cancelLegs(unit: Unit, participantIds: readonly string[]): Promise<void> {
  await store.cancelLegs(unit, participantIds)
}

/** Codes have stopped working: they take no turn any more. */
export async function cancelCodes(unit: Unit, challengeIds: readonly string[]): Promise<void> {
  if (challengeIds.length > 0) await store.cancelCodes(unit, challengeIds)
}

/** Visitors are not to be called back any more. */
export async function cancelCallbacks(unit: Unit, callbackIds: readonly string[]): Promise<void> {
  if (callbackIds.length > 0) await store.cancelCallbacks(unit, callbackIds)
}

/**
 * Give out the next turn: what is urgent first, then each owner in turn (of those who wait, the one whose last turn
 * lies longest behind, with what they have waited for longest). Null when it is too soon or nobody waits. Whoever gives
 * out turns holds the one row of the rate, so that two processes together keep the rate as one does.
 */
export async function release(unit: Unit): Promise<Turn | null> {
  const { releasedAt } = await store.lockRate(unit)
  if (freeAt(unit, releasedAt) > unit.now) return null
  const turn = await store.releaseFirst(unit)
  if (!turn) return null
  await store.noteRelease(unit)
  const { ring } = turn
  const facts = {
    turn_id: turn.id,
    call_id: ring.kind === 'leg' ? ring.callId : null,
    participant_id: ring.kind === 'leg' ? ring.participantId : null,
    challenge_id: ring.kind === 'code' ? ring.challengeId : null,
    send: ring.kind === 'code' ? ring.send : null,
    callback_id: ring.kind === 'callback' ? ring.callbackId : null,
  }
  unit.emit(TurnReleased, facts, [])
  return turn
}

/** When the next turn may be given out: now or later; null when nobody waits. */
export async function due(view: View): Promise<Date | null> {
  const { releasedAt, isAnyoneWaiting } = await store.readRate(view)
  return isAnyoneWaiting ? freeAt(view, releasedAt) : null
}

/** Whether a turn that was given out still stands; asked in the unit that claims the order, which it then holds. */
export async function take(unit: Unit, turnId: string): Promise<boolean> {
  return store.lockReleased(unit, turnId)
}

/** The carrier has answered an order: taken, with so long to wait in a queue of its own, or refused. */
export async function close(unit: Unit, turnId: string, { queuedMs }: { readonly queuedMs: number }): Promise<void> {
  await store.close(unit, turnId, queuedMs > 0 ? secondsAfter(unit.now, queuedMs / 1000) : null)
}

/** Forget the turns of yesterday. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -KEPT_SECONDS))
}
