import type { Database } from '#kit/unit'
import type { Json, Person } from '#test/people'
import type { World } from '#test/world'

/** Agree limits with an account, beyond those of its plan. */
export async function agree(world: World, person: Person, limits: Record<string, number>): Promise<void> {
  await world.running.database
    .sql('users')
    .where({ id: person.user.id })
    .update({ limits: JSON.stringify(limits) })
}

/** So many people with phones of their own, as `to` takes them. */
export function crowd(world: World, size: number): readonly { mobile: string; name: string }[] {
  return Array.from({ length: size }, (_, index) => ({ mobile: world.freshNumber(), name: `Guest ${index + 1}` }))
}

/** Put people into the first cells of somebody's grid, in this order. */
export async function fillGrid(person: Person, people: readonly { mobile: string; name: string }[]): Promise<void> {
  for (const { name, mobile } of people) {
    const { status } = await person.post('/grid/members', await person.knows(name, mobile))
    if (status !== 201) throw new Error(`${name} did not fit into the grid.`)
  }
}

/** When the carrier was ordered to ring a phone, and which, in order. */
export function orders(world: World): readonly { at: number; to: string }[] {
  return world.carrier
    .calls()
    .filter(({ direction }) => direction === 'outbound-api')
    .map(({ sid, to }) => ({ at: Date.parse(world.carrier.timeline(sid)[0]?.at ?? ''), to }))
}

/** When turns were given out, in order. */
export async function releases(world: World): Promise<readonly number[]> {
  const times: Date[] = await world.running.database
    .sql('ring_turns')
    .whereNotNull('released_at')
    .orderBy('released_at')
    .pluck('released_at')
  return times.map((time) => time.getTime())
}

/** Have everybody who claims an order wait until this transaction ends. (It writes nothing, so the relay reads on.) */
export async function holdOrders({ sql }: Database): Promise<{ rollback(): Promise<unknown> }> {
  const holder = await sql.transaction()
  await holder.raw('lock table orders in share mode')
  return holder
}

/** How many wait for a turn. */
export async function waitingTurns(world: World): Promise<number> {
  return (await world.running.database.sql('ring_turns').where({ state: 'waiting' }).select('id')).length
}

/** The most that happened in any one second, wherever that second begins. */
export function mostInASecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length))
}

/** How long everyone on a call waits for a line, by name. */
export function queueSeconds(call: Json): Record<string, number | null> {
  return Object.fromEntries(call.participants.map((one: Json) => [one.name, one.queue_seconds]))
}
