import { readFileSync } from 'node:fs'
import { newSid } from './sids.ts'

/** A picture or sound that came with a text, as the network stores it. */
export interface StoredMedium {
  readonly sid: string
  readonly messageSid: string
  readonly contentType: string
  readonly bytes: Buffer
  readonly storedAt: Date
}

/** What storing media needs of the network. */
interface MediaNetwork {
  readonly url: string
  readonly clock: { now(): Date }
  readonly media: Map<string, StoredMedium>
  path(resource: string): string
}

/** A phone sends bytes: a `data:` or `file:` URL says which. Anything else has none. */
export class NoMedium extends Error {
  constructor() {
    super('a medium is a data: or a file: URL')
  }
}

/**
 * Store what comes with a text, and give the addresses under which it can be fetched. Twilio: "Media subresource";
 * `…/Messages/MM…/Media/ME…`, the bytes themselves without `.json`. Throws `NoMedium`.
 */
export function storeMedia(network: MediaNetwork, messageSid: string, urls: readonly string[]): readonly string[] {
  const loaded = urls.map(load)
  return loaded.map((medium) => {
    const sid = newSid('ME')
    network.media.set(sid, { ...medium, sid, messageSid, storedAt: network.clock.now() })
    return network.url + network.path(`Messages/${messageSid}/Media/${sid}`)
  })
}

/** What stands behind one of these addresses; null when nothing does. */
export function mediumAt(network: Pick<MediaNetwork, 'media'>, address: string): StoredMedium | null {
  const [messageSid, , sid = ''] = address.split('/').slice(-3)
  const medium = network.media.get(sid)
  return medium && medium.messageSid === messageSid ? medium : null
}

function load(url: string): Pick<StoredMedium, 'contentType' | 'bytes'> {
  const data = /^data:([\w.+-]+\/[\w.+-]+);base64,(.*)$/s.exec(url)
  if (data) return { contentType: data[1] ?? '', bytes: Buffer.from(data[2] ?? '', 'base64') }
  if (!URL.canParse(url) || new URL(url).protocol !== 'file:') throw new NoMedium()
  const extension = url.split('.').at(-1)?.toLowerCase() ?? ''
  return { contentType: TYPES[extension] ?? 'application/octet-stream', bytes: readFileSync(new URL(url)) }
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  amr: 'audio/amr',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
}
