import { hold, type User } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import * as grid from '#domain/grid'
import * as groups from '#domain/groups'
import { getByName, KtagNotFound } from '#domain/tags'
import { Fault, ValidationFailed } from '#kit/fault'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import { brokenRule, type Unit, type View } from '#kit/unit'
import { ContactChanged } from './events.ts'
import { ContactExists, ContactNotFound, NicknameTaken } from './faults.ts'
import type { Contact, ContactChanges, ContactFilter, KnownContact, NewContact } from './model.ts'
import { nicknamesFor } from './rules.ts'
import * as store from './store.ts'

/** A person's contacts by name. */
export async function list(
  view: View,
  owner: User,
  filter: ContactFilter,
  request: PageRequest,
): Promise<Page<Contact>> {
  return store.list(view, owner.id, filter, request)
}

/** All members of a person's group, by name. */
export async function inGroup(view: View, ownerId: string, groupId: string): Promise<readonly Contact[]> {
  return store.findInGroup(view, ownerId, groupId)
}

/** Several of a person's contacts at once, by id. */
export async function byIds(
  view: View,
  ownerId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Contact>> {
  return new Map((await store.findByIds(view, ownerId, ids)).map((contact) => [contact.id, contact]))
}

/** One contact. Throws `ContactNotFound`, also for another person's. */
export async function get(view: View, owner: User, id: string): Promise<Contact> {
  const contact = await store.find(view, owner.id, id)
  if (!contact) throw ContactNotFound()
  return contact
}

/** How many contacts somebody has. */
export async function count(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.count(view, owner.id)
}

/** Add a contact. Throws `ContactExists`, `NicknameTaken`, `PlanLimitReached`, `ValidationFailed`. */
export async function add(unit: Unit, owner: User, contact: NewContact): Promise<Contact> {
  await hold(unit, owner.id)
  if ((await store.count(unit, owner.id)) >= limitsOf(owner).maxContacts) throw PlanLimitReached()
  await assertKtag(unit, owner, contact.ktag)
  const id = newId()
  await store.insert(unit, id, owner.id, contact).catch(nameConflict)
  return announce(unit, owner, id, 'created')
}

/** Add somebody by name and number alone: they get a nickname from their name, if one is free. Throws what `add` throws. */
export async function addNamed(unit: Unit, owner: User, name: string, mobile: string): Promise<Contact> {
  await hold(unit, owner.id)
  const suggested = nicknamesFor(name)
  const taken = await store.nicknamesAmong(unit, owner.id, suggested)
  const nickname = suggested.find((one) => !taken.has(one)) ?? null
  return add(unit, owner, { name, nickname, mobile, email: null, ktag: null, notes: null })
}

/**
 * Change a contact. Whoever is on the grid keeps a mobile number.
 * Throws `ContactNotFound`, `ContactExists`, `NicknameTaken`, `ValidationFailed`.
 */
export async function edit(unit: Unit, owner: User, id: string, changes: ContactChanges): Promise<Contact> {
  if (changes.mobile === null) await assertOffGrid(unit, owner, id)
  await assertKtag(unit, owner, changes.ktag)
  const isThere = await store.update(unit, owner.id, id, changes).catch(nameConflict)
  if (!isThere) throw ContactNotFound()
  return announce(unit, owner, id, 'updated')
}

/** Delete a contact; it leaves its groups and the grid. Throws `ContactNotFound`. */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  await groups.letGo(unit, owner, id)
  await grid.letGo(unit, owner, id)
  if (!(await store.remove(unit, owner.id, id))) throw ContactNotFound()
  unit.emit(ContactChanged, { owner_id: owner.id, contact_id: id, change: 'deleted' }, [`user:${owner.id}`])
}

/**
 * Whom a person means by a word: those with this nickname, else those with this whole name, else those whose name begins
 * so; by name. Several when the word does not say which.
 */
export async function named(view: View, owner: Pick<User, 'id'>, word: string): Promise<readonly Contact[]> {
  return store.findNamed(view, owner.id, word)
}

/** Under which name, if any, a person knows a number. */
export async function nameOf(view: View, ownerId: string, mobile: string): Promise<Contact | null> {
  return store.findByMobile(view, ownerId, mobile)
}

/** The contacts under which a person knows some numbers, by number. */
export async function known(
  view: View,
  ownerId: string,
  mobiles: readonly string[],
): Promise<ReadonlyMap<string, KnownContact>> {
  return new Map((await store.findKnown(view, ownerId, mobiles)).map((contact) => [contact.mobile, contact]))
}

async function announce(unit: Unit, owner: User, id: string, change: 'created' | 'updated'): Promise<Contact> {
  unit.emit(ContactChanged, { owner_id: owner.id, contact_id: id, change }, [`user:${owner.id}`])
  return get(unit, owner, id)
}

/** The owner is held: nobody puts the contact on the grid meanwhile. */
async function assertOffGrid(unit: Unit, owner: User, id: string): Promise<void> {
  await hold(unit, owner.id)
  if ((await grid.positionOf(unit, owner, id)) === null) return
  throw ValidationFailed({ fields: { mobile: 'This contact is on your grid. Take it off first.' } })
}

/** A tag that the owner may not see is as good as none. */
async function assertKtag(view: View, owner: User, name: string | null | undefined): Promise<void> {
  if (typeof name !== 'string') return
  await getByName(view, owner, name).catch((error: unknown) => {
    if (!(error instanceof Fault && error.type === KtagNotFound)) throw error
    throw ValidationFailed({ fields: { ktag: 'There is no such tag.' } })
  })
}

/** Turn the database's refusal into ours: which rule it broke is said by the name of the index. */
function nameConflict(error: unknown): never {
  const broken = brokenRule(error)
  if (broken === 'contacts_one_per_mobile') throw ContactExists()
  if (broken === 'contacts_one_per_nickname') throw NicknameTaken()
  if (broken === 'contacts_check') {
    throw ValidationFailed({ fields: { mobile: 'Keep at least one of mobile, email and ktag.' } })
  }
  throw error
}

/** Drop a person's address book: they are leaving. What others note of them is theirs. */
export async function forget(unit: Unit, userId: string): Promise<void> {
  await store.removeAll(unit, userId)
}

/** A person's address book, for their export. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listPortable(view, userId)
}
