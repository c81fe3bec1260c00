import type { Call } from './call.ts'
import { CallQueue } from './call-queue.ts'
import type { Conference } from './conference.ts'
import type { VoiceNetwork } from './execution.ts'
import { Ground, type NetworkSettings } from './ground.ts'
import { type Exchange, Handset } from './handset.ts'
import { startInboundCall } from './inbound.ts'
import type { Leg, Phone, TextOnTheAir } from './line.ts'
import { LoopGuard } from './loop-guard.ts'
import type { StoredMedium } from './media.ts'
import { type Message, receiveText, type TextNetwork } from './message.ts'
import { type OwnNumber, ownNumber, UnknownNumber } from './own-number.ts'
import type { Recording, Transcription } from './recording.ts'
import { numberIn, Windows } from './whatsapp.ts'

/**
 * All state of the simulated network, kept in memory. Its parts know it by the few things each of them needs
 * (`VoiceNetwork`, `TextNetwork`, `Exchange`); REST, the control API and the snapshots see all of it.
 */
export class Network extends Ground implements VoiceNetwork, TextNetwork, Exchange {
  /** Name of the account; may be changed through REST. */
  accountName = 'Simulated account'
  readonly createdAt: Date
  readonly queue: CallQueue
  readonly calls = new Map<string, Call>()
  readonly liveCalls = new Set<Call>()
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
  readonly loops = new LoopGuard()
  readonly windows = new Windows()
  private readonly handsets = new Map<string, Handset>()

  constructor(settings: NetworkSettings) {
    super(settings)
    this.createdAt = this.clock.now()
    this.queue = new CallQueue(this.clock, settings.callsPerSecond)
    this.addOwnNumbers()
  }

  get isFull(): boolean {
    const { concurrentCalls } = this.settings
    return concurrentCalls !== null && this.liveCalls.size >= concurrentCalls
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
    for (const number of this.numbers.values()) if (number.phone === phone) return number
    return null
  }

  /** Our number, by E.164. Throws `UnknownNumber`. */
  knownNumber(phone: string): OwnNumber {
    const number = this.ownNumber(phone)
    if (!number) throw new UnknownNumber(phone)
    return number
  }

  callIn(phone: Phone, to: string, from: string): Leg {
    return startInboundCall(this, phone, this.knownNumber(to), from)
  }

  textIn(text: Omit<TextOnTheAir, 'sid'>): string {
    this.knownNumber(numberIn(text.to))
    return receiveText(this, text).sid
  }

  /** Hang up, forget everything, start anew with the same numbers. */
  reset(): void {
    this.clock.clear()
    for (const call of this.liveCalls) call.drop()
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
    this.loops.clear()
    this.windows.clear()
    this.handsets.clear()
    this.journal.clear()
    this.faults.clear()
    this.queue.clear()
    this.addOwnNumbers()
  }

  close(): void {
    for (const call of this.liveCalls) call.drop()
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
