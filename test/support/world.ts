import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, start } from '#server/compose'
import { readConfig } from '#server/config'
import { connectNumbers } from '#server/embedded'
import { type Simulator, startSimulator } from '#simulator'
import type { BotCheck } from '#surfaces/kadoink'
import { exchangeFaults } from '#test/contract'
import { dropDatabase, freshDatabase } from '#test/database'
import { NetworkTime } from '#test/network-time'
import { Person, Visitor } from '#test/people'

/** The carrier account that the test worlds have. */
export const ACCOUNT = {
  sid: 'AC0123456789abcdef0123456789abcdef',
  token: 'a-token-that-only-tests-know',
  number: '+15005550006',
  /** What WhatsApp has approved for codes. */
  templates: {
    en: { id: `HX${'0e'.repeat(16)}`, text: '{{1}} is your verification code.' },
    ru: { id: `HX${'0f'.repeat(16)}`, text: '{{1}} — ваш код подтверждения.' },
  },
} as const

/** What a world is told whose phone network is simulated by the server itself, as on a bare machine. */
export const BARE = {
  TWILIO_ACCOUNT_SID: '',
  TWILIO_AUTH_TOKENS: '',
  TWILIO_NUMBERS: '',
  TWILIO_API_BASE: '',
  WHATSAPP_FROM: '',
  WHATSAPP_CODE_TEMPLATES: '',
}

/** How a world may differ from the others. */
export interface WorldSettings {
  /** How many calls the phone network begins in a second; 0 is no limit. */
  readonly callsPerSecond?: number
  /** The server goes by the phone network's time: `pass` moves both as one, and nothing else moves either. */
  readonly isOneTime?: boolean
  /** What the forms of widgets are held against beside the usual. */
  readonly botCheck?: BotCheck
}

/**
 * A world for people to live in: a real server on a real PostgreSQL, and a simulated phone network whose time stands
 * still until a test moves it.
 */
export class World {
  readonly running: Running
  readonly carrier: Simulator
  readonly databaseUrl: string
  /** Where the server keeps its data. */
  readonly directory: string
  readonly #breaches: readonly string[]
  readonly #isOneTime: boolean
  #people = 0

  constructor(
    running: Running,
    carrier: Simulator,
    databaseUrl: string,
    directory: string,
    breaches: readonly string[] = [],
    isOneTime = false,
  ) {
    this.running = running
    this.carrier = carrier
    this.databaseUrl = databaseUrl
    this.directory = directory
    this.#breaches = breaches
    this.#isOneTime = isOneTime
  }

