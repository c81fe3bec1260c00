import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { migrations } from '#migrations'
import { isMigrated, migrate } from '#server/migrate'
import { dropDatabase, emptyDatabase } from '#test/database'
import { openDatabase, readableLog } from '#test/kit-place'

const ROOT = join(import.meta.dirname, '../..')

describe('Migrations', () => {
  let url: string
  const { log } = readableLog()

  beforeEach(async () => {
    url = await emptyDatabase()
  })
  afterEach(() => dropDatabase(url))

  it('are applied once, however many ask at once', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url, log)))
    expect(applied.sort()).to.deep.equal([0, 0, 0, 0, migrations.length])
    expect(await tables(url)).to.include.members(['events', 'users', 'calls', 'messages'])
  })

  it('are known to be wanting, or done', async () => {
    const database = openDatabase(url)
    expect(await isMigrated(database.sql)).to.equal(false)
    await migrate(url, log)
    expect(await isMigrated(database.sql)).to.equal(true)
    await database
      .sql('migrations')
      .where({ name: migrations.at(-1)?.name })
      .delete()
    expect(await isMigrated(database.sql)).to.equal(false)
    await database.close()
  })

  it('that fail leave the schema as it was, and can be run again', async () => {
    const last = migrations.length - 1
    const whole = migrations[last]
    await migrate(url, log)
    const before = await tables(url)
    const broken = {
      name: '29990101_01_broken',
      async up(sql: Parameters<NonNullable<typeof whole>['up']>[0]) {
        await sql.raw('create table half_done (id int)')
        await sql.raw('create table wrong (')
      },
    }
    const open = migrations as (typeof broken)[]
    open.push(broken)
    try {
      const refusal = await migrate(url, log).catch((error) => error)
      expect(refusal).to.be.instanceOf(Error)
      expect(await tables(url)).to.deep.equal(before)
      broken.up = async (sql) => void (await sql.raw('create table done (id int)'))
      expect(await migrate(url, log)).to.equal(1)
      expect(await tables(url)).to.include('done')
    } finally {
      open.pop()
    }
  })

  it('go on although a process was killed that held the lock of knex', async () => {
    await migrate(url, log)
    const database = openDatabase(url)
    await database.sql('migrations_lock').update({ is_locked: 1 })
    await database.sql('migrations').where({ name: 'nonesuch' }).delete()
    expect(await migrate(url, log)).to.equal(0)
    await database.close()
  })

  it('do without the extensions that whoever migrates may not make', async () => {
    const name = new URL(url).pathname.slice(1)
    const modest = new URL(url)
    modest.username = `modest_${name}`
    modest.password = 'only-for-this-test'
    await run(url, `create role ${modest.username} login password '${modest.password}'`)
    try {
      await run(url, `grant all on schema public to ${modest.username}`)
      expect(await migrate(modest.href, log)).to.equal(migrations.length)
      expect(await tables(url)).to.include('follows')
      const database = openDatabase(url)
      const { rows } = await database.sql.raw("select 1 from pg_extension where extname = 'pg_trgm'")
      await database.close()
      expect(rows).to.deep.equal([])
    } finally {
      await run(url, `drop owned by ${modest.username}`)
      await run(url, `drop role ${modest.username}`)
    }
  })

  it('exit with a fault where there is no database', async () => {
    expect(await runs('postgres://127.0.0.1:1/nowhere')).to.equal(1)
  })
})

/** Run `kadoink migrate` as a process of its own; its exit code. */
async function runs(url: string): Promise<number> {
  const child = spawn(process.execPath, ['--import=tsx', '--conditions=source', 'server/main.ts', 'migrate'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', DATABASE_URL: url, LOG_LEVEL: 'silent' },
    stdio: 'ignore',
  })
  const [code] = await once(child, 'exit')
  return code
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

async function tables(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
  )
  await client.end()
  return rows.map(({ relname }) => relname)
}
