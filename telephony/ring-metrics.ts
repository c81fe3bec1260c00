import { spentInHour } from '#domain/spending'
import { backlog } from '#domain/turns'
import type { Metrics } from '#kit/metrics'
import type { Database } from '#kit/unit'

/**
 * Measure how many phones wait to be rung, since when, how fast turns are given out, and what the last hour has cost, by
 * all processes together.
 */
export async function measureRings(database: Database, metrics: Metrics): Promise<void> {
  const { waiting, headSeconds, releasedPerSecond, carrierQueueSeconds } = await database.read(backlog)
  metrics.ringsWaiting.set(waiting)
  metrics.ringsHeadWait.set(headSeconds)
  metrics.ringsPerSecond.set(releasedPerSecond)
  metrics.carrierQueue.set(carrierQueueSeconds)
  metrics.spentInHour.set(await database.read(spentInHour))
}
