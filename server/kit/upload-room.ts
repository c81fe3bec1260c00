import { Unavailable } from './fault.ts'
import { PATIENCE, type Patience } from './pace.ts'

/** How much may be on its way to a process at once. */
export interface UploadBounds {
  readonly uploads: number
  readonly uploadsEach: number
  /** Of all uploads together, from their first byte until they are answered. */
  readonly bytes: number
  readonly patience: Patience
}

const BOUNDS: UploadBounds = { uploads: 64, uploadsEach: 4, bytes: 96 * 1024 * 1024, patience: PATIENCE }
const RETRY_SECONDS = 5

/** One upload's place in the room. */
export interface UploadPlace {
  /** Hold so many bytes more. Throws `Unavailable` when the room is full. */
  hold(bytes: number): void
  leave(): void
}

/** The memory of a process that uploads may fill: what they hold is held until they are answered. */
export class UploadRoom {
  readonly patience: Patience
  readonly #bounds: UploadBounds
  readonly #each = new Map<string, number>()
  #uploads = 0
  #bytes = 0

  constructor(bounds: Partial<UploadBounds> = {}) {
    this.#bounds = { ...BOUNDS, ...bounds }
    this.patience = this.#bounds.patience
  }

  /** What is held at this moment. */
  get held(): { readonly uploads: number; readonly bytes: number } {
    return { uploads: this.#uploads, bytes: this.#bytes }
  }

  /** Take a place for whoever uploads. Throws `Unavailable` when there are too many, or too many of theirs. */
  enter(whose: string): UploadPlace {
    const own = this.#each.get(whose) ?? 0
    if (this.#uploads >= this.#bounds.uploads || own >= this.#bounds.uploadsEach) throw full()
    this.#each.set(whose, own + 1)
    this.#uploads++
    let held = 0
    return {
      hold: (bytes) => {
        if (this.#bytes + bytes > this.#bounds.bytes) throw full()
        this.#bytes += bytes
        held += bytes
      },
      leave: () => {
        this.#bytes -= held
        held = 0
        this.#uploads--
        this.#leave(whose)
      },
    }
  }

  #leave(whose: string): void {
    const left = (this.#each.get(whose) ?? 1) - 1
    if (left === 0) this.#each.delete(whose)
    else this.#each.set(whose, left)
  }
}

function full() {
  return Unavailable({
    message: 'Too much is being uploaded at the moment. Try again shortly.',
    retryAfterSeconds: RETRY_SECONDS,
  })
}
