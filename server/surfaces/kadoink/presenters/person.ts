import { z } from 'zod'
import type { User } from '#domain/accounts'
import type { Ktag } from '#domain/tags'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'

export const PersonSchema = z
  .object({
    user_id: z.string(),
    name: z.string(),
    avatar_url: z.string().nullable(),
    ktag: KtagRefSchema.nullable(),
  })
  .meta({ id: 'Person' })

/** Write a person with their primary tag; one that is private is only shown to themself. */
export function presentPerson(
  person: User,
  primary: Ktag | null,
  viewerId: string | null,
): z.input<typeof PersonSchema> {
  const isShown = primary?.visibility === 'public' || viewerId === person.id
  return {
    user_id: person.id,
    name: person.name,
    avatar_url: person.avatarUrl,
    ktag: primary && isShown ? presentKtagRef(primary) : null,
  }
}
