import { Callbacks } from './callbacks.ts'
import { type ClockMode, VirtualClock } from './clock.ts'
import { Faults } from './faults.ts'
import { Journal } from './journal.ts'
import { type Random, seededRandom } from './random.ts'
import { Webhooks } from './webhook.ts'
import type { WhatsAppSettings } from './whatsapp.ts'

/** Places where Twilio's behaviour is not known for certain; each can be switched. */
export interface Quirks {
  /** Where a conference's SequenceNumber starts. */
  readonly conferenceSequenceFrom: 0 | 1
  /** With EarlyMedia, a leg of the Participants API joins the room while it still rings. */
  readonly earlyMediaJoins: boolean
  /** The final status of a call turned away by `<Reject>` without reason `busy`. */
  readonly rejectedStatus: 'no-answer' | 'busy' | 'failed'
  /** `<Dial action>` is still requested when the dialling call itself hangs up. */
  readonly dialActionAfterHangUp: boolean
  /** URLs are requested with the parameters of their query sorted, but signed as they were given (twilio-php, #790). */
  readonly sortsQueries: boolean
}

/** What a network is made of; defaults are filled in by `startSimulator`. */
export interface NetworkSettings {
  readonly accountSid: string
  readonly authToken: string
  readonly numbers: readonly string[]
  readonly clock: ClockMode
  readonly callsPerSecond: number
  /** How many calls there may be at once; null for any number. */
  readonly concurrentCalls: number | null
  /** Messages to who sent STOP are taken, and fail later; webhooks tell of STOP, START and HELP. */
  readonly advancedOptOut: boolean
  readonly whatsApp: Required<WhatsAppSettings>
  readonly seed: number
  readonly routes: Readonly<Record<string, string>>
  readonly quirks: Quirks
  readonly log: ((line: string) => void) | null
  readonly onViolation: ((breach: string) => void) | null
}

/** What every part of the network stands on: its settings, time, chance, the journal, the switches and the webhooks. */
export class Ground {
  readonly settings: NetworkSettings
  readonly clock: VirtualClock
  readonly journal: Journal
  readonly faults = new Faults()
  readonly webhooks: Webhooks
  readonly callbacks: Callbacks
  readonly random: Random
  /** Where REST answers, known once the server listens. */
  url = ''

  constructor(settings: NetworkSettings) {
    this.settings = settings
    this.clock = new VirtualClock(settings.clock)
    this.journal = new Journal(this.clock, settings)
    const { authToken, routes, quirks } = settings
    this.webhooks = new Webhooks({ authToken, routes, sortsQueries: quirks.sortsQueries })
    this.random = seededRandom(settings.seed)
    this.callbacks = new Callbacks(this)
  }

  get accountSid(): string {
    return this.settings.accountSid
  }

  /** The path of a resource under this account, as `uri` shows it. */
  path(resource: string): string {
    return `/2010-04-01/Accounts/${this.accountSid}/${resource}`
  }

  /** The date of now as Twilio writes it, for example `Thu, 01 Jun 2017 20:48:32 +0000`. */
  timestamp(): string {
    return this.rfc2822(this.clock.now())
  }

  /** RFC 2822 in UTC; `clockSkewSeconds` is added. */
  rfc2822(date: Date): string {
    const shown = new Date(date.getTime() + this.faults.clockSkewSeconds * 1000)
    return shown.toUTCString().replace('GMT', '+0000')
  }
}
