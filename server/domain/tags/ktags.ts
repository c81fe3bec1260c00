import { hold, type User, UserChanged } from '#domain/accounts'
import { limitsOf, PlanLimitReached } from '#domain/billing'
import { secondsAfter } from '#kit/clock'
import type { Fault } from '#kit/fault'
import type { Page, PageRequest } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { channelOfFollowers, channelOfPage, KtagChanged } from './events.ts'
import { KtagNotFound, KtagOnCall, KtagRenamed, KtagTaken, NotKtagOwner, PrimaryKtag } from './faults.ts'
import { lose } from './follows.ts'
import type { Ktag, KtagChanges, NewKtag, SeenKtag } from './model.ts'
import { LONGEST_NAME } from './names.ts'
import * as store from './store.ts'

const DAY = 86_400
/** So long a name that was given up is nobody's: who comes next must not be taken for who was there before. */
const REST_DAYS = 90
const RENAME_DAYS = 30
const ATTEMPTS = 50
/** One extension in a million is drawn; another draw helps. */
const DRAWS = 5

/** The tag that everyone has: named like the username, with a number behind it when that name is taken. */
export async function createPrimary(
  unit: Unit,
  owner: { readonly id: string; readonly username: string },
): Promise<Ktag> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const suffix = attempt === 1 ? '' : String(attempt)
    const name = owner.username.slice(0, LONGEST_NAME - suffix.length) + suffix
    const tag = await store.insert(unit, { owner_id: owner.id, name, is_primary: true })
    if (tag) return tag
  }
  throw new Error(`No free tag name like ${owner.username} after ${ATTEMPTS} attempts.`)
}

/** How many tags somebody has. */
export async function countOwn(view: View, owner: Pick<User, 'id'>): Promise<number> {
  return store.count(view, owner.id)
}

/** Make a tag. Throws `PlanLimitReached`, `KtagTaken`. */
export async function create(unit: Unit, owner: User, { name, ...settings }: NewKtag): Promise<SeenKtag> {
  await hold(unit, owner.id)
  const limit = limitsOf(owner).maxKtags
  if ((await store.count(unit, owner.id)) >= limit) {
    throw PlanLimitReached({ message: `Your plan allows ${limit} tags.` })
  }
  const tag = await insert(unit, { owner_id: owner.id, name, is_primary: false, ...store.toColumns(settings) })
  announce(unit, tag, 'created', [])
  return { ktag: tag, isOwner: true, follow: null }
}

/** A tag as somebody sees it. Throws `KtagNotFound`, also for a private one of others that they do not follow. */
export async function get(view: View, viewer: Pick<User, 'id'>, id: string): Promise<SeenKtag> {
  const seen = await store.findSeen(view, viewer.id, id)
  if (!seen) throw KtagNotFound()
  return seen
}

/** The tag of this name, in lower case and without its `*`, as somebody sees it. Throws `KtagNotFound` as `get` does. */
export async function getByName(view: View, viewer: Pick<User, 'id'>, name: string): Promise<SeenKtag> {
  const seen = await store.findSeenByName(view, viewer.id, name)
  if (!seen) throw KtagNotFound()
  return seen
}

/**
 * A public tag by its name, in lower case and without its `*`, as somebody sees it, null for somebody without an account.
 * Throws `KtagNotFound`, also for a private one, whoever asks.
 */
export async function getPublic(view: View, viewer: Pick<User, 'id'> | null, name: string): Promise<SeenKtag> {
  const seen = await store.findSeenByName(view, viewer?.id ?? null, name)
  if (seen?.ktag.visibility !== 'public') throw KtagNotFound()
  return seen
}

/** A tag by id as somebody sees it, null for somebody without an account. Throws `KtagNotFound` as `get` does. */
export async function getSeen(view: View, viewer: Pick<User, 'id'> | null, id: string): Promise<SeenKtag> {
  const seen = await store.findSeen(view, viewer?.id ?? null, id)
  if (!seen) throw KtagNotFound()
  return seen
}

/** A tag of somebody's own. Throws `KtagNotFound` as `get` does, `NotKtagOwner`. */
export async function getOwn(view: View, owner: Pick<User, 'id'>, id: string): Promise<Ktag> {
  const { ktag, isOwner } = await get(view, owner, id)
  if (!isOwner) throw NotKtagOwner()
  return ktag
}

/** A tag by its name as somebody sees it, null for somebody without an account. Throws `KtagNotFound` as `get` does. */
export async function getSeenByName(view: View, viewer: Pick<User, 'id'> | null, name: string): Promise<SeenKtag> {
  const seen = await store.findSeenByName(view, viewer?.id ?? null, name)
  if (!seen) throw KtagNotFound()
  return seen
}

/** A person's own tags, the primary one first. */
export async function listOwn(view: View, owner: User, request: PageRequest): Promise<Page<SeenKtag>> {
  return store.listOwn(view, owner.id, request)
}

/**
 * Change a tag. Whoever follows one that becomes private goes on following it.
 * Throws `KtagNotFound`, `NotKtagOwner`, `PrimaryKtag`, `KtagRenamed`, `KtagTaken`.
 */
