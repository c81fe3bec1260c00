import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { startEmbeddedPostgres } from '../../server/embedded-postgres/index.ts'
import { migrate } from '#server/migrate'

export interface TestPostgres { readonly url: string; stop(): Promise<void> }
/** A log that says nothing. */
export const silence = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' })

export async function startPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadoink-realtime-'))
  const server = await startEmbeddedPostgres({ dataDir, log: silence })
  await migrate(server.url, silence)
  return { url: server.url, stop: async () => { await server.stop(); await rm(dataDir, { recursive: true, force: true }) } }
}
