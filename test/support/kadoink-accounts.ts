import { type Answer, type Json, Person, type Visitor } from '#test/people'
import { PASSWORD, type World } from '#test/world'

let serial = 0

/** A username that nobody has. */
export function freshUsername(): string {
  serial++
  return `guest${serial}`
}

/** An e-mail address that nobody has. */
export function freshEmail(): string {
  serial++
  return `guest${serial}@example.com`
}

/** Somebody who has asked for an account and has not sent the code back yet. */
export interface Applicant {
  readonly visitor: Visitor
  readonly username: string
  readonly asked: Answer
  readonly challengeId: string
  /** Send a code back. */
  confirm(code: string): Promise<Answer>
}

/** Ask for an account; without an address in `wanted`, by a fresh mobile. */
export async function applyFor(world: World, wanted: Json = {}): Promise<Applicant> {
  const visitor = world.visitor()
  const address = wanted.email || wanted.mobile ? {} : { mobile: world.freshNumber() }
  const body = { username: freshUsername(), password: PASSWORD, ...address, ...wanted }
  const asked = await visitor.post('/auth/register', body)
  await world.textsArrive()
  const challengeId = asked.body.challenge_id
  return {
    visitor,
    username: body.username,
    asked,
    challengeId,
    confirm: (code) => visitor.post('/auth/register/verify', { challenge_id: challengeId, code }),
  }
}

/** Somebody who signed up by e-mail half a minute ago, so another code may go there; their mobile is not verified. */
export async function mailPerson(world: World, wanted: Json = {}): Promise<Person & { readonly email: string }> {
  const email = freshEmail()
  const applicant = await applyFor(world, { email, ...wanted })
  const { status, body } = await applicant.confirm(await world.codeMailedTo(email))
  if (status !== 201) throw new Error(`Nobody came by mail: ${JSON.stringify(body)}`)
  await world.moveClock(30)
  const { visitor, username } = applicant
  const person = new Person(visitor, { mobile: wanted.mobile ?? '', username, token: body.token, user: body.user })
  return Object.assign(person, { email })
}

/** The same person on another device, at another address, signed in by password alone. */
export async function otherDevice(person: Person, deviceName = 'Tablet'): Promise<Person> {
  const visitor = person.world.visitor()
  const { username, mobile, user } = person
  const { body } = await visitor.post('/auth/login', { username, password: PASSWORD, device_name: deviceName })
  if (body.status !== 'ok') throw new Error(`No second device: ${JSON.stringify(body)}`)
  return new Person(visitor, { mobile, username, token: body.token, user })
}

/** A code of the same shape that is not this one. */
export function notThe(code: string): string {
  return code === '123456' ? '654321' : '123456'
}

/** The whole content of a table, as one text to look for secrets in. */
export async function contentOf(world: World, table: string): Promise<string> {
  return JSON.stringify(await world.running.database.sql(table))
}
