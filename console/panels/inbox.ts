import type { App } from '../app.ts'
import { h, listIn, type Part, say } from '../dom.ts'
import { afterOlderMessages } from '../events.ts'
import { alertPlace, field, onPress, onSubmit } from '../form.ts'
import { panel } from '../panel.ts'
import type { State } from '../state.ts'
import { count } from '../words.ts'
import { message } from './message.ts'

/** The messages of the account, newest first, and a place to write one. */
export function inboxPanel(app: App): Part<State> {
  const unread = h('span', { class: 'count', role: 'status' })
  const people = h('datalist', { id: 'people' })
  const drawPeople = peopleIn(people)
  const list = h('ol', { class: 'messages' })
  const empty = h('p', { class: 'empty' }, 'No messages yet.')
  const older = h('button', { type: 'button', class: 'quiet' }, 'Older')
  const refused = alertPlace()
  const draw = listIn(
    list,
    ({ id }: State['messages'][number]) => id,
    () => message(app),
  )
  onPress(older, refused, async () => {
    const last = app.store.state.messages.at(-1)
    if (!last) return
    const page = await app.client.get('/inbox', { query: { before_id: last.id, limit: 25 } })
    app.store.change((state) => afterOlderMessages(state, page))
  })

  return {
    element: panel('inbox', 'Inbox', [unread], writeForm(app, people), people, empty, list, older, refused),
    draw(state) {
      say(unread, state.unread === 0 ? '' : count(state.unread, 'unread', 'unread'))
      drawPeople(state)
      empty.hidden = state.messages.length > 0
      older.hidden = !state.hasOlderMessages
      draw(state.messages)
    },
  }
}

/** What is written goes the way of every message: as a command. */
function writeForm(app: App, { id }: HTMLDataListElement): HTMLElement {
  const to = h('input', {
    name: 'to',
    list: id,
    required: true,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    placeholder: '*tag, @contact or number',
  })
  const words = h('textarea', { name: 'words', rows: 2, required: true, maxlength: 1500 })
  const sent = h('p', { class: 'done', role: 'status' })
  const form = h('form', { class: 'write' }, field('To', to), field('Message', words), h('button', {}, 'Send'), sent)
  onSubmit(form, async () => {
    say(sent, '')
    const { reply } = await app.client.post('/commands', {
      body: { text: `text ${addressee(to.value)} ${words.value}` },
    })
    say(sent, reply)
    words.value = ''
  })
  return h('details', {}, h('summary', {}, 'Write a message'), form)
}

/** One name, tag or number as commands write it: a bare word is a tag. */
function addressee(written: string): string {
  const one = written.replace(/[\s,]+/g, '')
  return /^[*@#+\d]/.test(one) ? one : `*${one}`
}

/** Whom one may want to write to: who has written, whose tags one follows, and the address book. */
function peopleIn(list: HTMLDataListElement): (state: State) => void {
  let drawn: readonly unknown[] = []
  return ({ contacts, messages, statuses, user }) => {
    if (drawn[0] === contacts && drawn[1] === messages && drawn[2] === statuses) return
    drawn = [contacts, messages, statuses]
    const tags = [...messages.map(({ from }) => from.ktag?.name), ...statuses.map(({ ktag }) => ktag.name)]
    const named = [...new Set(tags)].filter((name) => name !== undefined && name !== user?.primary_ktag?.name)
    const known = contacts.filter(({ mobile }) => mobile !== null)
    list.replaceChildren(
      ...named.map((name) => h('option', { value: `*${name}` })),
      ...known.map(({ name, mobile }) => h('option', { value: mobile, label: name })),
    )
  }
}
