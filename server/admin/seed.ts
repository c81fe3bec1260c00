import * as accounts from '#domain/accounts'
import * as realms from '#domain/realms'
import * as sessions from '#domain/sessions'
import { createPrimary } from '#domain/tags'
import { Fault } from '#kit/fault'
import { hashPassword } from '#kit/secret'
import type { Unit } from '#kit/unit'
import { type AdminTools, type Command, CommandError } from './command.ts'

/** The same on every machine, and known to everybody who reads this: nothing of it is made in production. */
const PASSWORD = 'a-seed-for-everybody'
const PEOPLE = [
  { username: 'seed_ana', name: 'Ana', mobile: '+15550100101' },
  { username: 'seed_bo', name: 'Bo', mobile: '+15550100202' },
] as const
const PROJECT = 'Seed'
const DEVICE = { name: 'kadoink seed', userAgent: null, ip: '127.0.0.1' }

/** Somebody to try things out as. */
interface SeededPerson {
  readonly id: string
  readonly username: string
  readonly password: string
  readonly mobile: string
  readonly token: string
}

/** What there is to try things out with. */
interface Seeded {
  readonly users: readonly SeededPerson[]
  readonly projects: readonly { readonly name: string; readonly public_key: string; readonly secret_key: string }[]
}

/**
 * Two people with verified mobiles, each signed in, and a project with its keys. Run again it makes nothing twice: the same
 * people get another token, and the project has the keys that it had. There are no administrators to make: whoever may run
 * commands is one.
 */
export const seed: Command = {
  words: ['seed'],
  takes: '[--json]',
  summary: 'two people, a project and their keys to try things out with; not in production',
  async run(tools, args) {
    if (tools.isProduction) throw new CommandError('Production is not seeded: everybody knows the password.')
    const seeded = await made(tools)
    if (args.includes('--json')) return tools.write(`${JSON.stringify(seeded, null, 2)}\n`)
    for (const { username, mobile, token } of seeded.users) {
      await tools.write(`user        ${username}  ${mobile}  ${PASSWORD}\ntoken       ${token}\n`)
    }
    for (const project of seeded.projects) {
      await tools.write(
        `project     ${project.name}\npublic key  ${project.public_key}\nsecret key  ${project.secret_key}\n`,
      )
    }
  },
}

async function made({ database }: AdminTools): Promise<Seeded> {
  const passwordHash = await hashPassword(PASSWORD)
  try {
    return await database.write(async (unit) => {
      const users: SeededPerson[] = []
      for (const person of PEOPLE) users.push(await personOf(unit, person, passwordHash))
      return { users, projects: [await projectOf(unit)] }
    })
  } catch (error) {
    throw error instanceof Fault ? new CommandError(error.message) : error
  }
}

async function personOf(unit: Unit, person: (typeof PEOPLE)[number], passwordHash: string): Promise<SeededPerson> {
  const { username, mobile } = person
  const there = await accounts.identify(unit, username)
  const user = there ?? (await newPerson(unit, person, passwordHash))
  const { token } = await sessions.open(unit, user, DEVICE)
  return { id: user.id, username, password: PASSWORD, mobile, token }
}

async function newPerson(
  unit: Unit,
  { username, name, mobile }: (typeof PEOPLE)[number],
  passwordHash: string,
): Promise<accounts.User> {
  const user = await accounts.create(unit, {
    username,
    name,
    passwordHash,
    email: null,
    emailVerified: false,
    mobile,
    mobileVerified: true,
    timezone: 'UTC',
  })
  await createPrimary(unit, user)
  return user
}

async function projectOf(unit: Unit): Promise<Seeded['projects'][number]> {
  const realm = (await realms.named(unit, PROJECT)) ?? (await realms.create(unit, { name: PROJECT })).realm
  const secretKey = await realms.secretKeyOf(unit, realm)
  if (secretKey === null) throw new CommandError('The keys of the project were sealed with other SESSION_SECRETS.')
  return { name: realm.name, public_key: realm.publicKey, secret_key: secretKey }
}
