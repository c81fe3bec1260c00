import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'

/** A log that says nothing, unless the person at the keyboard wants to hear it. */
export const quietLog = pino({ level: process.env.LOG_LEVEL ?? 'silent' })

/** A PostgreSQL with our schema, and nothing in it. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadoink-realtime-'))
  // PostgreSQL runs as another user than root, who must be able to pass.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedPostgres({ dataDir, log: quietLog })
  await migrate(server.url, quietLog)
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
