import pg from 'pg'

/**
 * Do some work in one process at a time, of all that share a database; false when another one is at it. The lock is an
 * advisory one and belongs to a connection of its own: whatever becomes of this process, it goes with it. A process that
 * has lost the connection in the middle does not know it, so two of them for a moment must do no harm.
 * Throws what the work throws, and the network's errors when the database is away.
 */
export async function alone(url: string, lock: number, work: () => Promise<void>): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'kadoink alone',
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  })
  // Without a listener, a connection that breaks would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [lock])
    if (rows[0]?.won !== true) return false
    await work()
    return true
  } finally {
    await client.end().catch(() => {})
  }
}
