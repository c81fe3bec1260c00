import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBytes } from '#kit/body'
import type { Clock } from '#kit/clock'
import { namesLoopback } from '#kit/loopback'
import { ApiRefusal, fields, METHODS } from './api.ts'
import { control, type Fault } from './control.ts'
import { botPage, pageHeaders } from './page.ts'
import { type Member, People } from './people.ts'
import { Webhooks } from './webhooks.ts'

/** How the stand-in is set up. */
export interface TelegramSimulatorOptions {
  readonly token: string
  readonly botName: string
  readonly clock: Pick<Clock, 'now'>
  readonly port?: number
  /** Public origins and the loopback origins they are reached at: it only ever speaks with loopback. */
  readonly routes?: Readonly<Record<string, string>>
}

const BODY_LIMIT = 256 * 1024

/**
 * A stand-in for Telegram on loopback: its Bot API as far as it is asked, its webhook, and people who press Start, share
 * their numbers or others', block the bot and read what it says. It holds everything in memory.
 */
export class TelegramSimulator {
  readonly people: People
  readonly webhooks: Webhooks
  readonly botName: string
  readonly #options: TelegramSimulatorOptions
  readonly #server: Server
  #fault: { kind: Fault; left: number; method: string; seconds: number } | null = null

  constructor(options: TelegramSimulatorOptions) {
    this.#options = options
    this.botName = options.botName
    this.webhooks = new Webhooks((url) => this.#route(url))
    this.people = new People(
      () => options.clock.now(),
      (update) => this.webhooks.tell(update),
    )
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch(() => outgoing.destroy())
    })
  }

  /** Where it is, without a trailing slash: the Bot API, the control API, and the bot's page at `/<bot>`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What stands for `https://t.me/<bot>`. */
  get botUrl(): string {
    return `${this.url}/${this.botName}`
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', resolve)
    })
  }

  /** Let the next requests to the API meet something: all of them, or those of one method. */
  meet(kind: Fault, times: number, method = '', seconds = 1): void {
    this.#fault = times > 0 ? { kind, left: times, method, seconds } : null
  }

  async close(): Promise<void> {
    this.webhooks.stop()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Its own network is loopback: an address elsewhere is only one it has been told the way to. */
  #route(url: string): string {
    const { origin, hostname } = new URL(url)
    const local = this.#options.routes?.[origin]
    if (local !== undefined) return url.replace(origin, local)
    if (hostname === '127.0.0.1' || hostname === 'localhost') return url
    throw new Error('The stand-in speaks with loopback only.')
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1')
    try {
      if (!namesLoopback(incoming)) throw new ApiRefusal(403, 'The stand-in is reached by its address alone.')
      const body = (await readBytes(incoming, BODY_LIMIT)).toString('utf8')
      const [first = ''] = pathname.split('/').filter(Boolean)
      if (first.startsWith('bot') && first.includes(':')) await this.#serveApi(outgoing, pathname, body)
      else if (first === 'control') await this.#serveControl(incoming, outgoing, pathname, body)
      else await this.#servePage(incoming, outgoing, pathname, searchParams.get('phone'))
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error
      const { status, message: description, parameters } = error
      sendJson(outgoing, status, { ok: false, error_code: status, description, ...(parameters && { parameters }) })
    }
  }

  async #serveApi(outgoing: ServerResponse, path: string, body: string): Promise<void> {
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? []
    if (token !== this.#options.token) throw new ApiRefusal(401, 'Unauthorized')
    const perform = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined
    if (!perform) throw new ApiRefusal(404, 'Not Found: method not found')
    const fault = this.#takeFault(method)
    if (fault?.kind === 'away') return void outgoing.destroy()
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'error') throw new ApiRefusal(500, 'Internal Server Error')
    if (fault?.kind === 'busy') {
      const { seconds: retry_after } = fault
      throw new ApiRefusal(429, `Too Many Requests: retry after ${retry_after}`, { retry_after })
    }
    const result = perform(this, json(body))
    if (fault?.kind === 'silent') return void outgoing.destroy()
    sendJson(outgoing, 200, { ok: true, result })
  }

  async #serveControl(incoming: IncomingMessage, outgoing: ServerResponse, path: string, body: string): Promise<void> {
    // A page on the web can reach loopback through its visitor's browser, which then names the page.
    if (incoming.headers.origin !== undefined) throw new ApiRefusal(403, 'This is not for web pages.')
    sendJson(outgoing, 200, (await control(this, incoming.method ?? 'GET', path, json(body))) ?? null)
  }

  async #servePage(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    path: string,
    phone: string | null,
  ): Promise<void> {
    const [bot, act] = path.split('/').filter(Boolean)
    const isGet = incoming.method === 'GET'
    if (bot !== this.botName || (act !== undefined) === isGet) throw new ApiRefusal(404, 'Not Found')
    const { origin, host } = incoming.headers
    if (!isGet && origin !== undefined && origin !== `http://${host}`) {
      throw new ApiRefusal(403, 'This form is not from here.')
    }
    const member = phone !== null && /^\+[1-9]\d{6,14}$/.test(phone) ? this.people.at(phone) : null
    if (isGet) return void outgoing.writeHead(200, pageHeaders()).end(botPage(this.botName, member))
    if (member) await this.#act(member, act)
    outgoing.writeHead(303, { Location: `/${this.botName}?phone=${encodeURIComponent(phone ?? '')}` }).end()
  }

  async #act(member: Member, act: string | undefined): Promise<void> {
    if (act === 'start') await this.people.start(member)
    if (act === 'share') await this.people.share(member)
    if (act === 'block') await this.people.block(member)
  }

  #takeFault(method: string): { readonly kind: Fault; readonly seconds: number } | null {
    const fault = this.#fault
    if (!fault || (fault.method !== '' && fault.method !== method)) return null
    fault.left--
    if (fault.left <= 0) this.#fault = null
    return fault
  }
}

function json(body: string): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(body || '{}'))
  } catch {
    throw new ApiRefusal(400, "Bad Request: can't parse JSON object")
  }
}

function sendJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`)
}
