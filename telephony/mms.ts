import { type Blobs, kindOf, type Pictures } from '#domain/media'
import * as mms from '#domain/mms'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import type { Database } from '#kit/unit'
import { type Carrier, CarrierError, type Media } from './carrier.ts'

/** What fetching needs. */
export interface MmsTools {
  readonly database: Database
  readonly carrier: Carrier
  readonly blobs: Blobs
  readonly pictures: Pictures
}

/** More than a carrier lets through in one message (Twilio: 5 MB). */
const MOST_BYTES = 10 * 1024 * 1024

/** Fetches the pictures and sounds of a text as soon as it has come in. */
export function mmsKeeper(tools: MmsTools): Effect {
  return defineEffect(
    'mms',
    (event) => dataField(event, 'text_id'),
    (on) => {
      on(mms.MediaAnnounced, async ({ data }) => {
        for (const id of await tools.database.read((view) => mms.due(view, data.text_id))) await fetchMedium(tools, id)
      })
    },
  )
}

/** Fetch what could not be had before: carriers tell of media before they have stored them. */
export async function fetchDueMedia(tools: MmsTools): Promise<void> {
  for (const id of await tools.database.read((view) => mms.due(view))) await fetchMedium(tools, id)
}

/** Remove what has served its time, the bytes first: a process that dies in between finds the rest again. */
export async function tidyMedia({ database, blobs }: Pick<MmsTools, 'database' | 'blobs'>): Promise<void> {
  for (;;) {
    const { ids, blobKeys } = await database.write(mms.expire)
    if (ids.length === 0) return
    for (const key of blobKeys) await blobs.remove(key)
    await database.write((unit) => mms.forget(unit, ids))
  }
}

/** The blob's name is the medium's, so fetching twice writes the same bytes to the same place. */
async function fetchMedium({ database, carrier, blobs, pictures }: MmsTools, id: string): Promise<void> {
  const medium = await database.write((unit) => mms.take(unit, id))
  if (!medium) return
  const media = await fetched(carrier, medium)
  if (media === 'later') return
  const cleaned = typeof media === 'string' ? media : await clean(pictures, media.bytes)
  if (typeof cleaned === 'string') {
    await database.write((unit) => mms.refuse(unit, id, cleaned))
    return
  }
  const { bytes, ...facts } = cleaned
  await blobs.put(mms.blobKeyOf(id), bytes)
  await database.write((unit) => mms.keep(unit, id, { ...facts, sizeBytes: bytes.length }))
}

/** The bytes, why there will never be any, or `later`. */
async function fetched(carrier: Carrier, medium: mms.WaitingMedium): Promise<Media | 'too_large' | 'later'> {
  try {
    return await carrier.fetchMedia(medium.carrierMessageId, medium.carrierMediaId, MOST_BYTES)
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error
    return error.failure === 'too_large' ? 'too_large' : 'later'
  }
}

type Cleaned = Omit<Parameters<typeof mms.keep>[2], 'sizeBytes'> & { readonly bytes: Buffer }

/** What is kept of some bytes: photos written anew, sounds as they are; or why nothing is. */
async function clean(pictures: Pictures, bytes: Buffer): Promise<Cleaned | 'unsupported' | 'broken'> {
  const known = kindOf(bytes)
  if (!known) return 'unsupported'
  if (known.kind === 'audio') return { ...known, bytes, width: null, height: null }
  const picture = await pictures.clean(bytes, known.contentType)
  return picture ? { kind: 'photo', ...picture } : 'broken'
}
