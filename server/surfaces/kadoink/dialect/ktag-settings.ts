import { z } from 'zod'
import { type KtagSettings, KtagTitleSchema } from '#domain/tags'
import { ContactPolicySchema, PostPolicySchema, VisibilitySchema } from '../presenters/ktag.ts'

/** What an owner decides about a tag; absent fields stay as they are. */
export const KtagSettingsSchema = z.object({
  title: KtagTitleSchema.nullable().optional(),
  description: z.string().trim().min(1).max(500).nullable().optional(),
  visibility: VisibilitySchema.optional(),
  post_policy: PostPolicySchema.optional(),
  message_policy: ContactPolicySchema.optional(),
  call_policy: ContactPolicySchema.optional(),
  voicemail: z.boolean().optional(),
})

/** The fields of a body that decide how a tag is, in the domain's words; absent ones stay absent. */
export function ktagSettings(body: z.output<typeof KtagSettingsSchema>): Partial<KtagSettings> {
  const all = {
    title: body.title,
    description: body.description,
    visibility: body.visibility,
    postPolicy: body.post_policy,
    messagePolicy: body.message_policy,
    callPolicy: body.call_policy,
    takesVoicemail: body.voicemail,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
