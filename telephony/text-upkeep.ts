import * as texts from '#domain/texts'
import type { Log } from '#kit/log'
import type { Metrics } from '#kit/metrics'
import type { Database, Unit } from '#kit/unit'

/** What the upkeep of texts needs. */
export interface TextUpkeep {
  readonly database: Database
  readonly log: Log
  readonly metrics: Metrics
}

/** Have texts handed over that are due: second tries, and what was announced and came to nothing. */
export async function wakeTexts({ database }: Pick<TextUpkeep, 'database'>): Promise<void> {
  await database.write(texts.wakeDue)
}

/** Say which texts have been waited for long enough: those nobody could hand over, and those without a last report. */
export async function ageTexts({ database, log, metrics }: TextUpkeep): Promise<void> {
  const expired = await repeat(database, texts.expire)
  const unconfirmed = await database.write(texts.giveUpReports)
  metrics.textsAged.inc({ how: 'expired' }, expired)
  metrics.textsAged.inc({ how: 'unconfirmed' }, unconfirmed)
  if (expired + unconfirmed > 0) log.warn({ expired, unconfirmed }, 'texts: nobody knows whether they arrived')
}

/** Warn of our numbers that networks filter, again and again while it lasts. */
export async function watchTexts({ database, log }: Pick<TextUpkeep, 'database' | 'log'>): Promise<void> {
  for (const { ourNumber, sent, failed } of await database.read(texts.troubles)) {
    log.warn({ ourNumber, sent, failed }, 'texts: networks filter what this number sends')
  }
}

/** Drop what is older than ninety days, some at a time. */
export async function tidyTexts({ database }: Pick<TextUpkeep, 'database'>): Promise<void> {
  await repeat(database, texts.tidy)
}

/** Do some of the work in a unit of its own until nothing is left; gives how much there was. */
async function repeat(database: Database, some: (unit: Unit) => Promise<number>): Promise<number> {
  let all = 0
  for (;;) {
    const done = await database.write(some)
    all += done
    if (done === 0) return all
  }
}
