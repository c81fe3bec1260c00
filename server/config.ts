import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { RedisPlace } from '#kit/redis'
import { faultsOf, type Given } from './config-faults.ts'
import type { CarrierConfig, Config, PaymentsConfig, ProcessType, S3Config, TelegramConfig } from './config-shape.ts'
import {
  countries,
  flag,
  httpUrl,
  list,
  numbers,
  origins,
  places,
  port,
  price,
  rootUrl,
  sender,
  serverUrl,
  templates,
} from './config-values.ts'

export type * from './config-shape.ts'
export { PROCESS_TYPES } from './config-shape.ts'

/** The environment. An empty value counts as absent. */
const Environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().optional(),
  PORT: port.default(3000),
  REALTIME_PORT: port.optional(),
  DATABASE_URL: serverUrl(
    /^postgres(ql)?:$/,
    'Send a postgres:// address; what is odd in a password, as %23 for #.',
  ).optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(10),
  REDIS_URL: serverUrl(/^rediss?:$/, 'Send a redis:// address.').optional(),
  REDIS_CLUSTER: flag.default(false),
  UNVERIFIED_TLS: flag.default(false),
  PUBLIC_URL: rootUrl.optional(),
  REALTIME_URL: z.url({ protocol: /^wss?$/ }).optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'Send the account SID: AC and 32 hex digits.')
    .optional(),
  TWILIO_AUTH_TOKENS: list.optional(),
  TWILIO_NUMBERS: numbers.optional(),
  TWILIO_API_BASE: httpUrl.optional(),
  TWILIO_UNSIGNED_PARAMS: list.default([]),
  WHATSAPP_FROM: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'Send an E.164 number.')
    .optional(),
  WHATSAPP_CODE_TEMPLATES: templates.default({}),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{30,}$/, 'Send the token that BotFather gave: digits, a colon, a long word.')
    .optional(),
  TELEGRAM_BOT_NAME: z
    .string()
    .regex(/^\w{5,32}$/, 'Send the name of the bot, without @.')
    .optional(),
  TELEGRAM_API_BASE: httpUrl.default('https://api.telegram.org'),
  EGRESS_ALLOW: places.default([]),
  COUNTRIES: countries.default(new Set(['US', 'CA'])),
  SPEND_PER_HOUR: z.coerce.number().positive().max(1_000_000).default(50),
  CALLS_PER_SECOND: z.coerce.number().positive().max(1_000).optional(),
  CARRIER_TIMEOUT_MS: z.coerce.number().int().min(100).max(30_000).default(8_000),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_\w{8,}$/, 'Send a secret key: sk_… or rk_….')
    .optional(),
  STRIPE_WEBHOOK_SECRETS: list
    .refine((all) => all.every((secret) => /^whsec_\S{16,}$/.test(secret)), 'Send secrets that begin with whsec_.')
    .optional(),
  STRIPE_PRICE_MONTH: price.optional(),
  STRIPE_PRICE_YEAR: price.optional(),
  STRIPE_API_BASE: rootUrl.optional(),
  STRIPE_PORTAL_URL: httpUrl.optional(),
  CHECKOUT_RETURN_HOSTS: list
    .refine(
      (all) => all.every((host) => /^[\w.-]+(:\d+)?$/.test(host)),
      'Send host names, with a port where it matters.',
    )
    .default([]),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'Send the name of a bucket.')
    .optional(),
  S3_ENDPOINT: rootUrl.optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'Send a region such as eu-central-1.')
    .default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().regex(/^\S+$/, 'Send it without spaces.').optional(),
  S3_SECRET_ACCESS_KEY: z.string().regex(/^\S+$/, 'Send it without spaces.').optional(),
  MAIL_URL: serverUrl(/^smtps?:$/, 'Send an smtp:// address.').optional(),
  MAIL_FROM: sender.default('Kadoink <no-reply@kadoink.example>'),
  OPERATORS_MAIL: z.email('Send an email address.').optional(),
  SESSION_SECRETS: list.optional(),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  CORS_ORIGINS: origins.default([]),
  DATA_DIR: z.string().default('data'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_TOKEN: z.string().min(16).optional(),
  METRICS_PORT: port.optional(),
  LEAVE_MS: z.coerce.number().int().min(0).max(10_000).optional(),
  UPGRADES_PER_MINUTE: z.coerce.number().int().min(1).max(100_000).default(20),
  SIMULATOR_PORT: port.default(0),
  SIMULATOR_CONTROL_PORT: port.default(0),
  SIMULATOR_PAYMENTS_PORT: port.default(0),
  SIMULATOR_TELEGRAM_PORT: port.default(0),
  TEST_CLOCK: flag.default(false),
  WS_ECHO: flag.default(false),
})

