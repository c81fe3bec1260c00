import type { User } from '#domain/accounts'
import { countryOf } from '#domain/phones'
import { type Job, RULES as SCHEDULE_RULES, type Timing } from '#domain/schedule'
import { fitted } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import type { Parsed, Phrase, Writer } from '#kit/command'
import { Fault } from '#kit/fault'
import { newId } from '#kit/id'
import { attempt, Kept, type Unit, type View } from '#kit/unit'
import { asAnswer } from './answering.ts'
import { book } from './book.ts'
import { CommandExecuted } from './events.ts'
import { CommandNotUnderstood, NothingAsked } from './faults.ts'
import { later } from './later.ts'
import {
  type Asker,
  type CommandOf,
  type Given,
  LIMITS,
  type LimitName,
  MOST_SEGMENTS,
  type Outcome,
  QUESTION_SECONDS,
  type Result,
} from './model.ts'
import * as store from './store.ts'
import { printTimed, readTimed } from './timing.ts'

/** What whoever had a command run is told. */
export interface Ran {
  readonly status: 'ok' | 'confirm_required' | 'scheduled'
  readonly verb: string
  /** The command in its one form; read again, it is the same. */
  readonly canonical: string
  readonly reply: string
  readonly result: Result | null
  /** Set when it is to be done later. */
  readonly job: Job | null
  /** Set when it is not done yet: so many would hear of it. */
  readonly doubt: { readonly token: string; readonly recipients: number } | null
}

type PhraseOf = Phrase<Given, Outcome>

/** A command, and when it is to be run; at once when that is null. */
interface Sentence {
  readonly phrase: PhraseOf
  readonly timing: Timing | null
}

/** What a text commands does not depend on when it is read. */
const ANY_TIME = new Date(0)

/** Commands that ring phones, or may: what was asked before an `ok` is often a call. */
const RINGING: ReadonlySet<string> = new Set(['call', 'call grid', 'call add', 'join', 'ok'])

/** What somebody's text turns out to be, before anything is done; the time before a command is passed over. */
export function understand(view: View, user: User, text: string): Parsed<Given, Outcome> {
  const writer = writerOf(view, user)
  try {
    return book.parse(readTimed(text, writer).command, writer)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return book.parse(text, writer)
  }
}

/** The budget that somebody's text counts against beside that of all commands; null for none. `isAnswer`: see `asAnswer`. */
export function limitOf(user: User, text: string, isAnswer = false): LimitName | null {
  const order = orderIn(text, user)
  if (isAnswer && order === null) return 'sms'
  const limit = order?.command.limit
  return LIMITS.find((name) => name === limit) ?? null
}

/** How many seconds after they wrote it somebody's text may still be done: less where phones are rung, as with jobs. */
export function latestSeconds(user: User, text: string): number {
  const order = orderIn(text, user)
  const isRung = order !== null && !order.isTimed && RINGING.has(order.command.verb)
  return isRung ? SCHEDULE_RULES.lateCallSeconds : SCHEDULE_RULES.lateSeconds
}

/** The command in a text, and whether it stands behind a time; null when there is none. */
function orderIn(text: string, user: User): { readonly command: CommandOf; readonly isTimed: boolean } | null {
  try {
    const writer = writerOf({ now: ANY_TIME }, user)
    const { timing, command } = readTimed(text, writer)
    const parsed = book.parse(command, writer)
    return parsed.kind === 'phrase' ? { command: parsed.phrase.command, isTimed: timing !== null } : null
  } catch (error) {
    // A time that is none: what is refused later is counted as nothing now.
    if (error instanceof Fault) return null
    throw error
  }
}

/** Whether somebody has been asked something that still waits for `ok` or `no`. */
export async function isAsked(view: View, userId: string): Promise<boolean> {
  return store.isAsked(view, userId)
}

/**
 * Do what somebody writes: through the same verbs as every other way to do it, with the same limits, refusals and events.
 * The run is kept and told, also when it is refused: what the command itself wrote is undone then.
 * Throws `CommandNotUnderstood`, `AmbiguousTarget`, and whatever the command's own verbs refuse; `MessageNotFound` where
 * it answers none, and is then no run.
 */
export async function run(unit: Unit, asker: Asker, text: string): Promise<Ran> {
  const writer = writerOf(unit, asker.user)
  const { user, answersId } = asker
  // Below what message it stands belongs to the request: where there is none, nothing was commanded.
  const whole = answersId === undefined ? text : await asAnswer(unit, user, writer, text, answersId)
  let sentence: Sentence | null = null
  try {
    const understood = read(whole, writer)
    sentence = understood
    const outcome = await attempt(unit, (inner) => perform(inner, asker, writer, understood).catch(costly))
    if (outcome instanceof Fault) throw outcome
    return await answer(unit, asker, text, understood, outcome)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const canonical = sentence && printTimed(book, sentence.phrase, sentence.timing, writer)
    const verb = sentence?.phrase.command.verb ?? null
    await keep(unit, asker, { text, verb, canonical, status: 'failed', code: error.type.code }, error.message)
    throw new Kept(error)
  }
}

