import * as calls from '#domain/calls'
import { type ManualStatus, reportManual } from '#domain/codes'
import { type CodeSpeech, codeSpeech, message } from '#domain/verification'
import { Batch } from '#kit/batch'
import { firstTimes } from '#kit/receipt'
import type { Database } from '#kit/unit'
import { once } from './heard.ts'

/** What the carrier tells us of the legs that we ring and of their rooms, turned into domain verbs. */

/** What to say to somebody who picked up a phone that we rang. */
export type Greeting = calls.Prompt | { readonly kind: 'code'; readonly speech: CodeSpeech }

const CODE_LEG = /^code_([0-9a-f-]{36})_(\d{1,6})$/

/** The name of a leg that reads a code out. */
export function codeLeg(challengeId: string, send: number): string {
  return `code_${challengeId}_${send}`
}

/** A phone that we rang was picked up. */
export async function answered(database: Database, leg: string, carrierCallId: string): Promise<Greeting> {
  const [, challengeId, send] = CODE_LEG.exec(leg) ?? []
  if (challengeId === undefined) return database.write((unit) => calls.answered(unit, leg, carrierCallId))
  const code = await database.read((view) => message(view, challengeId, Number(send)))
  if (code) return { kind: 'code', speech: codeSpeech(code) }
  await database.write((unit) => reportManual(unit, challengeId, { status: 'failed', error: 'expired' }))
  return { kind: 'gone' }
}

/** What the end of a call says of the code that was to be read out: only a phone that was picked up completes it. */
const CODE_ENDS: Readonly<Partial<Record<calls.LegProgress['step'], { status: ManualStatus; error?: string }>>> = {
  completed: { status: 'delivered' },
  busy: { status: 'failed', error: 'busy' },
  no_answer: { status: 'failed', error: 'no_answer' },
  failed: { status: 'failed', error: 'unreachable' },
  canceled: { status: 'failed', error: 'unreachable' },
}

/** The challenge whose code a leg reads out; null when it does something else. */
export function challengeOf(leg: string): string | null {
  return CODE_LEG.exec(leg)?.[1] ?? null
}

/** A leg that reads a code out has come further: whoever compares the code themselves hears of its end. */
export async function codeProgressed(
  database: Database,
  challengeId: string,
  step: calls.LegProgress['step'],
): Promise<void> {
  const end = CODE_ENDS[step]
  if (end) await database.write((unit) => reportManual(unit, challengeId, end))
}

/** A key was pressed at our question. */
export async function pressed(database: Database, leg: string, digits: string): Promise<calls.Pressed> {
  return database.write((unit) => calls.pressed(unit, leg, digits))
}

/** A report of how far a leg has come. */
export interface LegReport {
  readonly receipt: string
  readonly leg: string
  readonly report: calls.LegProgress
}

/** So many reports are applied in one unit at most, so many units side by side. */
const MOST_REPORTS = 50
const UNITS = 2

/**
 * Legs have come further: there are four reports of each, so those that come in at the same time are applied together.
 * False for a report that was heard before.
 */
export function legReports(database: Database): Batch<LegReport, boolean> {
  return new Batch({
    most: MOST_REPORTS,
    lanes: UNITS,
    work: (reports) =>
      database.write(async (unit) => {
        const heard = new Set<string>()
        const first = await firstTimes(
          unit,
          reports.map(({ receipt }) => receipt),
        )
        const news = reports.map(({ receipt }) => {
          const isNews = first.has(receipt) && !heard.has(receipt)
          heard.add(receipt)
          return isNews
        })
        await calls.progressAll(
          unit,
          reports.filter((_, index) => news[index]),
        )
        return news
      }),
  })
}

/** Something that happened in a room. */
export type RoomChange =
  | { readonly kind: 'left' }
  | { readonly kind: 'joined' | 'changed'; readonly report: calls.RoomReport }

/** Something happened in a room; false when this was heard before. */
export async function roomChanged(
  database: Database,
  receipt: string,
  leg: string,
  change: RoomChange,
): Promise<boolean> {
  return once(database, receipt, async (unit) => {
    if (change.kind === 'left') await calls.roomLeft(unit, leg)
    else if (change.kind === 'joined') await calls.roomJoined(unit, leg, change.report)
    else await calls.roomReported(unit, leg, change.report)
  })
}

/** Somebody in a room has begun or stopped to speak; gives the call on which that is news. */
export async function spoke(
  database: Database,
  leg: string,
  report: { readonly isSpeaking: boolean; readonly sequence: number },
): Promise<string | null> {
  return database.write((unit) => calls.spoke(unit, leg, report))
}

/** A leg is out of its room and asks what comes next: it has left. */
export async function roomOver(database: Database, leg: string): Promise<void> {
  await database.write((unit) => calls.roomLeft(unit, leg))
}
