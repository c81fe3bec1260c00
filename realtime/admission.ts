import { Fault, InternalError, NotFound, RateLimited, Unavailable } from '#kit/fault'
import type { LiveSurface, LiveUser } from '#kit/live'
import type { Log } from '#kit/log'
import { networkOf } from '#kit/network'
import type { Database } from '#kit/unit'
import { Budgets } from './budget.ts'
import { ECHO_PATH } from './echo.ts'
import { type Asked, clientOf, examine, type Handshake, type HandshakePolicy } from './handshake.ts'

/** A handshake that may go on. */
export interface Admitted extends Pick<Asked, 'protocol' | 'takesDeflate'> {
  /** Whose frames it will speak, or `echo`. */
  readonly surface: LiveSurface | 'echo'
  /** Who it is, when the token came with the handshake. */
  readonly holder: Holder | undefined
}

/** Someone who has been checked: their token at first, their session from then on. */
export interface Holder {
  readonly user: LiveUser
  /** When the check began, milliseconds: a revocation after it may have been missed by it. */
  readonly checkedAt: number
}

/** An answer to a handshake that may not go on. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the admission needs. */
export interface AdmissionOptions extends HandshakePolicy {
  readonly surfaces: readonly LiveSurface[]
  readonly database: Database
  readonly log: Log
  /** Handshakes that one client may ask for in a minute. */
  readonly upgradesPerMinute: number
  /** Whether sockets at `ECHO_PATH` are let in. */
  readonly hasEcho: boolean
}

/** Who is let in: the same at both doors, before the handshake is answered. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #budgets: Budgets
  #isOpen = true

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#budgets = new Budgets(options.upgradesPerMinute, 60_000)
  }

  /** Let nobody in any more. */
  shut(): void {
    this.#isOpen = false
  }

  /** Let a handshake in. Throws the fault that refuses it; `refuse` turns it into an answer. */
  async admit(handshake: Handshake): Promise<Admitted> {
    const isEcho = this.#options.hasEcho && handshake.path === ECHO_PATH
    const surface = isEcho ? 'echo' : this.#surfaceAt(handshake.path)
    if (!surface) throw NotFound()
    this.#requireOpen()
    const { token, ...asked } = examine(handshake, surface === 'echo' ? undefined : surface.protocol, this.#options)
    const waitMs = this.#budgets.spend(networkOf(clientOf(handshake, this.#options)), performance.now())
    if (waitMs > 0) throw RateLimited({ retryAfterSeconds: Math.ceil(waitMs / 1000) })
    if (surface === 'echo') return { ...asked, surface, holder: undefined }
    const holder = token === undefined ? undefined : await this.check(surface, token)
    // Shut meanwhile: nobody would tell them when to come back.
    this.#requireOpen()
    return { ...asked, surface, holder }
  }

  /** The answer to what came to a sockets' door and is no handshake: what is wrong where it meant to be one, else 404. */
  refuseOther(handshake: Handshake): Refusal {
    const surface = this.#surfaceAt(handshake.path)
    const isMeant = handshake.method.toUpperCase() === 'GET' && handshake.headers.some(([name]) => name === 'upgrade')
    try {
      if (surface && isMeant) examine(handshake, surface.protocol, this.#options)
      return this.refuse(handshake, NotFound())
    } catch (error) {
      return this.refuse(handshake, error)
    }
  }

  /** Check a token. Throws the surface's fault, or `Unavailable`. */
  async check(surface: LiveSurface, token: string): Promise<Holder> {
    const checkedAt = performance.now()
    const user = await this.#options.database.read((view) => surface.authenticate(view, token))
    return { user, checkedAt }
  }

  /** Check again that a session holds. Throws as `check` does. */
  async recheck(surface: LiveSurface, holder: Holder): Promise<Holder> {
    const checkedAt = performance.now()
    const user = await this.#options.database.read((view) => surface.recheck(view, holder.user))
    return { user, checkedAt }
  }

  /** The answer to a handshake that threw, in the words of the surface that was asked for. */
  refuse(handshake: Handshake, error: unknown): Refusal {
    const { surfaces, log } = this.#options
    const isAnswer = error instanceof Fault
    if (!isAnswer) log.error({ err: error }, 'realtime: a handshake failed')
    const surface = this.#surfaceAt(handshake.path) ?? surfaces[0]
    const answer = surface?.renderError(isAnswer ? error : InternalError()) ?? { status: 404, headers: {}, body: {} }
    const status = answer.status
    return { status, headers: { ...extraHeaders(error, status), ...answer.headers }, body: JSON.stringify(answer.body) }
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw Unavailable({ retryAfterSeconds: 2 })
  }

  #surfaceAt(path: string): LiveSurface | undefined {
    return this.#options.surfaces.find((surface) => surface.path === path)
  }
}

function extraHeaders(error: unknown, status: number): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  }
  if (error instanceof Fault && error.retryAfterSeconds !== undefined) {
    headers['Retry-After'] = String(error.retryAfterSeconds)
  }
  // RFC 6455, 4.4: a server that does not speak the version says which one it does.
  if (status === 400 || status === 426) headers['Sec-WebSocket-Version'] = '13'
  return headers
}
