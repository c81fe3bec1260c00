import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { ValidationFailed } from '#kit/fault'
import { brokenRule, type Unit, type View } from '#kit/unit'
import { GridChanged } from './events.ts'
import { AlreadyInGrid, GridContactNotFound, PositionTaken } from './faults.ts'
import { type Cell, type Grid, layout } from './model.ts'
import * as store from './store.ts'

/** A person's grid. Everybody has one from the beginning, empty at first. */
export async function read(view: View, owner: User): Promise<Grid> {
  const slots = limitsOf(owner).gridSlots
  const cells = (await store.list(view, owner.id)).map((cell) => ({ ...cell, isOverLimit: cell.position >= slots }))
  return { slots, ...layout(slots), cells, updatedAt: (await store.changedAt(view, owner.id)) ?? owner.createdAt }
}

/** How many cells of a person's grid are taken. */
export async function count(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.count(view, owner.id)
}

/** Where a contact stands on a person's grid; null when it does not. */
export async function positionOf(view: View, owner: User, contactId: string): Promise<number | null> {
  return (await store.list(view, owner.id)).find((cell) => cell.contactId === contactId)?.position ?? null
}

/**
 * Put a contact into a cell, or, with a null position, into the first free one.
 * Throws `GridContactNotFound`, `ValidationFailed` for a contact without a mobile, `PlanLimitReached`, `AlreadyInGrid`,
 * `PositionTaken`.
 */
export async function add(unit: Unit, owner: User, contactId: string, wanted: number | null): Promise<Cell> {
  await hold(unit, owner.id)
  const contact = await store.findContact(unit, owner.id, contactId)
  if (!contact) throw GridContactNotFound()
  if (contact.mobile === null) throw ValidationFailed({ fields: { contact_id: 'This contact has no mobile number.' } })
  const { slots, cells } = await read(unit, owner)
  const position = wanted ?? firstFree(cells)
  if (position >= slots) throw PlanLimitReached({ message: `Your plan allows ${slots} on the grid.` })
  await store.insert(unit, owner.id, contactId, position).catch(cellConflict)
  await announce(unit, owner)
  return { position, contactId, isOverLimit: false }
}

/** Take a contact off the grid; the others stay where they are. Throws `GridContactNotFound`. */
export async function remove(unit: Unit, owner: User, contactId: string): Promise<void> {
  await hold(unit, owner.id)
  if (!(await store.remove(unit, owner.id, contactId))) throw GridContactNotFound()
  await announce(unit, owner)
}

/** A contact is about to be deleted: take it off the grid, if it is there. */
export async function letGo(unit: Unit, owner: User, contactId: string): Promise<void> {
  await hold(unit, owner.id)
  if (await store.remove(unit, owner.id, contactId)) await announce(unit, owner)
}

async function announce(unit: Unit, owner: User): Promise<void> {
  await store.touch(unit, owner.id)
  unit.emit(GridChanged, { owner_id: owner.id }, [`user:${owner.id}`])
}

function firstFree(cells: readonly Cell[]): number {
  const taken = new Set(cells.map(({ position }) => position))
  let position = 0
  while (taken.has(position)) position++
  return position
}

/** Turn the database's refusal into ours: which rule was broken is said by the name of the index. */
function cellConflict(error: unknown): never {
  const broken = brokenRule(error)
  if (broken === 'grid_one_cell_per_contact') throw AlreadyInGrid()
  if (broken === 'grid_one_contact_per_cell') throw PositionTaken()
  throw error
}

/** Clear a person's grid: they are leaving. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.clear(unit, userId)
}

/** The cells of a person's grid, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return (await store.list(view, userId)).map(({ position, contactId }) => ({ position, contact_id: contactId }))
}
