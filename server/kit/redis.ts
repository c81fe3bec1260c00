import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'

/** A connection that takes commands: to one Redis, or to a cluster of them. */
export type RedisLink = Redis | Cluster

/** Where Redis is. */
export interface RedisPlace {
  readonly url: string
  /** Whether the address is that of a node of a Redis Cluster, of which the others are asked for. */
  readonly isCluster: boolean
  /** Whether any certificate will do where the address is `rediss://`: that of some platforms is vouched for by nobody. */
  readonly isUnverified?: boolean
}

/** A publish that has no answer by then counts as failed. */
const ANSWER_WITHIN_MS = 3_000
/** How often it is tried to reach Redis again: those who wait for it are told late meanwhile. */
const RETRY_MS = 250

/**
 * A connection to Redis that is made at once, mended by itself, and never keeps commands for later: while Redis is
 * away a command fails at once, and whoever gave it knows. `onError` hears of every failure to connect.
 */
export function connectRedis(place: RedisPlace, name: string, onError: (error: Error) => void): RedisLink {
  const whole = { maxRetriesPerRequest: 0, connectionName: name }
  const redis = place.isCluster
    ? new Cluster([place.url], clusterOptions(place, whole))
    : new Redis(place.url, { ...whole, ...securityOf(place), enableOfflineQueue: false })
  redis.on('error', onError)
  return redis
}

/** What is told and heard through Redis. Redis forgets what nobody hears. */
export interface PubSub {
  /** Whether what is subscribed to now is heard. */
  readonly isReady: boolean
  /**
   * Hand texts over, all or none, in order; on a cluster to channels that share a hash tag. Rejects when they were not,
   * or perhaps not, handed over.
   */
  publish(texts: readonly (readonly [channel: string, text: string])[]): Promise<void>
  /** Hear channels; resolves when nothing published from then on is missed. On a cluster all of them share a hash tag. */
  subscribe(channels: readonly string[]): Promise<void>
  unsubscribe(channel: string): Promise<void>
  onText(handler: (text: string) => void): void
  /** Be told when Redis is there, for the first time or again: then nothing is subscribed to. */
  onReturn(handler: () => void): void
  close(): void
}

/** Publish and subscribe: plainly, on a connection for each; on a cluster, sharded. */
export function connectPubSub(place: RedisPlace, name: string, onError: (error: Error) => void): PubSub {
  return place.isCluster ? shardedPubSub(place, name, onError) : plainPubSub(place, name, onError)
}

function plainPubSub(place: RedisPlace, name: string, onError: (error: Error) => void): PubSub {
  const { url } = place
  // Redis must not keep messages for later: old ones would come after newer ones that were read from the outbox.
  const common = {
    ...securityOf(place),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => RETRY_MS,
  }
  const publisher = new Redis(url, { ...common, connectionName: `${name}-publisher`, commandTimeout: ANSWER_WITHIN_MS })
  const subscriber = new Redis(url, {
    ...common,
    connectionName: `${name}-subscriber`,
    autoResubscribe: false,
    maxRetriesPerRequest: null,
  })
  for (const redis of [publisher, subscriber]) redis.on('error', onError)
  return {
    get isReady() {
      return subscriber.status === 'ready'
    },
    publish: (texts) => transact(publisher, 'publish', texts),
    subscribe: async (channels) => void (await subscriber.subscribe(...channels)),
    unsubscribe: async (channel) => void (await subscriber.unsubscribe(channel)),
    onText: (handler) => void subscriber.on('message', (_channel, text) => handler(text)),
    onReturn: (handler) => void subscriber.on('ready', handler),
    close() {
      subscriber.disconnect()
      publisher.disconnect()
    },
  }
}

/**
 * The nodes of a cluster pass plain messages on to each other, all of them; sharded ones stay on the node that a channel
 * belongs to. The library looks for that node anew when its connection breaks or the channel moves, and says so.
 */
function shardedPubSub(place: RedisPlace, name: string, onError: (error: Error) => void): PubSub {
  const cluster = new Cluster([place.url], {
    ...clusterOptions(place, { connectionName: name, commandTimeout: ANSWER_WITHIN_MS }),
    shardedSubscribers: true,
  })
  cluster.on('error', onError)
  return {
    get isReady() {
      return cluster.status === 'ready'
    },
    publish: (texts) => transact(cluster, 'spublish', texts),
    async subscribe(channels) {
      // The library keeps a list of its own, in which what is subscribed to again would stand twice.
      await cluster.sunsubscribe(...channels)
      await cluster.ssubscribe(...channels)
    },
    unsubscribe: async (channel) => void (await cluster.sunsubscribe(channel)),
    onText: (handler) => void cluster.on('smessage', (_channel: string, text: string) => handler(text)),
    onReturn(handler) {
      cluster.on('ready', handler)
      cluster.on('subscribersReady', handler)
    },
    close: () => cluster.disconnect(),
  }
}

/** Publish in one transaction: what comes later never gets through where something before it did not. */
async function transact(
  redis: RedisLink,
  command: 'publish' | 'spublish',
  texts: readonly (readonly [channel: string, text: string])[],
): Promise<void> {
  const [first] = texts
  if (!first) return
  if (texts.length === 1) {
    await redis[command](...first)
    return
  }
  const whole = redis.multi()
  for (const text of texts) whole[command](...text)
  if ((await whole.exec()) === null) throw new Error('Redis took none of the messages.')
}

/** The nodes that a cluster tells of are reached as the first one is: with its password, and by TLS or not. */
function clusterOptions(
  place: RedisPlace,
  options: Pick<RedisOptions, 'connectionName' | 'commandTimeout' | 'maxRetriesPerRequest'>,
) {
  const { username, password } = new URL(place.url)
  const security = securityOf(place)
  return {
    enableOfflineQueue: false,
    clusterRetryStrategy: () => RETRY_MS,
    redisOptions: {
      ...options,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...security,
    },
    // A certificate names hosts: they must not be looked up before it is compared with them.
    ...('tls' in security ? { dnsLookup: asItIs } : {}),
  } satisfies ClusterOptions
}

/** How a connection is secured where the address says that it is. */
function securityOf({ url, isUnverified = false }: RedisPlace): Pick<RedisOptions, 'tls'> {
  return new URL(url).protocol === 'rediss:' ? { tls: { rejectUnauthorized: !isUnverified } } : {}
}

const asItIs: NonNullable<ClusterOptions['dnsLookup']> = (address, callback) => callback(null, address)
