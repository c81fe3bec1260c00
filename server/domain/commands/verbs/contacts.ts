import { PlanLimitReached } from '#domain/billing'
import * as contacts from '#domain/contacts'
import { optional, rest } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import { checked } from '../checked.ts'
import { contactOf } from '../lookup.ts'
import { command } from '../model.ts'
import { contact, name, phone, word } from '../slots.ts'
import { called, listed, MOST_LISTED } from '../wording.ts'

const common = { category: 'Contacts' } as const

export const listContacts = command({
  ...common,
  verb: 'contacts',
  summary: 'Your contacts, or those whose name holds some words.',
  examples: ['contacts', 'contacts jo'],
  slots: { words: optional(rest('words')) },
  async run({ unit, user }, { words }) {
    const filter = words === null ? {} : { words }
    const { items, hasMore } = await contacts.list(unit, user, filter, {
      limit: MOST_LISTED,
      offset: 0,
      beforeId: null,
    })
    const reply = items.length === 0 ? 'No contacts.' : listed(items.map(called), hasMore)
    return { reply, result: { type: 'contacts', data: items } }
  },
})

export const addContact = command({
  ...common,
  verb: 'contact add',
  summary: 'Save somebody under a name; they get a nickname from it.',
  examples: ['contact add "Joe Smith" 555-123-4567'],
  slots: { name, number: phone },
  faults: [PlanLimitReached, contacts.ContactExists],
  async run({ unit, user }, given) {
    const added = await contacts.addNamed(unit, user, given.name, given.number)
    return {
      reply: `${added.name} saved${added.nickname ? ` as @${added.nickname}` : ''}.`,
      result: { type: 'contact', data: added },
    }
  },
})

export const nameContact = command({
  ...common,
  verb: 'contact nick',
  summary: 'Give a contact a nickname.',
  examples: ['contact nick @joe joey'],
  slots: { who: contact, nickname: word },
  faults: [contacts.NicknameTaken, ValidationFailed],
  async run({ unit, user }, { who, nickname }) {
    const { id } = await contactOf(unit, user, who)
    const changed = await contacts.edit(unit, user, id, { nickname: checked(contacts.NicknameSchema, nickname) })
    return { reply: `${changed.name} is @${changed.nickname} now.`, result: { type: 'contact', data: changed } }
  },
})

export const dropContact = command({
  ...common,
  verb: 'contact drop',
  summary: 'Delete a contact.',
  examples: ['contact drop @joey'],
  slots: { who: contact },
  async run({ unit, user }, { who }) {
    const found = await contactOf(unit, user, who)
    await contacts.remove(unit, user, found.id)
    return { reply: `${found.name} is deleted.`, result: null }
  },
})
