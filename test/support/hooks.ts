import { SHARED, shareDatabases, stopDatabase } from '#test/database'

/**
 * Where test files run side by side in several processes, each process has a PostgreSQL for all of its files: it is
 * started before them and named in their environment.
 */
export async function mochaGlobalSetup(): Promise<void> {
  const asked = process.argv.join(' ')
  if (asked.includes('--parallel')) await shareDatabases(Number(/--jobs[= ](\d+)/.exec(asked)?.[1] ?? 1))
}

/** The PostgreSQL that the tests share is stopped at the end. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopDatabase()
}

/** A process that runs alone starts its own when the first test needs it. */
export const mochaHooks = {
  afterAll: async () => {
    if (process.env[SHARED] === undefined) await stopDatabase()
  },
}
