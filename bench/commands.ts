import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { book } from '#domain/commands'
import { createLog } from '#kit/log'
import { start } from '#server/compose'
import { readConfig } from '#server/config'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { median, type Pace, type Posted, post } from './load.ts'
import { asInProduction, seedPeople } from './stage.ts'

/**
 * Commands through `POST /commands` beside the same verb over REST, in one run: what is between them is reading the text,
 * a savepoint, the kept run and its event. And how many texts are read in a second, by what they are.
 */

const ROUNDS = 5
const SECONDS = 3
const CONTACTS = 20
/** So many that nobody comes to the limit of 60 commands a minute. */
const TOKENS = Array.from({ length: 2_000 }, () => `kdk_${randomBytes(32).toString('hex').slice(0, 43)}`)

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  await migrate(postgres.url, log)
  await seed(postgres.url)
  const running = await start(readConfig('all', asInProduction(postgres.url, directory)))
  const base = `${running.url}/api/v1`
  const headersOf = (turn: number) => ({
    Authorization: `Bearer ${TOKENS[turn % TOKENS.length]}`,
    'Content-Type': 'application/json',
  })
  const rest =
    (method: string, path: string, body = '') =>
    (turn: number) => ({
      method,
      url: base + path,
      body,
      headers: headersOf(turn),
    })
  const written = (text: string) => rest('POST', '/commands', JSON.stringify({ text }))
  try {
    await compare('contacts : GET /contacts', written('contacts'), rest('GET', '/contacts?limit=10'))
    await compare('name Ann Lee : PATCH /me', written('name Ann Lee'), rest('PATCH', '/me', '{"name":"Ann Lee"}'))
    for (const text of ['contacts jo', 'call @a,@b,+15551230000', 'status *jazz New set list', 'xylophone 7'])
      reading(text)
  } finally {
    await running.lifecycle.stop()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function compare(what: string, command: (turn: number) => Posted, verb: (turn: number) => Posted): Promise<void> {
  const rounds: { readonly command: Pace; readonly verb: Pace }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ command: await post(command, SECONDS), verb: await post(verb, SECONDS) })
  }
  const ratios = rounds.map((round) => round.command.perSecond / round.verb.perSecond)
  const perSecond = (whose: 'command' | 'verb') => Math.round(median(rounds.map((round) => round[whose].perSecond)))
  process.stdout.write(`${what}, ${ROUNDS} rounds of ${SECONDS} s\n`)
  process.stdout.write(`  written ${perSecond('command')}/s, by REST ${perSecond('verb')}/s, `)
  process.stdout.write(`ratio ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})\n`)
}

/** How many times a second a text is read. */
function reading(text: string): void {
  const writer = { now: new Date(), zone: 'America/New_York', country: 'US' }
  const paces: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    let times = 0
    for (; performance.now() - began < 300; times++) book.parse(text, writer)
    paces.push((times / (performance.now() - began)) * 1000)
  }
  process.stdout.write(`reading "${text}": ${Math.round(median(paces))}/s\n`)
}

async function seed(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await seedPeople(client, TOKENS)
  await client.query(
    `insert into contacts (id, owner_id, name, mobile, created_at, updated_at)
     select gen_random_uuid(), users.id, 'Friend ' || n, '+1777' || lpad(n::text, 7, '0'), now(), now()
       from users, generate_series(1, $1::int) n`,
    [CONTACTS],
  )
  await client.query('analyze')
  await client.end()
}

await main()
