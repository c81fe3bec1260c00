import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import type { Connection, State } from '../state.ts'
import { plain } from '../words.ts'

const WORDS: Readonly<Record<Connection, string>> = {
  off: '',
  connecting: 'Connecting …',
  catching_up: 'Catching up …',
  live: 'Live',
  waiting: 'Reconnecting …',
  reading: 'Reading anew …',
  replaced: 'Live in a newer window',
  stopped: 'Not live',
}

/** Who is here, how the socket stands, and the way out. */
export function topBar(app: App): Part<State> {
  const connection = h('p', { class: 'connection', role: 'status' })
  const again = h('button', { type: 'button', class: 'quiet', hidden: true }, 'Connect here')
  again.addEventListener('click', () => void app.enter())
  const name = h('strong')
  const tag = h('span', { class: 'tag' })
  const gate = h('span', { class: 'gate' })
  const out = h('button', { type: 'button', class: 'quiet' }, 'Sign out')
  out.addEventListener('click', () => void app.signOut())
  const who = h('div', { class: 'who' }, name, tag, gate)
  const brand = h('a', { class: 'brand', href: '/console' }, 'Kadoink')
  const docs = h('a', { href: '/docs', class: 'docs' }, 'Docs')

  return {
    element: h('header', { class: 'top' }, brand, connection, again, who, docs, out),
    draw({ stage, user, gate: gateState, connection: state, stopReason }) {
      const isKnown = user !== null && (stage === 'in' || stage === 'gate')
      who.hidden = !isKnown
      out.hidden = !isKnown
      connection.hidden = !isKnown || state === 'off'
      connection.dataset.state = state
      say(connection, WORDS[state])
      connection.title = state === 'stopped' ? stopReason : ''
      again.hidden = connection.hidden || (state !== 'replaced' && state !== 'stopped')
      say(name, user?.name ?? '')
      say(tag, user?.primary_ktag ? `*${user.primary_ktag.name}` : '')
      say(gate, gateState ? `gate ${plain(gateState.state)}` : '')
      gate.dataset.state = gateState?.state ?? ''
    },
  }
}
