import { SHARED, shareDatabase, stopDatabase } from '#test/database'

/**
 * Where test files run side by side, each in one of several processes, one PostgreSQL serves them all: it is started
 * before them and named in their environment.
 */
export async function mochaGlobalSetup(): Promise<void> {
  if (process.argv.includes('--parallel')) await shareDatabase()
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
