import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import pg from 'pg'

/** What a benchmark compares us with. */
export interface Bare {
  readonly url: string
  close(): Promise<void>
}

/** A Koa app that does this for every request, on a pool of ten connections, and nothing else. */
export async function serveBare(
  databaseUrl: string,
  answer: (ctx: Context, pool: pg.Pool) => Promise<void>,
): Promise<Bare> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
  const app = new Koa()
  app.use((ctx) => answer(ctx, pool))
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await pool.end()
    },
  }
}

/** An environment as in production; the carrier and the mail server are named but never asked. */
export function asInProduction(
  databaseUrl: string,
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1',
    DATABASE_URL: databaseUrl,
    DATA_DIR: directory,
    SESSION_SECRETS: 'a-secret-of-the-benchmark-that-is-long-enough',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKENS: 'none',
    TWILIO_NUMBERS: '+15005550006',
    TWILIO_API_BASE: 'http://127.0.0.1:9',
    MAIL_URL: 'smtp://127.0.0.1:9',
    LOG_LEVEL: 'silent',
    ...more,
  }
}
