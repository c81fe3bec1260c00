import { textBack } from '#domain/messages'
import { KtagNotFound } from '#domain/tags'
import type { InboundText } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import { Fault } from '#kit/fault'
import { attempt, type Unit } from '#kit/unit'
import { type Answer, RULES } from './model.ts'
import * as store from './store.ts'
import { strangersBook } from './strangers-book.ts'
import { joinFirst, refusal, sentBack } from './wording.ts'

const WRITER = { zone: 'UTC', country: null } as const

/** A phone without an account texts: the few things that it may are done; for everything else it needs an account. */
export async function answerStranger(unit: Unit, text: InboundText): Promise<Answer> {
  const parsed = strangersBook.parse(text.body, { ...WRITER, now: unit.now })
  try {
    const reply =
      parsed.kind === 'phrase'
        ? await attempt(unit, (inner) =>
            parsed.phrase.command.run({ unit: inner, text }, parsed.phrase.values as never),
          )
        : null
    const answer = reply ?? (await answerBack(unit, text))
    return answer === null ? await shownIn(unit, text.phone) : { outcome: 'taken', reply: answer }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { outcome: 'taken', reply: error.type === KtagNotFound ? 'There is no such tag.' : refusal(error) }
  }
}

/** Bring a text to whoever has texted its phone lately; null when nobody has. */
async function answerBack(unit: Unit, { id, phone, ourNumber, body }: InboundText): Promise<string | null> {
  const line = { phone, ourNumber, holder: null }
  const sent = await attempt(unit, (inner) => textBack(inner, line, { body, via: 'sms', textId: id }))
  return sent && sentBack(sent)
}

/** Once a day a phone is told that it needs an account: whoever goes on is a machine, or knows by now. */
async function shownIn(unit: Unit, phone: string): Promise<Answer> {
  const isTold = await store.hasOutcome(unit, phone, 'shown_in', secondsAfter(unit.now, -RULES.noticeSeconds))
  return isTold ? { outcome: 'silent', reply: null } : { outcome: 'shown_in', reply: joinFirst(unit) }
}
