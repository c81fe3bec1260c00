import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import type { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '#domain/realms'
import { createLog } from '#kit/log'
import { fingerprint } from '#kit/secret'
import { start } from '#server/compose'
import { readConfig } from '#server/config'
import { startEmbeddedPostgres } from '#server/embedded-postgres/index'
import { migrate } from '#server/migrate'
import { ask, measure, median, type Pace } from './load.ts'
import { type Recording, record, replay } from './replay.ts'
import { asInProduction, type Bare, serveBare } from './stage.ts'

/**
 * A code that is asked for and comes back (create, then check), through the whole pipeline beside two bare Koa routes that
 * ask the same database the very statements that were recorded, and what the key's look-up asks. Each time it is another
 * phone. Rounds alternate in one run; what is printed are ratios.
 */

const ROUNDS = 5
const SECONDS = 4
/** So many projects and addresses that nobody comes to a limit of requests. */
const PROJECTS = 20
const CODE = '7032'

/** How both fared in one round. */
interface Round {
  readonly ours: Pace
  readonly theirs: Pace
}

/** One project's part of the recordings: what is to be another's in a replay. */
interface Recorded {
  readonly create: Recording
  readonly check: Recording
  readonly realmId: string
  readonly sessionId: string
  readonly phone: string
  readonly tokenHash: string
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kadoink-bench-'))
  await chmod(directory, 0o711)
  const log = createLog('silent')
  const postgres = await startEmbeddedPostgres({ dataDir: directory, log })
  await migrate(postgres.url, log)
  // The server alone: handing codes over is the worker's, and no part of an answer.
  const config = readConfig('all', asInProduction(postgres.url, directory, { TRUST_PROXY_HOPS: '1' }))
  const running = await start({ ...config, type: 'web' })
  const settings = { channels: ['sms' as const], rules: { paidSendsPerHour: 1_000_000 } }
  const realms = await running.database.write(async (unit) => {
    const made = []
    for (let no = 1; no <= PROJECTS; no++) made.push(await create(unit, { name: `Bench ${no}`, settings }))
    return made
  })
  const keys = realms.map(({ secretKey }) => secretKey)
  const base = `${running.url}/api/v2`
  const [first] = realms
  if (!first) throw new Error('There is no project.')

  const phone = freshPhone()
  const headers = headersOf(keys, 0)
  const made = await record(running.database, /insert into "challenges"/, () =>
    fetch(`${base}/message/create?phone=${phone}&type=sms&code=${CODE}`, { headers }),
  )
  const { session_id: shown } = JSON.parse(made.answer).data
  const checked = await record(running.database, /insert into "code_tokens"/, () =>
    fetch(`${base}/message/check?session_id=${shown}&code=${CODE}`, { headers }),
  )
  const { id: sessionId } = await running.database.sql('challenges').first('id')
  const { token_hash: tokenHash } = await running.database.sql('code_tokens').first('token_hash')
  const recorded = { create: made, check: checked, realmId: first.realm.id, sessionId, phone: `+${phone}`, tokenHash }
  const bare = await startBare(postgres.url, recorded)
  try {
    await compare(
      `create + check, ${made.statements.length} + ${checked.statements.length} statements`,
      () => measure((turn, agent) => pair(base, headersOf(keys, turn), agent), SECONDS),
      () => measure((turn, agent) => pair(bare.url, headersOf(keys, turn), agent), SECONDS),
    )
  } finally {
    await bare.close()
    await running.lifecycle.stop()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Ask for a code, and give it back. */
async function pair(base: string, headers: Record<string, string>, agent: Agent): Promise<void> {
  const created = await ask(`${base}/message/create?phone=${freshPhone()}&type=sms&code=${CODE}`, headers, agent)
  const { session_id: id } = (created as { data: { session_id: string } }).data
  await ask(`${base}/message/check?session_id=${id}&code=${CODE}`, headers, agent)
}

async function compare(what: string, ours: () => Promise<Pace>, theirs: () => Promise<Pace>): Promise<void> {
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push({ ours: await ours(), theirs: await theirs() })
  const ratios = rounds.map((round) => round.ours.perSecond / round.theirs.perSecond)
  const slower = median(rounds.map((round) => round.ours.p99Ms / round.theirs.p99Ms))
  const perSecond = (whose: keyof Round) => Math.round(median(rounds.map((round) => round[whose].perSecond)))
  process.stdout.write(`${what}, ${ROUNDS} rounds of ${SECONDS} s\n`)
  process.stdout.write(`  bare Koa + pg   ${perSecond('theirs')}/s\n  Kadoink         ${perSecond('ours')}/s\n`)
  process.stdout.write(
    `  ratio           ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}), p99 ${slower.toFixed(1)}x\n`,
  )
}

/** The same questions, nothing around them. */
function startBare(url: string, recorded: Recorded): Promise<Bare> {
  const { realmId, sessionId, phone, tokenHash } = recorded
  return serveBare(url, async (ctx, pool) => {
    await pool.query('select * from realms where secret_hash = $1 and disabled_at is null limit 1', [
      fingerprint(ctx.get('x-api-key')),
    ])
    const isCreate = ctx.path.endsWith('/create')
    const id = isCreate ? randomUUID() : String(ctx.query.session_id)
    const ids = new Map([
      [realmId, realmId],
      [sessionId, id],
    ])
    const words = isCreate
      ? otherPhone(phone, `+${ctx.query.phone}`)
      : new Map([[tokenHash, randomBytes(32).toString('hex')]])
    await replay(ctx, pool, isCreate ? recorded.create : recorded.check, ids, words)
    if (isCreate) ctx.body = { success: true, data: { session_id: id } }
  })
}

/** A phone in the place of another, and the numbers around it in the place of those. */
function otherPhone(from: string, to: string): ReadonlyMap<string, string> {
  return new Map([
    [from, to],
    [from.slice(0, -4), to.slice(0, -4)],
  ])
}

function headersOf(keys: readonly string[], turn: number): Record<string, string> {
  const address = `10.${Math.floor(turn / 65_536) % 256}.${Math.floor(turn / 256) % 256}.${turn % 256}`
  return { 'x-api-key': keys[turn % keys.length] ?? '', 'x-forwarded-for': address }
}

/** Some Russian mobile; so many that two are hardly ever neighbours. */
function freshPhone(): string {
  return `79${String(randomInt(10 ** 9)).padStart(9, '0')}`
}

await main()
