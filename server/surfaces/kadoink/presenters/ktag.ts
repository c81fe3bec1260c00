import { z } from 'zod'
import type { Ktag } from '#domain/tags'

/** A *tag in brief. */
export const KtagRefSchema = z
  .object({ id: z.string(), name: z.string(), title: z.string().nullable(), avatar_url: z.string().nullable() })
  .meta({ id: 'KtagRef' })

/** Write a tag in brief. */
export function presentKtagRef(ktag: Ktag): z.input<typeof KtagRefSchema> {
  return { id: ktag.id, name: ktag.name, title: ktag.title, avatar_url: null }
}
