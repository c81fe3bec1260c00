import { h, listIn, type Part, say } from '../dom.ts'
import { letters, textsOn } from '../phone.ts'
import { moment } from '../words.ts'

/** Something that has come to a phone or a mailbox. */
interface Arrival {
  readonly at: string | null
  readonly from: string
  readonly words: string
}

/** Where a screen looks: at the phone with a number, or into this machine's mailbox. */
export type Source = { readonly number: string } | 'mail'

/** How often a screen looks, while it is looked at. */
const LOOK_MS = 1_500
/** How much a screen shows. */
const SHOWN = 8

/** The screen of a simulated phone, or of this machine's mailbox: it looks by itself as long as it is on the page. */
export function screen(): Part<Source | null> {
  const title = h('p', { class: 'number' })
  const list = h('ol', { 'aria-live': 'polite' })
  const empty = h('p', { class: 'empty' }, 'Nothing has come yet.')
  const element = h('section', { class: 'phone', 'aria-label': 'What has arrived' }, title, list, empty)
  const draw = listIn<Arrival>(list, ({ at, words }) => `${at} ${words}`, bubble)
  let source: Source | null = null

  const look = async (): Promise<void> => {
    const looked = source
    if (looked === null || document.hidden || !element.checkVisibility()) return
    const arrivals = await arrivalsAt(looked).catch(() => null)
    if (arrivals === null || source !== looked) return
    draw(arrivals.slice(0, SHOWN))
    empty.hidden = arrivals.length > 0
  }
  setInterval(() => void look(), LOOK_MS)

  return {
    element,
    draw(next) {
      element.hidden = next === null
      if (JSON.stringify(next) === JSON.stringify(source)) return
      source = next
      draw([])
      empty.hidden = false
      say(title, next === null ? '' : next === 'mail' ? 'This machine’s mailbox' : next.number)
      void look()
    },
  }
}

async function arrivalsAt(source: Source): Promise<readonly Arrival[]> {
  if (source === 'mail') {
    return (await letters()).map(({ to, subject }) => ({ at: null, from: `To ${to}`, words: subject }))
  }
  return (await textsOn(source.number)).map(({ at, from, body }) => ({ at, from: `Text from ${from}`, words: body }))
}

function bubble(): Part<Arrival> {
  const from = h('small')
  const words = h('p')
  return {
    element: h('li', {}, from, words),
    draw(arrival) {
      say(from, arrival.at === null ? arrival.from : `${arrival.from}, ${moment(arrival.at)}`)
      say(words, arrival.words)
    },
  }
}
