import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createLog } from '#kit/log'
import { start } from '#server/compose'
import { readConfig } from '#server/config'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { median, type Pace, type Posted, post } from './load.ts'
import { asInProduction, type Bare, serveBare } from './stage.ts'

/**
 * Status callbacks of legs, in order, through our signed route (signature, receipt, the leg's way, the call's end, the
 * events of all that) beside a bare Koa route that reads the form and inserts it as a row. Rounds alternate in one run;
 * what counts is the ratio.
 */

const ROUNDS = 5
const SECONDS = 3
const LEGS = 15_000
const STEPS = ['initiated', 'ringing', 'in-progress', 'completed'] as const
const TOKEN = 'the-token-of-the-benchmark'
const PUBLIC_URL = 'https://bench.test'

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  await migrate(postgres.url, log)
  const legs = await seed(postgres.url)
  // The process that hears webhooks, as in a deployment of several: what follows from events is done elsewhere.
  const config = readConfig('all', asInProduction(postgres.url, directory, { PUBLIC_URL, TWILIO_AUTH_TOKENS: TOKEN }))
  const running = await start({ ...config, type: 'web' })
  const bare = await startBare(postgres.url)
  const ours = calls(legs, `${running.url}`)
  const theirs = calls(legs, bare.url)
  try {
    await Promise.all([post(ours, 1), post(theirs, 1)])
    const paces: { ours: Pace; theirs: Pace }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      paces.push({ ours: await post(ours, SECONDS), theirs: await post(theirs, SECONDS) })
    }
    print(paces)
  } finally {
    await bare.close()
    await running.lifecycle.stop()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function print(paces: readonly { readonly ours: Pace; readonly theirs: Pace }[]): void {
  const ratios = paces.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)
  const line = (name: string, side: 'ours' | 'theirs') => {
    const perSecond = Math.round(median(paces.map((pace) => pace[side].perSecond)))
    const p99 = median(paces.map((pace) => pace[side].p99Ms)).toFixed(1)
    return `  ${name.padEnd(16)}${String(perSecond).padStart(5)}/s   p99 ${p99} ms\n`
  }
  process.stdout.write(`status callbacks of legs, ${ROUNDS} rounds of ${SECONDS} s\n`)
  process.stdout.write(line('bare Koa + pg', 'theirs') + line('Kadoink', 'ours'))
  const rounds = ratios.map((ratio) => ratio.toFixed(2)).join(' ')
  process.stdout.write(`  ratio           ${median(ratios).toFixed(2)} (${rounds})\n`)
}

/** One callback after the other: the first step of a hundred legs, then the next step of the same legs, and so on. */
function calls(legs: readonly string[], origin: string): (turn: number) => Posted {
  let next = 0
  return () => {
    const turn = next++
    const [batch, step, index] = [Math.floor(turn / 400), Math.floor((turn % 400) / 100), turn % 100]
    const leg = legs[(batch * 100 + index) % legs.length] ?? ''
    const path = `/webhooks/twilio/voice/leg/status?leg=${leg}`
    const form: Record<string, string> = {
      AccountSid: `AC${'0'.repeat(32)}`,
      ApiVersion: '2010-04-01',
      CallSid: `CA${leg.replaceAll(/[^0-9a-f]/g, '').slice(0, 32)}`,
      CallStatus: STEPS[step] ?? '',
      CallbackSource: 'call-progress-events',
      Direction: 'outbound-api',
      From: '+15005550006',
      SequenceNumber: String(step),
      Timestamp: 'Sun, 22 Nov 2026 10:00:00 +0000',
      To: '+15551230101',
    }
    const signed = Object.keys(form).reduce((text, key) => text + key + form[key], PUBLIC_URL + path)
    return {
      url: origin + path,
      body: new URLSearchParams(form).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Twilio-Signature': createHmac('sha1', TOKEN).update(signed).digest('base64'),
      },
    }
  }
}

/** Hosts whose own phones are being rung; gives our names of their legs. */
async function seed(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `insert into users (id, username, password_hash, name, mobile, mobile_verified_at, timezone, locale, created_at, updated_at)
     select gen_random_uuid(), 'bench' || n, '-', 'Bench', '+1555' || lpad(n::text, 7, '0'), now(), 'UTC', 'en', now(), now()
       from generate_series(1, $1::int) n`,
    [LEGS],
  )
  await client.query(
    `insert into calls (id, host_id, kind, status, privacy, max_participants, max_seconds, created_at)
     select gen_random_uuid(), id, 'direct', 'dialing', 'private', 5, 3600, now() from users`,
  )
  const { rows } = await client.query<{ leg: string }>(
    `insert into participants (id, call_id, role, user_id, occupies_user_id, name, phone, direction, status, rank, leg_secret, queued_at, dialed_at)
     select gen_random_uuid(), calls.id, 'host', users.id, users.id, users.name, users.mobile, 'outbound', 'dialing', 1, $1, now(), now()
       from calls join users on users.id = calls.host_id
     returning id || '_' || leg_secret as leg`,
    [randomBytes(4).readUInt32BE().toString().padStart(9, '1').slice(0, 9)],
  )
  await client.query('create table heard (key text primary key, form jsonb not null, heard_at timestamptz not null)')
  await client.query('analyze')
  await client.end()
  return rows.map(({ leg }) => leg)
}

/** The least that keeps what was said: read the form, insert it under its natural key. */
function startBare(url: string): Promise<Bare> {
  return serveBare(url, async (ctx, pool) => {
    const chunks: Buffer[] = []
    for await (const chunk of ctx.req) chunks.push(chunk)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    await pool.query('insert into heard values ($1, $2, now()) on conflict do nothing', [
      `${form.get('CallSid')} ${form.get('SequenceNumber')}`,
      JSON.stringify(Object.fromEntries(form)),
    ])
    ctx.status = 204
  })
}

await main()
