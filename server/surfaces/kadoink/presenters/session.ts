import { z } from 'zod'
import type { Session, SignedIn } from '#domain/sessions'
import type { Challenge } from '#domain/verification'
import type { View } from '#kit/unit'
import { maskDestination } from '../dialect/phones.ts'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { GateSchema, presentGate, presentUser, UserSchema } from './user.ts'

export const SessionSchema = z
  .object({
    id: z.string(),
    device_name: z.string().nullable(),
    user_agent: z.string().nullable(),
    ip: z.string(),
    created_at: StampSchema,
    last_used_at: StampSchema,
    expires_at: StampSchema,
    current: z.boolean(),
  })
  .meta({ id: 'Session' })

/** Signed in. */
export const TokenSchema = z
  .object({
    status: z.literal('ok'),
    token: z.string(),
    token_type: z.literal('Bearer'),
    expires_at: StampSchema,
    session: SessionSchema,
    user: UserSchema,
    gate: GateSchema,
  })
  .meta({ id: 'Token' })

/** A code is on its way; send it back to go on. */
export const OtpSchema = z
  .object({
    status: z.literal('otp_required'),
    purpose: z.enum(['login', 'register']),
    challenge_id: z.string(),
    channel: z.enum(['email', 'sms']),
    destination: z.string(),
    expires_at: StampSchema,
    resend_at: StampSchema,
  })
  .meta({ id: 'Otp' })

/** Write a session; `currentId` is the session that asks. */
export function presentSession(session: Session, currentId: string | null): z.input<typeof SessionSchema> {
  return {
    id: session.id,
    device_name: session.deviceName,
    user_agent: session.userAgent,
    ip: session.ip,
    created_at: stamp(session.createdAt),
    last_used_at: stamp(session.lastUsedAt),
    expires_at: stamp(session.expiresAt),
    current: session.id === currentId,
  }
}

/** Write a fresh sign-in, its token in the clear for the only time. */
export async function presentToken(
  view: View,
  { token, session, user }: SignedIn,
): Promise<z.input<typeof TokenSchema>> {
  return {
    status: 'ok',
    token,
    token_type: 'Bearer',
    expires_at: stamp(session.expiresAt),
    session: presentSession(session, session.id),
    user: await presentUser(view, user),
    gate: await presentGate(view, user),
  }
}

/** Write a challenge whose code is on its way. */
export function presentOtp(challenge: Challenge): z.input<typeof OtpSchema> {
  return {
    status: 'otp_required',
    purpose: challenge.purpose === 'login' ? 'login' : 'register',
    challenge_id: challenge.id,
    channel: challenge.channel === 'email' ? 'email' : 'sms',
    destination: maskDestination(challenge.destination),
    expires_at: stamp(challenge.expiresAt),
    resend_at: stamp(challenge.resendAt),
  }
}
