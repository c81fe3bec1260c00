import { z } from 'zod'
import * as accounts from '#domain/accounts'
import { unreachable } from '#domain/destinations'
import * as sessions from '#domain/sessions'
import { SmsOptedOut } from '#domain/texts'
import * as verification from '#domain/verification'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import type { View } from '#kit/unit'
import { deviceOf } from '../dialect/devices.ts'
import { listOf, presentList } from '../dialect/lists.ts'
import { readPhoneOr } from '../dialect/phones.ts'
import { OtpSchema, presentOtp } from '../presenters/otp.ts'
import { presentSession, presentToken, SessionSchema, TokenSchema } from '../presenters/session.ts'
import { kadoink } from '../surface.ts'

const tag = 'Authentication'
const DeviceNameSchema = z.string().trim().max(100).optional()
const CodeSchema = z
  .string()
  .trim()
  .regex(/^\d{4,8}$/, 'Send the digits of the code.')
const ChallengeSchema = z.object({ challenge_id: IdSchema })
const AnswerSchema = ChallengeSchema.extend({ code: CodeSchema, device_name: DeviceNameSchema })

const wrongCode = [verification.CodeInvalid, verification.CodeExpired, verification.ChallengeNotFound]
const takenNames = [accounts.UsernameTaken, accounts.EmailTaken, accounts.MobileTaken]

export const login = kadoink.endpoint({
  method: 'POST',
  path: '/auth/login',
  tag,
  summary: 'Sign in',
  notes:
    'With an e-mail address on file a code goes there first (`otp_required`): send it to `/auth/login/verify`. ' +
    '`username` also takes an e-mail address or a verified mobile number.',
  auth: 'none',
  limit: 'login',
  mode: 'manual',
  body: z.object({
    username: z.string().trim().min(1).max(254),
    password: z.string().min(1).max(200),
    device_name: DeviceNameSchema,
  }),
  status: 200,
  reply: z.union([TokenSchema, OtpSchema]),
  faults: [accounts.InvalidCredentials, accounts.AccountSuspended],
  async handle({ database, body, request }) {
    const proven = await database.read((view) => accounts.checkPassword(view, body.username, body.password))
    return database.write(async (unit) =>
      presentOutcome(unit, await sessions.signIn(unit, proven, deviceOf(request, body.device_name))),
    )
  },
})

export const resendLogin = kadoink.endpoint({
  method: 'POST',
  path: '/auth/login/resend',
  tag,
  summary: 'Resend sign-in code',
  notes: 'The previous code stops working.',
  auth: 'none',
  limit: 'otp_send',
  body: ChallengeSchema,
  status: 200,
  reply: OtpSchema,
  idempotent: true,
  faults: [verification.ChallengeNotFound, verification.AlreadyVerified],
  async handle({ unit, body }) {
    return presentOtp(await verification.resend(unit, ['login', 'email'], body.challenge_id))
  },
})

export const verifyLogin = kadoink.endpoint({
  method: 'POST',
  path: '/auth/login/verify',
  tag,
  summary: 'Verify sign-in code',
  notes: 'Also takes the code of another e-mail address (`email_challenge` of `/me`), which is yours from then on.',
  auth: 'none',
  limit: 'otp_verify',
  body: AnswerSchema,
  status: 200,
  reply: TokenSchema,
  faults: [...wrongCode, accounts.EmailTaken, accounts.AccountSuspended],
  async handle({ unit, body, request }) {
    const device = deviceOf(request, body.device_name)
    return presentToken(unit, await sessions.confirmSignIn(unit, body.challenge_id, body.code, device))
  },
})

