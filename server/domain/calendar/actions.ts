import type { User } from '#domain/accounts'
import { named as contactsNamed } from '#domain/contacts'
import { named as groupNamed } from '#domain/groups'
import { countryOf, parsePhone } from '#domain/phones'
import { getByName, KtagNotFound, NotKtagOwner, primaryOf } from '#domain/tags'
import { asFault, ValidationFailed } from '#kit/fault'
import { typed } from '#kit/lookalikes'
import { NAME, Reader } from '#kit/reader'
import type { View } from '#kit/unit'
import { ActionTargetNotFound } from './faults.ts'
import type { Action } from './model.ts'

/** So many may be named in one action. */
const MOST_TARGETS = 25

/**
 * An action as it is kept, after a look at whether all that it names is there: what it does not need is null. Throws
 * `ValidationFailed` for what is missing or cannot be read, `ActionTargetNotFound`, `NotKtagOwner`.
 */
export async function checked(view: View, owner: User, action: Action): Promise<Action> {
  const { type, to, ktag, body } = action
  if (type === 'grid_call') return { type, to: null, ktag: null, body: null }
  if (type === 'call') return { type, to: await targets(view, owner, to), ktag: null, body: null }
  const said = wordsOf(body ?? '')
  if (said === '') throw ValidationFailed({ fields: { 'action.body': 'Say what is to be sent.' } })
  if (type === 'text') return { type, to: await targets(view, owner, to), ktag: null, body: said }
  if (ktag !== null) await assertOwn(view, owner, ktag)
  const isNamed = ktag !== null || !new Reader(said).peek().startsWith('*')
  return { type, to: null, ktag: isNamed ? ktag : await primaryName(view, owner), body: said }
}

/** The command that an action is: what its owner could have written themself at that time. */
export function commandOf({ type, to, ktag, body }: Action): string {
  switch (type) {
    case 'text':
      return `text ${to} ${body}`
    case 'status':
      return ktag === null ? `status ${body}` : `status *${ktag} ${body}`
    case 'call':
      return `call ${to}`
    case 'grid_call':
      return 'call grid'
  }
}

/** What is to be said, as a command has it: a comma before it would make it one more who is named. */
function wordsOf(body: string): string {
  const reader = new Reader(body)
  while (reader.take(/,/y));
  return reader.rest()
}

/** Words that begin like a tag are said on the primary one only where that is named before them. */
async function primaryName(view: View, owner: User): Promise<string> {
  const primary = await primaryOf(view, owner.id)
  if (!primary) throw ActionTargetNotFound()
  return primary.name
}

/** Everyone that an action names, each found, as commands write them. */
async function targets(view: View, owner: User, to: string | null): Promise<string> {
  const country = countryOf(owner.mobile)
  const parts =
    typed(to ?? '')
      .match(/[#@]?"[^"]*"|[^,]+/g)
      ?.flatMap((part) => part.trim() || []) ?? []
  if (parts.length === 0)
    throw ValidationFailed({ fields: { 'action.to': 'Say whom: @name, #group, *tag or a number.' } })
  if (parts.length > MOST_TARGETS) {
    throw ValidationFailed({ fields: { 'action.to': `Name ${MOST_TARGETS} at most; make a group of more.` } })
  }
  const found: string[] = []
  for (const part of parts) found.push(await target(view, owner, part, country))
  return found.join(',')
}

/** A contact or a group by name: one word, or several in quotes. */
const SIGNED = new RegExp(`^([#@])(?:"([^"]{1,80})"|(${NAME}))$`, 'u')

async function target(view: View, owner: User, part: string, country: string | null): Promise<string> {
  const [, sign, quoted, plain] = SIGNED.exec(part) ?? []
  const name = (quoted ?? plain)?.trim()
  if (sign === '@' && name) {
    const [only, ...others] = await contactsNamed(view, owner, name)
    if (!only) throw ActionTargetNotFound({ message: `You have no contact @${name}.` })
    if (others.length === 0) return part
    throw ValidationFailed({ fields: { 'action.to': `Several of your contacts could be @${name}.` } })
  }
  if (sign === '#' && name) {
    if (await groupNamed(view, owner, name)) return part
    throw ActionTargetNotFound({ message: `You have no group #${name}.` })
  }
  const [, tag] = /^\*([a-z]\w{2,19})$/i.exec(part) ?? []
  if (tag !== undefined) {
    await seen(getByName(view, owner, tag.toLowerCase()), tag)
    return `*${tag.toLowerCase()}`
  }
  const phone = parsePhone(part, country)
  if (phone === null)
    throw ValidationFailed({ fields: { 'action.to': `"${part}" is no @name, #group, *tag or number.` } })
  return phone
}

async function assertOwn(view: View, owner: User, name: string): Promise<void> {
  const { isOwner } = await seen(getByName(view, owner, name), name)
  if (!isOwner) throw NotKtagOwner()
}

async function seen<Seen>(tag: Promise<Seen>, name: string): Promise<Seen> {
  return tag.catch((error: unknown) => {
    throw asFault(error).type === KtagNotFound ? ActionTargetNotFound({ message: `There is no tag *${name}.` }) : error
  })
}
