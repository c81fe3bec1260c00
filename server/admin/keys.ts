import * as realms from '#domain/realms'
import { Fault } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { type AdminTools, type Command, CommandError } from './command.ts'
import { readSetting, SETTINGS } from './key-settings.ts'

export const listKeys: Command = {
  words: ['keys', 'list'],
  takes: '',
  summary: 'the projects that have codes sent, with their public keys',
  async run({ database, write }) {
    const all = await database.read(realms.list)
    if (all.length === 0) return write('There are none: "keys new <project>" makes one.\n')
    for (const realm of all) await write(`${lineOf(realm)}\n`)
  },
}

export const showKeys: Command = {
  words: ['keys', 'show'],
  takes: '<project>',
  summary: 'how the codes of a project go',
  async run(tools, [name = '']) {
    await tools.write(textOf(await onRealm(tools, name, async (_, realm) => realm)))
  },
}

export const newKeys: Command = {
  words: ['keys', 'new'],
  takes: '<project>',
  summary: 'begin a project; its secret key is shown here and never again',
  async run(tools, [name = '']) {
    const made = await told(tools.database.write((unit) => realms.create(unit, { name })))
    await tools.write(`project     ${made.realm.name}\npublic key  ${made.publicKey}\nsecret key  ${made.secretKey}\n`)
  },
}

export const rotateKey: Command = {
  words: ['keys', 'rotate'],
  takes: '<project> [public|secret]',
  summary: 'give a project another secret key, or public one; the old one stops working at once',
  async run(tools, [name = '', which = 'secret']) {
    if (which !== 'public' && which !== 'secret') throw new CommandError('A key is public or secret.')
    const key = await onRealm(tools, name, (unit, realm) => realms.rotate(unit, realm, which))
    await tools.write(`${which} key  ${key}\n`)
  },
}

export const setKeys: Command = {
  words: ['keys', 'set'],
  takes: '<project> <setting> <value>…',
  summary: `change how a project's codes go: ${SETTINGS.join(', ')}`,
  async run(tools, [name = '', setting = '', ...values]) {
    const change = readSetting(setting, values)
    const realm = await onRealm(tools, name, change)
    await tools.write(textOf(realm))
  },
}

export const disableKeys = switched('disable', true, 'let neither key of a project in any more')
export const enableKeys = switched('enable', false, 'let the keys of a project in again')

function switched(word: string, isDisabled: boolean, summary: string): Command {
  return {
    words: ['keys', word],
    takes: '<project>',
    summary,
    async run(tools, [name = '']) {
      const realm = await onRealm(tools, name, (unit, found) => realms.setDisabled(unit, found, isDisabled))
      await tools.write(`${lineOf(realm)}\n`)
    },
  }
}

/** Do something with the project that an operator names. Throws `CommandError`. */
async function onRealm<Result>(
  { database }: AdminTools,
  name: string,
  work: (unit: Unit, realm: realms.Realm) => Promise<Result>,
): Promise<Result> {
  return told(
    database.write(async (unit) => {
      const realm = await realms.named(unit, name)
      if (!realm) throw new CommandError('Name a project by its name, number or public key: "keys list" shows them.')
      return work(unit, realm)
    }),
  )
}

/** Refusals in the words of a command. */
function told<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error
    throw new CommandError(Object.values(error.fields)[0] ?? error.message)
  })
}

function lineOf({ no, name, publicKey, settings, isDisabled }: realms.Realm): string {
  const how = `${settings.channels.join(',')}  ${settings.countries.join(',')}`
  return `${String(no).padStart(4)}  ${publicKey}  ${name}  ${how}${isDisabled ? '  disabled' : ''}`
}

/** A project with its settings, without what is sealed in them. */
function textOf(realm: realms.Realm): string {
  const { challenge, ...settings } = realm.settings
  const shown = { ...settings, challenge: challenge && { ...challenge, secretSealed: undefined } }
  return `${lineOf(realm)}\n${JSON.stringify(shown, null, 2)}\n`
}