export const register = kadoink.endpoint({
  method: 'POST',
  path: '/auth/register',
  tag,
  summary: 'Register',
  notes: 'A code goes to the e-mail address, or without one to the mobile. No account exists until it comes back.',
  auth: 'none',
  limit: 'register',
  body: z
    .object({
      username: accounts.UsernameSchema,
      password: accounts.PasswordSchema,
      email: accounts.EmailSchema.optional(),
      mobile: z.string().max(40).optional(),
      name: accounts.PersonNameSchema.optional(),
      timezone: accounts.TimezoneSchema.optional(),
      invite_code: z
        .string()
        .trim()
        .max(64)
        .optional()
        .describe('From the link of an invite. One that is not open any more changes nothing.'),
    })
    .refine((body) => body.email !== undefined || body.mobile !== undefined, {
      path: ['email'],
      message: 'Send an email address, a mobile number, or both.',
    }),
  status: 202,
  reply: OtpSchema,
  idempotent: true,
  faults: [...takenNames, SmsOptedOut, ...unreachable],
  async handle({ unit, body }) {
    const mobile = readPhoneOr(body.mobile, 'mobile')
    const { username, email = null, name = null, timezone = null, invite_code: inviteCode = null } = body
    const passwordHash = await accounts.choosePassword(body.password, 'password', [username, email, name])
    const wanted = { username, passwordHash, name, email, mobile: mobile ?? null, timezone, inviteCode }
    return presentOtp(await sessions.register(unit, wanted))
  },
})

export const resendRegistration = kadoink.endpoint({
  method: 'POST',
  path: '/auth/register/resend',
  tag,
  summary: 'Resend registration code',
  notes: 'The previous code stops working.',
  auth: 'none',
  limit: 'otp_send',
  body: ChallengeSchema,
  status: 200,
  reply: OtpSchema,
  idempotent: true,
  faults: [verification.ChallengeNotFound, verification.AlreadyVerified, ...unreachable],
  async handle({ unit, body }) {
    return presentOtp(await verification.resend(unit, ['register'], body.challenge_id))
  },
})

export const verifyRegistration = kadoink.endpoint({
  method: 'POST',
  path: '/auth/register/verify',
  tag,
  summary: 'Verify registration code',
  notes: 'Makes the account, its primary *tag and a first session.',
  auth: 'none',
  limit: 'otp_verify',
  body: AnswerSchema,
  status: 201,
  reply: TokenSchema,
  faults: [...wrongCode, ...takenNames, accounts.AccountSuspended],
  async handle({ unit, body, request }) {
    const device = deviceOf(request, body.device_name)
    return presentToken(unit, await sessions.confirmRegistration(unit, body.challenge_id, body.code, device))
  },
})

export const logout = kadoink.endpoint({
  method: 'POST',
  path: '/auth/logout',
  tag,
  summary: 'Sign out',
  notes: 'The token and its sockets end.',
  auth: 'suspendable',
  limit: 'read',
  status: 204,
  faults: [sessions.SessionNotFound],
  async handle({ unit, viewer }) {
    await sessions.revoke(unit, viewer.user, viewer.session.id)
  },
})

export const signOutEverywhere = kadoink.endpoint({
  method: 'DELETE',
  path: '/auth/sessions',
  tag,
  summary: 'Sign out everywhere',
  notes: 'Ends every session, this one included.',
  auth: 'bearer',
  limit: 'auth_ip',
  status: 204,
  async handle({ unit, viewer }) {
    await sessions.revokeAll(unit, viewer.user)
  },
})

export const listSessions = kadoink.endpoint({
  method: 'GET',
  path: '/auth/sessions',
  tag,
  summary: 'List active sessions',
  auth: 'bearer',
  limit: 'read',
  query: OffsetQuery,
  status: 200,
  reply: listOf(SessionSchema),
  async handle({ view, viewer, query }) {
    const page = await sessions.list(view, viewer.user, pageRequest(query))
    return presentList(page, (session) => presentSession(session, viewer.session.id))
  },
})

export const revokeSession = kadoink.endpoint({
  method: 'DELETE',
  path: '/auth/sessions/{session_id}',
  tag,
  summary: 'Revoke one session',
  auth: 'bearer',
  limit: 'auth_ip',
  params: z.object({ session_id: IdSchema }),
  status: 204,
  faults: [sessions.SessionNotFound],
  async handle({ unit, viewer, params }) {
    await sessions.revoke(unit, viewer.user, params.session_id)
  },
})

function presentOutcome(view: View, outcome: sessions.SignedIn | verification.Challenge) {
  return 'token' in outcome ? presentToken(view, outcome) : presentOtp(outcome)
}
