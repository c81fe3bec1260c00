import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Signal } from '#kit/signal'
import { Follower } from '#test/follower'
import { Deployment, type Started } from '#test/kit-processes'
import { freePort } from '#test/kit-wire'
import { MortalPostgres } from '#test/mortal-postgres'
import type { Person } from '#test/people'
import { TestRedis } from '#test/realtime-redis'
import { settings, World } from '#test/world'

/** A web process, with both doors. */
export interface Web {
  readonly url: string
  readonly doors: Readonly<Record<'ws' | 'uws', string>>
  process: Started
  /** Start it again, at the same ports. */
  restart(): Promise<void>
}

/** Several processes of the built product, as on a host with many: webs and workers, a PostgreSQL, a Redis. */
export class Fleet {
  readonly webs: Web[] = []
  readonly workers: Started[] = []
  readonly people: readonly Person[]
  readonly postgres: MortalPostgres
  readonly redis: TestRedis
  readonly #deployment: Deployment
  readonly #world: World
  readonly #directory: string

  private constructor(
    made: { postgres: MortalPostgres; redis: TestRedis; deployment: Deployment; world: World; directory: string },
    people: readonly Person[],
  ) {
    this.postgres = made.postgres
    this.redis = made.redis
    this.#deployment = made.deployment
    this.#world = made.world
    this.#directory = made.directory
    this.people = people
  }

  /** Bring it up with so many of each and people who have been there before; undefined on a machine without Redis. */
  static async start(wanted: { webs: number; workers: number; people: number }): Promise<Fleet | undefined> {
    const redis = await TestRedis.start()
    if (!redis) return undefined
    const postgres = await MortalPostgres.start()
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-fleet-'))
    const shared = { DATABASE_URL: postgres.url, SESSION_SECRETS: 'N5mYbTq0Yk3rZ8sVwXc2dFg7hJk9LpQe' }
    const world = await World.start({ ...shared, DATA_DIR: directory })
    const people: Person[] = []
    for (let index = 0; index < wanted.people; index++) people.push(await world.person())
    await world.settle()
    await world.running.lifecycle.stop()

    const fleet = new Fleet({ postgres, redis, deployment: await Deployment.build(), world, directory }, people)
    const environment = {
      ...settings(postgres.url, directory, world.carrier.url),
      ...shared,
      REDIS_URL: redis.url,
      LOG_LEVEL: 'info',
      LEAVE_MS: '1000',
    }
    for (let index = 0; index < wanted.workers; index++) {
      fleet.workers.push(await fleet.#deployment.start('worker', environment))
    }
    for (let index = 0; index < wanted.webs; index++) fleet.webs.push(await fleet.#startWeb(environment))
    return fleet
  }

  /** A person's app that follows everything, on a web of the fleet; when that one is away it goes to the next. */
  follow(person: Person, index: number): Follower {
    let tries = index
    const door = index % 2 === 0 ? 'uws' : 'ws'
    const url = () => this.webs[tries++ % this.webs.length]?.doors[door] ?? ''
    return new Follower({ url, protocol: 'kadoink.v1', token: person.token ?? '', topics: ['book'] })
  }

  async end(): Promise<void> {
    await this.#deployment.remove()
    await this.#world.carrier.close()
    await this.redis.end()
    await this.postgres.end()
    await rm(this.#directory, { recursive: true, force: true })
  }

  async #startWeb(environment: Readonly<Record<string, string>>): Promise<Web> {
    const [port, fast] = [await freePort(), await freePort()]
    const start = () =>
      this.#deployment.start('web', { ...environment, PORT: String(port), REALTIME_PORT: String(fast) })
    const path = '/api/v1/realtime'
    const web: Web = {
      url: `http://127.0.0.1:${port}`,
      doors: { ws: `ws://127.0.0.1:${port}${path}`, uws: `ws://127.0.0.1:${fast}${path}` },
      process: await start(),
      restart: async () => {
        web.process = await start()
      },
    }
    return web
  }
}

/** Somebody who notes one contact after the other, as fast as they may, through whichever web takes the connection. */
export class Writer {
  /** The ids of contacts of which we were told that they are noted. */
  readonly acknowledged: string[] = []
  /** Every other answer: a status, or what the network said. */
  readonly refused: string[] = []
  readonly #person: Person
  readonly #webs: readonly Web[]
  readonly #told = new Signal()
  #isStopped = false
  #turn: number
  readonly #done: Promise<void>

  constructor(person: Person, webs: readonly Web[], turn: number) {
    this.#person = person
    this.#webs = webs
    this.#turn = turn
    this.#done = this.#write()
  }

  /** Resolves when so many more have been acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.acknowledged.length + count
    while (this.acknowledged.length < wanted) await this.#told.wait(1_000)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#done
  }

  async #write(): Promise<void> {
    for (let number = 0; !this.#isStopped; number++) {
      const name = `Contact ${number}`
      const mobile = `+1555${String(1_000_000 + this.#turn * 20_000 + number)}`
      const answer = await this.#post(JSON.stringify({ name, mobile }))
      if (answer.status === 201) {
        this.acknowledged.push(answer.id)
        this.#told.fire()
      } else this.refused.push(String(answer.status))
      // What one person may write in a minute is limited.
      await new Promise((resolve) => setTimeout(resolve, 510))
    }
  }

  /** Ask a web that says it is ready, as a router does; when there is nobody at its port, the next. */
  async #post(body: string): Promise<{ status: number | string; id: string }> {
    const ready = await Promise.all(this.#webs.map(isReady))
    const webs = ready.includes(true) ? this.#webs.filter((_, index) => ready[index]) : this.#webs
    for (let tries = 0; ; tries++) {
      const web = webs[(this.#turn + tries) % webs.length] as Web
      const answer = await postOnce(`${web.url}/api/v1/contacts`, body, this.#person)
      if (answer.status !== 'ECONNREFUSED' || tries >= 3) return answer
    }
  }
}

async function isReady({ url }: Web): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function postOnce(url: string, body: string, { token, ip }: Person): Promise<{ status: number | string; id: string }> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'x-forwarded-for': ip,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const asked = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (more) => {
        text += more
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, id: text.startsWith('{') ? JSON.parse(text).id : '' }),
      )
      answer.on('error', (error) => resolve({ status: String(error), id: '' }))
    })
    asked.on('error', (error) => resolve({ status: 'code' in error ? String(error.code) : String(error), id: '' }))
    asked.end(body)
  })
}
