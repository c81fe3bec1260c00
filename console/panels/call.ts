import type { App } from '../app.ts'
import { h, listIn, type Part, say } from '../dom.ts'
import { afterCall, isOpen } from '../events.ts'
import { alertPlace, onPress, onSubmit } from '../form.ts'
import { machine } from '../machine.ts'
import { panel } from '../panel.ts'
import type { State } from '../state.ts'
import { moment, plain } from '../words.ts'
import { callees } from './callees.ts'
import { type OnCall, participant } from './participant.ts'

/** Start a call, and watch everybody come into it. */
export function callPanel(app: App): Part<State> {
  const status = h('span', { class: 'count', role: 'status' })
  const start = startForm(app)
  const now = goingOn(app)

  return {
    element: panel('call', 'Call', [status], start.element, now.element),
    draw(state) {
      const { call } = state
      say(status, call ? `${plain(call.status)}${call.end_reason ? `: ${plain(call.end_reason)}` : ''}` : '')
      status.dataset.status = call?.status ?? ''
      start.element.hidden = isOpen(call)
      now.element.hidden = call === null
      start.draw(state)
      now.draw(state)
    },
  }
}

function startForm(app: App): Part<State> {
  const whom = callees(app, true)
  const form = h(
    'form',
    { class: 'write', id: 'start-call' },
    whom.element,
    h('button', {}, 'Call'),
    machine.hasPhones
      ? h('p', { class: 'hint' }, 'Your own phone rings first and answers by itself; then theirs ring.')
      : null,
  )
  onSubmit(form, async () => {
    const to = whom.chosen()
    if (to.length === 0) throw new Error('Say whom to call.')
    const call = await app.client.post('/calls', { body: { to } })
    if ('participants' in call) app.store.change((state) => afterCall(state, call))
    whom.clear()
  })
  return { element: form, draw: whom.draw }
}

function goingOn(app: App): Part<State> {
  const { client } = app
  const facts = h('p', { class: 'facts' })
  const people = h('ol', { class: 'participants', 'aria-live': 'polite' })
  const muteOthers = h('button', { type: 'button', class: 'quiet' }, 'Mute everybody else')
  const hangUp = h('button', { type: 'button', class: 'end' }, 'Hang up')
  const refused = alertPlace()
  const actions = h('div', { class: 'actions' }, muteOthers, hangUp)
  const drawPeople = listIn<OnCall>(
    people,
    ({ participant: { id } }) => id,
    () => participant(app),
  )
  onPress(muteOthers, refused, () => client.post('/calls/active/mute-others', { body: { muted: true } }))
  onPress(hangUp, refused, () => client.delete('/calls/active'))

  const more = callees(app, false)
  const addForm = h('form', { class: 'write' }, more.element, h('button', {}, 'Ring'))
  onSubmit(addForm, async () => {
    for (const body of more.chosen()) await client.post('/calls/active/participants', { body })
    more.clear()
  })
  const add = h('details', {}, h('summary', {}, 'Ring somebody else too'), addForm)

  return {
    element: h('div', { class: 'now' }, facts, people, actions, refused, add),
    draw(state) {
      const { call, paths, speaking, user } = state
      if (!call) return
      const isMine = isOpen(call) && call.host.user_id === user?.id
      say(facts, factsOf(call))
      facts.hidden = facts.textContent === ''
      drawPeople(
        call.participants.map((one) => ({
          participant: one,
          path: paths[one.id] ?? [],
          isSpeaking: speaking.includes(one.id),
          isMine,
        })),
      )
      actions.hidden = !isOpen(call)
      muteOthers.hidden = !isMine
      add.hidden = !isMine
      more.draw(state)
    },
  }
}

function factsOf({ title, host, dial_in, started_at, ended_at }: NonNullable<State['call']>): string {
  return [
    title,
    started_at && `since ${moment(started_at)}`,
    ended_at && `until ${moment(ended_at)}`,
    dial_in && !ended_at && `dial ${dial_in.number}, PIN ${dial_in.pin}`,
    title === null && started_at === null ? `from ${host.name}` : null,
  ]
    .filter((fact) => fact !== null && fact !== '' && fact !== false)
    .join(' · ')
}
