import type { Keyring } from './secret.ts'

/** What this deployment is and holds: its public address, its phone numbers, its keys. The same in every process. */
export interface Site {
  /** Where the world reaches us, without a trailing slash, for example `https://kadoink.example`. */
  readonly publicUrl: string
  /** Where sockets are opened best in this deployment, for example `wss://live.kadoink.example/api/v1/realtime`. */
  readonly realtimeUrl: string
  /** Our own phone numbers, E.164; the first one is shown when nothing else decides. */
  readonly numbers: readonly [string, ...string[]]
  readonly keys: Keyring
  /** Countries that are called and texted, ISO 3166-1 alpha-2. */
  readonly countries: ReadonlySet<string> | 'all'
  /** What the carrier may be paid in an hour before everything rests, in dollars, by our own estimate. */
  readonly spendPerHour: number
  /** How many calls the carrier begins in a second for our account; more than that are never ordered. */
  readonly callsPerSecond: number
  /** Where people change or cancel what they pay for; null when they cannot do so by a link. */
  readonly portalUrl: string | null
  /** Hosts, beside our own, to which a checkout may lead back; with their ports where those matter. */
  readonly returnHosts: ReadonlySet<string>
  /** Where people come to our bot on Telegram, `https://t.me/<bot>`; null where codes do not go by Telegram. */
  readonly telegramLink: string | null
  /** Our number on WhatsApp, E.164; null where codes do not go by WhatsApp. */
  readonly whatsAppNumber: string | null
}
