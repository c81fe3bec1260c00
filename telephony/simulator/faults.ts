/** Probabilities are 0 to 1; `shuffle: true` means 1. Applies to status callbacks, never to TwiML requests. */
export interface CallbackFaults {
  /** Chance that a callback leaves its order: it is held back for up to 3 s. */
  readonly shuffle?: boolean | number
  readonly duplicate?: number
  readonly lose?: number
  readonly delaySeconds?: number
}

/** How many of the next REST requests go wrong, in this order: 429s, 500s, then effects without an answer. */
export interface RestFaults {
  /** Only requests that want something done: what is merely asked goes well, and does not count. */
  readonly ofOrders?: boolean
  readonly status429?: number
  readonly status500?: number
  /** The request is carried out, and never answered: the client gives up. */
  readonly timeoutAfterEffect?: number
}

/** What becomes of a transcription: late (by twenty seconds, unless told otherwise), failed, or never heard of. */
export type TranscriptionFault = 'late' | 'failed' | 'never'

/** All switches as JSON, for the control API. */
export interface FaultSettings {
  readonly callbacks?: CallbackFaults
  readonly rest?: RestFaults
  readonly recordings?: { readonly missingForSeconds?: number }
  readonly transcriptions?: TranscriptionFault
  readonly transcriptionSeconds?: number
  readonly clockSkewSeconds?: number
}

/** What a REST request meets instead of a plain answer. */
export type RestMishap = 'status429' | 'status500' | 'timeoutAfterEffect'

const MISHAPS: readonly RestMishap[] = ['status429', 'status500', 'timeoutAfterEffect']

const NONE = { ofOrders: false, status429: 0, status500: 0, timeoutAfterEffect: 0 }

const USUAL_TRANSCRIPTION_SECONDS = 20

/** The switches for everything that goes wrong in life. All are off at the start. */
export class Faults {
  /** Added to every date the carrier writes: REST dates and callback timestamps. */
  clockSkewSeconds = 0
  private callbackFaults: Required<CallbackFaults> = { shuffle: 0, duplicate: 0, lose: 0, delaySeconds: 0 }
  private pending: Required<RestFaults> = { ...NONE }
  private missingSeconds = 0
  private transcription: TranscriptionFault = 'late'
  private transcriptionSeconds = USUAL_TRANSCRIPTION_SECONDS

  callbacks(faults: CallbackFaults): void {
    this.callbackFaults = { shuffle: 0, duplicate: 0, lose: 0, delaySeconds: 0, ...faults }
  }

  rest(faults: RestFaults): void {
    this.pending = { ...NONE, ...faults }
  }

  /** Recordings, and what came with texts, answer 404 for so long after they are there. */
  recordings(faults: { readonly missingForSeconds?: number }): void {
    this.missingSeconds = faults.missingForSeconds ?? 0
  }

  /** `afterSeconds`: how late those are that come at all. */
  transcriptions(fault: TranscriptionFault, { afterSeconds }: { readonly afterSeconds?: number } = {}): void {
    this.transcription = fault
    this.transcriptionSeconds = afterSeconds ?? USUAL_TRANSCRIPTION_SECONDS
  }

  /** Set every switch that is named. */
  set(settings: FaultSettings): void {
    if (settings.callbacks) this.callbacks(settings.callbacks)
    if (settings.rest) this.rest(settings.rest)
    if (settings.recordings) this.recordings(settings.recordings)
    if (settings.transcriptions) this.transcriptions(settings.transcriptions)
    this.transcriptionSeconds = settings.transcriptionSeconds ?? this.transcriptionSeconds
    if (settings.clockSkewSeconds !== undefined) this.clockSkewSeconds = settings.clockSkewSeconds
  }

  /** All off. */
  clear(): void {
    this.callbacks({})
    this.rest({})
    this.recordings({})
    this.transcriptions('late')
    this.clockSkewSeconds = 0
  }

  /** The mishap of the next REST request, used up by asking. */
  takeMishap(method: string): RestMishap | null {
    if (this.pending.ofOrders && method === 'GET') return null
    const mishap = MISHAPS.find((kind) => this.pending[kind] > 0)
    if (!mishap) return null
    this.pending = { ...this.pending, [mishap]: this.pending[mishap] - 1 }
    return mishap
  }

  get current(): Required<FaultSettings> {
    return {
      callbacks: this.callbackFaults,
      rest: this.pending,
      recordings: { missingForSeconds: this.missingSeconds },
      transcriptions: this.transcription,
      transcriptionSeconds: this.transcriptionSeconds,
      clockSkewSeconds: this.clockSkewSeconds,
    }
  }
}
