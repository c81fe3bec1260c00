import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { createLog } from '#kit/log'
import { fingerprint } from '#kit/secret'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { median } from './load.ts'
import { Child } from './push/child.ts'
import type { Served, ServerAsked } from './push/server.ts'
import { asInProduction } from './stage.ts'

/**
 * One event to many sockets. Ours go the whole way: committed, read from the outbox, rendered, published. The others
 * publish the same bytes from memory, and check nobody but the plain ws server, which looks the token up. The clients are
 * the same for all and share the machine with the servers; `CPU` is what the server alone has spent.
 */

const SIZES = [1_000, 5_000, 10_000]
const ROUNDS = 15
const WARM_UP = 3
/** Saturation: floods of so many bursts of so many events to the smallest crowd. */
const FLOODS = 5
const BURSTS = 8
const BURST = 200

const PASSES = 2
const OVER_REDIS = 'Kadoink, 2 over Redis'
const ALONE = ['Kadoink, REALTIME_PORT', 'raw uWebSockets.js', 'Kadoink, PORT', 'plain ws loop', 'Socket.IO']

/** What was measured of one server. */
interface Result {
  /** By size of the crowd: milliseconds from the commit or the publish to the last client, and CPU per event. */
  readonly lastMs: Map<number, number[]>
  readonly cpuMs: Map<number, number[]>
  readonly perSecond: number[]
  readonly cpuPerMillion: number[]
  readonly bytesPerSocket: number[]
  readonly connectsPerSecond: number[]
}

