import type { CallbackTarget } from './callbacks.ts'
import type { Alarm } from './clock.ts'
import { Interrupted } from './clock.ts'
import type { Ground } from './ground.ts'
import type { Ear, Leg, Phone } from './line.ts'
import { newSid } from './sids.ts'
import type { WebhookParams } from './webhook.ts'

/** Twilio: Call.status in REST. A call that is being set up (`initiated`) still shows `queued`. */
export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled'

/** Twilio: StatusCallbackEvent of a call. */
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed'

/** Where a call's progress goes and which of it. */
export interface CallProgressTarget extends CallbackTarget {
  readonly events: readonly string[]
}

/** What a new call is made of. */
export interface CallOrder {
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial'
  readonly from: string
  readonly to: string
  /** The person's phone: the caller of an inbound call, the called of any other. */
  readonly phone: Phone
  readonly parentSid?: string
  readonly callback?: CallProgressTarget | null
  readonly fallback?: CallbackTarget | null
  readonly timeLimitSeconds?: number
  readonly queueSeconds?: number
}

/** What a call needs of the network. */
export interface CallNetwork extends Ground {
  /** All calls, by SID. */
  readonly calls: Map<string, Call>
  /** Those that are not over. */
  readonly liveCalls: Set<Call>
}

/** Why a run of a document ends early. */
export type RunEnd = 'hang-up' | 'redirect'

/** Four hours: Twilio's default TimeLimit. */
const USUAL_LIMIT_SECONDS = 14_400

/** One leg: its state machine, its status callbacks, and what listens to it now. */
export class Call implements Leg {
  readonly sid = newSid('CA')
  readonly order: CallOrder
  readonly createdAt: Date
  updatedAt: Date
  status: CallStatus = 'queued'
  /** When the network began to set it up; null while queued. */
  beganAt: Date | null = null
  answeredAt: Date | null = null
  endedAt: Date | null = null
  answeredBy: string | null = null
  callback: CallProgressTarget | null
  fallback: CallbackTarget | null
  timeLimitSeconds: number
  /** What the final callback says of the recording of the whole call, if there is one. */
  recordingParams: () => WebhookParams = () => ({})
  private readonly network: CallNetwork
  private readonly ending = new AbortController()
  private run: AbortController | null = null
  private ear: Ear | null = null
  private earWaiters: (() => void)[] = []
  private limit: Alarm | null = null
  private sequence = 0

  constructor(network: CallNetwork, order: CallOrder) {
    this.network = network
    this.order = order
    this.createdAt = network.clock.now()
    this.updatedAt = this.createdAt
    this.callback = order.callback ?? null
    this.fallback = order.fallback ?? null
    this.timeLimitSeconds = order.timeLimitSeconds ?? USUAL_LIMIT_SECONDS
    network.calls.set(this.sid, this)
    network.liveCalls.add(this)
    order.phone.addLeg(this)
    network.journal.note(this.sid, 'created', { from: order.from, to: order.to, direction: order.direction })
  }

  /** Aborted when the call is over, with reason `hang-up`. */
  get over(): AbortSignal {
    return this.ending.signal
  }

  get isOver(): boolean {
    return this.endedAt !== null
  }

  get phone(): Phone {
    return this.order.phone
  }

  /** Whole seconds since it was answered. */
  get seconds(): number {
    if (!this.answeredAt) return 0
    const until = this.endedAt ?? this.network.clock.now()
    return Math.round((until.getTime() - this.answeredAt.getTime()) / 1000)
  }

  /** Out of the queue: the network sets the call up. */
  begin(): void {
    this.beganAt = this.network.clock.now()
    this.report('initiated', 'initiated')
  }

  startRinging(): void {
    this.move('ringing')
    this.report('ringing', 'ringing', this.attestation())
  }

  answer(): void {
    if (this.isOver || this.answeredAt) return
    this.answeredAt = this.network.clock.now()
    this.move('in-progress')
    this.report('answered', 'in-progress', this.attestation())
    this.limitTo(this.timeLimitSeconds)
  }

  /** End the call so many seconds after it was answered. */
  limitTo(seconds: number): void {
    this.timeLimitSeconds = seconds
    this.limit?.cancel()
    if (!this.answeredAt) return
    const left = seconds - (this.network.clock.now().getTime() - this.answeredAt.getTime()) / 1000
    this.limit = this.network.clock.after(Math.max(0, left), () => this.finish('completed'), { background: true })
  }

  /** Into a terminal state, once. A call cancelled while queued reports nothing. */
  finish(status: CallStatus, sipCode?: number): void {
    if (this.isOver) return
    this.endedAt = this.network.clock.now()
    this.network.liveCalls.delete(this)
    this.limit?.cancel()
    this.move(status)
    this.hear(null)
    this.ending.abort('hang-up' satisfies RunEnd)
    this.run?.abort('hang-up' satisfies RunEnd)
    if (this.beganAt) this.report('completed', status, this.finalParams(status, sipCode))
  }

