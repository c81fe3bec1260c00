import { z } from 'zod'
import { type Handle, NETWORKS } from '#domain/handles'
import { StampSchema, stamp } from '../dialect/stamp.ts'

/** A name on another network, as others see it. */
export const ImHandleSchema = z.object({ network: z.enum(NETWORKS), handle: z.string() }).meta({ id: 'ImHandle' })

/** The same as its owner sees it. */
export const ImIdentitySchema = z
  .object({ id: z.string(), network: z.enum(NETWORKS), handle: z.string(), created_at: StampSchema })
  .meta({ id: 'ImIdentity' })

/** Write a handle for its owner. */
export function presentImIdentity({ id, network, handle, createdAt }: Handle): z.input<typeof ImIdentitySchema> {
  return { id, network, handle, created_at: stamp(createdAt) }
}

/** Write a handle for others. */
export function presentImHandle({ network, handle }: Handle): z.input<typeof ImHandleSchema> {
  return { network, handle }
}
