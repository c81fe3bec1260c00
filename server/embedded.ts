import { readStripeWebhook, startPaymentSimulator, stripeTill, type Told } from '#gateways/payments'
import { startTelegramSimulator, type TelegramBot, telegramBot } from '#gateways/telegram'
import type { Clock } from '#kit/clock'
import type { Lifecycle } from '#kit/lifecycle'
import type { Log } from '#kit/log'
import { type Simulator, startSimulator } from '#simulator'
import { type CarrierConfig, type Config, type PaymentsConfig, telegramLinkOf } from './config.ts'
import { startEmbeddedPostgres } from './embedded-postgres/index.ts'
import { migrate } from './migrate.ts'

/** The account of the simulated network; a fixed one, so that its REST addresses stay the same over restarts. */
const ACCOUNT_SID = 'AC00000000000000000000000000000000'
const AUTH_TOKEN = 'the-simulated-network-has-no-secret'
/** Calls that the simulated network begins in a second, unless the environment says otherwise. */
const SIMULATED_CALLS_PER_SECOND = 5
/** Calls that Twilio begins in a second for an account that has asked for no more. */
const USUAL_CALLS_PER_SECOND = 1
/** Twilio's own test number. */
const NUMBER = '+15005550006'

/** The database: the given one, or PostgreSQL from npm, brought up to date at once. */
export async function databaseFor(config: Config, log: Log, lifecycle: Lifecycle): Promise<string> {
  if (config.databaseUrl !== null) return config.databaseUrl
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  lifecycle.add('embedded postgres', () => postgres.stop())
  await migrate(postgres.url, log)
  return postgres.url
}

/** A carrier as it is to be spoken with, and the simulated network behind it when it is not a real one. */
export interface CarrierAccess {
  readonly carrier: CarrierConfig
  /** How many calls it begins in a second for us. */
  readonly callsPerSecond: number
  readonly simulator: Simulator | null
}

/** The phone network: the configured account, or a simulated one on loopback. */
export async function carrierFor(
  config: Config,
  log: Log,
  lifecycle: Lifecycle,
  { publicUrl, localUrl }: { readonly publicUrl: string; readonly localUrl: string },
): Promise<CarrierAccess> {
  if (config.carrier) {
    return { carrier: config.carrier, callsPerSecond: config.callsPerSecond ?? USUAL_CALLS_PER_SECOND, simulator: null }
  }
  const callsPerSecond = config.callsPerSecond ?? SIMULATED_CALLS_PER_SECOND
  const simulator = await startSimulator({
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    numbers: [NUMBER],
    port: config.simulator.port,
    controlPort: config.simulator.controlPort,
    callsPerSecond,
    whatsApp: {
      templates: Object.fromEntries(Object.values(SIMULATED_TEMPLATES).map(({ id, text }) => [id, text])),
    },
    // The simulated network only ever calls loopback, whatever our public address is.
    routes: { [new URL(publicUrl).origin]: localUrl },
    log: (line) => log.debug({ source: 'simulator' }, line),
    onViolation: (breach) => log.warn({ source: 'simulator', breach }, 'a rule of the carrier was broken'),
  })
  lifecycle.add('simulated carrier', () => simulator.close())
  const carrier = {
    accountSid: ACCOUNT_SID,
    authTokens: [AUTH_TOKEN],
    apiBase: simulator.url,
    numbers: [NUMBER],
  } as const
  return { carrier, callsPerSecond, simulator }
}

/** What WhatsApp has approved for codes on the simulated network, in its own words for authentication templates. */
export const SIMULATED_TEMPLATES = {
  en: { id: 'HX00000000000000000000000000000001', text: '{{1}} is your verification code.' },
  ru: { id: 'HX00000000000000000000000000000002', text: '{{1}} — ваш код подтверждения.' },
} as const

