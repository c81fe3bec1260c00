import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createLog } from '#kit/log'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'

/** Names the PostgreSQL servers of test processes that run side by side, one for each. */
export const SHARED = 'KADOINK_TEST_POSTGRES'

/** The database that others are made of: migrated, and empty. */
const TEMPLATE = 'kadoink_template'

/** A PostgreSQL, and where its data are. */
interface Server {
  readonly postgres: EmbeddedPostgres
  readonly directory: string
}

/** One PostgreSQL of this process, started when the first test needs it, stopped by the root hook. */
let running: Promise<Server> | undefined
/** Those that this process has started for others. */
let shared: readonly Server[] = []

/** The address of a fresh, migrated database of its own. */
export async function freshDatabase(): Promise<string> {
  return create(`template ${TEMPLATE}`)
}

/** The address of a fresh database without any table. */
export async function emptyDatabase(): Promise<string> {
  return create('')
}

/** Drop a database that a test is done with, whoever is still connected. */
export async function dropDatabase(url: string): Promise<void> {
  await run(await serverUrl(), `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
}

/**
 * Start a PostgreSQL for each of so many processes that this one starts from now on. Not one for all: what is told waits
 * for the oldest transaction of a server, whosever it is.
 */
export async function shareDatabases(count: number): Promise<void> {
  shared = await Promise.all(Array.from({ length: count }, bringUp))
  process.env[SHARED] = shared.map(({ postgres }) => postgres.url).join(' ')
}

/** Stop PostgreSQL, where this process has started any. */
export async function stopDatabase(): Promise<void> {
  const own = running ? [await running] : []
  const started = [...shared, ...own]
  running = undefined
  shared = []
  for (const { postgres, directory } of started) {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function create(how: string): Promise<string> {
  const url = await serverUrl()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await run(url, `create database ${name} ${how}`)
  return at(url, name)
}

async function serverUrl(): Promise<string> {
  const urls = process.env[SHARED]?.split(' ')
  // mocha numbers its processes.
  const url = urls?.[Number(process.env.MOCHA_WORKER_ID ?? 0) % urls.length]
  if (url !== undefined) return url
  running ??= bringUp()
  return (await running).postgres.url
}

async function bringUp(): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-test-'))
  // As root, the database runs as another user, who must be able to enter.
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  // Nobody pulls this machine's plug: what is killed are processes, and what those have written is there without the disk.
  for (const setting of ['fsync', 'full_page_writes']) await run(postgres.url, `alter system set ${setting} = off`)
  await run(postgres.url, 'select pg_reload_conf()')
  await run(postgres.url, `create database ${TEMPLATE}`)
  await migrate(at(postgres.url, TEMPLATE), log)
  return { postgres, directory }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function at(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}
