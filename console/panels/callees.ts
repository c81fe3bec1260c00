import type { App } from '../app.ts'
import { h, type Part } from '../dom.ts'
import { field } from '../form.ts'
import { FRIENDS } from '../friends.ts'
import { machine } from '../machine.ts'
import type { State } from '../state.ts'

/** One of whom is to be called, as the API takes it. */
export type Callee =
  | { readonly contact_id: string }
  | { readonly ktag: string }
  | { readonly mobile: string; readonly name?: string }

/** Whom to call: written names and numbers, and phones of the simulated network to tick. */
export interface Callees extends Part<State> {
  readonly chosen: () => readonly Callee[]
  readonly clear: () => void
}

/** Fields for whom to call. */
export function callees({ store }: App, isFirst: boolean): Callees {
  const known = h('datalist', { id: isFirst ? 'callees' : 'more-callees' })
  const to = h('input', {
    name: 'to',
    list: known.id,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    placeholder: 'Numbers, contacts, *tags',
  })
  const friends = FRIENDS.map((friend) => {
    const box = h('input', { type: 'checkbox' })
    const words = h('span', {}, h('strong', {}, friend.name), ` ${friend.does}`)
    return { friend, box, label: h('label', { class: 'friend' }, box, words) }
  })
  const simulated = h(
    'fieldset',
    {},
    h('legend', {}, 'Or phones of the simulated network'),
    ...friends.map(({ label }) => label),
  )
  let contacts: State['contacts'] = []

  return {
    element: h('div', { class: 'callees' }, field('Whom', to), known, machine.hasPhones ? simulated : null),
    draw(state) {
      if (state.contacts === contacts) return
      contacts = state.contacts
      known.replaceChildren(...contacts.map(({ name, mobile }) => h('option', { value: name, label: mobile ?? '' })))
    },
    chosen() {
      const written = to.value
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '')
      const ticked = friends.filter(({ box }) => box.checked)
      return [
        ...written.map((one) => calleeOf(one, store.state)),
        ...ticked.map(({ friend: { name, mobile } }) => ({ name, mobile })),
      ]
    },
    clear() {
      to.value = ''
      for (const { box } of friends) box.checked = false
    },
  }
}

function calleeOf(written: string, { contacts }: State): Callee {
  if (written.startsWith('*')) return { ktag: written.slice(1) }
  const words = written.replace(/^@/, '').toLowerCase()
  const contact = contacts.find(({ name, nickname }) => name.toLowerCase() === words || nickname === words)
  return contact ? { contact_id: contact.id } : { mobile: written }
}
