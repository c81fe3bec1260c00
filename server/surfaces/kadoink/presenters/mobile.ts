import { z } from 'zod'
import type { User } from '#domain/accounts'
import { isOptedOut } from '#domain/texts'
import { latest } from '#domain/verification'
import type { View } from '#kit/unit'
import { StampSchema, stampOrNull } from '../dialect/stamp.ts'

export const MobileSchema = z
  .object({
    mobile: z.string().nullable(),
    verified: z.boolean(),
    verified_at: StampSchema.nullable(),
    pending_mobile: z.string().nullable(),
    sms_opted_out: z.boolean(),
    code_sent_at: StampSchema.nullable(),
    resend_at: StampSchema.nullable(),
  })
  .meta({ id: 'Mobile' })

/** Write a person's mobile and how far its verification is. */
export async function presentMobile(view: View, user: User): Promise<z.input<typeof MobileSchema>> {
  const challenge = await latest(view, 'mobile', user.id)
  const phone = user.pendingMobile ?? user.mobile
  return {
    mobile: user.mobile,
    verified: user.mobileVerifiedAt !== null,
    verified_at: stampOrNull(user.mobileVerifiedAt),
    pending_mobile: user.pendingMobile,
    sms_opted_out: phone !== null && (await isOptedOut(view, phone)),
    code_sent_at: stampOrNull(challenge?.sentAt ?? null),
    resend_at: stampOrNull(challenge?.resendAt ?? null),
  }
}
