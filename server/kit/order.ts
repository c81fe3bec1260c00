import type { Knex } from 'knex'
import { secondsAfter } from './clock.ts'
import type { Database, Unit } from './unit.ts'

/**
 * The ledger of orders to the outside world: what an effect wants done, once. A row is claimed before anything is
 * sent (`sending`), and says afterwards what is known: `sent`, `failed`, or `unknown` when the answer was lost.
 * An unknown order is never sent again until the other side's own list has been asked.
 */
export type OrderState = 'sending' | 'sent' | 'failed' | 'unknown'

/** One order, and what to do when its outcome is known. */
export interface Order<Result> {
  /** Who orders: `dialer`, `texter`, `mailer`. */
  readonly effect: string
  /** The order's name within the effect: usually the id of the event that asks for it. */
  readonly key: string
  /** Facts by which the other side's list can be searched, such as the number called. */
  readonly facts: Readonly<Record<string, unknown>>
  /**
   * Asked in the unit that claims: whether the order still stands (the call may have ended). When not,
   * nothing is claimed and nothing is sent.
   */
  wanted?(unit: Unit): Promise<boolean>
  send(): Promise<Result>
  /** The other side's id of what was done. */
  externalId(result: Result): string
  /** Recorded in the unit that marks the order as sent. */
  sent?(unit: Unit, result: Result): Promise<void>
  /** Recorded in the unit that marks the order as failed for good. */
  failed?(unit: Unit, error: unknown): Promise<void>
  /** `refused`: will not work; `retry`: surely not done, try again; `unknown`: may have been done. */
  judge(error: unknown): 'refused' | 'retry' | 'unknown'
}

/** An order whose outcome is to be found out. */
export interface UnknownOrder {
  readonly key: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly claimedAt: Date
}

/**
 * Place an order at most once. Throws only what `judge` calls `retry`, for the relay to come back with the event.
 * An order found `sending` was cut off by a crash: it becomes `unknown`.
 */
export async function place<Result>(database: Database, order: Order<Result>): Promise<OrderState | 'unwanted'> {
  const claimed = await database.write((unit) => claim(unit, order))
  if (claimed !== 'claimed') return claimed

  try {
    const result = await order.send()
    await database.write((unit) => confirm(unit, order, result))
    return 'sent'
  } catch (error) {
    const verdict = order.judge(error)
    if (verdict === 'retry') {
      await database.write((unit) => rows(unit.sql, order).where({ state: 'sending' }).delete())
      throw error
    }
    return database.write((unit) => settleFailure(unit, order, error, verdict))
  }
}

/** Orders of an effect that have been unknown since before a moment. */
export async function unknownOrders(sql: Knex, effect: string, before: Date): Promise<readonly UnknownOrder[]> {
  const found: readonly { key: string; facts: Record<string, unknown>; claimed_at: Date }[] = await sql('orders')
    .where({ effect, state: 'unknown' })
    .andWhere('claimed_at', '<', before)
    .orderBy('claimed_at')
    .limit(200)
  return found.map((row) => ({ key: row.key, facts: row.facts, claimedAt: row.claimed_at }))
}

/**
 * Orders that have been under way for longer than any order is were cut off with their process: nobody knows what became
 * of them. Usually the event is handled again and says so; here it is said for those whose event is not.
 */
export async function noticeCutOff(unit: Unit, effect: string, seconds: number): Promise<void> {
  await unit
    .sql('orders')
    .where({ effect, state: 'sending' })
    .andWhere('claimed_at', '<', secondsAfter(unit.now, -seconds))
    .update({ state: 'unknown', updated_at: unit.now })
}

/** Whether some order of an effect is known to have led to this id. */
export async function isClaimedId(sql: Knex, effect: string, externalId: string): Promise<boolean> {
  return (await sql('orders').where({ effect, external_id: externalId }).first('key')) !== undefined
}

/** The facts of an effect's orders that are known to have led to one of these ids, by that id. */
export async function factsOf(
  sql: Knex,
  effect: string,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, UnknownOrder['facts']>> {
  const rows: readonly { external_id: string; facts: UnknownOrder['facts'] }[] = await sql('orders')
    .where({ effect })
    .whereIn('external_id', externalIds)
    .select('external_id', 'facts')
  return new Map(rows.map((row) => [row.external_id, row.facts]))
}

/** The other side says what became of an unknown order: its id there. False when somebody was faster. */
export async function found(unit: Unit, effect: string, key: string, externalId: string): Promise<boolean> {
  const moved = await unit
    .sql('orders')
    .where({ effect, key })
    .whereIn('state', ['unknown', 'sending'])
    .update({ state: 'sent', external_id: externalId, updated_at: unit.now })
  return moved === 1
}

/** The other side never heard of an unknown order, and it is too late or too unsafe to repeat it. */
export async function giveUp(unit: Unit, effect: string, key: string): Promise<boolean> {
  const moved = await unit
    .sql('orders')
    .where({ effect, key, state: 'unknown' })
    .update({ state: 'failed', updated_at: unit.now })
  return moved === 1
}

async function claim<Result>(unit: Unit, order: Order<Result>): Promise<OrderState | 'unwanted' | 'claimed'> {
  const existing: { state: OrderState } | undefined = await rows(unit.sql, order).forUpdate().first('state')
  if (existing?.state === 'sending') {
    await rows(unit.sql, order).update({ state: 'unknown', updated_at: unit.now })
    return 'unknown'
  }
  if (existing) return existing.state
  if (order.wanted && !(await order.wanted(unit))) return 'unwanted'
  const taken = await unit
    .sql('orders')
    .insert({
      effect: order.effect,
      key: order.key,
      state: 'sending',
      facts: JSON.stringify(order.facts),
      claimed_at: unit.now,
      updated_at: unit.now,
    })
    .onConflict(['effect', 'key'])
    .ignore()
    .returning('key')
  return taken.length === 1 ? 'claimed' : 'sending'
}

async function confirm<Result>(unit: Unit, order: Order<Result>, result: Result): Promise<void> {
  const external_id = order.externalId(result)
  await rows(unit.sql, order).update({ state: 'sent', external_id, updated_at: unit.now })
  await order.sent?.(unit, result)
}

async function settleFailure<Result>(
  unit: Unit,
  order: Order<Result>,
  error: unknown,
  verdict: 'refused' | 'unknown',
): Promise<OrderState> {
  const state = verdict === 'refused' ? 'failed' : 'unknown'
  await rows(unit.sql, order).where({ state: 'sending' }).update({ state, updated_at: unit.now })
  if (state === 'failed') await order.failed?.(unit, error)
  return state
}

function rows<Result>(sql: Knex, order: Order<Result>) {
  return sql('orders').where({ effect: order.effect, key: order.key })
}
