import type { App } from '../app.ts'
import { h, type Part, say } from '../dom.ts'
import { field, onSubmit } from '../form.ts'
import { machine } from '../machine.ts'
import type { State } from '../state.ts'

/** Sign in, or make an account. */
export function doorPanel(app: App): Part<State> {
  const notice = h('p', { class: 'notice', role: 'status' })
  const signIn = signInForm(app)
  const register = registerForm(app)

  return {
    element: h(
      'section',
      { class: 'door' },
      h('p', { class: 'lead' }, 'An account, live: its calls, messages and feed, and every event as it comes.'),
      notice,
      h('div', { class: 'doors' }, register, signIn),
    ),
    draw({ stopReason }) {
      say(notice, stopReason)
      notice.hidden = stopReason === ''
    },
  }
}

function signInForm(app: App): HTMLFormElement {
  const name = h('input', { name: 'username', autocomplete: 'username', required: true, autocapitalize: 'none' })
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true })
  const form = h(
    'form',
    { class: 'card', 'aria-labelledby': 'sign-in-title', id: 'sign-in' },
    h('h2', { id: 'sign-in-title' }, 'Sign in'),
    field('Username, e-mail address or mobile', name),
    field('Password', password),
    h('button', {}, 'Sign in'),
  )
  onSubmit(form, async () => {
    const body = { username: name.value, password: password.value, device_name: 'Console' }
    const answer = await app.client.post('/auth/login', { body })
    password.value = ''
    if (answer.status === 'ok') return app.signIn(answer.token)
    app.store.set({ stage: 'code', challenge: answer, stopReason: '' })
  })
  return form
}

function registerForm(app: App): HTMLFormElement {
  const username = h('input', { name: 'username', autocomplete: 'username', required: true, autocapitalize: 'none' })
  const name = h('input', { name: 'name', autocomplete: 'name' })
  const value = machine.hasPhones ? freshNumber() : null
  const mobile = h('input', { name: 'mobile', type: 'tel', autocomplete: 'tel', required: true, value })
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'new-password', required: true })
  const form = h(
    'form',
    { class: 'card', 'aria-labelledby': 'register-title', id: 'register' },
    h('h2', { id: 'register-title' }, 'Make an account'),
    field('Username', username),
    field('Name', name),
    field('Mobile', mobile),
    machine.hasPhones
      ? h(
          'p',
          { class: 'hint' },
          'The phone network is simulated here: every number has a phone, and this one is free.',
        )
      : null,
    field('Password', password),
    h('button', {}, 'Make an account'),
  )
  onSubmit(form, async () => {
    const body = {
      username: username.value,
      password: password.value,
      mobile: mobile.value,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...(name.value.trim() === '' ? {} : { name: name.value }),
    }
    const challenge = await app.client.post('/auth/register', { body })
    password.value = ''
    app.phone = mobile.value
    app.store.set({ stage: 'code', challenge, stopReason: '' })
  })
  return form
}

/** A number that nobody has, most likely; its phone answers and does what it is asked (`docs/phone-network.md`). */
function freshNumber(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `+1555${String(2_000_000 + (random % 799) * 10_000 + 1_000 + (random % 8_999))}`
}
