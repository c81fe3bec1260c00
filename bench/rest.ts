import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createLog } from '#kit/log'
import { fingerprint } from '#kit/secret'
import { start } from '#server/compose'
import { readConfig } from '#server/config'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { median, type Pace, type Posted, post } from './load.ts'
import { type Recording, record, replay } from './replay.ts'
import { asInProduction, type Bare, seedPeople, serveBare } from './stage.ts'

/**
 * A read, a write and the dashboard through the whole pipeline (token, limits, checks, presenters) beside bare Koa routes
 * that ask the same database the same things: for the inbox by hand, for the others by the very statements that were
 * recorded. Rounds alternate in one run; what is printed are ratios.
 */

const ROUNDS = 5
const SECONDS = 3
const MESSAGES = 200
/** So many that nobody comes to the limit of 600 reads a minute. */
const TOKENS = Array.from({ length: 400 }, () => `kdk_${randomBytes(32).toString('hex').slice(0, 43)}`)

/** How both fared in one round. */
interface Round {
  readonly ours: Pace
  readonly theirs: Pace
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  await migrate(postgres.url, log)
  const people = await seed(postgres.url)
  const running = await start(readConfig('all', asInProduction(postgres.url, directory)))
  const one = people[0] as Somebody
  const headersOf = (turn: number) => ({
    Authorization: `Bearer ${TOKENS[turn % TOKENS.length]}`,
    'Content-Type': 'application/json',
  })
  const base = `${running.url}/api/v1`
  const first = { headers: headersOf(0) }
  const home = await record(running.database, /with followed/, () => fetch(`${base}/home`, first))
  const mark = await record(running.database, /update "messages"/, () =>
    fetch(`${base}/inbox/${one.messageId}`, { ...first, method: 'PATCH', body: '{"read":true}' }),
  )
  const bare = await startBare(postgres.url, one, { home, mark })
  const marked = (url: string) => (turn: number) => ({
    method: 'PATCH',
    url: `${url}/inbox/${people[turn % people.length]?.messageId}`,
    body: JSON.stringify({ read: Math.floor(turn / people.length) % 2 === 1 }),
    headers: headersOf(turn),
  })
  const read = (path: string) => (url: string) => (turn: number) => ({
    method: 'GET',
    url: url + path,
    body: '',
    headers: headersOf(turn),
  })
  try {
    await compare(`GET /inbox, 20 of ${MESSAGES} messages`, base, bare.url, read('/inbox'))
    await compare('PATCH /inbox/{message_id}', base, bare.url, marked)
    await compare(`GET /home, ${home.statements.length} statements in one transaction`, base, bare.url, read('/home'))
  } finally {
    await bare.close()
    await running.lifecycle.stop()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function compare(
  what: string,
  ours: string,
  theirs: string,
  sentTo: (url: string) => (turn: number) => Posted,
): Promise<void> {
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ ours: await post(sentTo(ours), SECONDS), theirs: await post(sentTo(theirs), SECONDS) })
  }
  const ratios = rounds.map((round) => round.ours.perSecond / round.theirs.perSecond)
  const slower = median(rounds.map((round) => round.ours.p99Ms / round.theirs.p99Ms))
  const perSecond = (whose: keyof Round) => Math.round(median(rounds.map((round) => round[whose].perSecond)))
  process.stdout.write(`${what}, ${ROUNDS} rounds of ${SECONDS} s\n`)
  process.stdout.write(`  bare Koa + pg   ${perSecond('theirs')}/s\n  Kadoink         ${perSecond('ours')}/s\n`)
  process.stdout.write(
    `  ratio           ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}), p99 ${slower.toFixed(1)}x\n`,
  )
}

/** Somebody with messages; the first of them. */
interface Somebody {
  readonly id: string
  readonly messageId: string
}

async function seed(url: string): Promise<readonly Somebody[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await seedPeople(client, TOKENS)
  await client.query(
    `insert into messages (id, owner_id, number, kind, from_phone, body, via, created_at)
     select gen_random_uuid(), users.id, n, 'text', '+1777' || lpad(n::text, 7, '0'), 'Message ' || n, 'sms', now()
       from users, generate_series(1, $1::int) n`,
    [MESSAGES],
  )
  await client.query('analyze')
  const { rows } = await client.query(
    `select users.id, (select messages.id from messages where owner_id = users.id and number = 1) as message_id
       from users join unnest($1::text[]) with ordinality names (username, n) using (username) order by n`,
    [TOKENS.map((_, at) => `bench${at + 1}`)],
  )
  await client.end()
  return rows.map((row) => ({ id: row.id, messageId: row.message_id }))
}

/** The same questions, nothing around them. */
function startBare(
  url: string,
  one: Somebody,
  recordings: { readonly home: Recording; readonly mark: Recording },
): Promise<Bare> {
  return serveBare(url, async (ctx, pool) => {
    const token = fingerprint(ctx.get('Authorization').slice('Bearer '.length))
    const session = await pool.query('select user_id from sessions where token_hash = $1 and revoked_at is null', [
      token,
    ])
    const user = await pool.query('select * from users where id = $1', [session.rows[0]?.user_id])
    const owner = user.rows[0]?.id
    if (ctx.path === '/home') return replay(ctx, pool, recordings.home, new Map([[one.id, owner]]))
    if (ctx.method === 'PATCH') {
      const ids = new Map([
        [one.id, owner],
        [one.messageId, ctx.path.split('/').at(-1) ?? ''],
      ])
      return replay(ctx, pool, recordings.mark, ids)
    }
    const { rows } = await pool.query(
      'select * from messages where owner_id = $1 and deleted_at is null order by id desc limit 21',
      [owner],
    )
    const phones = rows.map((row) => row.from_phone)
    await pool.query('select * from contacts where owner_id = $1 and mobile = any($2)', [owner, phones])
    ctx.body = { items: rows.slice(0, 20), has_more: rows.length > 20 }
  })
}

await main()
