import { byVerifiedMobile, byId as userById } from '#domain/accounts'
import { planLimits } from '#domain/billing'
import * as calls from '#domain/calls'
import { expectVoicemail, voicemailRecorded } from '#domain/inbox'
import { byId, bySpelling, type Ktag } from '#domain/tags'
import * as texts from '#domain/texts'
import { message } from '#domain/verification'
import { isFirstTime } from '#kit/receipt'
import type { Database, Unit } from '#kit/unit'

/**
 * What the carrier tells us, in our words, turned into domain verbs. Reports are remembered by their natural key and
 * count once; questions (what to say now) are answered the same when they are asked again.
 */

/** What to say to somebody who picked up a phone that we rang. */
export type Greeting = calls.Prompt | { readonly kind: 'code'; readonly digits: string }

/** What to do with somebody who dialled us and entered digits. */
export type Reception =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'choose'; readonly ktags: readonly Ktag[] }
  | { readonly kind: 'closed'; readonly ktag: Ktag }
  | { readonly kind: 'record'; readonly ktag: Ktag; readonly ownerName: string; readonly maxSeconds: number }
  | { readonly kind: 'join'; readonly leg: string; readonly room: string }

/** Somebody on the line. */
export interface Caller {
  readonly carrierCallId: string
  /** E.164; null when it is hidden. */
  readonly phone: string | null
}

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
  return code ? { kind: 'code', digits: code.code } : { kind: 'gone' }
}

/** A key was pressed at our question. */
export async function pressed(database: Database, leg: string, digits: string): Promise<calls.Pressed> {
  return database.write((unit) => calls.pressed(unit, leg, digits))
}

/** A leg has come further; false when this was heard before. */
export async function progressed(
  database: Database,
  receipt: string,
  leg: string,
  report: calls.LegProgress,
): Promise<boolean> {
  return once(database, receipt, (unit) => calls.progress(unit, leg, report))
}

/** Something happened in a room; false when this was heard before. */
export async function roomChanged(
  database: Database,
  receipt: string,
  leg: string,
  change: { readonly kind: 'left' } | { readonly kind: 'muted'; readonly muted: boolean; readonly sequence: number },
): Promise<boolean> {
  return once(database, receipt, (unit) =>
    change.kind === 'left' ? calls.roomLeft(unit, leg) : calls.roomMuted(unit, leg, change.muted, change.sequence),
  )
}

/** A leg is out of its room and asks what comes next: it has left. */
export async function roomOver(database: Database, leg: string): Promise<void> {
  await database.write((unit) => calls.roomLeft(unit, leg))
}

/** Under which name we know somebody who dials us. */
export async function callerName(database: Database, phone: string | null): Promise<string | null> {
  if (phone === null) return null
  return database.read(async (view) => (await byVerifiedMobile(view, phone))?.name ?? null)
}

/** Somebody who dialled us has entered digits: a tag, an extension, or the PIN of an open call. */
export async function entered(database: Database, caller: Caller, digits: string): Promise<Reception> {
  return database.write(async (unit) => {
    const { phone, carrierCallId } = caller
    const joined = phone === null ? null : await calls.dialIn(unit, { pin: digits, phone, carrierCallId })
    if (joined) return { kind: 'join', ...joined }
    const ktags = await bySpelling(unit, digits)
    const [only] = ktags
    if (!only) return { kind: 'unknown' }
    return ktags.length > 1 ? { kind: 'choose', ktags } : receive(unit, caller, only)
  })
}

/** Somebody has chosen one of several tags. */
export async function chose(database: Database, caller: Caller, ktagId: string): Promise<Reception> {
  return database.write(async (unit) => {
    const ktag = await byId(unit, ktagId)
    return ktag ? receive(unit, caller, ktag) : { kind: 'unknown' }
  })
}

/** A recording is there; nothing happens when its call or the recording itself was heard of before. */
export async function recorded(
  database: Database,
  recording: { readonly carrierCallId: string; readonly recordingId: string; readonly durationSeconds: number },
): Promise<void> {
  await database.write((unit) => voicemailRecorded(unit, recording))
}

/** A text came in. */
export async function texted(
  database: Database,
  text: { readonly carrierId: string; readonly from: string; readonly to: string; readonly body: string },
): Promise<void> {
  await database.write((unit) => texts.receive(unit, text))
}

/** A text that we sent has come further; false when this was heard before. */
export async function textProgressed(
  database: Database,
  receipt: string,
  text: string,
  report: { readonly status: texts.TextStatus; readonly carrierId: string; readonly errorCode: number | null },
): Promise<boolean> {
  return once(database, receipt, (unit) => texts.report(unit, text, report))
}

async function receive(unit: Unit, caller: Caller, ktag: Ktag): Promise<Reception> {
  const owner = await userById(unit, ktag.ownerId)
  if (!owner || !ktag.takesVoicemail) return { kind: 'closed', ktag }
  await expectVoicemail(unit, { carrierCallId: caller.carrierCallId, fromPhone: caller.phone, ktag })
  return { kind: 'record', ktag, ownerName: owner.name, maxSeconds: planLimits(owner.plan).voicemailSeconds }
}

async function once(database: Database, receipt: string, apply: (unit: Unit) => Promise<void>): Promise<boolean> {
  return database.write(async (unit) => {
    if (!(await isFirstTime(unit, receipt))) return false
    await apply(unit)
    return true
  })
}
