import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import { alertPlace, field, onPress, onSubmit } from '../form.ts'
import { machine } from '../machine.ts'
import { e164 } from '../phone.ts'
import type { Challenge, State } from '../state.ts'
import { type Source, screen } from './screen.ts'

/** Enter the code that was sent; where nothing leaves this machine, beside what it came to. */
export function codePanel(app: App): Part<State> {
  const where = h('p', { class: 'lead' })
  const code = h('input', { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', required: true })
  const again = h('button', { type: 'button', class: 'quiet' }, 'Send another')
  const back = h('button', { type: 'button', class: 'quiet' }, 'Back')
  const refused = alertPlace()
  const arrived = screen()
  const form = h(
    'form',
    { class: 'card', 'aria-label': 'The code', id: 'code' },
    where,
    field('The code', code),
    h('div', { class: 'actions' }, h('button', {}, 'Go on'), again, back),
    refused,
  )
  onSubmit(form, async () => {
    const { challenge } = app.store.state
    if (!challenge) return
    const body = { challenge_id: challenge.challenge_id, code: code.value, device_name: 'Console' }
    const path = challenge.purpose === 'register' ? '/auth/register/verify' : '/auth/login/verify'
    const { token } = await app.client.post(path, { body })
    code.value = ''
    await app.signIn(token)
  })
  onPress(again, refused, async () => {
    const { challenge } = app.store.state
    if (!challenge) return
    const path = challenge.purpose === 'register' ? '/auth/register/resend' : '/auth/login/resend'
    app.store.set({ challenge: await app.client.post(path, { body: { challenge_id: challenge.challenge_id } }) })
  })
  back.addEventListener('click', () => app.store.set({ stage: 'door', challenge: null }))

  return {
    element: h('section', { class: 'door with-phone' }, form, arrived.element),
    draw({ challenge }) {
      if (!challenge) return
      const { channel, destination } = challenge
      say(where, `A code went ${channel === 'sms' ? 'by text' : 'by e-mail'} to ${destination}.`)
      arrived.draw(sourceOf(challenge, app.phone))
    },
  }
}

/** Where a code can be seen, on a machine that sends nothing out. */
function sourceOf({ channel }: Challenge, phone: string): Source | null {
  if (channel === 'email') return machine.hasMail ? 'mail' : null
  return machine.hasPhones && phone !== '' ? { number: e164(phone) } : null
}
