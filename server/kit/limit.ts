import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
} from 'rate-limiter-flexible'
import { RateLimited } from './fault.ts'
import { networkOf } from './network.ts'
import type { RedisLink } from './redis.ts'

/** What a budget may be counted by. */
export interface Caller {
  /** Of IPv6 it is the network that counts: whoever has one address has 2^64 of them. */
  readonly ip: string
  /** The viewer's id; absent when the caller showed no token. */
  readonly viewerId?: string
  /** The checked body, once there is one. */
  readonly body?: unknown
}

/** So many points in so many seconds, for each value of the key. */
export interface Budget {
  readonly points: number
  readonly perSeconds: number
  /** `ip` is counted before anything else is looked at, `viewer` after the token, a function after the body. */
  readonly by: 'ip' | 'viewer' | ((caller: Caller) => string | null)
  /** What a function counts by, in words for the docs: `for each visitor`. */
  readonly counts?: string
  /** Only refusals are counted: a success gives the whole budget back. */
  readonly isForgiving?: boolean
}

/** A named limit: all of its budgets must have a point left. */
export type Limit = readonly Budget[]

/** When a budget is counted. */
export type LimitStage = 'ip' | 'viewer' | 'body'

/**
 * Counts budgets: in Redis when there is one (and in this process's memory while it is away, so that limits never
 * fall open), else in memory.
 */
export class Limiter {
  readonly #redis: RedisLink | undefined
  readonly #limiters = new Map<Budget, RateLimiterAbstract>()

  constructor(redis?: RedisLink) {
    this.#redis = redis
  }

  /** Take one point from each budget of this stage. Throws `RateLimited` with the seconds until one is left. */
  async take(name: string, limit: Limit, stage: LimitStage, asking: Caller): Promise<void> {
    const caller = counted(asking)
    for (const [index, budget] of limit.entries()) {
      if (stageOf(budget) !== stage) continue
      const key = keyOf(budget, caller)
      if (key === null) continue
      await this.#consume(this.#limiter(`${name}.${index}`, budget), key)
    }
  }

  /** A request has succeeded: budgets that only count refusals are whole again for this caller. */
  async forgive(limit: Limit, asking: Caller): Promise<void> {
    const caller = counted(asking)
    for (const budget of limit) {
      const key = budget.isForgiving ? keyOf(budget, caller) : null
      // What has succeeded stays a success when the count cannot be reached.
      if (key !== null)
        await this.#limiters
          .get(budget)
          ?.delete(key)
          .catch(() => {})
    }
  }

  async #consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
    try {
      await limiter.consume(key)
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal
      const { msBeforeNext } = refusal as RateLimiterRes
      throw RateLimited({ retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) })
    }
  }

  #limiter(keyPrefix: string, budget: Budget): RateLimiterAbstract {
    const known = this.#limiters.get(budget)
    if (known) return known
    const options = { keyPrefix, points: budget.points, duration: budget.perSeconds }
    const memory = new RateLimiterMemory(options)
    const limiter = this.#redis
      ? new RateLimiterRedis({ ...options, storeClient: this.#redis, insuranceLimiter: memory })
      : memory
    this.#limiters.set(budget, limiter)
    return limiter
  }
}

/** A caller as they are counted. */
function counted(caller: Caller): Caller {
  return { ...caller, ip: networkOf(caller.ip) }
}

function stageOf(budget: Budget): LimitStage {
  return typeof budget.by === 'function' ? 'body' : budget.by
}

function keyOf(budget: Budget, caller: Caller): string | null {
  if (budget.by === 'ip') return caller.ip
  if (budget.by === 'viewer') return caller.viewerId ?? caller.ip
  return budget.by(caller)
}
