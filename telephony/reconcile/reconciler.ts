import { alone } from '#kit/alone'
import { Fault } from '#kit/fault'
import type { Log } from '#kit/log'
import { Signal } from '#kit/signal'
import { type Database, isDatabaseAway } from '#kit/unit'
import type { Carrier } from '../carrier.ts'
import { reconcileLegs } from './legs.ts'
import { reconcileOrders } from './orders.ts'
import { reconcileRecordings } from './recordings.ts'
import { reconcileRooms } from './rooms.ts'
import { reconcileTexts } from './texts.ts'
import type { Mended, ReconcileTools } from './tools.ts'
import { reconcileVisitors } from './visitors.ts'

/** The advisory lock of reconciliation, any fixed number. */
const LOCK = 7_105_204
const RETRY_MS = 2_000

/** What is reconciled, in this order: what people wait for comes first. */
const PARTS: readonly (readonly [name: string, work: (tools: ReconcileTools) => Promise<void>])[] = [
  ['orders', ({ database, carrier }) => reconcileOrders(database, carrier)],
  ['legs', reconcileLegs],
  ['visitors', reconcileVisitors],
  ['rooms', reconcileRooms],
  ['recordings', reconcileRecordings],
  ['texts', reconcileTexts],
]

/** What a reconciler needs. */
export interface ReconcilerOptions {
  readonly database: Database
  readonly databaseUrl: string
  readonly carrier: Carrier
  readonly log: Log
  readonly onMended?: (kind: Mended, times: number) => void
}

/** How much was mended, by kind. */
export type MendedCounts = Partial<Record<Mended, number>>

/**
 * Asks the carrier what it knows and we do not: once when a worker comes up, since nobody hears what is told while we are
 * down, then every minute. One process at a time; what is cut off is done again, and doing it twice changes nothing.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #stopped = new Signal()
  #isStopped = false
  #running: Promise<unknown> = Promise.resolve()

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /** Run once, beside everything else; a database that is away is waited for. */
  start(): void {
    this.#running = this.#begin()
  }

  /** Finish what is under way, begin nothing more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopped.fire()
    await this.#running
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running
  }

  /**
   * Reconcile everything; gives how much was mended, or null when another process is at it. What fails keeps nothing else
   * from being reconciled and is thrown at the end, as an `AggregateError`.
   */
  async run(): Promise<MendedCounts | null> {
    const mended: MendedCounts = {}
    const work = alone(this.#options.databaseUrl, LOCK, () => this.#reconcile(mended))
    this.#running = work.catch(() => {})
    return (await work) ? mended : null
  }

  /** What single questions are asked with, outside the rounds. */
  get tools(): ReconcileTools {
    return this.#toolsFor({})
  }

  async #begin(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await alone(this.#options.databaseUrl, LOCK, () => this.#reconcile({}))
        return
      } catch (error) {
        // What the carrier could not say now, it is asked again in a minute.
        if (!isAway(error)) return this.#options.log.error({ err: error }, 'reconcile: not everything at the start')
        await this.#stopped.wait(RETRY_MS)
      }
    }
  }

  async #reconcile(mended: MendedCounts): Promise<void> {
    const tools = this.#toolsFor(mended)
    const failures: unknown[] = []
    for (const [name, work] of PARTS) {
      if (this.#isStopped) break
      try {
        await work(tools)
      } catch (error) {
        if (isAway(error)) throw error
        failures.push(new Error(`The ${name} could not all be reconciled.`, { cause: error }))
      }
    }
    if (Object.keys(mended).length > 0) this.#options.log.info({ mended }, 'reconcile: mended')
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be reconciled.')
  }

  #toolsFor(mended: MendedCounts): ReconcileTools {
    const { database, carrier, log, onMended } = this.#options
    return {
      database,
      carrier,
      log,
      onMended: (kind, times) => {
        mended[kind] = (mended[kind] ?? 0) + times
        onMended?.(kind, times)
      },
      isStopping: () => this.#isStopped,
    }
  }
}

function isAway(error: unknown): boolean {
  return isDatabaseAway(error) || (error instanceof Fault && error.type.kind === 'unavailable')
}
