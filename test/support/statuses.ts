import { lookAtDeliveries, releaseDue } from '#domain/statuses'
import { newId } from '#kit/id'
import type { Json, Person } from '#test/people'
import type { World } from '#test/world'

/** Say something on a tag; on one's primary tag unless another is named. Nobody is texted unless that is wanted. */
export async function says(author: Person, body: string, more: Json = {}): Promise<Json> {
  const answer = await author.post('/statuses', { body, text_followers: false, ...more })
  if (answer.status !== 201) throw new Error(`Nothing was said: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** The words of a list of statuses, in its order. */
export async function wordsOf(viewer: Person, path: string): Promise<string[]> {
  const { status, body } = await viewer.get(path)
  if (status !== 200) throw new Error(`${path} was not shown: ${JSON.stringify(body)}`)
  return body.items.map((item: Json) => item.body)
}

/** The tag that everyone has. */
export function primaryOf({ user }: Person): Json {
  return user.primary_ktag
}

/** How the texts of a status fare, as its author is shown. */
export async function deliveryOf(author: Person, { id }: Json): Promise<Json> {
  const { body } = await author.get('/statuses?limit=100')
  return body.items.find((item: Json) => item.id === id)?.delivery
}

/** Hand on what is due of the texts of statuses, and look at how they fare, as the jobs do; then let texts arrive. */
export async function textsGoOn(world: World): Promise<void> {
  await releaseDue(world.running.database)
  await world.textsArrive()
  await lookAtDeliveries(world.running.database)
  await world.settle()
}

/** Let so many more people follow a tag with its texts, at once; gives their numbers, in the order in which they came. */
export async function fans(world: World, ktag: Json, count: number): Promise<string[]> {
  const { sql } = world.running.database
  const now = new Date()
  const people = Array.from({ length: count }, (_, at) => ({
    id: newId(),
    username: `fan${newId().slice(-12)}`,
    password_hash: '-',
    name: `Fan ${at}`,
    mobile: world.freshNumber(),
    mobile_verified_at: now,
    timezone: 'UTC',
    locale: 'en',
    created_at: now,
    updated_at: now,
  }))
  await sql.batchInsert('users', people, 500)
  const rows = people.map(({ id }, at) => {
    const created_at = new Date(now.getTime() + at)
    return { ktag_id: ktag.id, follower_id: id, texts: true, calls: false, created_at, updated_at: created_at }
  })
  await sql.batchInsert('follows', rows, 500)
  return people.map(({ mobile }) => mobile)
}
