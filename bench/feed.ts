import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { feed } from '#domain/statuses'
import { countTexted, followersToText } from '#domain/tags'
import { systemClock } from '#kit/clock'
import { createLog } from '#kit/log'
import { Database } from '#kit/unit'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { median } from './load.ts'

/**
 * The feeds of two people who follow two thousand tags each, beside one join over everything they follow, asked of the same
 * database in turns: one follows tags on which much is said just now, the other such as have been quiet for a while. And
 * what it takes to choose whom a status is texted to among a hundred thousand followers. `--explain` prints the plans.
 */

const TAGS = 4_000
const FOLLOWED = TAGS / 2
const FOLLOWERS = 100_000
const STATUSES_PER_TAG = 50
const ROUNDS = 9
const PAGE = { limit: 20, offset: 0 }
const MOST = { most: 1_000 }

/** What one would write at first. */
const NAIVE = `
  select statuses.* from statuses
    join follows on follows.ktag_id = statuses.ktag_id
    join users as authors on authors.id = statuses.author_id
   where follows.follower_id = $1 and statuses.author_id <> $1 and authors.suspended_at is null
   order by statuses.id desc limit 21`

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-feed-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  await migrate(postgres.url, log)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const site = { publicUrl: '', countries: 'all' } as never
  const database = new Database({ url: postgres.url, poolSize: 2, clock: systemClock, site, log })
  try {
    const { readers, ktag } = await seed(client)
    const lanes: Lane[] = []
    for (const [who, id] of Object.entries(readers)) lanes.push(...(await lanesOf(database, client, who, id)))
    const alone: readonly Lane[] = [
      ['', 'count of 100,000 followers', () => database.read((view) => countTexted(view, ktag, ktag.ownerId))],
      [
        '',
        'first 1,000 of them to text',
        () => database.read((view) => followersToText(view, ktag, ktag.ownerId, MOST)),
      ],
    ]
    if (process.argv.includes('--explain')) await explain(database, client, lanes)
    const took: Record<string, number[]> = {}
    for (let round = 0; round < ROUNDS; round++) {
      for (const [who, name, ask] of [...lanes, ...alone]) {
        const began = performance.now()
        await ask()
        took[who + name] = [...(took[who + name] ?? []), performance.now() - began]
      }
    }
    process.stdout.write(
      `${FOLLOWED} tags followed of ${TAGS}, ${STATUSES_PER_TAG} statuses on each, ${FOLLOWERS} followers of one; ${ROUNDS} rounds\n`,
    )
    for (const [who, name] of [...lanes, ...alone]) {
      const ms = median(took[who + name] ?? [])
      const naive = took[`${who}naive join`]
      const ratio = naive ? `${(median(naive) / ms).toFixed(1)}x the naive join` : ''
      process.stdout.write(`  ${who}${name.padEnd(28)} ${ms.toFixed(1).padStart(7)} ms  ${ratio}\n`)
    }
  } finally {
    await database.close()
    await client.end()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Whose feed is asked for, how it is asked, and the asking. */
type Lane = readonly [who: string, name: string, ask: () => Promise<unknown>]

async function lanesOf(database: Database, client: pg.Client, who: string, id: string): Promise<readonly Lane[]> {
  const viewer = { id, settings: { blocked: [] } } as never
  const page = (beforeId: string | null) => database.read((view) => feed(view, viewer, {}, { ...PAGE, beforeId }))
  const beforeId = (await page(null)).items.at(-1)?.id ?? null
  return [
    [who, 'naive join', () => client.query(NAIVE, [id])],
    [who, 'feed, first page', () => page(null)],
    [who, 'feed, next page', () => page(beforeId)],
  ]
}

/** Print how the database goes about each feed. */
async function explain(database: Database, client: pg.Client, lanes: readonly Lane[]): Promise<void> {
  for (const [who, name, ask] of lanes.filter(([, name]) => name.startsWith('feed'))) {
    const asked: { sql: string; bindings: unknown[] }[] = []
    database.sql.once('query', (query) => asked.push(query))
    await ask()
    const { rows } = await client.query(`explain (analyze, buffers) ${asked[0]?.sql}`, asked[0]?.bindings)
    process.stdout.write(`${who}${name}\n${rows.map((row) => `  ${row['QUERY PLAN']}\n`).join('')}`)
  }
}

interface Seeded {
  /** Two people, by what their tags are like. */
  readonly readers: Readonly<Record<string, string>>
  /** The one that many follow. */
  readonly ktag: { readonly id: string; readonly ownerId: string }
}

/** Tags with statuses: on the first half of them something has been said later than on all of the others. */
async function seed(client: pg.Client): Promise<Seeded> {
  const users = `insert into users
    (id, username, password_hash, name, mobile, mobile_verified_at, timezone, locale, created_at, updated_at)
    select gen_random_uuid(), $1 || n, '-', 'Bench', $2 || lpad(n::text, 7, '0'), now(), 'UTC', 'en', now(), now()
      from generate_series(1, $3::int) n`
  await client.query(users, ['owner', '+1555', TAGS])
  await client.query(users, ['fan', '+1556', FOLLOWERS])
  await client.query(
    `insert into ktags (id, owner_id, name, keypad, extension, is_primary, created_at, updated_at)
     select gen_random_uuid(), id, username, '0', right(mobile, 6), true, now(), now()
       from users where username like 'owner%'`,
  )
  // Ids in the order of time, as ours are, and the tags in turns.
  await client.query(
    `insert into statuses (id, ktag_id, author_id, body, via, created_at, updated_at)
     select cast(lpad(to_hex((turn + case when n <= $2 then $1 else 0 end) * 100000 + n), 12, '0') || '7000' || '8' || substr(md5(random()::text), 1, 15) as uuid),
            id, owner_id, 'Doors open at 8', 'app', now(), now()
       from generate_series(1, $1::int) turn, (select *, cast(substr(name, 6) as integer) as n from ktags) tagged`,
    [STATUSES_PER_TAG, FOLLOWED],
  )
  const { rows: readers } = await client.query("select id from users where username in ('fan1', 'fan2') order by 1")
  const { rows: ktags } = await client.query('select id, owner_id from ktags limit 1')
  // A hundred thousand follows counted one by one in one transaction take minutes; they are counted in the end.
  await client.query('alter table follows disable trigger follows_are_counted')
  const follows = `insert into follows (ktag_id, follower_id, texts, calls, created_at, updated_at)
    select $1, id, true, false, now(), now() from users where username like 'fan%' and username not in ('fan1', 'fan2')`
  await client.query(follows, [ktags[0].id])
  for (const [at, half] of ['<=', '>'].entries()) {
    await client.query(
      `insert into follows (ktag_id, follower_id, texts, calls, created_at, updated_at)
       select id, $1, true, false, now(), now() from ktags where cast(substr(name, 6) as integer) ${half} $2`,
      [readers[at].id, FOLLOWED],
    )
  }
  await client.query('alter table follows enable trigger follows_are_counted')
  await client.query(
    'update ktags set follower_count = (select count(*) from follows where follows.ktag_id = ktags.id)',
  )
  await client.query('vacuum analyze')
  return {
    readers: { 'lively tags: ': readers[0].id, 'quiet tags:  ': readers[1].id },
    ktag: { id: ktags[0].id, ownerId: ktags[0].owner_id },
  }
}

await main()
