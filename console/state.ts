import type { Kadoink, LiveEvent } from '#client'

/** What is on the screen: a door, or the account behind it. */
export type Stage = 'starting' | 'unreachable' | 'door' | 'code' | 'gate' | 'in'

/** How the socket stands, as a person is told. */
export type Connection = 'off' | 'connecting' | 'catching_up' | 'live' | 'waiting' | 'reading' | 'replaced' | 'stopped'

/** A frame of the socket as the log keeps it; what the connection itself does stands among them. */
export interface Frame {
  readonly no: number
  readonly at: Date
  readonly event: string
  readonly topic: string
  readonly data: LiveEvent['data'] | null
}

/** A code that was asked for. */
export type Challenge = Pick<Kadoink.Otp, 'challenge_id' | 'channel' | 'destination' | 'purpose'>

/** A tag whose owner is on the air. */
export interface LiveCall {
  readonly ktag: Kadoink.KtagRef
  readonly call: Kadoink.CallSummary
}

/** Everything that is known; what is on the screen is drawn of it, and of nothing else. */
export interface State {
  readonly stage: Stage
  readonly challenge: Challenge | null
  readonly user: Kadoink.User | null
  readonly gate: Kadoink.Gate | null
  readonly connection: Connection
  /** Why the socket has stopped, in the server's words. */
  readonly stopReason: string
  readonly unread: number
  /** Newest first. */
  readonly messages: readonly Kadoink.Message[]
  readonly hasOlderMessages: boolean
  /** One's own and those of the tags that one follows, newest first. */
  readonly statuses: readonly Kadoink.Status[]
  readonly liveCalls: readonly LiveCall[]
  readonly ktags: readonly Kadoink.Ktag[]
  /** The call that is going on, or the last one that has ended. */
  readonly call: Kadoink.Call | null
  /** By participant: the steps that they have been seen to take in it, first to last. */
  readonly paths: Readonly<Record<string, readonly string[]>>
  /** Who is heard in it at this moment. */
  readonly speaking: readonly string[]
  readonly contacts: readonly Kadoink.Contact[]
  readonly guide: readonly Kadoink.GuideEntry[]
  /** Newest first. */
  readonly frames: readonly Frame[]
  readonly isLogPaused: boolean
  /** How many frames have come and are not shown, since the log was paused. */
  readonly unseenFrames: number
}

/** Before anything is known. */
export const NOTHING: State = {
  stage: 'starting',
  challenge: null,
  user: null,
  gate: null,
  connection: 'off',
  stopReason: '',
  unread: 0,
  messages: [],
  hasOlderMessages: false,
  statuses: [],
  liveCalls: [],
  ktags: [],
  call: null,
  paths: {},
  speaking: [],
  contacts: [],
  guide: [],
  frames: [],
  isLogPaused: false,
  unseenFrames: 0,
}

/** Holds the state, and has it drawn once after everything that changes it together. */
export class Store {
  #state = NOTHING
  #draw: (state: State) => void = () => {}
  #isDue = false

  get state(): State {
    return this.#state
  }

  /** Who draws. */
  drawnBy(draw: (state: State) => void): void {
    this.#draw = draw
    draw(this.#state)
  }

  /** Change some of it. */
  set(changes: Partial<State>): void {
    this.change((state) => ({ ...state, ...changes }))
  }

  change(after: (state: State) => State): void {
    const next = after(this.#state)
    if (next === this.#state) return
    this.#state = next
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => {
      this.#isDue = false
      this.#draw(this.#state)
    })
  }
}
