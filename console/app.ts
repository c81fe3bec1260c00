import { type Client, createClient, type Gives, KadoinkError, type Live, type LiveState, type Stop } from '#client'
import { afterEvent, afterHome } from './events.ts'
import { sentence } from './form.ts'
import { afterFrame, afterTurn } from './log.ts'
import { machine } from './machine.ts'
import { type Connection, NOTHING, type State, Store } from './state.ts'

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
    const { token } = this.client
    try {
      const home = await this.#readHome()
      // Whoever has signed out meanwhile stays outside.
      if (token === this.client.token) this.#listen(home.realtime.cursor)
    } catch (error) {
      if (token === this.client.token) await this.#couldNotEnter(error)
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
        await this.#readHome()
        if (this.#live) store.set({ connection: CONNECTIONS[this.#live.state] })
      },
      onState: (live) => store.change((state) => ({ ...afterTurn(state, live), connection: CONNECTIONS[live] })),
      onStop: (stop) => this.#stopped(stop),
    })
  }

  async #readHome(): Promise<Gives<'get', '/home'>> {
    const { token } = this.client
    const home = await this.client.get('/home', { query: { limit: PAGE } })
    const book = await this.#readBook()
    if (token === this.client.token) this.store.change((state) => ({ ...afterHome(state, home), ...book }))
    return home
  }

  /** What is looked up while writing; the console works without it. */
  async #readBook(): Promise<Partial<State>> {
    try {
      const contacts = await this.client.get('/contacts', { query: { limit: 100 } })
      const guide =
        this.store.state.guide.length > 0 ? this.store.state.guide : (await this.client.get('/commands/guide')).items
      return { contacts: contacts.items, guide }
    } catch {
      return {}
    }
  }

  #stopped({ code, reason }: Stop): void {
    if (code === 4403) void this.#atTheGate()
    // Of a token that is not taken any more, the client tells by itself.
    else if (code !== 4401) this.store.set({ connection: code === 4409 ? 'replaced' : 'stopped', stopReason: reason })
  }

  async #couldNotEnter(error: unknown): Promise<void> {
    const status = error instanceof KadoinkError ? error.status : 0
    // Who is not signed in any more has been told so already.
    if (status === 401) return
    if (status === 403) return this.#atTheGate()
    this.store.set({ stage: 'unreachable', stopReason: status === 0 ? '' : sentence(error) })
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    await this.enter()
  }

  /** The account is there, and something of it has to be proved first. */
  async #atTheGate(): Promise<void> {
    this.#live?.close()
    try {
      const { gate, ...user } = await this.client.get('/me')
      this.store.set({ stage: 'gate', gate, user, connection: 'off' })
    } catch {
      // Asked again from the beginning: whoever may not come in is led here once more.
      if (this.client.token !== null) this.store.set({ stage: 'unreachable', stopReason: '' })
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      if (this.client.token !== null) await this.enter()
    }
  }

  #leave(stopReason: string): void {
    this.#live?.close()
    this.#live = undefined
    this.store.set({ ...NOTHING, guide: this.store.state.guide, stage: 'door', stopReason })
  }
}
