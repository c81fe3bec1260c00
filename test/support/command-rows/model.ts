import type { Json, Person } from '#test/people'
import { newTag } from '#test/tags'
import type { World } from '#test/world'

/** Ann, who writes a command, and where she does. */
export interface Stage {
  readonly world: World
  readonly ann: Person
  /** Whom the setting has brought in, by name. */
  readonly others: Record<string, Person>
  /** Numbers and things that the setting has made, by name. */
  readonly things: Record<string, Json>
}

/** One command: what is so before, what is written, what is answered, and what is so afterwards. */
export interface Row {
  readonly text: string
  setting?(stage: Stage): Promise<unknown>
  /**
   * The answer, whichever way the command came in. Here and in the command, `{ann}` is the name of Ann's own tag, `{bob}`
   * that of somebody who was brought in as Bob, `{gig}` that of a tag that was kept as `gig`, or whatever was `called` so.
   */
  readonly reply: string | RegExp
  effect?(stage: Stage): Promise<unknown>
}

/** Bring somebody with an account in, under a name; gives them. */
export async function enters(stage: Stage, name: string): Promise<Person> {
  const person = await stage.world.person(name)
  stage.others[name] = person
  return person
}

/** Have a word of a command stand for another one. */
export function called(stage: Stage, word: string, name: string): void {
  stage.things[word] = { name }
}

/** A tag of Ann's own beside her primary one, kept as `word`. */
export async function ownTag(stage: Stage, word: string, wanted: Json = {}): Promise<void> {
  stage.things[word] = await newTag(stage.ann, wanted)
}

/** Put somebody without an account into Ann's address book; gives the number. */
export async function friend(stage: Stage, name: string): Promise<string> {
  const number = stage.world.freshNumber()
  const nickname = name.split(' ')[0]?.toLowerCase()
  const { status, body } = await stage.ann.post('/contacts', { name, mobile: number, nickname })
  if (status !== 201) throw new Error(`${name} could not be noted: ${JSON.stringify(body)}`)
  stage.things[name] = { id: body.id, number }
  return number
}

/** Make a group of Ann's of friends who are noted for it. */
export async function band(stage: Stage, name: string, members: readonly string[]): Promise<void> {
  for (const member of members) if (!stage.things[member]) await friend(stage, member)
  const contact_ids = members.map((member) => stage.things[member].id)
  const { status, body } = await stage.ann.post('/groups', { name, contact_ids })
  if (status !== 201) throw new Error(`There is no #${name}: ${JSON.stringify(body)}`)
  stage.things[`#${name}`] = body
}
