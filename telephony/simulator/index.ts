/**
 * A phone network on loopback: it speaks Twilio's REST API and webhooks, has phones that do what they are told, and
 * its own time. It knows nothing of the application it rings.
 */

import type { ClockMode } from './clock.ts'
import { serveControl } from './control/server.ts'
import type { Faults } from './faults.ts'
import type { Quirks } from './ground.ts'
import type { Handset } from './handset.ts'
import type { TimelineEntry } from './journal.ts'
import { listenOnLoopback } from './loopback.ts'
import { Network } from './network.ts'
import { configure, type NumberConfiguration } from './own-number.ts'
import { type RestExchange, serveRest } from './rest/server.ts'
import {
  type CallSnapshot,
  type ConferenceSnapshot,
  callSnapshots,
  conferenceSnapshots,
  type MessageSnapshot,
  messageSnapshots,
  type RecordingSnapshot,
  recordingSnapshots,
} from './snapshots.ts'
import type { WhatsAppSettings } from './whatsapp.ts'

export type { ClockMode } from './clock.ts'
export type { CallbackFaults, FaultSettings, Faults, RestFaults, TranscriptionFault } from './faults.ts'
export type { Quirks } from './ground.ts'
export type { Handset, HandsetCall, Heard, ReceivedText } from './handset.ts'
export type { TimelineEntry } from './journal.ts'
export { NoMedium } from './media.ts'
export { type NumberConfiguration, UnknownNumber } from './own-number.ts'
export type { RestExchange } from './rest/server.ts'
export { ACCEPTS, DEFAULT_SCRIPTS, type HandsetScript, ScriptError, type ScriptStep } from './script.ts'
export type { CallSnapshot, ConferenceSnapshot, MessageSnapshot, RecordingSnapshot } from './snapshots.ts'
export type { WhatsAppSettings } from './whatsapp.ts'

/** How the network is set up. */
export interface SimulatorOptions {
  /** `AC` and 32 hex digits. */
  readonly accountSid: string
  readonly authToken: string
  /** The numbers this account owns, E.164. */
  readonly numbers: readonly string[]
  /** 0 or absent takes a free port; always on 127.0.0.1. */
  readonly port?: number
  readonly controlPort?: number
  readonly clock?: ClockMode
  /** Calls set up per second through the API, one bucket for all; 1 as Twilio's default, 0 for no limit. */
  readonly callsPerSecond?: number
  /** Calls at once before Twilio's error 10004 (for a room 16021); no limit when left out. */
  readonly concurrentCalls?: number
  /** Twilio's Advanced Opt-Out; off when left out. */
  readonly advancedOptOut?: boolean
  readonly whatsApp?: WhatsAppSettings
  /** Makes chance (in the fault switches) repeatable. */
  readonly seed?: number
  /** Public origins and the loopback origins they are reached at; signatures cover the public URL. */
  readonly routes?: Readonly<Record<string, string>>
  readonly quirks?: Partial<Quirks>
  readonly log?: (line: string) => void
  /** Told of each breach of Twilio's rules as it happens. */
  readonly onViolation?: (breach: string) => void
  /** Shown each request to the REST API with its answer, as soon as it is answered. */
  readonly onExchange?: (exchange: RestExchange) => void
}

/** A running network. */
export interface Simulator {
  /** Base of the REST API, without path. */
  readonly url: string
  /** Base of the control API. */
  readonly controlUrl: string
  /** Throws `UnknownNumber`. */
  configureNumber(phone: string, wanted: NumberConfiguration): void
  handset(phone: string): Handset
  readonly clock: { now(): Date; advance(seconds: number): Promise<void> }
  /** Resolves when no webhook is in flight and no timer is due now. */
  settle(): Promise<void>
  readonly busy: boolean
  readonly faults: Faults
  calls(): readonly CallSnapshot[]
  conferences(): readonly ConferenceSnapshot[]
  messages(): readonly MessageSnapshot[]
  recordings(): readonly RecordingSnapshot[]
  /** What happened to a call, a message, or a conference (its callbacks), by SID. */
  timeline(sid: string): readonly TimelineEntry[]
  /** Breaches of Twilio's rules by the application; a test fails when there is one it did not expect. */
  violations(): readonly string[]
  /** Hang up and forget everything but the numbers. */
  reset(): void
  /** Stop everything: timers, webhooks, sockets. */
  close(): Promise<void>
}

const USUAL_QUIRKS: Quirks = {
  conferenceSequenceFrom: 1,
  earlyMediaJoins: true,
  rejectedStatus: 'no-answer',
  dialActionAfterHangUp: true,
  sortsQueries: false,
}

/** Start a phone network of one account. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const network = new Network({
    accountSid: options.accountSid,
    authToken: options.authToken,
    numbers: options.numbers,
    clock: options.clock ?? 'real',
    callsPerSecond: options.callsPerSecond ?? 1,
    concurrentCalls: options.concurrentCalls ?? null,
    advancedOptOut: options.advancedOptOut ?? false,
    whatsApp: { senders: options.numbers, templates: {}, ...options.whatsApp },
    seed: options.seed ?? 1,
    routes: options.routes ?? {},
    quirks: { ...USUAL_QUIRKS, ...options.quirks },
    log: options.log ?? null,
    onViolation: options.onViolation ?? null,
  })
  const rest = await listenOnLoopback(options.port ?? 0, (incoming, outgoing) => {
    return serveRest(network, incoming, outgoing, options.onExchange)
  })
  network.url = rest.url
  const control = await listenOnLoopback(options.controlPort ?? 0, (incoming, outgoing) => {
    return serveControl(network, incoming, outgoing)
  })
  return {
    url: rest.url,
    controlUrl: control.url,
    configureNumber(phone, wanted) {
      configure(network.knownNumber(phone), wanted, network.clock.now())
    },
    handset: (phone) => network.handset(phone),
    clock: { now: () => network.clock.now(), advance: (seconds) => network.clock.advance(seconds) },
    settle: () => network.clock.settle(),
    get busy() {
      return network.clock.busy
    },
    faults: network.faults,
    calls: () => callSnapshots(network),
    conferences: () => conferenceSnapshots(network),
    messages: () => messageSnapshots(network),
    recordings: () => recordingSnapshots(network),
    timeline: (sid) => network.journal.timeline(sid),
    violations: () => network.journal.violations(),
    reset: () => network.reset(),
    async close() {
      network.close()
      await Promise.all([rest.close(), control.close()])
    },
  }
}
