import { type Client, createClient, KadoinkError, type Live, type LiveState, type Stop } from '#client'
import { afterEvent, afterHome } from './events.ts'
import { afterFrame, afterTurn } from './log.ts'
import { machine } from './machine.ts'
import { type Connection, NOTHING, Store } from './state.ts'

/** The token lasts as long as the tab. */
const TOKEN = 'kadoink.token'
/** After so long without an answer, the account is asked for again. */
const AGAIN_MS = 2_000
/** How much of each list is read at once. */
const PAGE = 25

const CONNECTIONS: Readonly<Record<LiveState, Connection>> = {
  connecting: 'connecting',
  replaying: 'catching_up',
  live: 'live',
  waiting: 'waiting',
  stopped: 'stopped',
}

/** The account and its socket: what they tell changes the state, and nothing else is done with it. */
export class App {
  readonly store = new Store()
  readonly client: Client
  /** The number that somebody has typed here last: where their code comes to. */
  phone = ''
  #live: Live | undefined

  constructor() {
    this.client = createClient({
      url: location.origin,
      token: sessionStorage.getItem(TOKEN),
      onToken: (token) => (token === null ? sessionStorage.removeItem(TOKEN) : sessionStorage.setItem(TOKEN, token)),
      onSignedOut: () => this.#leave('You have been signed out. Sign in to go on.'),
    })
  }

  /** Go on where this tab was, or ask who is there. */
  async start(): Promise<void> {
    if (this.client.token === null) this.store.set({ stage: 'door' })
    else await this.enter()
  }

  /** Somebody has proved who they are. */
  async signIn(token: string): Promise<void> {
    this.client.setToken(token)
    await this.enter()
  }

  /** Read the account, and hear what happens from that moment on. */
  async enter(): Promise<void> {
    try {
      const home = await this.client.get('/home', { query: { limit: PAGE } })
      this.store.change((state) => afterHome(state, home))
      this.#listen(home.realtime.cursor)
      await this.#readBook()
    } catch (error) {
      await this.#couldNotEnter(error)
    }
  }

  /** End the session here. What the server says to that changes nothing for the tab. */
  async signOut(): Promise<void> {
    await this.client.post('/auth/logout').catch(() => {})
    this.client.setToken(null)
    this.#leave('')
  }

  #listen(cursor: string): void {
    this.#live?.close()
    const { store } = this
    this.#live = this.client.live({
      ...(machine.socketsUrl === undefined ? {} : { url: machine.socketsUrl }),
      cursor,
      onEvent: (told) => store.change((state) => afterFrame(afterEvent(state, told), told)),
      onResync: async ({ reason }) => {
        store.change((state) => ({ ...afterTurn(state, `resync: ${reason}`), connection: 'reading' }))
        const home = await this.client.get('/home', { query: { limit: PAGE } })
        store.change((state) => ({ ...afterHome(state, home), connection: this.#connection() }))
        await this.#readBook()
      },
      onState: (live) => store.change((state) => ({ ...afterTurn(state, live), connection: CONNECTIONS[live] })),
      onStop: (stop) => this.#stopped(stop),
    })
  }

  #connection(): Connection {
    return this.#live ? CONNECTIONS[this.#live.state] : 'off'
  }

  /** What is looked up while writing; the console works without it. */
  async #readBook(): Promise<void> {
    const [contacts, guide] = await Promise.all([
      this.client.get('/contacts', { query: { limit: 100 } }),
      this.store.state.guide.length > 0 ? null : this.client.get('/commands/guide'),
    ]).catch(() => [null, null])
    if (contacts) this.store.set({ contacts: contacts.items })
    if (guide) this.store.set({ guide: guide.items })
  }

  #stopped({ code, reason }: Stop): void {
    if (code === 4403) void this.#atTheGate()
    else this.store.set({ connection: code === 4409 ? 'replaced' : 'stopped', stopReason: reason })
  }

  async #couldNotEnter(error: unknown): Promise<void> {
    // Who is not signed in any more has been told so already.
    if (error instanceof KadoinkError && error.status === 401) return
    if (error instanceof KadoinkError && error.status === 403) return this.#atTheGate()
    this.store.set({ stage: 'unreachable' })
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    await this.enter()
  }

  /** The account is there, and something of it has to be proved first. */
  async #atTheGate(): Promise<void> {
    this.#live?.close()
    try {
      const { gate, ...user } = await this.client.get('/me')
      this.store.set({ stage: 'gate', gate, user, connection: 'off' })
    } catch (error) {
      if (error instanceof KadoinkError && error.status === 401) return
      this.store.set({ stage: 'unreachable' })
    }
  }

  #leave(stopReason: string): void {
    this.#live?.close()
    this.#live = undefined
    this.store.set({ ...NOTHING, guide: this.store.state.guide, stage: 'door', stopReason })
  }
}
