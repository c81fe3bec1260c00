import { z } from 'zod'
import * as accounts from '#domain/accounts'
import * as calls from '#domain/calls'
import * as departures from '#domain/departures'
import { unreachable } from '#domain/destinations'
import * as tags from '#domain/tags'
import { SmsOptedOut } from '#domain/texts'
import * as verification from '#domain/verification'
import * as voicemail from '#domain/voicemail'
import { IdSchema } from '#kit/id'
import { readPhone } from '../dialect/phones.ts'
import { MobileSchema, presentMobile } from '../presenters/mobile.ts'
import { GateSchema, MeSchema, presentGate, presentMe } from '../presenters/user.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Your account', auth: 'bearer' } as const
const TimeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Send a time of day as HH:MM.')

export const readMe = kadoink.endpoint({
  ...common,
  auth: 'suspendable',
  method: 'GET',
  path: '/me',
  summary: 'Profile + gate state',
  notes: 'Also works while the mobile is unverified, or the account suspended: `gate` says what is missing.',
  limit: 'read',
  status: 200,
  reply: MeSchema,
  async handle({ view, viewer }) {
    return presentMe(view, viewer.user)
  },
})

export const updateMe = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/me',
  summary: 'Update your profile',
  notes:
    'Another `email` waits as `pending_email` until the code that is mailed there has been sent, with the ' +
    '`challenge_id` of `email_challenge`, to `/auth/login/verify`; until then the one before goes on working. Null ' +
    'gives the address up, which needs a verified mobile.',
  limit: 'write',
  body: z.object({
    name: accounts.PersonNameSchema.optional(),
    bio: z.string().trim().max(500).nullable().optional(),
    email: accounts.EmailSchema.nullable().optional(),
    timezone: accounts.TimezoneSchema.optional(),
    locale: z
      .string()
      .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'Send a locale such as en or en-US.')
      .optional(),
    primary_ktag_id: IdSchema.optional(),
    settings: z
      .object({
        sms_inbox: z.boolean().optional(),
        sms_feed: z.boolean().optional(),
        quiet_hours: z.object({ start: TimeOfDaySchema, end: TimeOfDaySchema }).nullable().optional(),
        ring_for_tags: z.boolean().optional(),
        voicemail_greeting_file_id: IdSchema.nullable()
          .optional()
          .describe('A sound of your own that callers hear before the tone; null for the standard words.'),
        blocked: z.array(IdSchema).max(500).optional(),
      })
      .optional(),
  }),
  status: 200,
  reply: MeSchema,
  faults: [accounts.EmailTaken, voicemail.GreetingNotPlayable, tags.KtagNotFound, tags.NotKtagOwner],
  async handle({ unit, viewer, body }) {
    const greeting = body.settings?.voicemail_greeting_file_id
    if (greeting !== undefined) await voicemail.changeGreeting(unit, viewer.user, greeting)
    if (body.primary_ktag_id) await tags.edit(unit, viewer.user, body.primary_ktag_id, { isPrimary: true })
    const user = body.email === undefined ? null : await accounts.changeEmail(unit, viewer, body.email)
    const changes = profileChanges(body)
    // An address alone is told of once.
    const isDone = user !== null && Object.keys(changes).length === 0
    return presentMe(unit, isDone ? user : await accounts.updateProfile(unit, viewer.user, changes))
  },
})

export const deleteMe = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/me',
  summary: 'Delete your account',
  notes:
    'At once and for good: sessions, tags, contacts, messages; what can only be deleted bit by bit goes within minutes. ' +
    'Send your `password`, or a `code`. With neither the answer is `reauth_required`, and a code goes to your e-mail ' +
    'address, or to your verified mobile without one. Your username, like the names of your tags, is free again after ' +
    '90 days; number and address are at once.',
  limit: 'reauth',
  body: z.object({
    password: z.string().min(1).max(200).optional(),
    code: z
      .string()
      .trim()
      .regex(/^\d{4,8}$/, 'Send the digits of the code.')
      .optional(),
  }),
  status: 204,
  faults: [
    departures.ReauthRequired,
    calls.CallInProgress,
    verification.CodeInvalid,
    verification.CodeExpired,
    verification.ChallengeNotFound,
  ],
  mode: 'manual',
  async handle({ database, viewer, body: { password, code } }) {
    if (password !== undefined && !(await database.read((view) => accounts.hasPassword(view, viewer.user, password)))) {
      throw departures.ReauthRequired({ fields: { password: 'That is not your password.' } })
    }
    const proof = password !== undefined ? 'password' : code !== undefined ? { code } : null
    await database.write((unit) =>
      proof === null ? departures.askForProof(unit, viewer.user) : departures.leave(unit, viewer, proof),
    )
  },
})

