import { secretKeyOf } from '#domain/realms'
import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import * as store from './callbacks-store.ts'
import { callbackOf } from './manual.ts'
import type { ManualMessage } from './model.ts'

/** How a project is told what has become of a message that it sends and checks itself: at least once, for a day. */

/** The right to tell one project of one message, for a while. */
export interface Telling {
  /** The same each time that this message is told of. */
  readonly messageId: string
  /** Of whoever tells it now: later ones have others. */
  readonly token: string
  /** How often it has been tried, this time included. */
  readonly tries: number
}

/** What is told, and where; `secret` is the project's secret key, which signs it. */
export interface Tidings {
  readonly url: string
  readonly message: ManualMessage
  readonly secret: string
  readonly at: Date
}

/** What has come of telling it: the receiver's HTTP status, or why there is none. */
export type Answer = { readonly status: number } | { readonly error: string; readonly isFinal: boolean }

/** Whoever tells something must be done with it by then; else others tell it again. */
const LEASE_SECONDS = 60
/** How long to wait after each try that failed; the last one again and again. */
const PAUSES = [10, 30, 60, 300, 900, 3600] as const
const GIVEN_UP_SECONDS = 86_400
/** Of one project so many are told at once: one that answers slowly holds up no other. */
const AT_ONCE_EACH = 2
const KEPT_SECONDS = 7 * 86_400
/** They want no more of it. Source: RFC 9110, 15.5.11. */
const GONE = 410

/** A message is finished: whoever wants to know is to be told. Said twice, it is told once. */
export async function queueCallback(unit: Unit, messageId: string): Promise<void> {
  if (await callbackOf(unit, messageId)) await store.insert(unit, messageId)
}

/** Take the right to tell what is due, at most so many. */
export async function takeCallbacks(unit: Unit, most: number): Promise<readonly Telling[]> {
  const due = await store.lockDue(unit, { most, mostEach: AT_ONCE_EACH })
  const until = secondsAfter(unit.now, LEASE_SECONDS)
  const taken: Telling[] = []
  for (const { messageId, tries } of due) {
    const telling = { messageId, token: newId(), tries: tries + 1 }
    await store.take(unit, telling, until)
    taken.push(telling)
  }
  return taken
}

/** What is to be told; null when nobody wants to know any more, or nobody could sign it. */
export async function tidings(view: View, { messageId }: Telling): Promise<Tidings | null> {
  const found = await callbackOf(view, messageId)
  const secret = found && (await secretKeyOf(view, { id: found.realmId }))
  return found && secret ? { url: found.url, message: found.message, secret, at: view.now } : null
}

/**
 * What has come of it. Told is what was answered with 2xx. Everything else is tried again for a day, with growing pauses,
 * but for what they want no more of (410) and addresses that we may not ask. False when another tells it meanwhile.
 */
export async function answered(unit: Unit, telling: Telling, answer: Answer): Promise<boolean> {
  const held = await store.lock(unit, telling)
  if (!held) return false
  const [status, error] = 'status' in answer ? [answer.status, null] : [null, answer.error]
  if (status !== null && status >= 200 && status < 300) {
    await store.settle(unit, telling.messageId, { state: 'told', dueAt: null, status, error })
    return true
  }
  const dueAt = secondsAfter(unit.now, PAUSES[telling.tries - 1] ?? PAUSES[PAUSES.length - 1] ?? 0)
  const isFinal = status === GONE || ('isFinal' in answer && answer.isFinal)
  const isOver = isFinal || dueAt > secondsAfter(held.createdAt, GIVEN_UP_SECONDS)
  await store.settle(unit, telling.messageId, {
    state: isOver ? 'given_up' : 'waiting',
    dueAt: isOver ? null : dueAt,
    status,
    error,
  })
  return true
}

/** Nobody wants to know any more. */
export async function dropCallback(unit: Unit, telling: Telling): Promise<void> {
  if (!(await store.lock(unit, telling))) return
  await store.settle(unit, telling.messageId, { state: 'given_up', dueAt: null, status: null, error: 'unwanted' })
}

/** Forget what was told a week ago. */
export async function tidyCallbacks(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -KEPT_SECONDS))
}
