import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import { field, onSubmit } from '../form.ts'
import { machine } from '../machine.ts'
import { e164 } from '../phone.ts'
import type { State } from '../state.ts'
import { screen } from './screen.ts'

/** An account whose mobile is not proved yet, or that is suspended: what is missing, and how to bring it. */
export function gatePanel(app: App): Part<State> {
  const words = h('p', { class: 'lead' })
  const mobile = h('input', { name: 'mobile', type: 'tel', autocomplete: 'tel', required: true })
  const code = h('input', { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', required: true })
  const arrived = screen()
  const ask = h(
    'form',
    { class: 'card', id: 'gate-mobile' },
    field('Your mobile', mobile),
    h('button', {}, 'Send a code'),
  )
  const prove = h('form', { class: 'card', id: 'gate-code' }, field('The code', code), h('button', {}, 'Go on'))
  onSubmit(ask, async () => {
    await app.client.put('/me/mobile', { body: { mobile: mobile.value } })
    await app.client.post('/me/mobile/codes')
    app.phone = mobile.value
    arrived.draw(machine.hasPhones ? { number: e164(mobile.value) } : null)
    code.focus()
  })
  onSubmit(prove, async () => {
    await app.client.post('/me/mobile/verify', { body: { code: code.value } })
    code.value = ''
    await app.enter()
  })
  arrived.draw(null)

  return {
    element: h(
      'section',
      { class: 'door with-phone' },
      h('div', { class: 'forms' }, words, ask, prove),
      arrived.element,
    ),
    draw({ gate, user }) {
      // Seen as long as nobody has typed another one.
      mobile.defaultValue = user?.mobile ?? ''
      const isSuspended = gate?.state === 'suspended'
      say(
        words,
        isSuspended
          ? 'This account is suspended. Nothing of it can be seen or done here.'
          : 'Calls and texts need a mobile that is proved to be yours.',
      )
      ask.hidden = isSuspended
      prove.hidden = isSuspended
    },
  }
}