/** Tell the simulated network where our webhooks are, as a person does in Twilio's console. */
export function connectNumbers(simulator: Simulator, numbers: readonly string[], publicUrl: string): void {
  for (const number of numbers) {
    simulator.configureNumber(number, {
      voiceUrl: `${publicUrl}/webhooks/twilio/voice`,
      smsUrl: `${publicUrl}/webhooks/twilio/sms`,
    })
  }
}

/** Those who take the money as they are to be spoken with, and where their stand-in is when it is one. */
export interface PaymentsAccess {
  readonly till: ReturnType<typeof stripeTill>
  /** Read what is told of payments; null when it is not signed by whoever may tell. */
  readonly readWebhook: (body: Buffer, signature: string | undefined, now: Date) => Told | null
  readonly standInUrl: string | null
}

/** The account of the stand-in for Stripe: not a secret, since it is reached on loopback alone. */
const STAND_IN = {
  secretKey: 'sk_test_the_stand_in_has_no_secret',
  webhookSecrets: ['whsec_the_stand_in_has_no_secret'],
  prices: { month: 'price_plus_by_the_month', year: 'price_plus_by_the_year' },
} as const

/** Who takes the money: the configured account, or on a bare machine a stand-in on loopback; null: nothing is sold. */
export async function paymentsFor(
  config: Config,
  log: Log,
  lifecycle: Lifecycle,
  { localUrl, clock }: { readonly localUrl: string; readonly clock: Clock },
): Promise<PaymentsAccess | null> {
  if (config.payments) return accessTo(config.payments, null, log)
  if (!config.hasPaymentsStandIn) {
    log.warn('payments: no account is configured, so Plus cannot be bought here')
    return null
  }
  const [webhookSecret] = STAND_IN.webhookSecrets
  const standIn = await startPaymentSimulator({
    ...STAND_IN,
    webhookSecret,
    clock,
    port: config.simulator.paymentsPort,
  })
  standIn.webhookUrl = `${localUrl}/webhooks/stripe`
  lifecycle.add('simulated payments', () => standIn.close())
  return accessTo({ ...STAND_IN, apiBase: standIn.url }, standIn.url, log)
}

function accessTo(account: PaymentsConfig, standInUrl: string | null, log: Log): PaymentsAccess {
  return {
    till: stripeTill(account, log),
    readWebhook: (body, signature, now) => readStripeWebhook(account.webhookSecrets, body, signature, now),
    standInUrl,
  }
}

/** Our bot on Telegram, and where its stand-in is when it is one. */
export interface TelegramAccess {
  readonly bot: TelegramBot
  /** What its owner calls it, without `@`. */
  readonly name: string
  /** Where people come to it. */
  readonly link: string
  readonly standInUrl: string | null
}

/** The bot on the stand-in: its token is no secret, since it is reached on loopback alone. */
const STAND_IN_BOT = { token: '1:the-stand-in-for-telegram-has-no-secret', name: 'codes_bot' } as const

/** Our bot: the configured one, or on a bare machine one on a stand-in on loopback; null: there is none. */
export async function telegramFor(
  config: Config,
  lifecycle: Lifecycle,
  where: { readonly publicUrl: string; readonly localUrl: string; readonly clock: Clock },
): Promise<TelegramAccess | null> {
  const { telegram } = config
  if (telegram) {
    return { bot: telegramBot(telegram), name: telegram.name, link: telegramLinkOf(telegram), standInUrl: null }
  }
  if (!config.hasTelegramStandIn) return null
  const { publicUrl, localUrl, clock } = where
  const { token, name } = STAND_IN_BOT
  const standIn = await startTelegramSimulator({
    token,
    botName: name,
    clock,
    port: config.simulator.telegramPort,
    routes: { [new URL(publicUrl).origin]: localUrl },
  })
  lifecycle.add('simulated telegram', () => standIn.close())
  return { bot: telegramBot({ token, apiBase: standIn.url }), name, link: standIn.botUrl, standInUrl: standIn.url }
}
