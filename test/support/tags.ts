import type { Json, Person } from '#test/people'
import type { World } from '#test/world'

let serial = 0

/** A tag name that nobody has. */
export function freshName(): string {
  serial++
  return `tag_${serial}`
}

/** A new tag of somebody's, as the answer shows it. */
export async function newTag(owner: Person, wanted: Json = {}): Promise<Json> {
  const { status, body } = await owner.post('/ktags', { name: freshName(), ...wanted })
  if (status !== 201) throw new Error(`No tag came about: ${JSON.stringify(body)}`)
  return body
}

/** Follow a tag. */
export async function follow(follower: Person, ktag: { id: string }, flags: Json = { texts: false }): Promise<Json> {
  const { status, body } = await follower.post(`/ktags/${ktag.id}/follow`, flags)
  if (status > 201) throw new Error(`Nobody follows: ${JSON.stringify(body)}`)
  return body
}

/** A tag as somebody sees it now. */
export async function tagSeenBy(viewer: Person, { id }: { id: string }): Promise<Json> {
  return (await viewer.get(`/ktags/${id}`)).body
}

/** Give somebody the plan with room for many tags. */
export async function giveMore(world: World, person: Person): Promise<void> {
  await world.running.database.sql('users').where({ id: person.user.id }).update({ plan: 'plus' })
}
