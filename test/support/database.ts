import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createLog } from '#kit/log'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'

/** One PostgreSQL for the whole run, started when the first test needs it, stopped by the root hook. */
let running: Promise<{ postgres: EmbeddedPostgres; template: string; directory: string }> | undefined

/** The address of a fresh, migrated database of its own. */
export async function freshDatabase(): Promise<string> {
  const { postgres, template } = await database()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await run(postgres.url, `create database ${name} template ${template}`)
  return at(postgres.url, name)
}

/** The address of a fresh database without any table. */
export async function emptyDatabase(): Promise<string> {
  const { postgres } = await database()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await run(postgres.url, `create database ${name}`)
  return at(postgres.url, name)
}

/** Drop a database that a test is done with, whoever is still connected. */
export async function dropDatabase(url: string): Promise<void> {
  const { postgres } = await database()
  await run(postgres.url, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
}

/** Stop PostgreSQL; for the root hook. */
export async function stopDatabase(): Promise<void> {
  if (!running) return
  const { postgres, directory } = await running
  await postgres.stop()
  await rm(directory, { recursive: true, force: true })
}

function database(): NonNullable<typeof running> {
  running ??= bringUp()
  return running
}

async function bringUp(): Promise<{ postgres: EmbeddedPostgres; template: string; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-test-'))
  // As root, the database runs as another user, who must be able to enter.
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  const template = 'kadoink_template'
  await run(postgres.url, `create database ${template}`)
  await migrate(at(postgres.url, template), log)
  return { postgres, template, directory }
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
