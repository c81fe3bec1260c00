import { createLog } from '#kit/log'
import { dropDatabase, freshDatabase } from '#test/database'

/** A log that says nothing, unless the person at the keyboard wants to hear it. */
export const quietLog = createLog(process.env.LOG_LEVEL ?? 'silent')

/** A database with our schema, and nothing in it. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = await freshDatabase()
  return { url, stop: () => dropDatabase(url) }
}
