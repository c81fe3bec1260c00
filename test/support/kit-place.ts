import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import Koa from 'koa'
import { pino } from 'pino'
import { type Clock, systemClock } from '#kit/clock'
import type { Endpoint, MountedSurface } from '#kit/endpoint'
import { answerSurfaces, type PipelineOptions, requestId } from '#kit/http'
import { Limiter } from '#kit/limit'
import type { Log } from '#kit/log'
import { assertUnambiguous, RouteTable } from '#kit/routes'
import { Keyring } from '#kit/secret'
import type { Site } from '#kit/site'
import { Database } from '#kit/unit'
import { UploadRoom } from '#kit/upload-room'
import type { WebPage } from '#kit/web-page'
import { crossOrigin } from '#server/cross-origin'
import { mountPages } from '#server/pages'
import { dropDatabase, freshDatabase } from '#test/database'
import type { SlowRequest } from '#test/forms'
import { small } from '#test/kit-surface'

/** The deployment that the tests of the kit pretend to be. */
export const SITE: Site = {
  publicUrl: 'http://kit.test',
  realtimeUrl: 'ws://kit.test',
  numbers: ['+15005550006'],
  keys: new Keyring(['a secret that only the tests of the kit know']),
  countries: 'all',
  spendPerHour: 1000,
  callsPerSecond: 1000,
  portalUrl: null,
  returnHosts: new Set(),
  telegramLink: null,
  whatsAppNumber: null,
}

/** A log whose lines a test can read. */
export function readableLog(): { readonly log: Log; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  return { log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) }), lines }
}

/** Open a database as the product does. */
export function openDatabase(
  url: string,
  { clock = systemClock, onEvents = () => {}, log = readableLog().log }: OpenOptions = {},
): Database {
  return new Database({ url, poolSize: 10, clock, site: SITE, log, onEvents })
}

interface OpenOptions {
  readonly clock?: Clock
  readonly onEvents?: () => void
  readonly log?: Log
}

/** An answer as a client reads it; `text` is the body as it came. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a client would.
  readonly body: any
}

/** What is sent beside method and path. A string body is sent as it is. */
export interface Sent {
  readonly as?: string
  readonly ip?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface OpenPlace {
  readonly isStrict?: boolean
  /** Further surfaces beside the small one. */
  readonly others?: readonly MountedSurface[]
  readonly pages?: readonly WebPage[]
  readonly uploads?: UploadRoom
}

interface Answering {
  readonly endpoints: readonly Endpoint[]
  readonly pages: readonly WebPage[]
  readonly others: readonly MountedSurface[]
}

/** The small surface on a real port and a real database, with a table `notes` to write into. */
export class Place {
  readonly database: Database
  readonly lines: Record<string, unknown>[]
  readonly answers: Parameters<NonNullable<PipelineOptions['onAnswer']>>[0][] = []
  readonly databaseUrl: string
  readonly uploads: UploadRoom
  readonly #server: Server

  private constructor(url: string, { endpoints, pages, others }: Answering, isStrict: boolean, uploads: UploadRoom) {
    this.uploads = uploads
    const { log, lines } = readableLog()
    this.databaseUrl = url
    this.lines = lines
    this.database = openDatabase(url, { log })
    const app = new Koa({ proxy: true, maxIpsCount: 1 })
    app.silent = true
    app.use(requestId)
    const onAnswer: PipelineOptions['onAnswer'] = (answer) => void this.answers.push(answer)
    const pipeline = { database: this.database, limiter: new Limiter(), log, isStrict, onAnswer, uploads: this.uploads }
    const mounted = { surface: small, endpoints, pages }
    const surfaces = [mounted, ...others]
    assertUnambiguous(surfaces)
    const table = new RouteTable(surfaces)
    app.use(crossOrigin(table, []))
    for (const surface of surfaces) app.use(mountPages(surface, pipeline))
    app.use(answerSurfaces(table, pipeline))
    this.#server = createServer(app.callback())
  }

  /** Open a place that answers these endpoints, and shows these pages. */
  static async open(
    endpoints: readonly Endpoint[],
    { isStrict = true, pages = [], others = [], uploads = new UploadRoom() }: OpenPlace = {},
  ): Promise<Place> {
    const place = new Place(await freshDatabase(), { endpoints, pages, others }, isStrict, uploads)
    await place.database.sql.raw('create table notes (text text primary key)')
    place.#server.listen(0, '127.0.0.1')
    await once(place.#server, 'listening')
    return place
  }

  /** Ask as the person of this name, or as nobody. */
  async ask(method: string, path: string, { as, ip = '10.0.0.1', body, headers }: Sent = {}): Promise<Answer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    return this.send(method, path, text, {
      'X-Forwarded-For': ip,
      ...(as === undefined ? {} : { Authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    })
  }

  /** Send a body as it is. */
  async send(
    method: string,
    path: string,
    body: FormData | Buffer | string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const sent = Buffer.isBuffer(body) ? new Uint8Array(body) : body
    const answer = await fetch(this.address(path), { method, headers, ...(sent === undefined ? {} : { body: sent }) })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }

  /** Resolves when something has come about in this process. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Resolves when an answer to a slow request has come that far. */
  async heard(slow: SlowRequest, words: RegExp): Promise<void> {
    while (!words.test(slow.heard)) await once(slow.socket, 'data')
  }

  address(path: string): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}${path}`
  }

  /** What is written in `notes`. */
  async notes(): Promise<readonly string[]> {
    return this.database.sql('notes').orderBy('text').pluck('text')
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await this.database.close()
    await dropDatabase(this.databaseUrl)
  }
}