/** Everything that is wrong with the environment, at once. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The environment is not complete:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Read the environment for a process of this type. Throws `ConfigError` that lists every fault. */
export function readConfig(type: ProcessType, environment: Readonly<Record<string, string | undefined>>): Config {
  const given: Given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && /[^\s,]/.test(value)),
  )
  const parsed = Environment.safeParse(given)
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...faultsOf(type, given),
  ]
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults)
  const env = parsed.data
  const dataDir = resolve(env.DATA_DIR)
  return Object.freeze({
    type,
    isProduction: env.NODE_ENV === 'production',
    leaveMs: env.LEAVE_MS ?? (env.NODE_ENV === 'production' ? 2_000 : 0),
    host: env.HOST ?? (env.NODE_ENV === 'production' ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    realtimePort: realtimePort(type, env),
    isRealtimePortGiven: type === 'realtime' || env.REALTIME_PORT !== undefined,
    databaseUrl: databaseUrlOf(env),
    databasePool: env.DATABASE_POOL,
    redis: env.REDIS_URL === undefined ? null : redisOf(env.REDIS_URL, env),
    publicUrl: env.PUBLIC_URL ?? null,
    realtimeUrl: env.REALTIME_URL ?? null,
    carrier: carrierOf(env),
    whatsApp: env.WHATSAPP_FROM ? { number: env.WHATSAPP_FROM, templates: env.WHATSAPP_CODE_TEMPLATES } : null,
    telegram: telegramOf(env),
    hasTelegramStandIn: type === 'all' && env.NODE_ENV !== 'production' && env.TELEGRAM_BOT_TOKEN === undefined,
    egressAllow: env.EGRESS_ALLOW,
    countries: env.COUNTRIES,
    spendPerHour: env.SPEND_PER_HOUR,
    callsPerSecond: env.CALLS_PER_SECOND ?? null,
    carrierTimeoutMs: env.CARRIER_TIMEOUT_MS,
    carrierUnsignedParams: env.TWILIO_UNSIGNED_PARAMS,
    simulator: {
      port: env.SIMULATOR_PORT,
      controlPort: env.SIMULATOR_CONTROL_PORT,
      paymentsPort: env.SIMULATOR_PAYMENTS_PORT,
      telegramPort: env.SIMULATOR_TELEGRAM_PORT,
    },
    payments: paymentsOf(env),
    hasPaymentsStandIn: type === 'all' && env.NODE_ENV !== 'production' && env.STRIPE_SECRET_KEY === undefined,
    portalUrl: env.STRIPE_PORTAL_URL ?? null,
    checkoutReturnHosts: env.CHECKOUT_RETURN_HOSTS,
    s3: s3Of(env),
    mailUrl: env.MAIL_URL ?? null,
    mailFrom: env.MAIL_FROM,
    operatorsMail: env.OPERATORS_MAIL ?? null,
    sessionSecrets: env.SESSION_SECRETS ?? [localSecret(dataDir)],
    trustProxyHops: env.TRUST_PROXY_HOPS,
    corsOrigins: env.CORS_ORIGINS,
    dataDir,
    logLevel: env.LOG_LEVEL,
    metricsToken: env.METRICS_TOKEN ?? null,
    metricsPort: env.METRICS_PORT ?? null,
    upgradesPerMinute: env.UPGRADES_PER_MINUTE,
    hasTestClock: env.TEST_CLOCK,
    hasEcho: env.WS_ECHO,
  })
}

type Env = z.output<typeof Environment>

/** Where certificates are vouched for by nobody, the connection is sealed all the same; what the address says of it holds. */
function databaseUrlOf({ DATABASE_URL: given, UNVERIFIED_TLS: isUnverified }: Env): string | null {
  if (given === undefined) return null
  const url = new URL(given)
  if (!isUnverified || url.searchParams.has('sslmode')) return given
  url.searchParams.set('sslmode', 'no-verify')
  return url.href
}

function redisOf(url: string, { REDIS_CLUSTER: isCluster, UNVERIFIED_TLS: isUnverified }: Env): RedisPlace {
  return { url, isCluster, isUnverified }
}

function telegramOf(env: Env): TelegramConfig | null {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_BOT_NAME: name, TELEGRAM_API_BASE: apiBase } = env
  return token && name ? { token, name, apiBase } : null
}

/** Where people come to a bot. */
export function telegramLinkOf({ name }: Pick<TelegramConfig, 'name'>): string {
  return `https://t.me/${name}`
}

function paymentsOf(env: Env): PaymentsConfig | null {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRETS: webhookSecrets = [] } = env
  const { STRIPE_PRICE_MONTH: month, STRIPE_PRICE_YEAR: year } = env
  if (!secretKey || !month || !year) return null
  return { secretKey, webhookSecrets, prices: { month, year }, apiBase: env.STRIPE_API_BASE }
}

function carrierOf(env: Env): CarrierConfig | null {
  const [token, ...older] = env.TWILIO_AUTH_TOKENS ?? []
  const [number, ...more] = env.TWILIO_NUMBERS ?? []
  if (!env.TWILIO_ACCOUNT_SID || !token || !number) return null
  return {
    accountSid: env.TWILIO_ACCOUNT_SID,
    authTokens: [token, ...older],
    apiBase: env.TWILIO_API_BASE,
    numbers: [number, ...more],
  }
}

/** `realtime` has only the fast door, on its `PORT`; `all` opens it on the port after `PORT` unless told otherwise. */
function realtimePort(type: ProcessType, env: Env): number | null {
  if (type === 'realtime') return env.PORT
  if (env.REALTIME_PORT !== undefined) return env.REALTIME_PORT
  if (type !== 'all' || env.NODE_ENV === 'production') return null
  return env.PORT === 0 ? 0 : env.PORT + 1
}

/** The secret of a bare machine: made once, kept with its data. */
function localSecret(dataDir: string): string {
  const path = join(dataDir, 'session-secret')
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  try {
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      // On a full disk there is a file, and nothing in it.
      rmSync(path, { force: true })
      throw error
    }
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length < 32) {
    throw new ConfigError([
      `SESSION_SECRETS: ${path} should hold a secret and is cut short. Remove it; people sign in again.`,
    ])
  }
  return secret
}

function s3Of(env: Env): S3Config | null {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined) return null
  return { bucket, accessKeyId, secretAccessKey, region: env.S3_REGION, endpoint: env.S3_ENDPOINT }
}
