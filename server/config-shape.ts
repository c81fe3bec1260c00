import type { RedisPlace } from '#kit/redis'

/** What this process does. */
export const PROCESS_TYPES = ['all', 'web', 'realtime', 'worker', 'migrate'] as const
/** `admin`: one command of an operator, and out again. */
export type ProcessType = (typeof PROCESS_TYPES)[number] | 'admin'

/** How the carrier is reached. */
export interface CarrierConfig {
  readonly accountSid: string
  /** The current token first; an old one behind it still verifies signatures during a rotation. */
  readonly authTokens: readonly [string, ...string[]]
  readonly apiBase: string | undefined
  readonly numbers: readonly [string, ...string[]]
}

/** How codes go by WhatsApp. */
export interface WhatsAppConfig {
  /** Our number there, E.164. */
  readonly number: string
  /** What WhatsApp has approved for codes, by language, as `HX…`; what has none goes as free text. */
  readonly templates: Readonly<Partial<Record<'en' | 'ru', string>>>
}

/** How our bot on Telegram is reached. */
export interface TelegramConfig {
  readonly token: string
  /** Without `@`. */
  readonly name: string
  readonly apiBase: string
}

/** How those who take the money are reached. */
export interface PaymentsConfig {
  readonly secretKey: string
  /** Several during a rotation: each of them is believed. */
  readonly webhookSecrets: readonly string[]
  readonly prices: Readonly<Record<'month' | 'year', string>>
  readonly apiBase: string | undefined
}

/** An object store that speaks S3, addressed by paths. */
export interface S3Config {
  readonly bucket: string
  /** Absent: Amazon's own, in the region. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Everything a process is told from outside, read once. What is null is replaced by an embedded stand-in. */
export interface Config {
  readonly type: ProcessType
  readonly isProduction: boolean
  /** How long requests are still answered after SIGTERM, while `/ready` says no: what a router needs to see it. */
  readonly leaveMs: number
  readonly host: string
  readonly port: number
  /** Null: the door of uWebSockets.js stays shut. */
  readonly realtimePort: number | null
  /** Whether the door of uWebSockets.js was asked for; else it is opened where it can be. */
  readonly isRealtimePortGiven: boolean
  readonly databaseUrl: string | null
  readonly databasePool: number
  /** What joins processes. */
  readonly redis: RedisPlace | null
  readonly publicUrl: string | null
  readonly realtimeUrl: string | null
  readonly carrier: CarrierConfig | null
  /** Null: with a real carrier, codes do not go by WhatsApp. */
  readonly whatsApp: WhatsAppConfig | null
  /** Null: a stand-in on a bare machine; elsewhere codes do not go by Telegram. */
  readonly telegram: TelegramConfig | null
  readonly hasTelegramStandIn: boolean
  /** `host:port` that may be asked by us although they are private. */
  readonly egressAllow: readonly string[]
  /** Countries that are called and texted. */
  readonly countries: ReadonlySet<string> | 'all'
  /** Dollars that the carrier may be paid in an hour, by our own estimate. */
  readonly spendPerHour: number
  /** How many calls the carrier begins in a second for our account; null when nothing was said of it. */
  readonly callsPerSecond: number | null
  /** How long the carrier may take to answer an order; after that nobody knows whether it was taken. */
  readonly carrierTimeoutMs: number
  /** Parameters of webhooks that the carrier may add without signing them. */
  readonly carrierUnsignedParams: readonly string[]
  readonly simulator: {
    readonly port: number
    readonly controlPort: number
    readonly paymentsPort: number
    readonly telegramPort: number
  }
  /** Null: a stand-in on a bare machine; elsewhere nothing is sold. */
  readonly payments: PaymentsConfig | null
  /** Whether payments have a stand-in where no account is configured. */
  readonly hasPaymentsStandIn: boolean
  /** Where people change or cancel what they pay for; null when that is said nowhere. */
  readonly portalUrl: string | null
  /** Hosts, beside our own, to which a checkout may lead back. */
  readonly checkoutReturnHosts: readonly string[]
  /** Where media are kept; null: on the disk of a process alone, else in the database. */
  readonly s3: S3Config | null
  readonly mailUrl: string | null
  readonly mailFrom: string
  /** Where reports of abuse are mailed to; null: they wait in the queue. */
  readonly operatorsMail: string | null
  readonly sessionSecrets: readonly string[]
  readonly trustProxyHops: number
  readonly corsOrigins: readonly string[]
  readonly dataDir: string
  readonly logLevel: string
  readonly metricsToken: string | null
  /** A port that the world does not reach, for those who look after this process; null: there is none. */
  readonly metricsPort: number | null
  readonly upgradesPerMinute: number
  readonly hasTestClock: boolean
  /** Whether sockets at `/__echo` are sent back what they say. */
  readonly hasEcho: boolean
}
