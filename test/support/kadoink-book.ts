import { newId } from '#kit/id'
import type { Json, Person } from '#test/people'

/** An id that is nobody's. */
export const UNKNOWN = '019a8f00-0000-7000-8000-000000000000'

/** Give somebody another plan, or limits of their own beside it. */
export async function grant({ world, user }: Person, change: { plan?: 'free' | 'plus'; limits?: Json }): Promise<void> {
  await world.running.database.sql('users').where({ id: user.id }).update(change)
}

/** Put so many contacts into somebody's address book at once; gives their ids, by name from `Friend 000` on. */
export async function friends({ world, user }: Person, count: number, prefix = '+1555800'): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    owner_id: user.id,
    name: `Friend ${String(i).padStart(3, '0')}`,
    mobile: `${prefix}${String(i).padStart(4, '0')}`,
    created_at: new Date(),
    updated_at: new Date(),
  }))
  await world.running.database.sql('contacts').insert(rows)
  return rows.map(({ id }) => id)
}

/** Put a contact onto somebody's grid; gives the cell. */
export async function toGrid(person: Person, who: { contact_id: string }, position?: number): Promise<Json> {
  const { status, body } = await person.post('/grid/members', { ...who, position })
  if (status !== 201) throw new Error(`Nobody came onto the grid: ${JSON.stringify(body)}`)
  return body
}

/** Who stands where on somebody's grid: names by position. */
export async function board(person: Person): Promise<Record<number, string>> {
  const { body } = await person.get('/grid')
  return Object.fromEntries(body.members.map(({ position, contact }: Json) => [position, contact.name]))
}

/** Make a group; gives it as the server tells it. */
export async function groupOf(person: Person, name: string, contactIds: readonly string[]): Promise<Json> {
  const { status, body } = await person.post('/groups', { name, contact_ids: contactIds })
  if (status !== 201) throw new Error(`No group came about: ${JSON.stringify(body)}`)
  return body
}

/** How many statements about contacts and groups the server sends to the database while something is done. */
export async function statementsOf({ world }: Person, work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const counted = ({ sql: statement }: { sql: string }) => {
    if (/"(contacts|groups|group_members)"/.test(statement)) count++
  }
  const { sql } = world.running.database
  sql.on('query', counted)
  try {
    await work()
  } finally {
    sql.removeListener('query', counted)
  }
  return count
}