export const readMobile = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/me/mobile',
  summary: 'Your mobile number',
  limit: 'read',
  status: 200,
  reply: MobileSchema,
  async handle({ view, viewer }) {
    return presentMobile(view, viewer.user)
  },
})

export const setMobile = kadoink.endpoint({
  ...common,
  method: 'PUT',
  aliases: ['POST', 'PATCH'],
  path: '/me/mobile',
  summary: 'Set your mobile number',
  notes: 'Sends no text: `/me/mobile/codes` does. A verified number goes on working until the new one is verified.',
  limit: 'sms_code',
  body: z.object({ mobile: z.string().max(40) }),
  status: 200,
  reply: MobileSchema,
  faults: [accounts.MobileTaken, calls.CallInProgress, ...unreachable],
  async handle({ unit, viewer, body }) {
    await calls.assertIdle(unit, viewer.user)
    const mobile = readPhone(body.mobile, 'mobile', viewer.user)
    return presentMobile(unit, await accounts.setMobile(unit, viewer.user, mobile))
  },
})

export const sendMobileCode = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/me/mobile/codes',
  summary: 'Send a verification code',
  notes: 'Six digits by text, or read aloud by a call. They live ten minutes; the previous code stops working.',
  limit: 'sms_code',
  body: z.object({ channel: z.enum(['sms', 'voice']).default('sms') }),
  status: 202,
  reply: MobileSchema,
  idempotent: true,
  faults: [accounts.MobileNotSet, verification.AlreadyVerified, SmsOptedOut, ...unreachable],
  async handle({ unit, viewer, body }) {
    await accounts.sendMobileCode(unit, viewer.user, body.channel)
    return presentMobile(unit, viewer.user)
  },
})

export const verifyMobile = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/me/mobile/verify',
  summary: 'Verify your mobile',
  limit: 'otp_verify',
  body: z.object({
    code: z
      .string()
      .trim()
      .regex(/^\d{4,8}$/, 'Send the digits of the code.'),
  }),
  status: 200,
  reply: MobileSchema.extend({ gate: GateSchema }),
  faults: [
    accounts.MobileNotSet,
    accounts.MobileTaken,
    verification.AlreadyVerified,
    verification.CodeInvalid,
    verification.CodeExpired,
    verification.ChallengeNotFound,
  ],
  async handle({ unit, viewer, body }) {
    const user = await accounts.verifyMobile(unit, viewer.user, body.code)
    return { ...(await presentMobile(unit, user)), gate: await presentGate(unit, user) }
  },
})

interface ProfileBody {
  readonly name?: string | undefined
  readonly bio?: string | null | undefined
  readonly timezone?: string | undefined
  readonly locale?: string | undefined
  readonly settings?:
    | {
        readonly sms_inbox?: boolean | undefined
        readonly sms_feed?: boolean | undefined
        readonly quiet_hours?: { start: string; end: string } | null | undefined
        readonly ring_for_tags?: boolean | undefined
        readonly voicemail_greeting_file_id?: string | null | undefined
        readonly blocked?: readonly string[] | undefined
      }
    | undefined
}

function profileChanges({ name, bio, timezone, locale, settings }: ProfileBody): accounts.ProfileChanges {
  return {
    ...(name === undefined ? {} : { name }),
    ...(bio === undefined ? {} : { bio }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(locale === undefined ? {} : { locale }),
    ...(settings === undefined ? {} : { settings: settingChanges(settings) }),
  }
}

function settingChanges(settings: NonNullable<ProfileBody['settings']>): Partial<accounts.Settings> {
  return {
    ...(settings.sms_inbox === undefined ? {} : { smsInbox: settings.sms_inbox }),
    ...(settings.sms_feed === undefined ? {} : { smsFeed: settings.sms_feed }),
    ...(settings.quiet_hours === undefined ? {} : { quietHours: settings.quiet_hours }),
    ...(settings.ring_for_tags === undefined ? {} : { ringForTags: settings.ring_for_tags }),
    ...(settings.voicemail_greeting_file_id === undefined
      ? {}
      : { voicemailGreetingFileId: settings.voicemail_greeting_file_id }),
    ...(settings.blocked === undefined ? {} : { blocked: [...new Set(settings.blocked)] }),
  }
}