export async function edit(unit: Unit, owner: User, id: string, changes: KtagChanges): Promise<SeenKtag> {
  const { name, isPrimary, ...settings } = changes
  const before = await lockOwn(unit, owner, id, store.lock)
  if (isPrimary === false && before.isPrimary) throw PrimaryKtag()
  if (isPrimary && !before.isPrimary) await demotePrimary(unit, owner)
  const renamed = name === undefined || name === before.name ? {} : { name, renamed_at: unit.now }
  if ('name' in renamed) assertRenamable(unit, before)
  const columns = { ...store.toColumns(settings), ...renamed, ...(isPrimary ? { is_primary: true } : {}) }
  const after = await store.update(unit, id, columns)
  if (!after || ('name' in renamed && (await store.isResting(unit, after.name)))) throw taken()
  if ('name' in renamed) await store.rest(unit, before.name, secondsAfter(unit.now, REST_DAYS * DAY))
  announce(unit, after, 'updated', [before, after])
  if (after.isPrimary) unit.emit(UserChanged, { user_id: owner.id }, [`user:${owner.id}`])
  return get(unit, owner, id)
}

/**
 * Delete a tag with its follows; nobody gets its name for 90 days.
 * Throws `KtagNotFound`, `NotKtagOwner`, `PrimaryKtag`, `KtagOnCall`.
 */
export async function remove(unit: Unit, owner: User, id: string): Promise<void> {
  const tag = await lockOwn(unit, owner, id, store.lockToDelete)
  if (tag.isPrimary) throw PrimaryKtag()
  if (await store.isOnCall(unit, id)) throw KtagOnCall()
  await drop(unit, tag)
}

/** Delete a locked tag with its follows, whatever it is; nobody gets its name for 90 days. */
export async function drop(unit: Unit, tag: Ktag): Promise<void> {
  await lose(unit, tag)
  await store.remove(unit, tag.id)
  await store.rest(unit, tag.name, secondsAfter(unit.now, REST_DAYS * DAY))
  announce(unit, tag, 'deleted', [tag])
}

/** The tag under which a person is known. */
export async function primaryOf(view: View, ownerId: string): Promise<Ktag | null> {
  return store.findPrimary(view, ownerId)
}

/** The tag with this id, for whoever has a right to it already: it may be private. */
export async function byId(view: View, id: string): Promise<Ktag | null> {
  return store.findById(view, id)
}

/** The id of the tag with this name, in lower case, whoever may see it; null when there is none. */
export async function idOfName(view: View, name: string): Promise<string | null> {
  return store.findIdByName(view, name)
}

/** Several tags at once, by id, as `byId`. */
export async function byIds(view: View, ids: readonly string[]): Promise<ReadonlyMap<string, Ktag>> {
  return new Map((await store.listByIds(view, ids)).map((tag) => [tag.id, tag]))
}

/** The primary tags of several people, by the people's ids. */
export async function primariesOf(view: View, ownerIds: readonly string[]): Promise<ReadonlyMap<string, Ktag>> {
  return new Map((await store.listPrimaries(view, ownerIds)).map((tag) => [tag.ownerId, tag]))
}

/**
 * Tags that these keypad digits may mean to a caller, null for one without an account: the extension, or the name as it
 * is spelled; a few at most. A private tag is only there for its owner and those who follow it.
 */
export async function bySpelling(
  view: View,
  digits: string,
  caller: Pick<User, 'id'> | null = null,
): Promise<readonly Ktag[]> {
  return store.listByDigits(view, caller?.id ?? null, digits)
}

async function insert(unit: Unit, tag: store.NewKtagRow): Promise<Ktag> {
  for (let draw = 1; draw <= DRAWS; draw++) {
    const inserted = await store.insert(unit, tag)
    if (inserted) return inserted
    if (await store.isTaken(unit, tag.name)) throw taken()
  }
  throw new Error(`No free extension after ${DRAWS} draws.`)
}

/** Lock a tag with its owner's row, which comes first everywhere. */
async function lockOwn(unit: Unit, owner: User, id: string, lock: typeof store.lock): Promise<Ktag> {
  await getOwn(unit, owner, id)
  await hold(unit, owner.id)
  const tag = await lock(unit, id)
  if (!tag) throw KtagNotFound()
  return tag
}

async function demotePrimary(unit: Unit, owner: User): Promise<void> {
  const demoted = await store.demotePrimary(unit, owner.id)
  if (demoted) announce(unit, demoted, 'updated', [demoted])
}

function assertRenamable(unit: Unit, { renamedAt }: Ktag): void {
  const again = renamedAt === null ? null : secondsAfter(renamedAt, RENAME_DAYS * DAY)
  if (again !== null && again > unit.now) throw KtagRenamed()
}

function taken(): Fault {
  return KtagTaken({ fields: { name: 'That name is taken.' } })
}

/** Tell the owner; and whoever sees the tag: those who follow it, and those at its page, while it is or was public. */
function announce(unit: Unit, { id, ownerId }: Ktag, change: Change, seen: readonly Ktag[]): void {
  const pages = seen.some(({ visibility }) => visibility === 'public') ? [channelOfPage(id)] : []
  const channels = [`user:${ownerId}`, ...(seen.length > 0 ? [channelOfFollowers(id)] : []), ...pages]
  unit.emit(KtagChanged, { ktag_id: id, owner_id: ownerId, change }, channels)
}

type Change = 'created' | 'updated' | 'deleted'
