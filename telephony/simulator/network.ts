import type { Call } from './call.ts'
import { Callbacks } from './callbacks.ts'
import { type ClockMode, VirtualClock } from './clock.ts'
import type { Conference } from './conference.ts'
import { Faults } from './faults.ts'
import { Handset } from './handset.ts'
import { Journal } from './journal.ts'
import type { StoredMedium } from './media.ts'
import type { Message } from './message.ts'
import { type OwnNumber, ownNumber } from './own-number.ts'
import { type Random, seededRandom } from './random.ts'
import type { Recording, Transcription } from './recording.ts'
import { Webhooks } from './webhook.ts'

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
}

/** What a network is made of; defaults are filled in by `startSimulator`. */
export interface NetworkSettings {
  readonly accountSid: string
  readonly authToken: string
  readonly numbers: readonly string[]
  readonly clock: ClockMode
  readonly callsPerSecond: number
  readonly seed: number
  readonly routes: Readonly<Record<string, string>>
  readonly quirks: Quirks
  readonly log: (line: string) => void
}

/** All state of the simulated network and the tools its parts share. Everything is kept in memory. */
export class Network {
  readonly settings: NetworkSettings
  readonly clock: VirtualClock
  readonly journal: Journal
  readonly faults = new Faults()
  readonly webhooks: Webhooks
  readonly callbacks: Callbacks
  readonly random: Random
  /** Name of the account; may be changed through REST. */
  accountName = 'Simulated account'
  readonly createdAt: Date
  /** Where REST answers, known once the server listens. */
  url = ''
  readonly calls = new Map<string, Call>()
  readonly conferences = new Map<string, Conference>()
  /** Active conferences by name. */
  readonly rooms = new Map<string, Conference>()
  readonly messages = new Map<string, Message>()
  /** What came with texts, by SID. */
  readonly media = new Map<string, StoredMedium>()
  readonly recordings = new Map<string, Recording>()
  readonly transcriptions = new Map<string, Transcription>()
  readonly numbers = new Map<string, OwnNumber>()
  /** Pairs `from to` that a STOP has blocked: from is ours, to is the person. */
  readonly optOuts = new Set<string>()
  private readonly handsets = new Map<string, Handset>()
  private nextSlot = 0

  constructor(settings: NetworkSettings) {
    this.settings = settings
    this.clock = new VirtualClock(settings.clock)
    this.createdAt = this.clock.now()
    this.journal = new Journal(this.clock, settings.log)
    this.webhooks = new Webhooks(settings.authToken, settings.routes)
    this.random = seededRandom(settings.seed)
    this.callbacks = new Callbacks(this)
    this.addOwnNumbers()
  }

  get accountSid(): string {
    return this.settings.accountSid
  }

  /** The path of a resource under this account, as `uri` shows it. */
  path(resource: string): string {
    return `/2010-04-01/Accounts/${this.accountSid}/${resource}`
  }

  handset(phone: string): Handset {
    const known = this.handsets.get(phone)
    if (known) return known
    const handset = new Handset(this, phone)
    this.handsets.set(phone, handset)
    return handset
  }

  allHandsets(): readonly Handset[] {
    return [...this.handsets.values()]
  }

  /** Our number, by E.164. */
  ownNumber(phone: string): OwnNumber | null {
    return [...this.numbers.values()].find((number) => number.phone === phone) ?? null
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

  /** Seconds until a new API call may be dialled: one bucket for Calls and Participants. */
  takeCallSlot(): number {
    const now = this.clock.now().getTime()
    const slot = Math.max(now, this.nextSlot)
    const { callsPerSecond } = this.settings
    this.nextSlot = callsPerSecond > 0 ? slot + 1000 / callsPerSecond : 0
    return (slot - now) / 1000
  }

  /** Hang up, forget everything, start anew with the same numbers. */
  reset(): void {
    this.clock.clear()
    for (const call of this.calls.values()) call.drop()
    const kept = [
      this.calls,
      this.conferences,
      this.rooms,
      this.messages,
      this.media,
      this.recordings,
      this.transcriptions,
    ]
    for (const map of kept) map.clear()
    this.numbers.clear()
    this.optOuts.clear()
    this.handsets.clear()
    this.journal.clear()
    this.faults.clear()
    this.nextSlot = 0
    this.addOwnNumbers()
  }

  close(): void {
    for (const call of this.calls.values()) call.drop()
    this.clock.close()
    this.webhooks.close()
  }

  private addOwnNumbers(): void {
    for (const phone of this.settings.numbers) {
      const number = ownNumber(phone, this.clock.now())
      this.numbers.set(number.sid, number)
    }
  }
}
