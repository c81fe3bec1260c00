import type { App } from './app.ts'
import { h, type Part, say } from './dom.ts'
import { callPanel } from './panels/call.ts'
import { codePanel } from './panels/code.ts'
import { commandPanel } from './panels/command.ts'
import { doorPanel } from './panels/door.ts'
import { feedPanel } from './panels/feed.ts'
import { gatePanel } from './panels/gate.ts'
import { inboxPanel } from './panels/inbox.ts'
import { logPanel } from './panels/log.ts'
import { phonePanel } from './panels/phone.ts'
import { topBar } from './panels/top.ts'
import type { Stage, State } from './state.ts'

/** What somebody hears who looks at the page with their ears, when it becomes another one. */
const TITLES: Readonly<Record<Stage, string>> = {
  starting: 'Kadoink console',
  unreachable: 'Kadoink console',
  door: 'Sign in',
  code: 'Enter the code',
  gate: 'Prove your mobile',
  in: 'Your account, live',
}

/** The whole page: a door, and the room behind it. */
export function page(app: App): Part<State> {
  const title = h('h1', { tabindex: -1 })
  const waiting = h('p', { class: 'waiting', role: 'status' })
  const door = doorPanel(app)
  const code = codePanel(app)
  const gate = gatePanel(app)
  const top = topBar(app)
  const command = commandPanel(app)
  const call = callPanel(app)
  const phone = phonePanel(app)
  const inbox = inboxPanel(app)
  const feed = feedPanel(app)
  const log = logPanel(app)
  const panels = [command, call, phone, inbox, feed, log]
  const room = h(
    'div',
    { class: 'room' },
    command.element,
    h('div', { class: 'side' }, call.element, phone.element),
    h('div', { class: 'wide' }, inbox.element, feed.element, log.element),
  )
  const main = h('main', {}, title, waiting, door.element, code.element, gate.element, room)
  let stage: Stage | undefined

  return {
    element: h('div', { class: 'console' }, top.element, main),
    draw(state) {
      top.draw(state)
      door.element.hidden = state.stage !== 'door'
      code.element.hidden = state.stage !== 'code'
      gate.element.hidden = state.stage !== 'gate'
      room.hidden = state.stage !== 'in'
      for (const part of [door, code, gate]) if (!part.element.hidden) part.draw(state)
      if (!room.hidden) for (const panel of panels) panel.draw(state)
      say(
        waiting,
        state.stage === 'unreachable' ? `${state.stopReason || 'The server cannot be reached.'} Trying again …` : '',
      )
      if (stage === state.stage) return
      const isFirst = stage === undefined || stage === 'starting'
      stage = state.stage
      main.className = `at-${stage}`
      say(title, TITLES[stage])
      document.title =
        stage === 'in' ? `Kadoink console: ${state.user?.name ?? ''}` : `Kadoink console: ${TITLES[stage]}`
      // What somebody has begun to write is not left to whoever comes next.
      if (stage === 'door') for (const form of document.forms) form.reset()
      // Whoever has got somewhere else is told so; who has just opened the page is not.
      if (!isFirst) (main.querySelector<HTMLElement>('.with-phone:not([hidden]) input') ?? title).focus()
    },
  }
}
