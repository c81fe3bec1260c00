import type { Unit, View } from '#kit/unit'
import * as correspondents from './correspondents-store.ts'
import { TextReceived } from './events.ts'
import { type Keyword, keywordOf } from './keywords.ts'
import type { ArrivedText, InboundText } from './model.ts'
import { isOurs } from './numbers.ts'
import { optIn, optOut } from './opt-outs.ts'
import * as store from './received-store.ts'
import { readable } from './wording.ts'

/** Longer than any number, short code or name that a text comes from. */
const LONGEST_SENDER = 64
const E164 = /^\+[1-9]\d{6,14}$/

/** What has become of a text that came in. */
export interface Received {
  readonly id: string
  /** False when it was known already. */
  readonly isNew: boolean
  readonly keyword: Keyword | null
}

/**
 * A text came in, or is found in the carrier's list: each carrier id counts once. Opt-out words are obeyed, and from now
 * on the phone hears from the number that it has texted. Who sends may be a short code or a name; that is kept as it is.
 */
export async function receive(unit: Unit, arrived: ArrivedText): Promise<Received> {
  const text = {
    ...arrived,
    from: readable(arrived.from).slice(0, LONGEST_SENDER),
    to: readable(arrived.to).slice(0, LONGEST_SENDER),
    body: readable(arrived.body),
    // The carrier's clock is not ours: nothing has come later than now.
    at: arrived.at && arrived.at < unit.now ? arrived.at : unit.now,
  }
  const keyword = text.optOutType ?? keywordOf(text.body, text.to)
  const { id, isNew } = await store.insertReceived(unit, { ...text, keyword })
  if (!isNew) return { id, isNew, keyword }
  if (E164.test(text.from) && isOurs(unit, text.to)) await correspondents.setNumber(unit, text.from, text.to)
  if (keyword === 'stop') await optOut(unit, text.from, { at: text.at, ourNumber: text.to })
  if (keyword === 'start') await optIn(unit, text.from, text.at)
  unit.emit(TextReceived, { text_id: id, phone: text.from, keyword }, [])
  return { id, isNew, keyword }
}

/** A text that came in; null when there is none of that id. */
export async function received(view: View, id: string): Promise<InboundText | null> {
  return store.findReceived(view, id)
}
