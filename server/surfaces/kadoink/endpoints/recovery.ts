import { z } from 'zod'
import * as accounts from '#domain/accounts'
import * as sessions from '#domain/sessions'
import * as verification from '#domain/verification'
import { ValidationFailed } from '#kit/fault'
import { deviceOf } from '../dialect/devices.ts'
import { presentToken, TokenSchema } from '../presenters/session.ts'
import { bearerToken, kadoink } from '../surface.ts'

const tag = 'Authentication'
const IdentifierSchema = z.string().trim().min(1).max(254)
const TokenTextSchema = z.string().trim().min(1).max(200)
const AskedSchema = z.object({ status: z.literal('ok'), message: z.string() }).meta({ id: 'Asked' })
const badLink = [verification.LinkInvalid, verification.LinkExpired]

/** `username` and `email` say the same as `identifier`. */
const WhoSchema = z
  .object({
    identifier: IdentifierSchema.optional(),
    username: IdentifierSchema.optional(),
    email: IdentifierSchema.optional(),
  })
  .refine((body) => (body.identifier ?? body.username ?? body.email) !== undefined, {
    path: ['identifier'],
    message: 'Send a username, an email address or a mobile number.',
  })

/** Asking for a link is answered alike whatever it is for, and whoever asks. */
const asking = {
  method: 'POST',
  tag,
  auth: 'none',
  limit: 'otp_send',
  body: WhoSchema,
  status: 202,
  reply: AskedSchema,
  idempotent: true,
} as const

export const forgotPassword = kadoink.endpoint({
  ...asking,
  path: '/auth/forgot',
  summary: 'Request a password reset',
  notes:
    'Mails a link that works once, for 30 minutes; an account without an e-mail address gets a code by text. The ' +
    'answer is the same whether there is such an account or not.',
  async handle({ unit, body }) {
    sessions.askLink(unit, 'reset', named(body))
    return { status: 'ok' as const, message: 'If that account exists, we sent a reset link.' }
  },
})

export const resetPassword = kadoink.endpoint({
  method: 'POST',
  path: '/auth/reset',
  tag,
  summary: 'Reset password',
  notes: 'With the `token` of a link, or with `identifier` and the texted `code`. Every session ends: sign in again.',
  auth: 'none',
  limit: 'otp_verify',
  body: z.object({
    token: TokenTextSchema.optional(),
    identifier: IdentifierSchema.optional(),
    code: z
      .string()
      .trim()
      .regex(/^\d{4,8}$/, 'Send the digits of the code.')
      .optional(),
    password: accounts.PasswordSchema,
  }),
  status: 200,
  reply: z.object({ status: z.literal('ok') }),
  faults: [...badLink, verification.CodeInvalid],
  mode: 'manual',
  async handle({ database, body }) {
    const proof = proofOf(body)
    const about = await database.read((view) => sessions.knownOf(view, proof))
    const passwordHash = await accounts.choosePassword(body.password, 'password', about)
    await database.write((unit) => sessions.resetPassword(unit, proof, passwordHash))
    return { status: 'ok' as const }
  },
})

export const sendMagicLink = kadoink.endpoint({
  ...asking,
  path: '/auth/magic-link',
  summary: 'Send a magic sign-in link',
  notes:
    'By mail, or by text to an account without an e-mail address; it works once, for 15 minutes. The answer is the ' +
    'same whether there is such an account or not.',
  async handle({ unit, body }) {
    sessions.askLink(unit, 'magic', named(body))
    return { status: 'ok' as const, message: 'If that account exists, we sent a sign-in link.' }
  },
})

export const consumeMagicLink = kadoink.endpoint({
  method: 'POST',
  path: '/auth/magic-link/consume',
  tag,
  summary: 'Consume a magic link',
  notes: 'Only by POST: whatever looks at links before a person does must not use them up.',
  auth: 'none',
  limit: 'otp_verify',
  body: z.object({ token: TokenTextSchema, device_name: z.string().trim().max(100).optional() }),
  status: 200,
  reply: TokenSchema,
  faults: [...badLink, accounts.AccountSuspended],
  async handle({ unit, body, request }) {
    return presentToken(unit, await sessions.signInByLink(unit, body.token, deviceOf(request, body.device_name)))
  },
})

export const refreshToken = kadoink.endpoint({
  method: 'POST',
  path: '/auth/refresh',
  tag,
  summary: 'Refresh session token',
  notes:
    'The session stays, its token is a new one. The old one works for 60 seconds more; shown later than that, it ends ' +
    'the session. Asked again within them, it gives the same new one.',
  auth: 'bearer',
  limit: 'auth_ip',
  status: 200,
  reply: TokenSchema,
  async handle({ unit, viewer, request }) {
    return presentToken(unit, await sessions.refresh(unit, viewer, bearerToken(request)))
  },
})

export const changePassword = kadoink.endpoint({
  method: 'POST',
  aliases: ['PUT'],
  path: '/me/password',
  tag: 'Your account',
  summary: 'Change password',
  notes: 'Every token ends; the answer holds a new one for this session, the others are signed out.',
  auth: 'bearer',
  limit: 'password',
  body: z.object({ current_password: z.string().min(1).max(200), new_password: accounts.PasswordSchema }),
  status: 200,
  reply: TokenSchema,
  mode: 'manual',
  async handle({ database, viewer, body }) {
    const { current_password: current, new_password: wanted } = body
    if (!(await database.read((view) => accounts.hasPassword(view, viewer.user, current)))) {
      throw ValidationFailed({ fields: { current_password: 'That is not your password.' } })
    }
    if (current === wanted) throw ValidationFailed({ fields: { new_password: 'That is the password you have.' } })
    const { username, email, name } = viewer.user
    const passwordHash = await accounts.choosePassword(wanted, 'new_password', [username, email, name])
    return database.write(async (unit) => presentToken(unit, await sessions.changePassword(unit, viewer, passwordHash)))
  },
})

function named(body: z.output<typeof WhoSchema>): string {
  return body.identifier ?? body.username ?? body.email ?? ''
}

function proofOf(body: {
  readonly token?: string | undefined
  readonly identifier?: string | undefined
  readonly code?: string | undefined
}): sessions.ResetProof {
  if (body.token !== undefined) return { token: body.token }
  if (body.identifier !== undefined && body.code !== undefined) return { identifier: body.identifier, code: body.code }
  throw ValidationFailed({ fields: { token: 'Send the token of a link, or an identifier and the code.' } })
}
