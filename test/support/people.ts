import { Client } from '#test/realtime-client'
import type { World } from '#test/world'

// biome-ignore lint/suspicious/noExplicitAny: tests read answers as an app would; the reference says what they hold.
export type Json = any

/** An answer as a client reads it. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

/** Somebody at an address of their own, who speaks to the server over HTTP. */
export class Visitor {
  readonly world: World
  readonly ip: string
  token: string | null = null

  constructor(world: World, ip: string) {
    this.world = world
    this.ip = ip
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, undefined, headers)
  }

  post(path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('POST', path, body, headers)
  }

  put(path: string, body?: Json): Promise<Answer> {
    return this.ask('PUT', path, body)
  }

  patch(path: string, body?: Json): Promise<Answer> {
    return this.ask('PATCH', path, body)
  }

  delete(path: string): Promise<Answer> {
    return this.ask('DELETE', path)
  }

  /** Send a form; with `PUT` or another method where that is meant. */
  async send(path: string, form: FormData, method = 'POST', headers: Record<string, string> = {}): Promise<Answer> {
    return this.#fetch(method, path, form, headers)
  }

  /** Ask the app API. A string body is sent as it is. */
  async ask(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    return this.#fetch(method, path, text, {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    })
  }

  async #fetch(
    method: string,
    path: string,
    body: FormData | string | undefined,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const answer = await fetch(`${this.world.url}/api/v1${path}`, {
      method,
      headers: {
        'X-Forwarded-For': this.ip,
        ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
    return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
  }
}

/** Somebody with an account, signed in. */
export class Person extends Visitor {
  readonly mobile: string
  readonly username: string
  readonly user: Json

  constructor(visitor: Visitor, known: { mobile: string; username: string; token: string; user: Json }) {
    super(visitor.world, visitor.ip)
    this.mobile = known.mobile
    this.username = known.username
    this.user = known.user
    this.token = known.token
  }

  /** The person's phone. */
  get phone() {
    return this.world.carrier.handset(this.mobile)
  }

  /** Put somebody into the address book; gives what a call's `to` takes. */
  async knows(name: string, mobile: string): Promise<{ contact_id: string }> {
    const { status, body } = await this.post('/contacts', { name, mobile })
    if (status !== 201) throw new Error(`${name} could not be noted: ${JSON.stringify(body)}`)
    return { contact_id: body.id }
  }

  /** Open a socket and say hello; `live` has been heard when this resolves. */
  async socket(options: { door?: 'ws' | 'uws'; cursor?: string; topics?: readonly string[] } = {}): Promise<Client> {
    const { door = 'ws', ...hello } = options
    const client = (await this.#knock(door)) ?? (await this.#knock(door))
    if (!client) throw new Error(`The ${door} door did not open.`)
    client.say({ type: 'hello', id: 1, ...hello })
    await client.until('live')
    return client
  }

  /**
   * A socket that has been greeted; undefined when the handshake got no answer. The native door refuses a request that
   * reaches it in two pieces, so apps knock again, and so do we.
   */
  async #knock(door: 'ws' | 'uws'): Promise<Client | undefined> {
    const client = new Client(this.world.doors[door], {
      protocol: 'kadoink.v1',
      headers: { Authorization: `Bearer ${this.token}`, 'X-Forwarded-For': this.ip },
    })
    return client.until('ready').then(
      () => client,
      () => undefined,
    )
  }
}
