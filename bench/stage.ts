import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import pg from 'pg'
import { fingerprint } from '#kit/secret'

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

/** People named `bench1` and so on, each signed in with one of these tokens. */
export async function seedPeople(client: pg.Client, tokens: readonly string[]): Promise<void> {
  await client.query(
    `insert into users (id, username, password_hash, name, mobile, mobile_verified_at, timezone, locale, created_at, updated_at)
     select gen_random_uuid(), 'bench' || n, '-', 'Bench', '+1555' || lpad(n::text, 7, '0'), now(), 'UTC', 'en', now(), now()
       from generate_series(1, $1::int) n`,
    [tokens.length],
  )
  await client.query(
    `insert into sessions (id, user_id, token_hash, ip, created_at, last_used_at, expires_at)
     select gen_random_uuid(), users.id, tokens.hash, '127.0.0.1', now(), now(), now() + interval '1 day'
       from unnest($1::text[]) with ordinality tokens (hash, n) join users on users.username = 'bench' || tokens.n`,
    [tokens.map(fingerprint)],
  )
}
