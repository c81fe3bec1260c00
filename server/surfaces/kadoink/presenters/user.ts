import { z } from 'zod'
import { gateOf, type User } from '#domain/accounts'
import { primaryOf } from '#domain/tags'
import { isOptedOut } from '#domain/texts'
import { openFor } from '#domain/verification'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'
import { OtpSchema, presentOtp } from './otp.ts'

/** What a person has chosen. */
export const SettingsSchema = z
  .object({
    sms_inbox: z.boolean(),
    sms_feed: z.boolean(),
    quiet_hours: z.object({ start: z.string(), end: z.string() }).nullable(),
    ring_for_tags: z.boolean(),
    voicemail_greeting_file_id: z.string().nullable(),
    blocked: z
      .array(z.string())
      .describe('Ids of people whose calls, messages and invites do not reach you, and whose statuses you do not see.'),
  })
  .meta({ id: 'Settings' })

export const UserSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    name: z.string(),
    bio: z.string().nullable(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    pending_email: z.string().nullable().describe('Another address that waits for its code.'),
    mobile: z.string().nullable(),
    mobile_verified: z.boolean(),
    avatar_url: z.string().nullable(),
    timezone: z.string(),
    locale: z.string(),
    primary_ktag: KtagRefSchema.nullable(),
    settings: SettingsSchema,
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'User' })

/** What stands between the account and the rest of the API. */
export const GateSchema = z
  .object({
    state: z.enum(['ok', 'mobile_required', 'mobile_unverified', 'suspended']),
    mobile_set: z.boolean(),
    mobile_verified: z.boolean(),
    email_verified: z.boolean(),
    sms_opted_out: z.boolean(),
  })
  .meta({ id: 'Gate' })

export const MeSchema = UserSchema.extend({
  gate: GateSchema,
  email_challenge: OtpSchema.nullable().describe(
    'What waits for the code that was mailed to `pending_email`: send both to `/auth/login/verify`.',
  ),
}).meta({ id: 'Me' })

/** Write a person as they see themself. */
export async function presentUser(view: View, user: User): Promise<z.input<typeof UserSchema>> {
  const ktag = await primaryOf(view, user.id)
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    bio: user.bio,
    email: user.email,
    email_verified: user.emailVerifiedAt !== null,
    pending_email: user.pendingEmail,
    mobile: user.mobile,
    mobile_verified: user.mobileVerifiedAt !== null,
    avatar_url: user.avatarUrl,
    timezone: user.timezone,
    locale: user.locale,
    primary_ktag: ktag && presentKtagRef(ktag),
    settings: {
      sms_inbox: user.settings.smsInbox,
      sms_feed: user.settings.smsFeed,
      quiet_hours: user.settings.quietHours,
      ring_for_tags: user.settings.ringForTags,
      voicemail_greeting_file_id: user.settings.voicemailGreetingFileId,
      blocked: [...user.settings.blocked],
    },
    created_at: stamp(user.createdAt),
    updated_at: stamp(user.updatedAt),
  }
}

/** Write the gate a person stands at. */
export async function presentGate(view: View, user: User): Promise<z.input<typeof GateSchema>> {
  const gate = gateOf(user)
  return {
    state: gate.state,
    mobile_set: gate.mobileSet,
    mobile_verified: gate.mobileVerified,
    email_verified: gate.emailVerified,
    sms_opted_out: user.mobile !== null && (await isOptedOut(view, user.mobile)),
  }
}

/** Write a person with their gate and what they have begun. */
export async function presentMe(view: View, user: User): Promise<z.input<typeof MeSchema>> {
  const challenge = user.pendingEmail === null ? null : await openFor(view, 'email', user.id)
  return {
    ...(await presentUser(view, user)),
    gate: await presentGate(view, user),
    email_challenge: challenge && presentOtp(challenge),
  }
}