  /** Bring a world up; `environment` changes what the server is told, `settings` how the world is. */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    { callsPerSecond = 0, isOneTime = false, botCheck }: WorldSettings = {},
  ): Promise<World> {
    const databaseUrl = await freshDatabase()
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-world-'))
    await chmod(directory, 0o711)
    const numbers = environment.TWILIO_NUMBERS?.split(',') ?? [ACCOUNT.number]
    const breaches: string[] = []
    const carrier = await startSimulator({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      numbers,
      clock: 'manual',
      callsPerSecond,
      whatsApp: {
        templates: {
          [ACCOUNT.templates.en.id]: ACCOUNT.templates.en.text,
          [ACCOUNT.templates.ru.id]: ACCOUNT.templates.ru.text,
        },
      },
      onExchange: (exchange) => breaches.push(...exchangeFaults(exchange)),
    })
    const told = { ...settings(databaseUrl, directory, carrier.url), ...environment }
    const config = readConfig('all', told)
    const running = await start(config, {
      ...(isOneTime ? { clock: new NetworkTime(carrier) } : {}),
      ...(botCheck === undefined ? {} : { botCheck }),
    })
    const world = new World(running, carrier, databaseUrl, directory, breaches, isOneTime)
    connectNumbers(carrier, numbers, world.url)
    return world
  }

  /** Where the server answers. */
  get url(): string {
    return this.running.url ?? ''
  }

  /** The sockets' address at each door, by name. */
  get doors(): Readonly<Record<'ws' | 'uws', string>> {
    return { ws: `${this.url.replace('http', 'ws')}/api/v1/realtime`, uws: this.running.realtimeUrl ?? '' }
  }

  /** Somebody without an account. */
  visitor(): Visitor {
    this.#people++
    return new Visitor(this, `10.0.${Math.floor(this.#people / 250)}.${(this.#people % 250) + 1}`)
  }

  /** Somebody with an account and a verified mobile, signed in. */
  async person(name?: string): Promise<Person> {
    const visitor = this.visitor()
    const serial = this.#people
    const username = `${(name ?? 'person').toLowerCase()}${serial}`
    const mobile = this.freshNumber()
    const asked = await visitor.post('/auth/register', {
      username,
      name: name ?? `Person ${serial}`,
      mobile,
      password: PASSWORD,
    })
    await this.textsArrive()
    const { challenge_id } = asked.body
    const signedIn = await visitor.post('/auth/register/verify', { challenge_id, code: this.codeOn(mobile) })
    if (signedIn.status !== 201) throw new Error(`Nobody came into the world: ${JSON.stringify(signedIn.body)}`)
    return new Person(visitor, { mobile, username, token: signedIn.body.token, user: signedIn.body.user })
  }

  /**
   * A phone number that nobody in this world has; its phone answers and presses 1 unless it is told otherwise. Numbers
   * lie apart, as people's do: those that lie together share a budget of codes.
   */
  freshNumber(): string {
    this.#people++
    return `+1555${String((6_000_000 + this.#people * 10_007) % 10_000_000).padStart(7, '0')}`
  }

  /** The newest code that was texted to a phone. */
  codeOn(phone: string): string {
    const texts = this.carrier.handset(phone).texts.map(({ body }) => /\b\d{6}\b/.exec(body)?.[0])
    return texts.filter((code) => code !== undefined).at(-1) ?? ''
  }

  /** Letters in the local mailbox, newest first. */
  async mail(address: string): Promise<readonly { subject: string; text: string }[]> {
    await this.settle()
    const answer = await fetch(`${this.url}/dev/mail`)
    const { items } = (await answer.json()) as { items: { to: string; subject: string; text: string }[] }
    return items.filter(({ to }) => to === address)
  }

  /** The newest code that was mailed to an address. */
  async codeMailedTo(address: string): Promise<string> {
    const [newest] = await this.mail(address)
    return /\b\d{6}\b/.exec(newest?.subject ?? '')?.[0] ?? ''
  }

  /** Wait until all that is under way has been done: events handled, webhooks answered. Time stands still. */
  async settle(): Promise<void> {
    do {
      await this.running.untilSettled()
      await this.carrier.settle()
    } while (!(await this.running.isSettled()) || this.carrier.busy)
  }

  /** Let the phone network's time go by, second by second, with all that follows from each. */
  async pass(seconds: number): Promise<void> {
    await this.settle()
    for (let second = 0; second < seconds; second++) {
      await this.carrier.clock.advance(1)
      await this.settle()
    }
  }

  /** Texts take a second. */
  async textsArrive(): Promise<void> {
    await this.pass(1)
  }

  /** Move the server's own clock; where there is one time, it is the phone network's as well. */
  async moveClock(seconds: number): Promise<void> {
    if (this.#isOneTime) return this.carrier.clock.advance(seconds)
    const answer = await fetch(`${this.url}/__clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ advance_seconds: seconds }),
    })
    if (!answer.ok) throw new Error('The clock did not move.')
  }

  /** End this world. Throws when the phone network saw us break its rules, or an exchange with it the contract. */
  async end(): Promise<void> {
    const violations = this.carrier.violations()
    await this.running.lifecycle.stop()
    await this.carrier.close()
    await dropDatabase(this.databaseUrl)
    await rm(this.directory, { recursive: true, force: true })
    const broken = [...violations, ...new Set(this.#breaches)]
    if (broken.length > 0) throw new Error(`The carrier's rules were broken:\n${broken.join('\n')}`)
  }
}

/** Everybody's password. */
export const PASSWORD = 'correct horse battery'

/** What a server in a test world is told. */
export function settings(databaseUrl: string, directory: string, carrierUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    REALTIME_PORT: '0',
    DATABASE_URL: databaseUrl,
    DATA_DIR: directory,
    TWILIO_ACCOUNT_SID: ACCOUNT.sid,
    TWILIO_AUTH_TOKENS: ACCOUNT.token,
    TWILIO_NUMBERS: ACCOUNT.number,
    TWILIO_API_BASE: carrierUrl,
    WHATSAPP_FROM: ACCOUNT.number,
    WHATSAPP_CODE_TEMPLATES: `en=${ACCOUNT.templates.en.id},ru=${ACCOUNT.templates.ru.id}`,
    CALLS_PER_SECOND: '1000',
    TRUST_PROXY_HOPS: '1',
    UPGRADES_PER_MINUTE: '10000',
    TEST_CLOCK: '1',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
  }
}
