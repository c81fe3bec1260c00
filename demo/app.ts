import { WebSocket } from 'ws'
import { type Client, createClient, type Kadoink, KadoinkError, type LiveEvent } from '#client'

/** A person's app: the API, a live connection, and everything that has been told. */
export class App {
  readonly client: Client
  readonly #seen: LiveEvent[] = []
  readonly #listeners = new Set<(event: LiveEvent) => void>()

  constructor(base: string) {
    // Node 20 has no WebSocket of its own.
    this.client = createClient({ url: base, WebSocket })
  }

  /** Go on as whoever has proved who they are. */
  signIn(answer: Kadoink.Token | Kadoink.Otp): void {
    if (answer.status !== 'ok') throw new Error(`signing in wants a code that was sent to ${answer.destination}.`)
    this.client.setToken(answer.token)
  }

  /** The id of a contact, made when there is none with this number. */
  async contact(name: string, mobile: string): Promise<string> {
    const { items } = await this.client.get('/contacts', { query: { q: mobile } })
    const [known] = items
    return (known ?? (await this.client.post('/contacts', { body: { name, mobile } }))).id
  }

  /** Open the live connection and watch everything of one's own; resolves when it is live. */
  async connect(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.client.live({
        onEvent: (event) => this.#hear(event),
        onState: (state) => {
          if (state === 'live') resolve()
        },
        onStop: ({ reason }) => reject(new Error(reason)),
      })
    })
  }

  onEvent(listener: (event: LiveEvent) => void): void {
    this.#listeners.add(listener)
  }

  /** The first event, already told or yet to come, that fits. */
  async until(fits: (event: LiveEvent) => boolean): Promise<LiveEvent> {
    const past = this.#seen.find(fits)
    if (past) return past
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('an expected event did not come within 50 s.')), 50_000)
      this.#listeners.add((event) => {
        if (!fits(event)) return
        clearTimeout(timer)
        resolve(event)
      })
    })
  }

  /** Sign out of the app, not of the server: the live connection is closed. */
  close(): void {
    this.client.setToken(null)
  }

  #hear(event: LiveEvent): void {
    this.#seen.push(event)
    for (const listener of this.#listeners) listener(event)
  }
}

/** What a request gives; undefined when what it asks for is there already. */
export async function unlessTaken<What>(asked: Promise<What>): Promise<What | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof KadoinkError && error.status === 409) return undefined
    throw error
  })
}
