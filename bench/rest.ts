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
import { drive, median } from './load.ts'
import { asInProduction, type Bare, serveBare } from './stage.ts'

/**
 * The inbox through the whole pipeline (token, limits, checks, presenters) beside a bare Koa route that asks the same
 * database the same things and sends the same bytes. Rounds alternate in one run; what is printed are ratios.
 */

const ROUNDS = 5
const SECONDS = 3
const MESSAGES = 200
/** So many that nobody comes to the limit of 600 reads a minute. */
const TOKENS = Array.from({ length: 400 }, () => `kdk_${randomBytes(32).toString('hex').slice(0, 43)}`)

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  await migrate(postgres.url, log)
  await seed(postgres.url)
  const running = await start(readConfig('all', asInProduction(postgres.url, directory)))
  const bare = await startBare(postgres.url)
  const headersOf = (turn: number) => ({ Authorization: `Bearer ${TOKENS[turn % TOKENS.length]}` })
  try {
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await drive(`${running.url}/api/v1/inbox`, headersOf, SECONDS))
      theirs.push(await drive(`${bare.url}/inbox`, headersOf, SECONDS))
    }
    const ratios = ours.map((perSecond, round) => perSecond / (theirs[round] ?? Number.NaN))
    process.stdout.write(`GET /inbox, 20 of ${MESSAGES} messages, ${ROUNDS} rounds of ${SECONDS} s\n`)
    process.stdout.write(
      `  bare Koa + pg   ${Math.round(median(theirs))}/s\n  Kadoink         ${Math.round(median(ours))}/s\n`,
    )
    process.stdout.write(
      `  ratio           ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})\n`,
    )
  } finally {
    await bare.close()
    await running.lifecycle.stop()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function seed(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `insert into users (id, username, password_hash, name, mobile, mobile_verified_at, timezone, locale, created_at, updated_at)
     select gen_random_uuid(), 'bench' || n, '-', 'Bench', '+1555' || lpad(n::text, 7, '0'), now(), 'UTC', 'en', now(), now()
       from generate_series(1, $1::int) n`,
    [TOKENS.length],
  )
  await client.query(
    `insert into sessions (id, user_id, token_hash, ip, created_at, last_used_at, expires_at)
     select gen_random_uuid(), users.id, tokens.hash, '127.0.0.1', now(), now(), now() + interval '1 day'
       from unnest($1::text[]) with ordinality tokens (hash, n) join users on users.username = 'bench' || tokens.n`,
    [TOKENS.map(fingerprint)],
  )
  await client.query(
    `insert into messages (id, owner_id, number, kind, from_phone, body, via, created_at)
     select gen_random_uuid(), users.id, n, 'text', '+1777' || lpad(n::text, 7, '0'), 'Message ' || n, 'sms', now()
       from users, generate_series(1, $1::int) n`,
    [MESSAGES],
  )
  await client.query('analyze')
  await client.end()
}

/** The same questions, nothing around them. */
function startBare(url: string): Promise<Bare> {
  return serveBare(url, async (ctx, pool) => {
    const token = fingerprint(ctx.get('Authorization').slice('Bearer '.length))
    const session = await pool.query('select user_id from sessions where token_hash = $1 and revoked_at is null', [
      token,
    ])
    const user = await pool.query('select * from users where id = $1', [session.rows[0]?.user_id])
    const owner = user.rows[0]?.id
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
