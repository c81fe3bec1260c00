import { reachableAmong } from '#domain/destinations'
import { secondsAfter } from '#kit/clock'
import { newId } from '#kit/id'
import type { Unit, View } from '#kit/unit'
import { measure } from './alphabet.ts'
import * as batches from './batches-store.ts'
import * as correspondents from './correspondents-store.ts'
import { BatchTextQueued, CodeTextMoved, TextQueued } from './events.ts'
import {
  type BatchDelivery,
  type Delivery,
  type NewBatch,
  type NewText,
  nameOf,
  type OutgoingText,
  type SecretText,
  type WaitingText,
} from './model.ts'
import { isOurs, numberFor } from './numbers.ts'
import { isOptedOut } from './opt-outs.ts'
import { fail, skip } from './progress.ts'
import { mayReply } from './replies.ts'
import * as store from './store.ts'
import { plain, readable, split, withStopHint } from './wording.ts'

const VALID_SECONDS = 12 * 3600
const REPLY_VALID_SECONDS = 600
/** As long as a link lives, and longer than a code. */
const SECRET_VALID_SECONDS = 900
/** A text that was announced to the texter is looked at again after so long, should nothing have come of it. */
const LOOK_AGAIN_SECONDS = 600
const NOTHING: BatchDelivery = { recipients: 0, sent: 0, failed: 0, skipped: 0, open: 0 }
/** So many texts of one batch are queued in one unit. */
const MOST_PHONES = 1_000

/**
 * Queue a text; it is sent after the commit, in several parts where it must be. Gives the id of the (first) text.
 * A phone that has opted out, or that cannot be reached from here, gets nothing, and null comes back.
 */
export async function queue(unit: Unit, text: NewText): Promise<string | null> {
  if (await isOptedOut(unit, text.phone)) return null
  if (!(await reachableAmong(unit, [text.phone])).has(text.phone)) return null
  return send(unit, text, false)
}

/**
 * Queue one text to at most a thousand phones; a batch of more is queued in several units. Each phone is texted once for
 * each batch, however often it is named and the batch is queued. Phones that have opted out, or cannot be reached, count as skipped.
 */
export async function queueBatch(unit: Unit, batch: NewBatch, phones: readonly string[]): Promise<void> {
  if (phones.length > MOST_PHONES) throw new Error(`A unit queues at most ${MOST_PHONES} texts of a batch.`)
  const optedOut = await correspondents.optedOutOf(unit, phones)
  const reachable = await reachableAmong(unit, phones)
  const known = batch.isHintedAtFirst ? await store.textedAmong(unit, phones) : new Set(phones)
  const parts = [...new Set(phones)].flatMap((phone) => {
    return partsOf(
      unit,
      { ...batch, body: known.has(phone) ? batch.body : withStopHint(batch.body), phone },
      { batchId: batch.batchId, isSkipped: optedOut.has(phone) || !reachable.has(phone) },
    )
  })
  const inserted = await store.insertParts(unit, parts)
  for (const { id, part, status } of parts) {
    if (part === 1 && status === 'queued' && inserted.has(id)) unit.emit(BatchTextQueued, { text_id: id }, [])
  }
}

/**
 * Queue an automatic answer to what a phone has texted. Gives null, and sends nothing, when the phone has opted out or
 * when it looks as if a machine answers us: then replies to it rest for a while.
 */
export async function reply(unit: Unit, text: NewText): Promise<string | null> {
  if (await isOptedOut(unit, text.phone)) return null
  if (!(await reachableAmong(unit, [text.phone])).has(text.phone)) return null
  if (!(await mayReply(unit, text.phone))) return null
  return send(unit, { validSeconds: REPLY_VALID_SECONDS, ...text }, true)
}

/** A text that waits to be handed over; null when it does not. */
export async function waiting(view: View, id: string): Promise<WaitingText | null> {
  const text = await store.find(view, id)
  return text?.status === 'queued' && text.body !== null ? { name: nameOf(text), phone: text.phone } : null
}

/**
 * Take a text to hand it over, in the unit that claims the order; null when it is not to be sent, or not yet. What has
 * become too old fails, what its phone does not want any more is skipped; a part waits for the one before it.
 */
