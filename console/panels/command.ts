import type { Kadoink } from '#client'
import type { App } from '../app.ts'
import { h, listIn, type Part, say } from '../dom.ts'
import { alertPlace, onPress, onSubmit } from '../form.ts'
import { panel } from '../panel.ts'
import type { State } from '../state.ts'

/** A command and what was answered. */
interface Told {
  readonly no: number
  readonly text: string
  readonly result: Kadoink.CommandResult
}

/** How many answers stay on the page. */
const SHOWN = 6

/** What people can write to Kadoink, here or in a text. */
export function commandPanel(app: App): Part<State> {
  const options = h('datalist', { id: 'verbs' })
  const text = h('input', {
    name: 'text',
    list: 'verbs',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
    'aria-label': 'Command',
    placeholder: 'call @mom, *jazz Doors open at 8, at fri 6pm, … or ?',
  })
  const form = h('form', { class: 'line' }, text, h('button', {}, 'Run'))
  const answers = h('ol', { class: 'answers', 'aria-live': 'polite' })
  let told: readonly Told[] = []
  const drawAnswers = listIn<Told>(
    answers,
    ({ no }) => no,
    () => answer(run),
  )

  async function run(words: string, confirm: boolean): Promise<void> {
    const result = await app.client.post('/commands', { body: { text: words, ...(confirm ? { confirm } : {}) } })
    told = [{ no: (told[0]?.no ?? 0) + 1, text: words, result }, ...told].slice(0, SHOWN)
    drawAnswers(told)
  }

  onSubmit(form, async () => {
    await run(text.value, false)
    text.value = ''
  })
  // What was said last can be had again, as in a terminal; the suggestions have the arrows while something is written.
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowUp' || text.value !== '' || !told[0]) return
    event.preventDefault()
    text.value = told[0].text
  })

  let guide: State['guide'] = []
  let user: string | undefined
  return {
    element: panel('command', 'Command', [], form, options, answers),
    draw(state) {
      if (state.user?.id !== user) {
        user = state.user?.id
        told = []
        drawAnswers(told)
      }
      if (state.guide === guide) return
      guide = state.guide
      options.replaceChildren(
        ...guide.map(({ verb, syntax, summary, examples }) =>
          h('option', { value: examples[0] ?? verb, label: `${syntax}: ${summary}` }),
        ),
      )
    },
  }
}

function answer(run: (text: string, confirm: boolean) => Promise<void>): Part<Told> {
  const asked = h('code')
  const reply = h('p', { class: 'reply' })
  const yes = h('button', { type: 'button', hidden: true })
  const refused = alertPlace()
  let text = ''
  onPress(yes, refused, async () => {
    await run(text, true)
    yes.hidden = true
  })
  return {
    element: h('li', {}, asked, reply, yes, refused),
    draw({ text: words, result }) {
      text = words
      say(asked, result.canonical || words)
      say(reply, result.reply)
      yes.hidden = result.confirm === null
      say(yes, `Yes, to ${result.confirm?.recipients ?? 0}`)
    },
  }
}