interface Stage {
  readonly environment: Readonly<Record<string, string>>
  readonly tokens: readonly string[]
  readonly text: string
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  try {
    await migrate(postgres.url, log)
    const stage = await seed(postgres.url, directory)
    const results = new Map<string, Result>(ALONE.map((name) => [name, empty()]))
    const redis = await startRedis()
    if (redis) results.set(OVER_REDIS, empty())
    else process.stdout.write(`not run: ${OVER_REDIS}; there is no redis-server here\n`)
    for (let pass = 0; pass < PASSES; pass++) {
      for (const [name, result] of results) {
        if (name !== OVER_REDIS) await measure(stage, [name], result)
        // One that reads the outbox and holds sockets, one that only holds sockets.
        else
          await measure(stage, ['Kadoink, REALTIME_PORT', 'Kadoink, realtime'], result, { REDIS_URL: redis?.url ?? '' })
      }
    }
    redis?.stop()
    print(results)
  } finally {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** People who all follow one tag, each with a session. */
async function seed(url: string, directory: string): Promise<Stage> {
  const tokens = Array.from({ length: Math.max(...SIZES) }, () => `kdk_${randomBytes(32).toString('hex').slice(0, 43)}`)
  const [ownerId, ktagId] = [randomUUID(), randomUUID()]
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `insert into users (id, username, password_hash, name, mobile, mobile_verified_at, timezone, locale, created_at, updated_at)
     select case n when 0 then $2::uuid else gen_random_uuid() end, 'bench' || n, '-', 'Bench', '+1555' || lpad(n::text, 7, '0'),
            now(), 'UTC', 'en', now(), now()
       from generate_series(0, $1::int) n`,
    [tokens.length, ownerId],
  )
  await client.query(
    `insert into sessions (id, user_id, token_hash, ip, created_at, last_used_at, expires_at)
     select gen_random_uuid(), users.id, tokens.hash, '127.0.0.1', now(), now(), now() + interval '1 day'
       from unnest($1::text[]) with ordinality tokens (hash, n) join users on users.username = 'bench' || tokens.n`,
    [tokens.map(fingerprint)],
  )
  await client.query(
    `insert into ktags (id, owner_id, name, title, description, keypad, extension, is_primary, created_at, updated_at)
     values ($1, $2, 'bench', 'The tag of the benchmark', $3, '23624', '204417', true, now(), now())`,
    [ktagId, ownerId, 'About as long as what people write of themselves and of what they do on Fridays.'],
  )
  await client.query(
    `insert into follows (ktag_id, follower_id, texts, calls, created_at, updated_at) select $1, id, false, false, now(), now() from users where id <> $2`,
    [ktagId, ownerId],
  )
  await client.query('analyze')
  await client.end()
  const environment = asInProduction(url, directory, { REALTIME_PORT: '0', UPGRADES_PER_MINUTE: '100000' })
  return { environment: { ...environment, KTAG_ID: ktagId, OWNER_ID: ownerId }, tokens, text: sample(ktagId) }
}

/** A frame as ours are: what the others publish is as long. */
function sample(ktagId: string): string {
  const ktag = {
    id: ktagId,
    name: 'bench',
    title: 'The tag of the benchmark',
    avatar_url: null,
    description: 'x'.repeat(440),
  }
  return JSON.stringify({
    type: 'event',
    id: randomUUID(),
    cursor: `c_${'0'.repeat(40)}`,
    topic: 'tags',
    event: 'ktag.updated',
    data: { ktag },
  })
}

async function measure(
  stage: Stage,
  names: readonly string[],
  result: Result,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { child: crowd } = await Child.start('./crowd.ts', {})
  const servers: { child: Child; greeting: Served }[] = []
  for (const name of names) {
    servers.push(await Child.start<Served>('./server.ts', { ...stage.environment, ...more, CONTESTANT: name }))
  }
  const setting = { servers: servers.map(({ child }) => child), crowd, text: stage.text }
  try {
    const before = await sum(setting.servers, { do: 'resident' })
    let connected = 0
    for (const size of SIZES) {
      const tokens = stage.tokens.slice(connected, size)
      const share = Math.ceil(tokens.length / servers.length)
      for (const [index, { greeting }] of servers.entries()) {
        const some = tokens.slice(index * share, (index + 1) * share)
        const { perSecond } = await crowd.ask<{ perSecond: number }>({ do: 'connect', ...greeting, tokens: some })
        result.connectsPerSecond.push(perSecond)
      }
      connected = size
      if (size === Math.max(...SIZES)) {
        result.bytesPerSocket.push(((await sum(setting.servers, { do: 'resident' })) - before) / size)
      }
      for (let round = -WARM_UP; round < ROUNDS; round++) {
        const told = await publish(setting, 1)
        if (round < 0) continue
        note(result.lastMs, size, told.lastMs)
        note(result.cpuMs, size, told.cpuMs)
      }
      if (size === SIZES[0]) await saturate(setting, size, result)
    }
  } finally {
    await crowd.stop()
    for (const { child } of servers) await child.stop()
  }
}

/** Servers that are measured as one, and those who listen to them. */
interface Setting {
  readonly servers: readonly Child[]
  readonly crowd: Child
  readonly text: string
}

/** Publish burst after burst, each as soon as the one before is committed or published, and wait until all is heard. */
async function saturate(setting: Setting, size: number, result: Result): Promise<void> {
  const { servers, crowd, text } = setting
  await publish(setting, BURST)
  for (let flood = 0; flood < FLOODS; flood++) {
    await crowd.ask({ do: 'expect', frames: BURSTS * BURST })
    const before = await sum(servers, { do: 'spent' })
    const beginnings: number[] = []
    for (let burst = 0; burst < BURSTS; burst++) {
      const published = await servers[0]?.ask<{ at: number }>({ do: 'publish', times: BURST, text })
      beginnings.push(published?.at ?? Number.NaN)
    }
    const { lastAt } = await crowd.ask<{ lastAt: number }>({ do: 'wait' })
    const spent = (await sum(servers, { do: 'spent' })) - before
    const frames = BURSTS * BURST * size
    result.perSecond.push(frames / ((lastAt - (beginnings[0] ?? Number.NaN)) / 1000))
    result.cpuPerMillion.push(spent / 1000 / (frames / 1e6))
  }
}

/** Publish through the first server, so many times at once, and wait until everybody has heard all of it. */
async function publish({ servers, crowd, text }: Setting, times: number): Promise<{ lastMs: number; cpuMs: number }> {
  await crowd.ask({ do: 'expect', frames: times })
  const before = await sum(servers, { do: 'spent' })
  const published = await servers[0]?.ask<{ at: number }>({ do: 'publish', times, text })
  const { lastAt } = await crowd.ask<{ lastAt: number }>({ do: 'wait' })
  const after = await sum(servers, { do: 'spent' })
  return { lastMs: lastAt - (published?.at ?? Number.NaN), cpuMs: after - before }
}

async function sum(servers: readonly Child[], asked: ServerAsked): Promise<number> {
  let total = 0
  for (const server of servers) total += (await server.ask<{ value: number }>(asked)).value
  return total
}

/** A Redis of the benchmark's own; undefined on a machine that has none. */
async function startRedis(): Promise<{ url: string; stop(): void } | undefined> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: tmpdir(),
  })
  const isThere = await new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', () => resolve(false))
    createInterface(child.stdout).on('line', (line) => line.includes('Ready to accept connections') && resolve(true))
  })
  return isThere ? { url: `redis://127.0.0.1:${port}`, stop: () => void child.kill() } : undefined
}

