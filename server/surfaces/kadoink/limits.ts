import type { Limiter } from '#kit/limit'
import { kadoink } from './surface.ts'

/**
 * Count something that somebody does without a request against the same budgets as the requests that do it.
 * Throws `RateLimited`.
 */
export async function countUse(limiter: Limiter, name: keyof typeof kadoink.limits, userId: string): Promise<void> {
  await limiter.take(`${kadoink.name}.${name}`, kadoink.limits[name], 'viewer', { ip: userId, viewerId: userId })
}
