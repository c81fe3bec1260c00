import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type ClientOptions, createClient, type LiveEvent, type LiveOptions, type SocketLike } from '#client'
import { StillClock } from '#test/client-clock'
import type { Person } from '#test/people'
import { until } from '#test/server-process'

/** A socket as browsers have it: it takes no headers, and tells nothing of how a handshake was refused. */
export class BrowserSocket implements SocketLike {
  readonly #socket: WebSocket
  onopen: SocketLike['onopen'] = null
  onmessage: SocketLike['onmessage'] = null
  onerror: SocketLike['onerror'] = null
  onclose: SocketLike['onclose'] = null

  constructor(url: string, protocols?: string[]) {
    this.#socket = new WebSocket(url, protocols)
    this.#socket.on('open', () => this.onopen?.({}))
    this.#socket.on('message', (data) => this.onmessage?.({ data: String(data) }))
    this.#socket.on('error', () => this.onerror?.({}))
    this.#socket.on('close', (code, reason) => this.onclose?.({ code, reason: String(reason) }))
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason)
  }
}

/** What an app is told beside its options. */
export interface Phone extends LiveOptions {
  readonly Socket?: ClientOptions['WebSocket']
  readonly random?: () => number
}

/** Somebody's app with a live connection, whose time stands still: keeps all that it is told. */
export function liveApp(
  person: Person,
  url: string,
  { Socket = WebSocket, random = () => 0.5, ...options }: Phone = {},
) {
  const clock = new StillClock()
  const events: LiveEvent[] = []
  const told: string[] = []
  let cursor: string | null | undefined
  const client = createClient({
    url,
    token: person.token,
    WebSocket: Socket,
    clock,
    random,
    onSignedOut: ({ code }) => told.push(`signed out: ${code}`),
  })
  const live = client.live({
    onState: (state) => told.push(state),
    onStop: ({ code }) => told.push(`stopped: ${code}`),
    onError: (error) => told.push(`error: ${error instanceof Error ? error.message : String(error)}`),
    ...options,
    onEvent: async (event) => {
      await options.onEvent?.(event)
      events.push(event)
    },
    onResync: async (resync) => {
      await options.onResync?.(resync)
      told.push(`resync: ${resync.reason}`)
    },
    onCursor: (kept) => {
      cursor = kept
    },
  })
  return {
    client,
    live,
    clock,
    events,
    told,
    /** What would be kept for the next start. */
    kept: () => cursor,
    /** The names of those contacts that were told of. */
    names: () => events.map((event) => (event.event === 'contact.created' ? event.data.contact.name : event.event)),
    become: (state: string) => until(() => live.state === state),
    heard: (count: number) => until(() => events.length >= count),
    /** Wait until something has been told. */
    hears: (word: string) => until(() => told.includes(word)),
  }
}

/** Wait until a server is closed. */
export async function closed(server: { close(): unknown } & NodeJS.EventEmitter): Promise<void> {
  server.close()
  await once(server, 'close')
}
