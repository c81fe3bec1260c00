import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { BatchTextQueued, CodeTextMoved, TextFailed, TextQueued } from './events.ts'
import { nameOf, readName, TEXT_RANK, type TextProgress, type TextStatus } from './model.ts'
import { optOut } from './opt-outs.ts'
import { isOptOut, isReplyLoop, resendAt, retryAt } from './reactions.ts'
import { restReplies } from './replies.ts'
import * as store from './store.ts'

/** What has been said of a text that was handed over: where it has got to, and what follows from that. */

/** A text that was announced is looked at again after so long, should nothing have come of it. */
const LOOK_AGAIN_SECONDS = 600

/**
 * The carrier says how far a text has come, under the name that it was told. Reports that come late, twice or of an
 * earlier try change nothing. What was only out of reach is sent once more in five minutes; who has texted STOP to the
 * carrier is remembered.
 */
export async function report(unit: Unit, name: string, progress: TextProgress): Promise<void> {
  const named = readName(name)
  const before = named && (await store.find(unit, named.id))
  if (!named || !before) return
  const errorCode = progress.errorCode ?? null
  // Before the text's row: who decides about a phone takes the phone first and its texts after it.
  if (isOptOut(errorCode) && before.network === 'sms') {
    const { phone, ourNumber, claimedAt } = before
    await optOut(unit, phone, { at: claimedAt ?? unit.now, ourNumber, reason: 'carrier' })
  }
  if (isReplyLoop(errorCode)) await restReplies(unit, before.phone, 'carrier')
  const text = await store.lock(unit, named.id)
  if (!text || text.attempt !== named.attempt || text.rank >= TEXT_RANK[progress.status]) return
  const { status } = progress
  if (status === 'failed' || status === 'undelivered') return notArrived(unit, text, { ...progress, errorCode })
  await store.advance(unit, text.id, { status, carrierId: news(text, progress), errorCode })
  tellOfCode(unit, text, { status, errorCode })
  if (text.rank === TEXT_RANK.queued) await announceNext(unit, text)
}

/** The same of a text that is known by the carrier's id only; false when it is none that we sent. */
export async function reportByCarrierId(unit: Unit, carrierId: string, progress: TextProgress): Promise<boolean> {
  const text = await store.findByCarrierId(unit, carrierId)
  if (text) await report(unit, nameOf(text), progress)
  return text !== null
}

/**
 * The carrier, asked, knows nothing of a text whose answer was lost: it is handed over again, under another name. A code
 * or a link is not: whoever waits for it asks again.
 */
export async function notTaken(unit: Unit, name: string): Promise<void> {
  const named = readName(name)
  const text = named && (await store.lock(unit, named.id))
  if (text?.status !== 'queued' || text.attempt !== named?.attempt) return
  const again = resendAt(unit.now, text)
  if (!again) return fail(unit, text, { reason: 'not_taken' })
  await store.tryAgain(unit, text.id, secondsAfter(again, LOOK_AGAIN_SECONDS))
  announce(unit, text)
}

/** This deployment has spent all that it spends in an hour: a text is not handed over. */
export async function notPaid(unit: Unit, name: string): Promise<void> {
  const named = readName(name)
  const text = named && (await store.lock(unit, named.id))
  if (text?.status === 'queued') await fail(unit, text, { reason: 'spend_limit' })
}

/** The carrier's id of a text, by the name that the carrier was told; null while that is not known. */
export async function carrierIdOf(view: View, name: string): Promise<string | null> {
  const named = readName(name)
  const text = named && (await store.find(view, named.id))
  return text?.attempt === named?.attempt ? (text?.carrierId ?? null) : null
}

/** Whether a carrier's id is that of a text of ours. */
export async function isText(view: View, carrierId: string): Promise<boolean> {
  return (await store.findByCarrierId(view, carrierId)) !== null
}

/** A text is not sent, since its phone wants none; neither is anything else that waits for it. */
export async function skip(unit: Unit, text: store.StoredText): Promise<void> {
  await store.advance(unit, text.id, { status: 'skipped', reason: 'opted_out' })
  tellOfCode(unit, text, { status: 'skipped', reason: 'opted_out' })
  await store.skipWaiting(unit, text.phone)
}

/** A text was not sent and will not be; neither will the parts behind it. */
export async function fail(
  unit: Unit,
  text: store.StoredText,
  why: { readonly status?: 'failed' | 'undelivered'; readonly errorCode?: number | null; readonly reason?: string } & {
    readonly carrierId?: string | undefined
  },
): Promise<void> {
  const { status = 'failed', errorCode = null, reason, carrierId } = why
  await store.advance(unit, text.id, { status, errorCode, reason, carrierId })
  tellOfCode(unit, text, { status, errorCode, reason })
  const rest = text.messageId === null ? [] : await store.failRest(unit, text.messageId, text.part)
  for (const { id, phone, purpose } of [text, ...rest]) {
    unit.emit(TextFailed, { text_id: id, phone, purpose, error_code: errorCode }, [])
  }
}

/** Have the texter look at a text. */
export function announce(unit: Unit, { id, batchId }: Pick<store.StoredText, 'id' | 'batchId'>): void {
  unit.emit(batchId === null ? TextQueued : BatchTextQueued, { text_id: id }, [])
}

async function notArrived(
  unit: Unit,
  text: store.StoredText,
  progress: { readonly status: TextStatus; readonly carrierId?: string; readonly errorCode: number | null },
): Promise<void> {
  const { status, errorCode } = progress
  const carrierId = news(text, progress)
  if (isOptOut(errorCode)) {
    await store.advance(unit, text.id, { status: 'skipped', reason: 'opted_out', errorCode, carrierId })
    tellOfCode(unit, text, { status: 'skipped', reason: 'opted_out', errorCode })
    return
  }
  const again = retryAt(unit.now, text, errorCode)
  if (again) return store.tryAgain(unit, text.id, again, errorCode)
  await fail(unit, text, { status: status === 'undelivered' ? status : 'failed', errorCode, carrierId })
}

async function announceNext(unit: Unit, text: store.StoredText): Promise<void> {
  const next = text.messageId === null ? null : await store.findPart(unit, text.messageId, text.part + 1)
  if (next?.status !== 'queued') return
  await store.makeDue(unit, next.id, secondsAfter(unit.now, LOOK_AGAIN_SECONDS))
  announce(unit, next)
}

/** The carrier's id, when it is not known yet. */
function news(text: store.StoredText, { carrierId }: Pick<TextProgress, 'carrierId'>): string | undefined {
  return carrierId === text.carrierId ? undefined : carrierId
}

/** Whoever has a code sent hears how far its text has come. */
function tellOfCode(
  unit: Unit,
  { id, challengeId }: store.StoredText,
  {
    status,
    errorCode = null,
    reason = null,
  }: {
    readonly status: TextStatus
    readonly errorCode?: number | null | undefined
    readonly reason?: string | null | undefined
  },
): void {
  if (challengeId === null || status === 'queued' || status === 'received') return
  unit.emit(CodeTextMoved, { text_id: id, challenge_id: challengeId, status, error_code: errorCode, reason }, [])
}
