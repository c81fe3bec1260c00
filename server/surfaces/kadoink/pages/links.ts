import { z } from 'zod'
import { choosePassword, PasswordSchema, type User } from '#domain/accounts'
import { holderOfLink, resetPassword } from '#domain/sessions'
import { LinkExpired, LinkInvalid } from '#domain/verification'
import { Fault } from '#kit/fault'
import { type Html, html } from '#kit/html'
import type { View } from '#kit/unit'
import { definePage, type PageContent } from '#kit/web-page'
import { kadoink } from '../surface.ts'

const common = {
  limit: kadoink.limits.public,
  params: z.object({}),
  query: z.object({ token: z.string().trim().max(200).default('') }),
}

/**
 * Where the link of a forgotten password leads: a form for another one. Opening it, however often and by whatever looks
 * at links before a person does, uses nothing up; sending the form does.
 */
export const resetPage = definePage({
  ...common,
  path: '/reset',
  form: z.object({ password: PasswordSchema }),
  async show({ view, query, refused }) {
    const user = await holderOr(view, 'reset', query.token)
    if (user instanceof Fault) return notGood(user, 'Ask for another one in the app, under “Forgot password”.')
    const { password: complaint } = refused?.fault.fields ?? {}
    const trouble = refused ? (complaint ?? refused.fault.message) : null
    return { title: 'Set a new password', body: passwordForm(user, trouble) }
  },
  async submit({ unit, query: { token }, form }) {
    const { username, email, name } = await holderOfLink(unit, 'reset', token)
    const hash = await choosePassword(form.password, 'password', [username, email, name])
    await resetPassword(unit, { token }, hash)
    return {
      title: 'Your password is set',
      body: html`<p role="status">You were signed out on every device. Sign in to the app as <strong>${username}</strong>, with the new password.</p>`,
    }
  },
})

/**
 * Where the link to sign in leads: on to the app. The page changes nothing, so that programs that open links ahead of
 * people use none up; the app does, by `POST /auth/magic-link/consume`.
 */
export const magicPage = definePage({
  ...common,
  path: '/magic',
  async show({ view, query: { token } }) {
    const user = await holderOr(view, 'magic', token)
    if (user instanceof Fault) return notGood(user, 'Ask for another one where you sign in.')
    return {
      title: 'Sign in to Kadoink',
      body: html`<p>This signs you in as <strong>${user.username}</strong>, once. Go on in the app, on this device:</p>
<p><a href="kadoink://magic?token=${token}">Open the Kadoink app</a></p>
<p>Nothing happens? Copy this into the app, where it asks for your link:</p>
<p><code>${token}</code></p>
<p>If you did not ask to sign in, close this page: without the app nothing happens.</p>`,
    }
  },
})

function passwordForm({ username }: User, trouble: string | null): Html {
  return html`<p>For the account <strong>${username}</strong>. You will be signed out on every device.</p>
${trouble === null ? null : html`<p role="alert" id="trouble">${trouble}</p>`}
<form method="post">
<input type="hidden" name="username" autocomplete="username" value="${username}">
<label>New password
<input type="password" name="password" autocomplete="new-password" minlength="8" maxlength="200" required autofocus${
    trouble === null ? null : html` aria-describedby="trouble" aria-invalid="true"`
  }></label>
<p>At least 10 characters, or 8 that are hard to guess.</p>
<button>Set the password</button>
</form>`
}

/** A link that leads no further, in kind words, with the way on. */
function notGood({ type }: Fault, wayOn: string): PageContent {
  const isLate = type === LinkExpired
  return {
    title: isLate ? 'This link has expired' : 'This link does not work any more',
    body: html`<p>${
      isLate
        ? 'It was good for a short time only, so that nobody finds it later.'
        : 'Each link works once, and only the newest one does. Perhaps it was used already, or is not whole.'
    }</p>
<p>${wayOn}</p>`,
    status: 410,
  }
}

/** Whose link this is; or why it is nobody's any more. */
async function holderOr(view: View, purpose: 'magic' | 'reset', token: string): Promise<User | Fault> {
  try {
    return await holderOfLink(view, purpose, token)
  } catch (error) {
    if (error instanceof Fault && (error.type === LinkInvalid || error.type === LinkExpired)) return error
    throw error
  }
}
