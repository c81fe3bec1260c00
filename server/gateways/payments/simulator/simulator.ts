import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { readBytes } from '#kit/body'
import type { Clock } from '#kit/clock'
import { namesLoopback } from '#kit/loopback'
import { Api } from './api.ts'
import { Books } from './books.ts'
import { control, type Fault } from './control.ts'
import { actOnCheckout, actOnSubscription, checkoutPage, pageHeaders, portalPage, type Shown } from './pages.ts'
import { ApiRefusal } from './refusal.ts'
import { Webhooks } from './webhooks.ts'

/** How the stand-in is set up. */
export interface PaymentSimulatorOptions {
  readonly secretKey: string
  readonly webhookSecret: string
  readonly prices: Readonly<Record<'month' | 'year', string>>
  readonly clock: Pick<Clock, 'now'>
  readonly port?: number
}

const SLOW_MS = 300
const BODY_LIMIT = 256 * 1024

/**
 * A stand-in for Stripe on loopback: its REST API as far as it is asked, its signed webhooks, and pages on which one
 * plays the person who pays. The real client runs against it. It holds everything in memory and takes no money.
 */
export class PaymentSimulator {
  readonly books: Books
  readonly webhooks: Webhooks
  readonly #options: PaymentSimulatorOptions
  readonly #api: Api
  readonly #server: Server
  /** Where webhooks are told; nowhere until it is known. */
  webhookUrl = 'http://127.0.0.1:9/'
  #fault: { kind: Fault; left: number; path: string } | null = null

  constructor(options: PaymentSimulatorOptions) {
    this.#options = options
    const now = () => options.clock.now()
    this.webhooks = new Webhooks({ url: () => this.webhookUrl, secret: options.webhookSecret, now })
    this.books = new Books({
      prices: options.prices,
      now,
      pages: () => this.url,
      tell: (event) => this.webhooks.tell(event),
    })
    this.#api = new Api(this.books)
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch(() => outgoing.destroy())
    })
  }

  /** Where it is, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', resolve)
    })
  }

  /** Let the next requests to the API meet something: all of them, or those with this in their path. */
  meet(kind: Fault, times: number, path = '/'): void {
    this.#fault = times > 0 ? { kind, left: times, path } : null
  }

  async close(): Promise<void> {
    this.webhooks.stop()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const method = incoming.method ?? 'GET'
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1')
    const body = (await readBytes(incoming, BODY_LIMIT)).toString('utf8')
    try {
      if (!namesLoopback(incoming)) {
        throw new ApiRefusal(403, { message: 'The stand-in is reached by its address alone.' })
      }
      if (pathname.startsWith('/v1/')) await this.#serveApi(incoming, outgoing, method, pathname, body)
      else if (pathname.startsWith('/control')) await this.#serveControl(incoming, outgoing, method, pathname, body)
      else this.#servePage(incoming, outgoing, method, pathname, searchParams)
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error
      sendJson(outgoing, error.status, error.body)
    }
  }

  async #serveApi(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    method: string,
    path: string,
    body: string,
  ): Promise<void> {
    if (incoming.headers.authorization !== `Bearer ${this.#options.secretKey}`) {
      throw new ApiRefusal(401, { message: 'Invalid API Key provided.' })
    }
    const fault = this.#takeFault(path)
    if (fault === 'away') return void outgoing.destroy()
    if (fault === 'hang') return
    if (fault === 'error') throw new ApiRefusal(500, { type: 'api_error', message: 'Something went wrong.' })
    const key = incoming.headers['idempotency-key']
    const request = { method, path, body, key: typeof key === 'string' ? key : undefined }
    const answer = await this.#api.answer(request, fault === 'slow' ? pause(SLOW_MS) : Promise.resolve())
    if (fault === 'silent') return void outgoing.destroy()
    // What is compared with the moments of events is the stand-in's time, not the machine's.
    outgoing.setHeader('Date', this.#options.clock.now().toUTCString())
    outgoing.setHeader('Request-Id', 'req_stand_in')
    for (const [name, value] of Object.entries(answer.headers ?? {})) outgoing.setHeader(name, value)
    sendJson(outgoing, answer.status, answer.body)
  }

  async #serveControl(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    method: string,
    path: string,
    body: string,
  ): Promise<void> {
    // A page on the web can reach loopback through its visitor's browser, which then names the page.
    if (incoming.headers.origin !== undefined) throw new ApiRefusal(403, { message: 'This is not for web pages.' })
    sendJson(outgoing, 200, (await control(this, method, path, body)) ?? null)
  }

  #servePage(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    method: string,
    path: string,
    query: URLSearchParams,
  ): void {
    const [kind, id, act] = path.split('/').filter(Boolean)
    const { origin, host } = incoming.headers
    if (method === 'POST' && origin !== undefined && origin !== `http://${host}`) {
      throw new ApiRefusal(403, { message: 'This form is not from here.' })
    }
    const shown = this.#shown(method, kind, id, act, query.get('prefilled_email'))
    if (!shown) throw new ApiRefusal(404, { message: `There is no ${method} ${path}.` })
    if ('goTo' in shown) outgoing.writeHead(303, { Location: shown.goTo }).end()
    else outgoing.writeHead(200, pageHeaders(shown.formsMayGoTo)).end(shown.page)
  }

  #shown(method: string, kind = '', id = '', act = '', email: string | null): Shown | null {
    if (method === 'GET' && kind === 'portal') return portalPage(this.books, email)
    if (method === 'GET' && kind === 'pay') return checkoutPage(this.books.session(id))
    if (method === 'POST' && kind === 'pay') return actOnCheckout(this.books, id, act)
    if (method === 'POST' && kind === 'portal' && actOnSubscription(this.books, id, act)) return { goTo: '/portal' }
    return null
  }

  #takeFault(path: string): Fault | null {
    if (!this.#fault || !path.includes(this.#fault.path)) return null
    const { kind } = this.#fault
    this.#fault.left--
    if (this.#fault.left <= 0) this.#fault = null
    return kind
  }
}

function sendJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`)
}
