import { randomBytes, randomUUID } from 'node:crypto'
import { fingerprint } from '#kit/secret'
import { Person } from '#test/people'
import type { World } from '#test/world'

/** Somebody of a crowd, whose own phone is being rung for a call that they have just started. */
export interface Host extends Person {
  readonly callId: string
  /** Our name of the leg to their phone. */
  readonly leg: string
}

/**
 * Many people at once, each with an account, a verified mobile, a session, and a call whose order to ring their own phone
 * has just been given. They did not come in by the front door: there are too many of them.
 */
export async function crowdOfHosts(world: World, count: number): Promise<readonly Host[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    userId: randomUUID(),
    callId: randomUUID(),
    legId: randomUUID(),
    username: `crowd${randomBytes(3).toString('hex')}${index}`,
    mobile: world.freshNumber(),
    token: `kdk_${randomBytes(32).toString('hex').slice(0, 43)}`,
  }))
  await world.running.database.write(async ({ sql, now }) => {
    await sql('users').insert(
      people.map(({ userId, username, mobile }) => ({
        id: userId,
        username,
        password_hash: '-',
        name: 'Host',
        mobile,
        mobile_verified_at: now,
        timezone: 'UTC',
        locale: 'en',
        created_at: now,
        updated_at: now,
      })),
    )
    await sql('sessions').insert(
      people.map(({ userId, token }) => ({
        id: randomUUID(),
        user_id: userId,
        token_hash: fingerprint(token),
        ip: '127.0.0.1',
        created_at: now,
        last_used_at: now,
        expires_at: new Date(now.getTime() + 86_400_000),
      })),
    )
    await sql('calls').insert(
      people.map(({ userId, callId }) => ({
        id: callId,
        host_id: userId,
        kind: 'direct',
        status: 'dialing',
        privacy: 'private',
        max_participants: 5,
        max_seconds: 3600,
        created_at: now,
      })),
    )
    await sql('participants').insert(
      people.map(({ userId, callId, legId, mobile }) => ({
        id: legId,
        call_id: callId,
        role: 'host',
        user_id: userId,
        occupies_user_id: userId,
        name: 'Host',
        phone: mobile,
        direction: 'outbound',
        status: 'dialing',
        rank: 1,
        leg_secret: SECRET,
        queued_at: now,
        dialed_at: now,
      })),
    )
  })
  return people.map(({ callId, legId, username, mobile, token }) => {
    const person = new Person(world.visitor(), { username, mobile, token, user: null })
    return Object.assign(person, { callId, leg: `${legId}_${SECRET}` })
  })
}

const SECRET = '123456789'

/** Do something for each of many, so many at a time. */
export async function inFlight<Item>(
  width: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) await work(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}

/** Chance that comes out the same every time; numbers from 0 to 1. Source: the "mulberry32" generator. */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The same things in another order. */
export function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}
