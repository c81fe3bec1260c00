import { z } from 'zod'
import type { Challenge } from '#domain/verification'
import { maskDestination } from '../dialect/phones.ts'
import { StampSchema, stamp } from '../dialect/stamp.ts'

const PURPOSES = ['login', 'register', 'email'] as const

/** A code is on its way; send it back to go on. */
export const OtpSchema = z
  .object({
    status: z.literal('otp_required'),
    purpose: z.enum(PURPOSES),
    challenge_id: z.string(),
    channel: z.enum(['email', 'sms']),
    destination: z.string(),
    expires_at: StampSchema,
    resend_at: StampSchema,
  })
  .meta({ id: 'Otp' })

/** Write a challenge whose code is on its way. */
export function presentOtp(challenge: Challenge): z.input<typeof OtpSchema> {
  return {
    status: 'otp_required',
    purpose: PURPOSES.find((purpose) => purpose === challenge.purpose) ?? 'register',
    challenge_id: challenge.id,
    channel: challenge.channel === 'email' ? 'email' : 'sms',
    destination: maskDestination(challenge.destination),
    expires_at: stamp(challenge.expiresAt),
    resend_at: stamp(challenge.resendAt),
  }
}
