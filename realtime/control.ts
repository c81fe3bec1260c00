import { z } from 'zod'
import type { Bus, Message } from './bus.ts'
import { CONTROL } from './channels.ts'
import type { Close } from './closes.ts'
import { parseJson } from './frames.ts'
import type { Whose } from './roster.ts'
import { type SeatsSaid, SeatsSchema } from './seats.ts'

const KickSchema = z.object({
  whose: z.union([z.object({ userId: z.string() }), z.object({ sessionId: z.string() })]),
  close: z.object({ code: z.number(), reason: z.string() }),
})

/** For so long a kick is remembered: longer than the check of a token takes. */
const REMEMBER_MS = 15_000

/** Something said to all processes: close these sockets. */
export interface Kick {
  readonly whose: Whose
  readonly close: Close
}

/** What is done about what other processes say. */
export interface ControlHandlers {
  readonly onKick: (kick: Kick) => void
  readonly onSeats: (said: SeatsSaid) => void
}

/** What processes tell each other: whose sockets to close, and who sits where. */
export class Control {
  readonly #bus: Bus
  readonly #handlers: ControlHandlers
  #recent: { readonly kick: Kick; readonly at: number }[] = []

  constructor(bus: Bus, handlers: ControlHandlers) {
    this.#bus = bus
    this.#handlers = handlers
  }

  /** Close these sockets, wherever they are. Throws `Unavailable` when the others cannot be told. */
  async kick(kick: Kick): Promise<void> {
    this.#apply(kick)
    await this.#say(kick)
  }

  /** Say who sits here. Throws `Unavailable` when the others cannot be told. */
  saySeats(said: SeatsSaid): Promise<void> {
    return this.#say(said)
  }

  /** Take a message from the bus. What a newer process says that we do not understand is none of our business. */
  hear({ text }: Message): void {
    const said = parseJson(text)
    const kick = KickSchema.safeParse(said)
    const seats = SeatsSchema.safeParse(said)
    if (kick.success) this.#apply(kick.data)
    else if (seats.success) this.#handlers.onSeats(seats.data)
  }

  /** The kick that someone whose token was checked since then may have slipped past. */
  missedBy(member: { readonly userId: string; readonly sessionId: string }, checkedAt: number): Kick | undefined {
    return this.#recent.find(({ kick: { whose }, at }) => {
      const isTheirs = 'userId' in whose ? whose.userId === member.userId : whose.sessionId === member.sessionId
      return isTheirs && at >= checkedAt
    })?.kick
  }

  #apply(kick: Kick): void {
    const at = performance.now()
    this.#recent = [...this.#recent.filter((recent) => at - recent.at < REMEMBER_MS), { kick, at }]
    this.#handlers.onKick(kick)
  }

  async #say(what: Kick | SeatsSaid): Promise<void> {
    await this.#bus.publish([{ subject: CONTROL, cursor: '', text: JSON.stringify(what) }])
  }
}
