import type { App } from '../app.ts'
import { h, listIn, type Part, say } from '../dom.ts'
import { cleared, paused } from '../log.ts'
import { panel } from '../panel.ts'
import type { Frame, State } from '../state.ts'
import { count, second } from '../words.ts'

/** How much of a frame's data stands on its line. */
const SHORT = 160

/** Every frame of the socket as it comes; each opens to what is in it. */
export function logPanel({ store }: App): Part<State> {
  const unseen = h('span', { class: 'count' })
  const pause = h('button', { type: 'button', class: 'quiet' }, 'Pause')
  const clear = h('button', { type: 'button', class: 'quiet' }, 'Clear')
  const empty = h('p', { class: 'empty' }, 'Nothing has come yet.')
  const lines = h('ol', { class: 'frames', tabindex: 0, 'aria-label': 'Frames, newest first' })
  const draw = listIn<Frame>(lines, ({ no }) => no, line)
  pause.addEventListener('click', () => store.change((state) => paused(state, !state.isLogPaused)))
  clear.addEventListener('click', () => {
    store.change(cleared)
    draw([])
    empty.hidden = false
  })

  return {
    element: panel('log', 'Log', [unseen, pause, clear], empty, lines),
    draw({ frames, isLogPaused, unseenFrames }) {
      say(pause, isLogPaused ? 'Go on' : 'Pause')
      pause.setAttribute('aria-pressed', String(isLogPaused))
      say(unseen, unseenFrames === 0 ? '' : `${count(unseenFrames, 'new one', 'new ones')}`)
      if (isLogPaused) return
      draw(frames)
      empty.hidden = frames.length > 0
    },
  }
}

/** What tells people little is left out where there is room for little. */
function telling(key: string, value: unknown): unknown {
  return value === null || /(^|_)(ids?|at|url)$/.test(key) ? undefined : value
}

function line(): Part<Frame> {
  const at = h('time')
  const event = h('strong')
  const topic = h('span', { class: 'topic' })
  const short = h('code')
  const whole = h('pre', { tabindex: 0 })
  const summary = h('summary', {}, at, event, topic, short)
  const details = h('details', {}, summary, whole)
  const element = h('li')
  return {
    element,
    draw(frame) {
      say(at, second(frame.at))
      at.dateTime = frame.at.toISOString()
      say(event, frame.event)
      say(topic, frame.topic)
      if (frame.data === null) {
        element.className = 'turn'
        element.replaceChildren(at, event, topic)
        return
      }
      const text = JSON.stringify(frame.data, telling)
      say(short, text.length > SHORT ? `${text.slice(0, SHORT)} …` : text)
      // Written out when somebody wants to see it: most are only passed by.
      details.addEventListener('toggle', () => say(whole, JSON.stringify(frame.data, null, 2)), { once: true })
      element.replaceChildren(details)
    },
  }
}
