import type { Kadoink } from '#client'
import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import { alertPlace, onPress } from '../form.ts'
import { plain } from '../words.ts'

/** Somebody on a call, and how they have come to where they are. */
export interface OnCall {
  readonly participant: Kadoink.Participant
  readonly path: readonly string[]
  readonly isSpeaking: boolean
  /** Whether whoever looks may change something about them. */
  readonly isMine: boolean
}

/** Those who are out of the call, and may be rung again. */
const OUT: ReadonlySet<string> = new Set(['declined', 'busy', 'no_answer', 'failed', 'left'])

/** One person on a call: their way into it, live, and what the host can do. */
export function participant({ client }: App): Part<OnCall> {
  const name = h('strong')
  const number = h('span', { class: 'facts' })
  const path = h('ol', { class: 'path' })
  const mute = h('button', { type: 'button', class: 'quiet' })
  const hold = h('button', { type: 'button', class: 'quiet' })
  const remove = h('button', { type: 'button', class: 'quiet' }, 'Remove')
  const again = h('button', { type: 'button', class: 'quiet' }, 'Ring again')
  const refused = alertPlace()
  const actions = h('div', { class: 'actions' }, mute, hold, remove, again)
  const element = h('li', {}, h('div', { class: 'line' }, name, number), path, actions, refused)
  let shown: Kadoink.Participant | undefined
  const change = async (body: { muted?: boolean; on_hold?: boolean }): Promise<void> => {
    if (shown) await client.patch('/calls/active/participants/{id}', { params: { id: shown.id }, body })
  }
  onPress(mute, refused, () => change({ muted: !shown?.muted }))
  onPress(hold, refused, () => change({ on_hold: !shown?.on_hold }))
  onPress(remove, refused, async () => {
    if (shown) await client.delete('/calls/active/participants/{id}', { params: { id: shown.id } })
  })
  onPress(again, refused, async () => {
    if (shown) await client.post('/calls/active/participants/{id}/redial', { params: { id: shown.id } })
  })

  return {
    element,
    draw({ participant: now, path: steps, isSpeaking, isMine }) {
      shown = now
      const isIn = now.status === 'joined'
      const isOut = OUT.has(now.status)
      const isHost = now.role === 'host'
      element.className = isSpeaking ? 'speaking' : ''
      element.dataset.status = now.status
      say(name, now.name ?? now.mobile)
      say(
        number,
        [
          isHost ? 'host' : now.name ? now.mobile : '',
          now.muted ? 'muted' : '',
          now.on_hold ? 'on hold' : '',
          isSpeaking ? 'speaking' : '',
        ]
          .filter((word) => word !== '')
          .join(', '),
      )
      const words = steps.map(plain)
      if (path.textContent !== words.join('')) path.replaceChildren(...words.map((word) => h('li', {}, word)))
      actions.hidden = !isMine
      say(mute, now.muted ? 'Unmute' : 'Mute')
      mute.hidden = !isIn
      say(hold, now.on_hold ? 'Take back' : 'Hold')
      hold.hidden = !isIn || isHost
      remove.hidden = isHost || isOut
      again.hidden = isHost || !isOut
    },
  }
}
