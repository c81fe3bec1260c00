import { stopDatabase } from '#test/database'

/** Around the whole run: the PostgreSQL that the tests share is stopped at the end. */
export const mochaHooks = {
  afterAll: stopDatabase,
}
