import knex from 'knex'
import { Lifecycle } from '#kit/lifecycle'
import { createLog, type Log } from '#kit/log'
import { migrations } from '#migrations'
import type { Config } from './config.ts'
import { startEmbeddedPostgres } from './embedded-postgres/index.ts'

/** Held while migrating, any fixed number: several processes may start at once on an empty database. */
const MIGRATION_LOCK = 7_105_202

/**
 * Bring the schema up to date; returns how many migrations were applied. Each one is a transaction: one that fails
 * leaves the schema as it was and rejects. knex's own lock row outlives a process that is killed, so the real lock
 * is an advisory one, which dies with its connection, and knex's row is freed under it.
 */
export async function migrate(url: string, log: Log): Promise<number> {
  const sql = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      application_name: 'kadoink migrate',
    } as object,
    pool: { min: 1, max: 3 },
    migrations: { migrationSource: source, tableName: 'migrations' },
    log: {
      warn: (message: unknown) => log.warn({ source: 'knex' }, String(message)),
      error: (message: unknown) => log.error({ source: 'knex' }, String(message)),
      debug: () => {},
      deprecate: () => {},
    },
  })
  const holder = await sql.client.acquireConnection()
  try {
    await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await sql.migrate.forceFreeMigrationsLock()
    const [, applied]: [number, string[]] = await sql.migrate.latest()
    if (applied.length > 0) log.info({ applied }, 'migrated')
    return applied.length
  } finally {
    await holder.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {})
    await sql.client.releaseConnection(holder)
    await sql.destroy()
  }
}

/** The release step: migrate the given database, or the embedded one of a bare machine, and be done. */
export async function migrateOnce(config: Config): Promise<void> {
  const log = createLog(config.logLevel)
  const lifecycle = new Lifecycle(log)
  try {
    const url = config.databaseUrl ?? (await startEmbedded(config, log, lifecycle))
    log.info({ applied: await migrate(url, log) }, 'the schema is up to date')
  } finally {
    await lifecycle.stop()
  }
}

async function startEmbedded(config: Config, log: Log, lifecycle: Lifecycle): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  lifecycle.add('embedded postgres', () => postgres.stop())
  return postgres.url
}

const source = {
  getMigrations: async () => migrations,
  getMigrationName: (migration: (typeof migrations)[number]) => migration.name,
  getMigration: async (migration: (typeof migrations)[number]) => ({ up: migration.up, down: async () => {} }),
} as never

/** Whether every migration of this build has been applied; false also when the database is empty. */
export async function isMigrated(sql: knex.Knex): Promise<boolean> {
  const applied = await sql('migrations').pluck('name').catch(missingTable)
  return migrations.every(({ name }) => applied.includes(name))
}

function missingTable(error: unknown): string[] {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === '42P01') return []
  throw error
}
