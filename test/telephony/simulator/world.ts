import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import twilio from 'twilio'
import RequestClient from 'twilio/lib/base/RequestClient.js'
import type TwilioResponse from 'twilio/lib/http/response.js'
import { type RestExchange, type Simulator, type SimulatorOptions, startSimulator } from '#simulator'
import { contract } from '#test/contract'

export const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
export const TOKEN = 'a-token-for-tests'
export const OURS = '+15550000001'
export const ANA = '+15551230101'
export const BO = '+15551230102'
export const CY = '+15551230103'

/** One webhook as the application got it. */
export interface Hit {
  readonly path: string
  readonly method: string
  /** As the network means it, with its query. */
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
}

/** What the application answers: TwiML (or any text), a status, or both. */
export type Answer =
  | string
  | {
      readonly status?: number
      readonly type?: string
      readonly body?: string
      readonly bytes?: Buffer
      readonly location?: string
      readonly never?: boolean
    }

export type Responder = Answer | ((hit: Hit) => Answer)

/** An application with webhooks, which checks each signature with Twilio's own library. */
export class Application {
  url = ''
  /** What the network knows it as, when that is not where it listens. */
  publicUrl: string | null = null
  readonly hits: Hit[] = []
  readonly forgeries: string[] = []
  private readonly answers = new Map<string, Responder>()
  private readonly server: Server

  constructor() {
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const answer = this.answer(incoming, Buffer.concat(chunks).toString())
        if (answer.never) return
        const body = answer.bytes ?? answer.body
        outgoing.writeHead(answer.status ?? (body ? 200 : 204), {
          ...(answer.type && { 'content-type': answer.type }),
          ...(answer.location && { location: answer.location }),
        })
        outgoing.end(body)
      })
    })
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Answer this path so; paths without an answer say 204. */
  on(path: string, answer: Responder): this {
    this.answers.set(path, answer)
    return this
  }

  /** The hits of one path, in order. */
  at(path: string): readonly Hit[] {
    return this.hits.filter((hit) => hit.path === path)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  private answer(incoming: IncomingMessage, body: string): Exclude<Answer, string> {
    const url = new URL((this.publicUrl ?? this.url) + incoming.url)
    const form = Object.fromEntries(new URLSearchParams(body))
    const signature = String(incoming.headers['x-twilio-signature'])
    if (!twilio.validateRequest(TOKEN, signature, url.href, form)) this.forgeries.push(url.href)
    const params = { ...Object.fromEntries(url.searchParams), ...form }
    const { method = '', headers } = incoming
    const hit = { path: url.pathname, method, url: url.href, params, headers }
    this.hits.push(hit)
    const responder = this.answers.get(url.pathname) ?? { status: 204 }
    const answer = typeof responder === 'function' ? responder(hit) : responder
    return typeof answer === 'string' ? { type: 'text/xml', body: answer } : answer
  }
}

/** Twilio's own client, sent to the simulator, each request held against the contract. */
class CheckedClient extends RequestClient {
  readonly faults: string[] = []
  private readonly base: string

  constructor(base: string) {
    super({ timeout: 2000 })
    this.base = base
  }

  override async request<T>(options: RequestClient.RequestOptions<T>): Promise<TwilioResponse.default<T>> {
    const url = new URL(options.uri)
    const sent = pairs(
      options.method === 'post' ? options.data : { ...Object.fromEntries(url.searchParams), ...options.params },
    )
    this.faults.push(...(contract()?.checkRequest(options.method.toUpperCase(), url.pathname, sent) ?? []))
    return super.request<T>({ ...options, uri: this.base + url.pathname + url.search })
  }
}

function pairs(data: unknown): [string, string][] {
  return Object.entries((data ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
    return (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, String(item)])
  })
}

/** A phone network, an application behind it, and Twilio's client before it. */
export class World {
  readonly sim: Simulator
  readonly app: Application
  readonly client: ReturnType<typeof twilio>
  /** Everything that went over the wire of the REST API. */
  readonly exchanges: readonly RestExchange[]
  private readonly checked: CheckedClient
  private seenViolations = 0

