import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket, WebSocket } from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import type { Admitted, Refusal } from './admission.ts'
import type { Door, DoorOptions } from './door.ts'
import type { Handshake } from './handshake.ts'
import { Lanes } from './lanes.ts'
import { Brace } from './uws-brace.ts'
import { type Attached, UwsLane, UwsSocket } from './uws-socket.ts'

/** The native module. */
export type Uws = typeof import('uWebSockets.js')

/** The native module, or why it is not there and what to do about it. */
export type LoadedUws = { readonly uws: Uws } | { readonly missing: string }

/** Load the native module. */
export async function loadUws(): Promise<LoadedUws> {
  // Read by the native code when it is loaded: its own default of 4 kB is less than what node:http takes.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= '16384'
  try {
    const loaded: unknown = await import('uWebSockets.js')
    const { default: uws } = loaded as { default: Uws }
    return typeof uws.App === 'function' ? { uws } : { missing: explain('it has no App') }
  } catch (error) {
    return { missing: explain(error instanceof Error ? error.message : String(error)) }
  }
}

function explain(cause: string): string {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  const libc = report.header?.glibcVersionRuntime
  const here = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${libc ? `glibc ${libc}` : 'no glibc'}`
  const wanted = 'Node 20 with glibc 2.27 or later, Node 22 to 25 with glibc 2.38 or later, macOS, or Windows on x64'
  return `uWebSockets.js does not load here (${here}); it wants ${wanted}. Unset REALTIME_PORT to go without. ${firstLine(cause)}`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/**
 * Frames up to this size reach us, so that a client that sends too much hears 1009; the native code cuts the
 * connection without a word at a frame that is larger than it was told to take.
 */
const NATIVE_FRAME_BYTES = 262_144
/** What may be published between two looks, and the frame of a close. */
const SPARE_BYTES = 262_144

/**
 * `LIBUS_LISTEN_EXCLUSIVE_PORT`: a port is shared by default, and two servers would split its clients between them
 * without a word. The native method takes a host and options together; its types do not say so.
 */
const EXCLUSIVE_PORT = 1
type ListenWithOptions = (
  host: string,
  port: number,
  options: number,
  listened: (listening: us_listen_socket | false) => void,
) => void

/** The door on REALTIME_PORT: uWebSockets.js with its own topics. Whatever is not a handshake is answered 404. */
export class UwsDoor implements Door {
  readonly #options: DoorOptions
  readonly #uws: Uws
  readonly #app: TemplatedApp
  readonly #brace: Brace
  readonly #lanes: Lanes<string, UwsLane>
  readonly #doomed = new Set<UwsSocket>()
  #listening: us_listen_socket | undefined

  constructor(uws: Uws, options: DoorOptions) {
    this.#uws = uws
    this.#options = options
    const { limits } = options
    this.#app = uws.App()
    this.#brace = new Brace(this.#app)
    this.#lanes = new Lanes((number) => new UwsLane(number, this.#app, () => this.#cutDoomed()))
    this.#app.ws<Attached>('/*', {
      maxPayloadLength: Math.max(NATIVE_FRAME_BYTES, limits.frameBytes),
      // Twice what we allow: the close of a slow client must still fit. The native code drops beyond it, and cuts.
      maxBackpressure: 2 * limits.bufferedBytes + SPARE_BYTES,
      closeOnBackpressureLimit: 1,
      idleTimeout: idleSeconds(limits.pingMs),
      sendPingsAutomatically: true,
      compression: uws.SHARED_COMPRESSOR,
      upgrade: (response, request, context) => {
        const handshake = handshakeOf(response, request)
        const key = request.getHeader('sec-websocket-key')
        this.#answer(response, handshake, (admitted) => {
          const extensions = admitted.takesDeflate ? 'permessage-deflate' : ''
          response.upgrade<Attached>({ admitted }, key, admitted.protocol ?? '', extensions, context)
        })
      },
      open: (socket) => this.#welcome(socket),
      message: (socket, message, isBinary) => {
        const { handler } = socket.getUserData()
        if (message.byteLength > limits.frameBytes) handler?.receivedTooMuch()
        else handler?.received(isBinary ? undefined : Buffer.from(message).toString(), new Uint8Array(message))
      },
      drain: (socket) => socket.getUserData().socket?.onDrain(),
      dropped: (socket) => this.#doom(socket.getUserData().socket),
      close: (native, code) => {
        const { socket, handler } = native.getUserData()
        socket?.onClosed(code)
        handler?.closed(code)
      },
    })
    this.#app.any('/*', (response, request) => {
      refuse(response, options.admission.refuseOther(handshakeOf(response, request)))
    })
  }

  /** Listen; resolves with the port. Port 0 finds a free one. */
  async listen(host: string, port: number): Promise<number> {
    const bound = await this.#bind(host, port)
    await this.#brace.connect(host, bound)
    return bound
  }

  #bind(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const taken = new Error(`Port ${port} of ${host} is taken: uWebSockets.js cannot listen there.`)
      const listened = (listening: us_listen_socket | false): void => {
        if (listening) {
          this.#listening = listening
          resolve(this.#uws.us_socket_local_port(listening))
        } else reject(taken)
      }
      const listen = this.#app.listen.bind(this.#app) as unknown as ListenWithOptions
      listen(host, port, EXCLUSIVE_PORT, listened)
    })
  }

  /** Take no new connections. */
  shut(): void {
    if (this.#listening) this.#uws.us_listen_socket_close(this.#listening)
    this.#listening = undefined
  }

  publish(subject: string, text: string, isTransient: boolean): void {
    this.#lanes.publish({ subject, load: text, letters: text.length, isTransient })
  }

  close(): void {
    this.shut()
    this.#lanes.close()
    this.#brace.close()
    this.#app.close()
  }

  /**
   * The native code has dropped a message for a socket, and will cut its connection. Until it does, a later message
   * might slip through, and the client would take the gap for progress; so it is cut before anything else is said.
   * Not at once: this is called from within the native code's loop over subscribers.
   */
  #doom(socket: UwsSocket | undefined): void {
    if (!socket) return
    socket.mute()
    this.#doomed.add(socket)
    setImmediate(() => this.#cutDoomed())
  }

  #cutDoomed(): void {
    for (const socket of this.#doomed) socket.cut()
    this.#doomed.clear()
  }

  #answer(response: HttpResponse, handshake: Handshake, accept: (admitted: Admitted) => void): void {
    const { admission } = this.#options
    let isAborted = false
    response.onAborted(() => {
      isAborted = true
    })
    admission.admit(handshake).then(
      (admitted) => {
        if (!isAborted) this.#brace.hold(response, () => accept(admitted))
      },
      (error: unknown) => {
        if (!isAborted) response.cork(() => refuse(response, admission.refuse(handshake, error)))
      },
    )
  }

  #welcome(native: WebSocket<Attached>): void {
    const attached = native.getUserData()
    const socket = new UwsSocket(native, this.#lanes, this.#options.limits.bufferedBytes)
    attached.socket = socket
    const handler = this.#options.open(attached.admitted, socket)
    // Closed while it was being opened: the native code has told us before there was a handler to tell.
    if (socket.closedWith === undefined) attached.handler = handler
    else handler.closed(socket.closedWith)
  }
}

/** The native code pings this long before it gives a silent client up. */
const ANSWER_SECONDS = 16
/** The native timers tick so often, and round up. */
const TICK_SECONDS = 4

/** Native idle timeouts are 0 or 9 to 960 seconds, or the process aborts; the ping goes out `ANSWER_SECONDS` before. */
function idleSeconds(pingMs: number): number {
  const ticks = Math.max(1, Math.floor(pingMs / 1000 / TICK_SECONDS))
  return Math.min(960, ticks * TICK_SECONDS + ANSWER_SECONDS)
}

function handshakeOf(response: HttpResponse, request: HttpRequest): Handshake {
  const headers: [string, string][] = []
  request.forEach((name, value) => {
    headers.push([name, value])
  })
  const peer = Buffer.from(response.getRemoteAddressAsText()).toString()
  // The native code answers other versions with 505 by itself.
  return { version: '1.1', method: request.getMethod(), path: request.getUrl(), headers, peer }
}

function refuse(response: HttpResponse, { status, headers, body }: Refusal): void {
  response.writeStatus(`${status} ${STATUS_CODES[status] ?? 'Refused'}`)
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value)
  response.end(body, true)
}
