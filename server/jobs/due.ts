import { perform } from '#domain/errands'
import * as schedule from '#domain/schedule'
import { type Clock, secondsAfter } from '#kit/clock'
import type { Log } from '#kit/log'
import { Signal } from '#kit/signal'
import type { Database } from '#kit/unit'

/** What it works with. */
export interface DueJobsOptions {
  readonly database: Database
  readonly log: Log
  readonly clock: Clock
  /** What is done for a job; what it was ordered for, when left out. */
  readonly perform?: typeof perform
}

/** So many jobs are taken at a time: what one worker has taken and not begun waits while others might do it. */
const TAKEN = 20
/** So many are run at once, each in a unit of its own, which is a connection of the pool. */
const AT_ONCE = 4
/** What is scheduled lies a minute ahead at least: whoever looks this often hears of it before its time. */
const LONGEST_SLEEP_SECONDS = 5
/** What is due and was not taken is being run by somebody. */
const SHORTEST_SLEEP_SECONDS = 0.05

/**
 * Does what people have scheduled when its time has come, by the database's clock: sleeps until the next thing is due,
 * takes what is, and runs each job in the unit in which it ends. Any number of workers may do so at once.
 */
export class DueJobs {
  readonly #options: DueJobsOptions
  readonly #woken = new Signal()
  #isStopped = false
  #looking: Promise<void> | null = null
  #loop: Promise<void> = Promise.resolve()

  constructor(options: DueJobsOptions) {
    this.#options = options
  }

  /** Begin to look; returns at once. */
  start(): void {
    this.#loop = this.#run()
  }

  /** Take nothing more; resolves when what is running has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#woken.fire()
    await this.#loop
    await this.#looking
  }

  /** Do all that is due by now; whoever asks while that goes on waits for the same. Throws when the database is away. */
  look(): Promise<void> {
    this.#looking ??= this.#doAll().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /** Look again at once: there may be something new. */
  wake(): void {
    this.#woken.fire()
  }

  /** Whether nothing is due. */
  async settled(): Promise<boolean> {
    const next = await this.#options.database.read(schedule.secondsToNext)
    return this.#looking === null && (next === null || next > 0)
  }

  async #run(): Promise<void> {
    const { clock } = this.#options
    while (!this.#isStopped) {
      const seconds = await this.#lookAndSee()
      await clock.sleepUntil(secondsAfter(clock.now(), seconds), this.#woken)
    }
  }

  /** Do what is due; how long to sleep after it. */
  async #lookAndSee(): Promise<number> {
    const { database, log } = this.#options
    try {
      await this.look()
      const next = await database.read(schedule.secondsToNext)
      return Math.max(SHORTEST_SLEEP_SECONDS, Math.min(next ?? LONGEST_SLEEP_SECONDS, LONGEST_SLEEP_SECONDS))
    } catch (error) {
      log.warn({ err: String(error) }, 'jobs: what is due cannot be looked for, trying again')
      return LONGEST_SLEEP_SECONDS
    }
  }

  async #doAll(): Promise<void> {
    while (!this.#isStopped) {
      const claims = [...(await this.#options.database.write((unit) => schedule.takeDue(unit, TAKEN)))]
      if (claims.length === 0) return
      const runNext = async (): Promise<void> => {
        for (let claim = claims.shift(); claim; claim = claims.shift()) await this.#runOne(claim)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, runNext))
    }
  }

  async #runOne(claim: schedule.Claim): Promise<void> {
    const { database, log, perform: work = perform } = this.#options
    try {
      await database.write((unit) => schedule.run(unit, claim, (owner, job) => work(unit, owner, job)))
    } catch (error) {
      log.warn({ err: error, job_id: claim.id }, 'jobs: a scheduled job broke off; it is tried again')
      await database.write((unit) => schedule.release(unit, claim, error)).catch(() => {})
    }
  }
}