  constructor(sim: Simulator, app: Application, exchanges: readonly RestExchange[]) {
    this.sim = sim
    this.app = app
    this.exchanges = exchanges
    this.checked = new CheckedClient(sim.url)
    this.client = twilio(ACCOUNT, TOKEN, { httpClient: this.checked })
  }

  /** Order a call from our number that begins with `/voice` and reports everything to `/status`. */
  call(to: string, more: Readonly<Record<string, unknown>> = {}) {
    return this.client.calls.create({
      to,
      from: OURS,
      url: `${this.app.url}/voice`,
      statusCallback: `${this.app.url}/status`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      ...more,
    })
  }

  /** GET or POST without Twilio's client, with the right credentials unless others are given. */
  rest(path: string, options: { form?: Record<string, string>; auth?: string | null } = {}): Promise<Response> {
    const auth = options.auth === undefined ? `${ACCOUNT}:${TOKEN}` : options.auth
    const url = new URL(`${this.sim.url}/2010-04-01/Accounts/${ACCOUNT}/${path}`)
    return fetch(url, {
      headers: auth === null ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` },
      ...(options.form && { method: 'POST', body: new URLSearchParams(options.form) }),
    })
  }

  /** The parameter of each callback to a path, in order. */
  told(path: string, param: string): readonly string[] {
    return this.app.at(path).map(({ params }) => params[param] ?? '')
  }

  advance(seconds: number): Promise<void> {
    return this.sim.clock.advance(seconds)
  }

  /** The violations so far; a test that does not ask for them must not have any. */
  violations(): readonly string[] {
    this.seenViolations = this.sim.violations().length
    return this.sim.violations()
  }

  /** Everything down, whatever happened in it. */
  async abandon(): Promise<void> {
    standing.delete(this)
    await this.sim.close()
    await this.app.close()
  }

  /** Everything down, and every exchange was sound. */
  async close(): Promise<void> {
    const unseen = this.sim.violations().slice(this.seenViolations)
    await this.abandon()
    expect(this.checked.faults, 'requests against the contract').to.eql([])
    expect(this.exchanges.flatMap(answerFaults), 'answers against the contract').to.eql([])
    expect(this.app.forgeries, 'webhooks with a wrong signature').to.eql([])
    expect(unseen, 'violations that no test expected').to.eql([])
  }
}

function answerFaults({ method, path, status, body }: RestExchange): readonly string[] {
  return status === null ? [] : (contract()?.checkResponse(method, path, status, body) ?? [])
}

const standing = new Set<World>()

/** A test that fails half-way leaves nothing running. */
afterEach(async () => {
  for (const world of standing) await world.abandon()
})

/** A world with a manual clock and no limit on calls per second, unless it is told otherwise. */
export async function openWorld(options: Partial<SimulatorOptions> = {}): Promise<World> {
  const app = new Application()
  await app.open()
  const usual = { accountSid: ACCOUNT, authToken: TOKEN, numbers: [OURS], clock: 'manual', callsPerSecond: 0 } as const
  const exchanges: RestExchange[] = []
  const onExchange = (exchange: RestExchange) => exchanges.push(exchange)
  const world = new World(await startSimulator({ ...usual, ...options, onExchange }), app, exchanges)
  standing.add(world)
  return world
}

/** TwiML from the verbs in it. */
export function response(...verbs: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs.join('')}</Response>`
}

/** A room as our calls enter it: accept by key, then join under a label. */
export function acceptThenJoin(app: Application, room: string, attributes = ''): void {
  const events = 'statusCallbackEvent="start end join leave mute hold modify speaker announcement"'
  app.on('/voice', response('<Gather numDigits="1" action="/accept"><Say>Press 1 to join.</Say></Gather>'))
  app.on('/accept', ({ params }) => {
    if (params.Digits !== '1') return response('<Hangup/>')
    const label = `p-${params.To?.slice(-4)}`
    const conference = `<Conference participantLabel="${label}" statusCallback="/room" ${events} ${attributes}>${room}</Conference>`
    return response(`<Dial action="/left">${conference}</Dial>`)
  })
  app.on('/left', response('<Hangup/>'))
}
