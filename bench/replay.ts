import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import type pg from 'pg'
import type { Database } from '#kit/unit'

/** A statement as it went to the database. */
interface Statement {
  readonly sql: string
  readonly bindings?: readonly unknown[]
  readonly __knexTxId?: string
}

/** What one request asked of the database in its transaction, and what it was answered. */
export interface Recording {
  readonly statements: readonly Statement[]
  readonly answer: string
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Send one request and note the statements of its transaction: the one in which `mark` is asked. */
export async function record(database: Database, mark: RegExp, ask: () => Promise<Response>): Promise<Recording> {
  const seen: Statement[] = []
  const see = (query: Statement) => seen.push(query)
  database.sql.on('query', see)
  const answer = await (await ask()).text()
  database.sql.removeListener('query', see)
  const transaction = seen.find(({ sql }) => mark.test(sql))?.__knexTxId
  return { statements: seen.filter(({ __knexTxId }) => __knexTxId === transaction), answer }
}

/**
 * Ask the same again on a connection of its own, for somebody else: `ids` says by what each id is to be replaced, `words`
 * the same of other texts, wherever they stand. Ids that are none of those and are inserted are made anew.
 */
export async function replay(
  ctx: Context,
  pool: pg.Pool,
  { statements, answer }: Recording,
  ids: ReadonlyMap<string, string>,
  words: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const fresh = new Map<string, string>()
  const other = (id: string, isNew: boolean) => {
    const known = ids.get(id) ?? fresh.get(id)
    if (known !== undefined || !isNew) return known ?? id
    const made = randomUUID()
    fresh.set(id, made)
    return made
  }
  const client = await pool.connect()
  try {
    for (const { sql, bindings = [] } of statements) {
      const isNew = /^\s*(insert|with place)/.test(sql)
      const changed = (value: unknown): unknown => {
        if (typeof value === 'string') {
          const text = [...words].reduce((said, [from, to]) => said.replaceAll(from, to), value)
          return text.replace(UUID, (id) => other(id, isNew))
        }
        return Array.isArray(value) ? value.map(changed) : value
      }
      await client.query(sql.replace(/;$/, ''), bindings.map(changed))
    }
  } finally {
    client.release()
  }
  ctx.type = 'application/json'
  ctx.body = answer
}
