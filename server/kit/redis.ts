import { Redis, type RedisOptions } from 'ioredis'

export type { Redis } from 'ioredis'

/**
 * A connection to Redis that is made at once, mended by itself, and never keeps commands for later: while Redis is
 * away a command fails at once, and whoever gave it knows. `onError` hears of every failure to connect.
 */
export function connectRedis(
  url: string,
  name: string,
  onError: (error: Error) => void,
  options: Pick<RedisOptions, 'autoResubscribe' | 'commandTimeout'> & { readonly maxRetriesPerRequest?: null } = {},
): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 0,
    ...options,
    enableOfflineQueue: false,
    connectionName: name,
  })
  redis.on('error', onError)
  return redis
}