  /** Hang up from either side, in the way that fits the state it is in. */
  hangUp(): void {
    if (this.answeredAt) this.finish('completed')
    else this.finish(this.order.direction === 'inbound' ? 'no-answer' : 'canceled')
  }

  /** Stop everything without telling anybody: the network itself goes away. */
  drop(): void {
    this.callback = null
    this.limit?.cancel()
    this.endedAt ??= this.network.clock.now()
    this.network.liveCalls.delete(this)
    this.ending.abort('dropped')
    this.run?.abort('dropped')
  }

  /** A new run of a document takes over; the one before it is stopped. */
  takeRun(): AbortSignal {
    this.run?.abort('redirect' satisfies RunEnd)
    this.run = new AbortController()
    if (this.isOver) this.run.abort('hang-up' satisfies RunEnd)
    return this.run.signal
  }

  hear(ear: Ear | null): void {
    this.ear = ear
    const waiters = this.earWaiters
    this.earWaiters = []
    for (const wake of waiters) wake()
  }

  /** What listens now. */
  get listening(): Ear | null {
    return this.ear
  }

  /** Resolve as soon as something of this kind listens. */
  async whenListening(kinds: readonly Ear['kind'][], signal: AbortSignal): Promise<void> {
    while (!(this.ear && kinds.includes(this.ear.kind))) {
      if (signal.aborted) throw new Interrupted(signal.reason)
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake)
          resolve()
        }
        this.earWaiters.push(wake)
        signal.addEventListener('abort', wake)
      })
    }
  }

  /** Keys from the person; lost when nothing listens, as in life. */
  press(keys: string): void {
    const isHeard = this.ear !== null
    this.network.journal.note(this.sid, isHeard ? 'digits' : 'digits lost', { keys })
    this.ear?.keys(keys)
  }

  /** What every voice webhook carries. Twilio: "TwiML voice: request parameters". */
  params(status: string = this.status): Record<string, string> {
    const { from, to, direction, parentSid } = this.order
    return {
      CallSid: this.sid,
      AccountSid: this.network.accountSid,
      From: from,
      To: to,
      Caller: from,
      Called: to,
      CallStatus: status,
      ApiVersion: '2010-04-01',
      Direction: direction,
      ...(parentSid !== undefined && { ParentCallSid: parentSid }),
      ...(direction === 'inbound' && this.verdict()),
      ...geography('From', 'Caller'),
      ...geography('To', 'Called'),
    }
  }

  private move(status: CallStatus): void {
    this.status = status
    this.updatedAt = this.network.clock.now()
    this.network.journal.note(this.sid, status)
  }

  private report(event: CallEvent, status: string, extra: WebhookParams = {}): void {
    if (!this.callback?.events.includes(event)) return
    this.network.callbacks.send(this.sid, this.callback, {
      ...this.params(status),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(this.sequence++),
      Timestamp: this.network.timestamp(),
      ...extra,
    })
  }

  /** Twilio: StirVerstat. Who shows a number that is not their own comes through some gateway that knows nothing of them. */
  private verdict(): WebhookParams {
    const { from, phone } = this.order
    if (!isAmerican(from)) return {}
    return { StirVerstat: `TN-Validation-Passed-${from === phone.phone ? 'A' : 'C'}` }
  }

  /** Twilio: StatusCallback, "StirStatus": full attestation, since we call from a number of our own; else none. */
  private attestation(): WebhookParams {
    const { direction, from, to } = this.order
    return direction === 'outbound-api' && isAmerican(from) && isAmerican(to) ? { StirStatus: 'A' } : {}
  }

  private finalParams(status: CallStatus, sipCode: number | undefined): WebhookParams {
    return {
      CallDuration: String(this.seconds),
      ...(status === 'completed' && { Duration: String(Math.max(1, Math.ceil(this.seconds / 60))) }),
      SipResponseCode: String(sipCode ?? SIP_CODES[status] ?? 200),
      ...(status === 'completed' && this.recordingParams()),
    }
  }
}

/** What the other end says to each end, unless it is known better. Source: RFC 3261, section 21. */
const SIP_CODES: Partial<Record<CallStatus, number>> = { busy: 486, 'no-answer': 487, canceled: 487, failed: 404 }

/** STIR/SHAKEN is a matter of North America. */
function isAmerican(phone: string): boolean {
  return phone.startsWith('+1')
}

function geography(...sides: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    sides.flatMap((side) => [
      [`${side}City`, ''],
      [`${side}State`, ''],
      [`${side}Zip`, ''],
      [`${side}Country`, 'US'],
    ]),
  )
}
