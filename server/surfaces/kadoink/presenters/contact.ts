import { z } from 'zod'
import type { Contact } from '#domain/contacts'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'

export const ContactSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    nickname: z.string().nullable(),
    mobile: z.string().nullable(),
    email: z.string().nullable(),
    ktag: KtagRefSchema.nullable(),
    user_id: z.string().nullable(),
    notes: z.string().nullable(),
    in_grid: z.boolean(),
    sms_opted_out: z.boolean(),
    created_at: StampSchema,
    updated_at: StampSchema,
  })
  .meta({ id: 'Contact' })

/** Write a contact, as its owner sees it. */
export function presentContact(contact: Contact): z.input<typeof ContactSchema> {
  return {
    id: contact.id,
    name: contact.name,
    nickname: contact.nickname,
    mobile: contact.mobile,
    email: contact.email,
    ktag: contact.ktag && presentKtagRef(contact.ktag),
    user_id: contact.userId,
    notes: contact.notes,
    in_grid: contact.inGrid,
    sms_opted_out: contact.smsOptedOut,
    created_at: stamp(contact.createdAt),
    updated_at: stamp(contact.updatedAt),
  }
}
