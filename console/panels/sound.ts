import type { Kadoink } from '#client'
import type { App } from '../app.ts'
import { h } from '../dom.ts'

/** A player for a sound. Its address is good for a while only: a fresh one is asked for when it has run out. */
export function sound(app: App, { file_id, stream_url, stream_url_expires_at }: Kadoink.File): HTMLAudioElement {
  const player = h('audio', { controls: true, preload: 'none', src: addressHere(stream_url), 'aria-label': 'Sound' })
  let expiresAt = Date.parse(stream_url_expires_at)
  const renew = async (): Promise<void> => {
    const fresh = await app.client.post('/files/{file_id}/stream-token', { params: { file_id } })
    expiresAt = Date.parse(fresh.expires_at)
    player.src = addressHere(fresh.stream_url)
  }
  player.addEventListener('error', () => {
    // One that is still good and does not play would not play with another address either.
    if (Date.now() < expiresAt) return
    renew()
      .then(() => player.play())
      .catch(() => {})
  })
  return player
}

/** The server may be known by several names: the page plays what comes by the one that it was opened with. */
function addressHere(url: string): string {
  const { pathname, search } = new URL(url, location.href)
  return pathname + search
}
