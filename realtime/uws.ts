import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket, WebSocket } from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import { NotFound } from '#kit/fault'
import type { Admitted, Refusal } from './admission.ts'
import { type Close, closes } from './closes.ts'
import type { Door, DoorOptions } from './door.ts'
import type { Handshake } from './handshake.ts'
import type { Socket, SocketHandler } from './socket.ts'
import { Brace } from './uws-brace.ts'
import { COMPRESS_FROM } from './ws-frame.ts'

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
/** After so much was published, sockets are looked over for those that do not keep up. */
const LOOK_OVER_BYTES = 262_144

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

interface Attached {
  readonly admitted: Admitted
  socket?: UwsSocket
  handler?: SocketHandler
}

/** The door on REALTIME_PORT: uWebSockets.js with its own topics. Whatever is not a handshake is answered 404. */
export class UwsDoor implements Door {
  readonly #options: DoorOptions
  readonly #uws: Uws
  readonly #app: TemplatedApp
  readonly #brace: Brace
  readonly #sockets = new Set<UwsSocket>()
  readonly #doomed = new Set<UwsSocket>()
  #listening: us_listen_socket | undefined
  #publishedBytes = 0

  constructor(uws: Uws, options: DoorOptions) {
    this.#uws = uws
    this.#options = options
    const { limits } = options
    this.#app = uws.App()
    this.#brace = new Brace(this.#app)
    this.#app.ws<Attached>('/*', {
      maxPayloadLength: Math.max(NATIVE_FRAME_BYTES, limits.frameBytes),
      // Twice what we allow: the close of a slow client must still fit. The native code drops beyond it, and cuts.
      maxBackpressure: 2 * limits.bufferedBytes + LOOK_OVER_BYTES,
      closeOnBackpressureLimit: 1,
      idleTimeout: idleSeconds(limits.pingMs),
      sendPingsAutomatically: true,
      compression: uws.SHARED_COMPRESSOR,
      upgrade: (response, request, context) => {
        const handshake = handshakeOf(response, request)
        const words = ['sec-websocket-key', 'sec-websocket-extensions'].map((name) => request.getHeader(name))
        this.#answer(response, handshake, (admitted) => {
          const [key = '', extensions = ''] = words
          response.upgrade<Attached>({ admitted }, key, admitted.protocol ?? '', extensions, context)
        })
      },
      open: (socket) => this.#welcome(socket),
      message: (socket, message, isBinary) => {
        const { handler } = socket.getUserData()
        if (message.byteLength > limits.frameBytes) handler?.receivedTooMuch()
        else handler?.received(isBinary ? undefined : Buffer.from(message).toString())
      },
      drain: (socket) => socket.getUserData().socket?.onDrain(),
      dropped: (socket) => this.#doom(socket.getUserData().socket),
      close: (native, code) => {
        const { socket, handler } = native.getUserData()
        if (socket) this.#sockets.delete(socket)
        socket?.onClosed(code)
        handler?.closed(code)
      },
    })
    this.#app.any('/*', (response, request) => {
      refuse(response, options.admission.refuse(handshakeOf(response, request), NotFound()))
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

  publish(subject: string, text: string): void {
    this.#cutDoomed()
    this.#publishedBytes += text.length
    if (this.#publishedBytes > LOOK_OVER_BYTES) this.#lookOver()
    this.#app.publish(subject, text, false, text.length > COMPRESS_FROM)
  }

  close(): void {
    this.shut()
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

  /** Close the sockets that do not keep up. The native code would drop what it publishes to them, without a word. */
  #lookOver(): void {
    this.#publishedBytes = 0
    for (const socket of this.#sockets) socket.closeIfSlow()
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
    const socket = new UwsSocket(native, this.#options.limits.bufferedBytes)
    attached.socket = socket
    this.#sockets.add(socket)
    const handler = this.#options.open(attached.admitted, socket)
    // Closed while it was being opened: the native code has told us before there was a handler to tell.
    if (socket.closedWith === undefined) attached.handler = handler
    else handler.closed(socket.closedWith)
  }
}

/** A socket that came in through uWebSockets.js. The native object must not be touched once it is closed. */
class UwsSocket implements Socket {
  readonly door = 'uws'
  /** The close code, once it is closed. */
  closedWith: number | undefined
  readonly #bufferedBytes: number
  #native: WebSocket<Attached> | undefined
  #isMuted = false
  #waiting: (() => void)[] = []

  constructor(native: WebSocket<Attached>, bufferedBytes: number) {
    this.#native = native
    this.#bufferedBytes = bufferedBytes
  }

  get buffered(): number {
    return this.#native?.getBufferedAmount() ?? 0
  }

  send(text: string): void {
    if (this.#isMuted || this.closeIfSlow()) return
    this.#native?.send(text, false, text.length > COMPRESS_FROM)
  }

  join(subject: string): void {
    this.#native?.subscribe(subject)
  }

  leave(subject: string): void {
    this.#native?.unsubscribe(subject)
  }

  drained(): Promise<void> {
    if (this.buffered === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close({ code, reason }: Close): void {
    this.#native?.end(code, reason)
  }

  /** Close when too much waits for the client. */
  closeIfSlow(): boolean {
    if (this.buffered <= this.#bufferedBytes) return false
    this.close(closes.tooSlow)
    return true
  }

  onDrain(): void {
    if (this.buffered > this.#bufferedBytes / 4) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Say no more. */
  mute(): void {
    this.#isMuted = true
  }

  /** Cut the connection without a word. */
  cut(): void {
    this.#native?.close()
  }

  onClosed(code: number): void {
    this.closedWith = code
    this.#native = undefined
    for (const resolve of this.#waiting.splice(0)) resolve()
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
  return { method: request.getMethod(), path: request.getUrl(), headers, peer }
}

function refuse(response: HttpResponse, { status, headers, body }: Refusal): void {
  response.writeStatus(`${status} ${STATUS_CODES[status] ?? 'Refused'}`)
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value)
  response.end(body, true)
}
