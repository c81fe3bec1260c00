import { z } from 'zod'

/** A moment on the wire: ISO 8601, UTC, whole seconds. */
export const StampSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .meta({ format: 'date-time' })

/** Write a moment. */
export function stamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`
}

/** Write a moment that may not have come. */
export function stampOrNull(moment: Date | null): string | null {
  return moment === null ? null : stamp(moment)
}

/** A moment as it is sent to us: ISO 8601 with `Z` or an offset; fractions of a second do not count. */
export const MomentSchema = z.iso
  .datetime({ offset: true, error: 'Send a time with its offset, such as 2026-06-11T18:00:00Z.' })
  .transform((text) => new Date(Math.floor(Date.parse(text) / 1000) * 1000))
