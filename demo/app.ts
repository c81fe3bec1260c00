import WebSocket from 'ws'

// biome-ignore lint/suspicious/noExplicitAny: the demo reads answers as a script would; the reference says what they hold.
type Json = any

/** An event as it comes through the socket. */
export interface Frame {
  readonly event: string
  readonly topic: string
  readonly data: Json
}

/** An answer of the API. */
export interface Answer {
  readonly status: number
  readonly body: Json
}

/** A person's app: a token, requests, and a socket. */
export class App {
  readonly #base: string
  readonly #seen: Frame[] = []
  readonly #listeners = new Set<(frame: Frame) => void>()
  #token = ''
  #socket: WebSocket | undefined

  constructor(base: string) {
    this.#base = base
  }

  get socketUrl(): string {
    return `${this.#base.replace(/^http/, 'ws')}/api/v1/realtime`
  }

  static expect({ status, body }: Answer, wanted: number): Json {
    if (status !== wanted) throw new Error(`expected ${wanted}, got ${status}: ${JSON.stringify(body)}`)
    return body
  }

  async signIn(proof: Json, path = '/auth/login'): Promise<void> {
    const { status, body } = await this.try('POST', path, { ...proof, device_name: 'Demo' })
    if (status !== 200 && status !== 201) throw new Error(`signing in failed: ${JSON.stringify(body)}`)
    this.#token = body.token
  }

  get(path: string): Promise<Json> {
    return this.#ask('GET', path)
  }

  post(path: string, body: Json): Promise<Json> {
    return this.#ask('POST', path, body)
  }

  put(path: string, body: Json): Promise<Json> {
    return this.#ask('PUT', path, body)
  }

  delete(path: string): Promise<Json> {
    return this.#ask('DELETE', path)
  }

  /** The id of a contact, made when there is none with this number. */
  async contact(name: string, mobile: string): Promise<string> {
    const { status, body } = await this.try('POST', '/contacts', { name, mobile })
    if (status === 201) return body.id
    const { items } = await this.get(`/contacts?q=${encodeURIComponent(mobile)}`)
    return items[0].id
  }

  async try(method: string, path: string, body?: Json): Promise<Answer> {
    const answer = await fetch(`${this.#base}/api/v1${path}`, {
      method,
      headers: {
        ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }

  /** Open the socket and watch everything of one's own. */
  async connect(): Promise<void> {
    const socket = new WebSocket(this.socketUrl, 'kadoink.v1', { headers: { Authorization: `Bearer ${this.#token}` } })
    this.#socket = socket
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data))
        if (frame.type === 'ready') socket.send(JSON.stringify({ type: 'hello', id: 1 }))
        if (frame.type === 'live') resolve()
        if (frame.type === 'event') this.#hear(frame)
      })
    })
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#listeners.add(listener)
  }

  /** The first frame, already heard or yet to come, that fits. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    const past = this.#seen.find(fits)
    if (past) return past
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('an expected frame did not come within 50 s.')), 50_000)
      this.#listeners.add((frame) => {
        if (!fits(frame)) return
        clearTimeout(timer)
        resolve(frame)
      })
    })
  }

  close(): void {
    this.#socket?.close()
  }

  #hear(frame: Frame): void {
    this.#seen.push(frame)
    for (const listener of this.#listeners) listener(frame)
  }

  async #ask(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await this.try(method, path, body)
    if (answer.status >= 400)
      throw new Error(`${method} ${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}