/** A refusal that has cost a try leaves what it wrote; any other undoes it. */
function costly(error: unknown): Fault {
  if (error instanceof Fault && error.type.keepsUnit) return error
  throw error
}

/** Whose clock and numbers a person's texts are read by. */
function writerOf({ now }: Pick<View, 'now'>, user: User): Writer {
  return { now, zone: user.timezone, country: countryOf(user.mobile) }
}

/** Run a command, or have it run at its time. */
function perform(unit: Unit, asker: Asker, writer: Writer, { phrase, timing }: Sentence): Promise<Outcome> {
  if (!timing) return performNow(unit, asker, writer, phrase)
  return later(unit, asker, writer, phrase, timing, (inner) => performNow(inner, asker, writer, phrase))
}

async function performNow(unit: Unit, asker: Asker, writer: Writer, { command, values }: PhraseOf): Promise<Outcome> {
  const given: Given = {
    ...asker,
    unit,
    writer,
    book,
    answer: async (isMeant) => {
      const question = await store.take(unit, asker.user.id)
      if (!question) throw NothingAsked()
      if (!isMeant) return { reply: 'Left undone.', result: null }
      const { text, ...origin } = question
      return perform(unit, { user: asker.user, ...origin, isConfirmed: true }, writer, read(text, writer))
    },
  }
  return command.run(given, values as never)
}

/** What a text says. Throws `CommandNotUnderstood`. */
function read(text: string, writer: Writer): Sentence {
  const { timing, command } = readTimed(text, writer)
  return { phrase: phraseOf(book.parse(command, writer)), timing }
}

/** What is meant by words that are no commands, since carriers take them for their own. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['end', 'hangup'],
  ['quit', 'hangup'],
  ['cancel', 'unschedule last'],
  ['stop', 'unfollow jazz'],
  ['unsubscribe', 'unfollow jazz'],
  ['start', 'follow jazz'],
  ['yes', 'ok'],
])

/** The phrase that a text is. Throws `CommandNotUnderstood` with what may have been meant. */
function phraseOf(parsed: Parsed<Given, Outcome>): PhraseOf {
  if (parsed.kind === 'phrase') return parsed.phrase
  if (parsed.kind === 'misread') {
    const { command } = parsed
    const syntax = book.syntaxOf(command)
    throw CommandNotUnderstood({
      message: `I read "${command.verb}", and not what follows it. Write: ${syntax}`,
      fields: { text: `Write: ${syntax}` },
    })
  }
  const { word, nearest } = parsed
  const meant = INSTEAD.get(word.toLowerCase()) ?? nearest?.examples[0] ?? nearest?.verb
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`
  throw CommandNotUnderstood({
    message: `I don't know "${word}".${hint} Send ? for the list.`,
    fields: { text: 'Unknown command.' },
  })
}

async function answer(unit: Unit, asker: Asker, text: string, sentence: Sentence, outcome: Outcome): Promise<Ran> {
  const { phrase, timing } = sentence
  const { verb } = phrase.command
  const canonical = printTimed(book, phrase, timing, writerOf(unit, asker.user))
  if (!('question' in outcome)) {
    const { result, job = null } = outcome
    const reply = fitted(outcome.reply, MOST_SEGMENTS)
    const status = job ? 'scheduled' : 'ok'
    await keep(unit, asker, { text, verb, canonical, status, code: null }, reply)
    return { status, verb, canonical, reply, result, job, doubt: null }
  }
  const token = newId()
  // A moment that is so long from now is another one when the answer comes: the canonical form names it.
  await store.ask(
    unit,
    asker.user.id,
    { ...asker, text: timing ? canonical : text },
    token,
    secondsAfter(unit.now, QUESTION_SECONDS),
  )
  const reply = outcome.question
  await keep(unit, asker, { text, verb, canonical, status: 'confirm_required', code: null }, reply)
  const doubt = { token, recipients: outcome.recipients }
  return { status: 'confirm_required', verb, canonical, reply, result: null, job: null, doubt }
}

async function keep(
  unit: Unit,
  { user, source }: Asker,
  run: Pick<store.Run, 'text' | 'verb' | 'canonical' | 'status' | 'code'>,
  reply: string,
): Promise<void> {
  const id = newId()
  await store.insertRun(unit, { id, userId: user.id, source, ...run })
  unit.emit(CommandExecuted, { run_id: id, user_id: user.id, source, ...run, reply }, [`user:${user.id}`])
}