export async function claim(unit: Unit, id: string): Promise<OutgoingText | null> {
  const before = await store.find(unit, id)
  if (!before) return null
  const usual = await numberFor(unit, before.phone)
  const text = await store.lock(unit, id)
  if (text?.status !== 'queued' || text.body === null) return null
  if (await isOptedOut(unit, text.phone)) {
    await skip(unit, text)
    return null
  }
  if (text.expiresAt && text.expiresAt <= unit.now) {
    await fail(unit, text, { reason: 'expired' })
    return null
  }
  const previous = text.messageId && text.part > 1 ? await store.findPart(unit, text.messageId, text.part - 1) : null
  if (previous?.status === 'queued') return null
  // All parts of one text come from one number.
  const ourNumber = isOurs(unit, previous?.ourNumber ?? null) ? (previous?.ourNumber ?? usual) : usual
  await store.claim(unit, id, ourNumber)
  const { phone, body, segments } = text
  return { name: nameOf(text), phone, ourNumber, body, segments }
}

/**
 * Take the right to text a code or a link, in the unit that claims the order: the row under which its fate is kept,
 * without a word of it. Null when the phone has opted out of texts, or when we have no number on that network.
 */
export async function claimSecret(
  unit: Unit,
  secret: SecretText,
): Promise<{ readonly ourNumber: string; readonly segments: number } | null> {
  const { body, ...row } = secret
  const { id, phone, network } = secret
  const ourNumber = network === 'whatsapp' ? unit.site.whatsAppNumber : await numberFor(unit, phone)
  if (ourNumber === null) {
    if (secret.challengeId !== null) {
      const facts = { status: 'failed', error_code: null, reason: 'no_sender' } as const
      unit.emit(CodeTextMoved, { text_id: id, challenge_id: secret.challengeId, ...facts }, [])
    }
    return null
  }
  const segments = network === 'whatsapp' ? 1 : measure(body).segments
  const expiresAt = secondsAfter(unit.now, SECRET_VALID_SECONDS)
  await store.insertSecret(unit, { ...row, ourNumber, segments, expiresAt })
  const text = await store.lock(unit, id)
  if (text?.status !== 'queued') return null
  // STOP is said to a number of ours that texts; WhatsApp has a button for it.
  if (network === 'sms' && (await isOptedOut(unit, text.phone))) {
    await skip(unit, text)
    return null
  }
  await store.claim(unit, id, ourNumber)
  return { ourNumber, segments }
}

/**
 * Do not send a text after all. False when it is out of our hands already, or being handed over; parts of it that are not
 * are kept back all the same.
 */
export async function withdrawText(unit: Unit, id: string): Promise<boolean> {
  return store.withdrawText(unit, id)
}

/** How a batch stands: how many phones it goes to, and what has come of it so far. */
export async function delivery(view: View, batchId: string): Promise<Delivery> {
  const { open: _, ...counts } = (await deliveries(view, [batchId])).get(batchId) ?? NOTHING
  return counts
}

/** How several batches stand; one that nothing was queued for is not among them. */
export async function deliveries(view: View, batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchDelivery>> {
  return batchIds.length === 0 ? new Map() : batches.count(view, batchIds)
}

/** Stop a batch: what has not been handed over will not be. Gives how many phones that spares. */
export async function withdraw(unit: Unit, batchId: string): Promise<number> {
  return batches.withdraw(unit, batchId)
}

async function send(unit: Unit, text: NewText, isReply: boolean): Promise<string | null> {
  const parts = partsOf(unit, text, { isReply })
  await store.insertParts(unit, parts)
  const [first] = parts
  if (!first) return null
  unit.emit(TextQueued, { text_id: first.id }, [])
  return first.id
}

/** The rows of one text. Only its first part is announced; each part announces the next when it has been taken. */
function partsOf(
  unit: Unit,
  { phone, body, purpose, validSeconds = VALID_SECONDS }: NewText,
  more: { readonly batchId?: string; readonly isReply?: boolean; readonly isSkipped?: boolean },
): readonly store.NewPart[] {
  const bodies = split(plain(readable(body)))
  const ids = bodies.map(newId)
  return bodies.map((part, index) => ({
    id: ids[index] ?? newId(),
    messageId: bodies.length > 1 ? (ids[0] ?? null) : null,
    part: index + 1,
    parts: bodies.length,
    phone,
    body: part,
    segments: measure(part).segments,
    purpose,
    isReply: more.isReply ?? false,
    batchId: more.batchId ?? null,
    status: more.isSkipped ? 'skipped' : 'queued',
    dueAt: index === 0 && !more.isSkipped ? secondsAfter(unit.now, LOOK_AGAIN_SECONDS) : null,
    expiresAt: secondsAfter(unit.now, validSeconds),
  }))
}

/** How many texts of one purpose a phone has been sent since then. */
export async function countSince(
  view: View,
  sent: { readonly phone: string; readonly purpose: string; readonly since: Date },
): Promise<number> {
  return store.countSince(view, sent)
}
