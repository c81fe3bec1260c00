import { z } from 'zod'
import type { Bus, Message } from './bus.ts'
import { CONTROL } from './channels.ts'
import type { Close } from './closes.ts'
import type { Whose } from './roster.ts'

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

/** What processes tell each other: whose sockets to close. */
export class Control {
  readonly #bus: Bus
  readonly #onKick: (kick: Kick) => void
  #recent: { readonly kick: Kick; readonly at: number }[] = []

  constructor(bus: Bus, onKick: (kick: Kick) => void) {
    this.#bus = bus
    this.#onKick = onKick
  }

  /** Close these sockets, wherever they are. Throws `Unavailable` when the others cannot be told. */
  async kick(kick: Kick): Promise<void> {
    this.#apply(kick)
    await this.#bus.publish({ subject: CONTROL, cursor: '', text: JSON.stringify(kick) })
  }

  /** Take a message from the bus. */
  hear({ text }: Message): void {
    this.#apply(KickSchema.parse(JSON.parse(text)))
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
    this.#onKick(kick)
  }
}
