import { z } from 'zod'

/** The schema of an answer in the envelope. */
export function enveloped<Data extends z.ZodType>(data: Data) {
  return z.object({ success: z.literal(true), data })
}

/** Put an answer into the envelope. */
export function envelope<Data>(data: Data): { success: true; data: Data } {
  return { success: true, data }
}
