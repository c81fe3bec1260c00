import type { z } from 'zod'
import { ValidationFailed } from '#kit/fault'

/** What was read, if it keeps a rule that the endpoints hold it against as well. Throws `ValidationFailed`. */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  const message = error.issues[0]?.message ?? 'That cannot be.'
  throw ValidationFailed({ message, fields: { text: message } })
}
