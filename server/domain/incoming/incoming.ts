import { byVerifiedMobile, type User } from '#domain/accounts'
import { type LimitName, latestSeconds, limitOf } from '#domain/commands'
import { mediaOf } from '#domain/mms'
import { fitted, type InboundText, received, reply } from '#domain/texts'
import { secondsAfter, secondsUntil } from '#kit/clock'
import { Fault, RateLimited } from '#kit/fault'
import type { Database, Unit, View } from '#kit/unit'
import { answerMember } from './members.ts'
import { type Answer, RULES, type Share } from './model.ts'
import * as store from './store.ts'
import { answerStranger } from './strangers.ts'
import { slowed } from './waiting.ts'
import { tooLate } from './wording.ts'

/** What is needed to understand texts. */
export interface IncomingTools {
  readonly database: Database
  /** Count what somebody asks for against their budgets for it, which may be kept elsewhere. Throws `RateLimited`. */
  readonly count: (limit: LimitName, userId: string) => Promise<void>
}

/** A number that can be answered; short codes and names of companies cannot. */
const E164 = /^\+[1-9]\d{6,14}$/

/**
 * Do what a text asks for, or bring it to whom it answers, and answer it: once, however often it is heard. Texts that the
 * network answers itself are left to it; one with pictures or sounds waits for them. What reaches us so late that nobody
 * counts on it any more is not done, and its sender is told.
 */
export async function hear({ database, count }: IncomingTools, textId: string): Promise<void> {
  const heard = await database.read(async (view) => {
    const text = await toBeHeard(view, textId)
    if (!text) return null
    const sender = await byVerifiedMobile(view, text.phone)
    return { text, sender, isLate: isLate(view, text, sender) }
  })
  if (!heard) return
  const { text, sender } = heard
  const limit = sender && !heard.isLate && limitOf(sender, text.body)
  const wait = limit ? { of: limit, seconds: await refused(() => count(limit, sender.id)) } : null
  await database.write((unit) => answer(unit, text, wait))
}

/** Until what a text asks for may be done, and what was too much; 0 seconds for now. */
interface Wait {
  readonly of: Share
  readonly seconds: number
}

/** Answer a text in the unit that takes it. */
async function answer(unit: Unit, text: InboundText, wait: Wait | null): Promise<void> {
  if (!(await store.insert(unit, text.id, text.phone))) return
  const sender = await byVerifiedMobile(unit, text.phone)
  const { outcome, reply: body } = isLate(unit, text, sender)
    ? await missed(unit, text, sender)
    : await inTime(unit, text, sender, wait)
  if (outcome !== 'taken') await store.setOutcome(unit, text.id, outcome)
  if (body) await reply(unit, { phone: text.phone, body: fitted(body, RULES.mostSegments), purpose: 'reply' })
}

async function inTime(unit: Unit, text: InboundText, sender: User | null, wait: Wait | null): Promise<Answer> {
  const waits: Wait[] = [{ of: 'texts', seconds: await tooFast(unit, text.phone) }, ...(wait ? [wait] : [])]
  for (const { of, seconds } of waits) {
    if (seconds === 0) continue
    const told = await slowed(unit, text, of, seconds)
    return { outcome: told === null ? 'too_fast' : 'warned', reply: told }
  }
  return sender ? answerMember(unit, sender, text) : answerStranger(unit, text)
}

/** Whether it is too late for what a text says: it was found in the carrier's list, or nobody was there to hear it. */
function isLate({ now }: View, { body, receivedAt }: InboundText, sender: User | null): boolean {
  return secondsUntil(receivedAt, now) > (sender ? latestSeconds(sender, body) : RULES.lateSeconds)
}

/** What came too late is not done; of several such texts, which come together, the phone is told once. */
async function missed(unit: Unit, { phone, body }: InboundText, sender: User | null): Promise<Answer> {
  if (sender?.suspendedAt) return { outcome: 'late', reply: null }
  const isTold = await store.hasOutcome(unit, phone, 'late_told', secondsAfter(unit.now, -RULES.lateNoticeSeconds))
  return isTold ? { outcome: 'late', reply: null } : { outcome: 'late_told', reply: tooLate(body) }
}

async function toBeHeard(view: View, textId: string): Promise<InboundText | null> {
  const text = await received(view, textId)
  if (!text || text.keyword !== null || !E164.test(text.phone)) return null
  // What was sent to others, or to a number that we had once, is not for us to answer.
  if (!view.site.numbers.includes(text.ourNumber) || (await store.isTaken(view, textId))) return null
  if (text.mediaCount === 0) return text
  const media = await mediaOf(view, textId)
  return media.some(({ state }) => state === 'waiting') ? null : text
}

/** Seconds until a phone may text again; 0 for at once. The text itself is among those that count. */
async function tooFast(unit: Unit, phone: string): Promise<number> {
  const times = await store.takenSince(unit, phone, secondsAfter(unit.now, -RULES.perSeconds))
  const oldest = times.at(-RULES.most - 1)
  return oldest ? secondsUntil(unit.now, secondsAfter(oldest, RULES.perSeconds)) : 0
}

/** The seconds after which a count would be taken; 0 when it was. */
async function refused(count: () => Promise<void>): Promise<number> {
  try {
    await count()
    return 0
  } catch (error) {
    if (error instanceof Fault && error.type === RateLimited) return error.retryAfterSeconds ?? 1
    throw error
  }
}
