import { KtagNotFound } from '#domain/tags'
import type { InboundText } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { Fault } from '#kit/fault'
import { attempt, type Unit } from '#kit/unit'
import { type Answer, RULES } from './model.ts'
import * as store from './store.ts'
import { strangersBook } from './strangers-book.ts'
import { joinFirst, refusal } from './wording.ts'

const WRITER = { zone: 'UTC', country: null } as const

/** A phone without an account texts: the few things that it may are done; for everything else it needs an account. */
export async function answerStranger(unit: Unit, text: InboundText): Promise<Answer> {
  const parsed = strangersBook.parse(text.body, { ...WRITER, now: unit.now })
  if (parsed.kind !== 'phrase') return shownIn(unit, text.phone)
  const { command, values } = parsed.phrase
  try {
    const reply = await attempt(unit, (inner) => command.run({ unit: inner, text }, values as never))
    return reply === null ? await shownIn(unit, text.phone) : { outcome: 'taken', reply }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { outcome: 'taken', reply: error.type === KtagNotFound ? 'There is no such tag.' : refusal(error) }
  }
}

/** Once a day a phone is told that it needs an account: whoever goes on is a machine, or knows by now. */
async function shownIn(unit: Unit, phone: string): Promise<Answer> {
  const isTold = await store.hasOutcome(unit, phone, 'shown_in', secondsAfter(unit.now, -RULES.noticeSeconds))
  return isTold ? { outcome: 'silent', reply: null } : { outcome: 'shown_in', reply: joinFirst(unit) }
}
