import { byVerifiedMobile } from '#domain/accounts'
import { addOnce, isInUse, type MediaFile } from '#domain/media'
import { received } from '#domain/texts'
import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { MediaAnnounced, MediaSettled } from './events.ts'
import {
  blobKeyOf,
  type KeptMedium,
  type Medium,
  type MediumAddress,
  type Refusal,
  type WaitingMedium,
} from './model.ts'
import * as store from './store.ts'

/** The pictures and sounds of texts that came in. */

/** How long after each try the next one is due: carriers tell of media before they have stored them. */
const PAUSES_SECONDS = [60, 120, 300, 900, 3600, 21_600] as const
const AT_ONCE = 50
const KEPT_DAYS = 90

/**
 * Note what came with a text, in the order in which it was announced; null stands for what cannot be fetched, since its
 * address cannot be read. Noting it again changes nothing.
 */
export async function announce(unit: Unit, textId: string, media: readonly (MediumAddress | null)[]): Promise<void> {
  if ((await store.insert(unit, textId, media)) === 0) return
  const isToBeFetched = media.some((medium) => medium !== null)
  unit.emit(isToBeFetched ? MediaAnnounced : MediaSettled, { text_id: textId }, [])
}

/** The ids of media that are to be fetched now, of one text or of all, as many as can be done at once. */
export async function due(view: View, textId?: string): Promise<readonly string[]> {
  return textId === undefined ? store.dueIds(view, AT_ONCE) : store.dueIdsOf(view, textId)
}

/**
 * Take a medium to fetch it; null when somebody else has, or it is settled. The try counts from here, so that a medium
 * over which a process dies is not tried without end; after the last try it is `gone`.
 */
export async function take(unit: Unit, id: string): Promise<WaitingMedium | null> {
  const medium = await store.lockDue(unit, id)
  if (!medium) return null
  const pause = PAUSES_SECONDS[medium.tries]
  if (pause === undefined) {
    await refuse(unit, id, 'gone')
    return null
  }
  await store.startTry(unit, id, secondsAfter(unit.now, pause))
  return medium
}

/** A medium's bytes are kept, under `blobKeyOf` its id. Whoever is known by the phone it came from has it as a file. */
export async function keep(unit: Unit, id: string, kept: KeptMedium): Promise<void> {
  const textId = await settle(unit, id, { kept })
  const text = textId === null ? null : await received(unit, textId)
  const sender = text && (await byVerifiedMobile(unit, text.phone))
  if (text && sender) await filesFor(unit, text.id, sender.id)
}

/** A medium is not kept, and why. */
export async function refuse(unit: Unit, id: string, reason: Refusal): Promise<void> {
  await settle(unit, id, { refused: reason })
}

/** The media of a text, in their order, and how they stand. */
export async function mediaOf(view: View, textId: string): Promise<readonly Medium[]> {
  return store.list(view, textId)
}

/**
 * The media of a text as files of somebody: of the sender, or of whoever the text is delivered to. Only what is kept by
 * now; `MediaSettled` says when that is all. Asked again, the same files come back.
 */
export async function filesFor(unit: Unit, textId: string, ownerId: string): Promise<readonly MediaFile[]> {
  const files: MediaFile[] = []
  for (const { id, kept } of await store.lockAll(unit, textId)) {
    if (!kept) continue
    files.push(await addOnce(unit, { ...kept, ownerId, durationSeconds: null, blobKey: blobKeyOf(id) }))
  }
  return files
}

/** Media that have served their time: nobody is handed them any more, and these bytes belong to no file. */
export async function expire(unit: Unit): Promise<{ readonly ids: readonly string[]; readonly blobKeys: string[] }> {
  return unused(unit, await store.expireBefore(unit, secondsAfter(unit.now, -KEPT_DAYS * 86_400), AT_ONCE))
}

/** The same of what came from a phone up to a moment, whose holder has left. */
export async function release(
  unit: Unit,
  phone: string,
  until: Date,
): Promise<{ readonly ids: readonly string[]; readonly blobKeys: string[] }> {
  return unused(unit, await store.expireFrom(unit, phone, until, AT_ONCE))
}

/** Forget expired media, once their bytes are gone. */
export async function forget(unit: Unit, ids: readonly string[]): Promise<void> {
  await store.remove(unit, ids)
}

/** Settle a medium, and say so when it was the last of its text; gives the text, or null when nothing was to settle. */
async function settle(unit: Unit, id: string, outcome: Parameters<typeof store.settle>[2]): Promise<string | null> {
  const textId = await store.textOf(unit, id)
  if (textId === null) return null
  // All of the text, in order: two that settle at once would wait for each other, or each take the other for waiting.
  const media = await store.lockAll(unit, textId)
  if (!(await store.settle(unit, id, outcome))) return null
  const isLast = media.every((medium) => medium.id === id || medium.state !== 'waiting')
  if (isLast) unit.emit(MediaSettled, { text_id: textId }, [])
  return textId
}

/** Media that expire, and those of their bytes that belong to no file. */
async function unused(
  unit: Unit,
  ids: readonly string[],
): Promise<{ readonly ids: readonly string[]; readonly blobKeys: string[] }> {
  const blobKeys: string[] = []
  for (const key of ids.map(blobKeyOf)) if (!(await isInUse(unit, key))) blobKeys.push(key)
  return { ids, blobKeys }
}