function print(results: ReadonlyMap<string, Result>): void {
  const line = (cells: readonly string[]) =>
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(12))).join('')}\n`
  const out = (text: string) => process.stdout.write(text)
  out(
    `one event to many, ${PASSES} passes of ${ROUNDS} rounds, medians; ms to the last client (CPU ms of the server)\n`,
  )
  out(line(['', ...SIZES.map(String), 'frames/s*', 'CPU s/M', 'kB/socket', 'connects/s']))
  for (const [name, result] of results) {
    const spread = SIZES.map((size) => `${fixed(result.lastMs.get(size))} (${fixed(result.cpuMs.get(size))})`)
    const rate = String(Math.round(median(result.perSecond)))
    const memory = fixed(result.bytesPerSocket.map((bytes) => bytes / 1024))
    const connects = String(Math.round(median(result.connectsPerSecond)))
    out(line([name, ...spread, rate, fixed(result.cpuPerMillion, 2), memory, connects]))
  }
  out(
    `* frames delivered per second, ${FLOODS} floods of ${BURSTS} x ${BURST} events to ${SIZES[0]}; CPU s/M: seconds of the server per million frames\n`,
  )
  const pace = (name: string) => median(results.get(name)?.perSecond ?? [])
  const cost = (name: string) => median(results.get(name)?.cpuPerMillion ?? [])
  for (const [ours, theirs] of [
    ['Kadoink, REALTIME_PORT', 'raw uWebSockets.js'],
    ['Kadoink, PORT', 'plain ws loop'],
    ['Kadoink, REALTIME_PORT', 'Socket.IO'],
    ['Kadoink, PORT', 'Socket.IO'],
  ] as const) {
    const size = Math.max(...SIZES)
    const spread =
      median(results.get(theirs)?.lastMs.get(size) ?? []) / median(results.get(ours)?.lastMs.get(size) ?? [])
    out(
      `${ours} : ${theirs}   frames/s ${(pace(ours) / pace(theirs)).toFixed(2)}   per CPU ${(cost(theirs) / cost(ours)).toFixed(2)}   to ${size} ${spread.toFixed(2)}\n`,
    )
  }
}

function fixed(numbers: readonly number[] = [], digits = 1): string {
  return median(numbers).toFixed(digits)
}

function note(table: Map<number, number[]>, size: number, value: number): void {
  table.set(size, [...(table.get(size) ?? []), value])
}

function empty(): Result {
  return {
    lastMs: new Map(),
    cpuMs: new Map(),
    perSecond: [],
    cpuPerMillion: [],
    bytesPerSocket: [],
    connectsPerSecond: [],
  }
}

await main()
