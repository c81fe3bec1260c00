import { PlanLimitReached } from '#domain/billing'
import * as calls from '#domain/calls'
import * as contacts from '#domain/contacts'
import * as grid from '#domain/grid'
import { optional, type Slot } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import { contactOf } from '../lookup.ts'
import { command } from '../model.ts'
import { contact } from '../slots.ts'
import { listed } from '../wording.ts'

const common = { category: 'Call grid' } as const

/** A cell as people count: from 1. */
const cell: Slot<number> = {
  shape: 'cell',
  read: (reader) => {
    const match = reader.take(/([1-9]\d{0,3})(?!\w)/y)
    return match && Number(match[1])
  },
  print: String,
}

export const showGrid = command({
  ...common,
  verb: 'grid',
  summary: 'Who stands on your call grid.',
  examples: ['grid'],
  slots: {},
  async run({ unit, user }) {
    const { slots, cells } = await grid.read(unit, user)
    const ids = cells.map(({ contactId }) => contactId)
    const known = await contacts.byIds(unit, user.id, ids)
    const names = new Map(cells.map(({ position, contactId }) => [position, known.get(contactId)?.name ?? '-']))
    const last = Math.max(slots, ...cells.map(({ position }) => position + 1))
    const shown = Array.from({ length: last }, (_, position) => `${position + 1} ${names.get(position) ?? '-'}`)
    return { reply: listed(shown, false, ' '), result: { type: 'grid', data: user } }
  },
})

export const addToGrid = command({
  ...common,
  verb: 'grid add',
  summary: 'Put a contact on your grid, in the first free cell or the one you name.',
  examples: ['grid add @joe', 'grid add @joe 3'],
  slots: { who: contact, at: optional(cell) },
  faults: [grid.AlreadyInGrid, grid.PositionTaken, grid.GridContactNotFound, PlanLimitReached, ValidationFailed],
  async run({ unit, user }, { who, at }) {
    const { id, name, mobile } = await contactOf(unit, user, who)
    if (mobile === null) {
      const message = `${name} has no mobile number.`
      throw ValidationFailed({ message, fields: { text: message } })
    }
    const { position } = await grid.add(unit, user, id, at === null ? null : at - 1)
    return { reply: `${name} is ${position + 1} on your grid.`, result: { type: 'grid', data: user } }
  },
})

export const dropFromGrid = command({
  ...common,
  verb: 'grid drop',
  summary: 'Take a contact off your grid.',
  examples: ['grid drop @joe'],
  slots: { who: contact },
  faults: [grid.GridContactNotFound],
  async run({ unit, user }, { who }) {
    const { id, name } = await contactOf(unit, user, who)
    if ((await grid.positionOf(unit, user, id)) === null) {
      throw grid.GridContactNotFound({ message: `${name} is not on your grid.` })
    }
    await grid.remove(unit, user, id)
    return { reply: `${name} is off your grid.`, result: { type: 'grid', data: user } }
  },
})

export const endGridCall = command({
  ...common,
  verb: 'grid end',
  summary: 'End the call of your grid, for everybody.',
  examples: ['grid end'],
  slots: {},
  faults: [calls.GridCallNotFound],
  async run({ unit, user }) {
    await calls.endGrid(unit, user)
    return { reply: 'Call ended.', result: null }
  },
})
