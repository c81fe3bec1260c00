/** The part of a WebSocket that the client uses: the browser's, Node's own, and that of the package `ws` have it. */
export interface SocketLike {
  // biome-ignore-start lint/suspicious/noExplicitAny: each kind of socket has classes of its own for its events.
  onopen: ((event: any) => void) | null
  onmessage: ((event: any) => void) | null
  onerror: ((event: any) => void) | null
  onclose: ((event: any) => void) | null
  // biome-ignore-end lint/suspicious/noExplicitAny: each kind of socket has classes of its own for its events.
  send(text: string): void
  close(code?: number, reason?: string): void
}

/** How sockets are made. */
export interface SocketConstructor {
  new (url: string, protocols?: string[], options?: { headers: Record<string, string> }): SocketLike
}

/** What the package `ws` can do beyond a browser's socket: it takes headers, tells how a handshake was refused, and cuts. */
interface NodeSocket extends SocketLike {
  on(event: 'unexpected-response', listener: (request: unknown, response: RefusedHandshake) => void): void
  terminate(): void
}

/** An answer to a handshake that is no 101. */
export interface RefusedHandshake {
  readonly statusCode?: number
  readonly headers: Readonly<Record<string, unknown>>
}

/** The runtime's own WebSocket. Throws where there is none, as in Node 20. */
export function ownWebSocket(): SocketConstructor {
  const { WebSocket } = globalThis as { WebSocket?: unknown }
  if (!WebSocket)
    throw new Error('There is no WebSocket here: give the client one, that of the package ws for example.')
  return WebSocket as SocketConstructor
}

/** Whether a kind of socket takes headers: browsers let nobody set any. */
export function takesHeaders(Socket: SocketConstructor): boolean {
  return typeof (Socket as { prototype?: Partial<NodeSocket> }).prototype?.on === 'function'
}

/** Hear how a handshake is refused, where that can be heard. */
export function onRefused(socket: SocketLike, hear: (response: RefusedHandshake) => void): void {
  const { on } = socket as Partial<NodeSocket>
  on?.call(socket, 'unexpected-response', (_request, response) => hear(response))
}

/** Let go of a socket without waiting for the other side, which may be gone. */
export function letGo(socket: SocketLike): void {
  const ignore = (): void => {}
  socket.onopen = socket.onmessage = socket.onclose = ignore
  // Cutting a handshake short is an error to ws, and an error nobody hears would end the process.
  socket.onerror = ignore
  const { terminate } = socket as Partial<NodeSocket>
  if (terminate) terminate.call(socket)
  else socket.close()
}
