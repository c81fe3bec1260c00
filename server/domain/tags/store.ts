import type { Knex } from 'knex'
import { avatarUrl } from '#domain/accounts'
import { newId } from '#kit/id'
import { type Page, type PageRequest, toPage } from '#kit/page'
import { newDigits } from '#kit/secret'
import { brokenRule, type Unit, type View } from '#kit/unit'
import {
  type ContactPolicy,
  type Ktag,
  type KtagSettings,
  type PostPolicy,
  type SeenKtag,
  spell,
  type Visibility,
} from './model.ts'

/** A tag's row as the database gives it. */
export interface KtagRow {
  readonly id: string
  readonly owner_id: string
  readonly name: string
  readonly title: string | null
  readonly description: string | null
  readonly visibility: Visibility
  readonly post_policy: PostPolicy
  readonly message_policy: ContactPolicy
  readonly call_policy: ContactPolicy
  readonly takes_voicemail: boolean
  readonly extension: string
  readonly is_primary: boolean
  readonly follower_count: number
  readonly renamed_at: Date | null
  /** A picture of its own. */
  readonly avatar_key: string | null
  /** Its own, or its owner's. */
  readonly shown_avatar_key: string | null
  readonly hidden_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

const ROW = `ktags.*, coalesce(ktags.avatar_key,
  (select users.avatar_key from users where users.id = ktags.owner_id)) as shown_avatar_key`

/** A tag's row with how its viewer follows it; both flags are null when they do not. */
export interface SeenRow extends KtagRow {
  readonly viewer_id: string | null
  readonly follow_texts: boolean | null
  readonly follow_calls: boolean | null
}

/** What a tag is made of; the rest has defaults. */
export type NewKtagRow = Pick<KtagRow, 'owner_id' | 'name' | 'is_primary'> & Partial<KtagRow>

/** What an owner decides, as columns; what is absent stays absent. */
export function toColumns(settings: Partial<KtagSettings> & { readonly avatarKey?: string | null }): Partial<KtagRow> {
  const columns = {
    title: settings.title,
    description: settings.description,
    visibility: settings.visibility,
    post_policy: settings.postPolicy,
    message_policy: settings.messagePolicy,
    call_policy: settings.callPolicy,
    takes_voicemail: settings.takesVoicemail,
    avatar_key: settings.avatarKey,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** Insert a tag; null when its name is taken or rests, or when the extension drawn for it is taken. */
export async function insert(unit: Unit, tag: NewKtagRow): Promise<Ktag | null> {
  const rows: KtagRow[] = await unit
    .sql('ktags')
    .insert({
      ...tag,
      id: newId(),
      keypad: spell(tag.name),
      extension: newDigits(6),
      created_at: unit.now,
      updated_at: unit.now,
    })
    .onConflict()
    .ignore()
    .returning(unit.sql.raw(ROW))
  const [row] = rows
  if (!row) return null
  // Looked at last: the index may have made us wait for the deletion that put the name to rest.
  if (!(await isResting(unit, tag.name))) return fromRow(unit, row)
  await unit.sql('ktags').where({ id: row.id }).delete()
  return null
}

/** Whether a name can be had by nobody now. */
export async function isTaken(unit: Unit, name: string): Promise<boolean> {
  return (await findByName(unit, name)) !== null || (await isResting(unit, name))
}

/** Whether a name was given up not long ago. */
export async function isResting(unit: Unit, name: string): Promise<boolean> {
  const row = await unit.sql('resting_names').where({ name }).andWhere('free_at', '>', unit.now).first('name')
  return row !== undefined
}

/** Let nobody have a name until then; names that have rested long enough are forgotten. */
export async function rest(unit: Unit, name: string, freeAt: Date): Promise<void> {
  await unit.sql('resting_names').where('free_at', '<=', unit.now).delete()
  await unit.sql('resting_names').insert({ name, free_at: freeAt }).onConflict('name').merge()
}

export async function count(view: View, ownerId: string): Promise<number> {
  const [row] = await view.sql('ktags').where({ owner_id: ownerId }).count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** Lock a tag so that it stays as it is; others may refer to it meanwhile. */
export async function lock(unit: Unit, id: string): Promise<Ktag | null> {
  const row: KtagRow | undefined = await unit.sql('ktags').where({ id }).forNoKeyUpdate().first(unit.sql.raw(ROW))
  return row ? fromRow(unit, row) : null
}

/** Keep a tag from being deleted until the unit is over. False when it is gone. */
export async function hold(unit: Unit, id: string): Promise<boolean> {
  return (await unit.sql('ktags').where({ id }).forKeyShare().first('id')) !== undefined
}

/** Lock a tag in order to delete it: nobody may begin to refer to it any more. */
export async function lockToDelete(unit: Unit, id: string): Promise<Ktag | null> {
  const row: KtagRow | undefined = await unit.sql('ktags').where({ id }).forUpdate().first(unit.sql.raw(ROW))
  return row ? fromRow(unit, row) : null
}

/** The ids of all tags of a person. */
export async function idsOf(view: View, ownerId: string): Promise<readonly string[]> {
  return view.sql('ktags').where({ owner_id: ownerId }).orderBy('id').pluck<string[]>('id')
}

/** All tags of a person as they are kept. */
export async function listPortable(view: View, ownerId: string): Promise<readonly unknown[]> {
  const columns = [
    ...['id', 'name', 'title', 'description', 'visibility', 'post_policy', 'message_policy', 'call_policy'],
    ...['takes_voicemail', 'extension', 'is_primary', 'follower_count', 'created_at', 'updated_at'],
  ]
  return view.sql('ktags').where({ owner_id: ownerId }).orderBy('id').select(columns)
}

/** Whether a call on a tag is running. Calls are another module's, which stands upon this one. */
export async function isOnCall(unit: Unit, id: string): Promise<boolean> {
  return (await unit.sql('calls').where({ ktag_id: id }).whereNull('ended_at').first('id')) !== undefined
}

/** Change a locked tag; null when the name that it is to have is taken. Nothing else can be done in the unit then. */
export async function update(unit: Unit, id: string, changes: Partial<KtagRow>): Promise<Ktag | null> {
  const keypad = changes.name === undefined ? {} : { keypad: spell(changes.name) }
  const rows: KtagRow[] = await unit
    .sql('ktags')
    .where({ id })
    .update({ ...changes, ...keypad, updated_at: unit.now })
    .returning(unit.sql.raw(ROW))
    .catch(nameTaken)
  return rows[0] ? fromRow(unit, rows[0]) : null
}

/** Say whether the search is to find a locked tag. */
export async function setHidden(unit: Unit, id: string, isHidden: boolean): Promise<void> {
  await unit
    .sql('ktags')
    .where({ id })
    .update({ hidden_at: isHidden ? unit.now : null })
}

/** Make room for another primary tag of a locked person; gives the one that was it. */
export async function demotePrimary(unit: Unit, ownerId: string): Promise<Ktag | null> {
  const rows: KtagRow[] = await unit
    .sql('ktags')
    .where({ owner_id: ownerId, is_primary: true })
    .update({ is_primary: false, updated_at: unit.now })
    .returning(unit.sql.raw(ROW))
  return rows[0] ? fromRow(unit, rows[0]) : null
}

export async function remove(unit: Unit, id: string): Promise<void> {
  await unit.sql('ktags').where({ id }).delete()
}

export async function findPrimary(view: View, ownerId: string): Promise<Ktag | null> {
  const row: KtagRow | undefined = await view
    .sql('ktags')
    .where({ owner_id: ownerId, is_primary: true })
    .first(view.sql.raw(ROW))
  return row ? fromRow(view, row) : null
}

export async function findById(view: View, id: string): Promise<Ktag | null> {
  const row: KtagRow | undefined = await view.sql('ktags').where({ id }).first(view.sql.raw(ROW))
  return row ? fromRow(view, row) : null
}

async function findByName(view: View, name: string): Promise<Ktag | null> {
  const row: KtagRow | undefined = await view.sql('ktags').whereRaw('lower(name) = ?', [name]).first(view.sql.raw(ROW))
  return row ? fromRow(view, row) : null
}

/** A tag by id as somebody sees it; null when it is not there for them. */
export async function findSeen(view: View, viewerId: string | null, id: string): Promise<SeenKtag | null> {
  const row: SeenRow | undefined = await visible(view, viewerId).andWhere('ktags.id', id).first()
  return row ? toSeen(view, row) : null
}

/** A tag by id as somebody sees it who was invited to it: also one that is private. */
export async function findSeenInvited(view: View, viewerId: string | null, id: string): Promise<SeenKtag | null> {
  const row: SeenRow | undefined = await withViewer(view, viewerId)
    .where('ktags.id', id)
    .whereNull('owners.suspended_at')
    .first()
  return row ? toSeen(view, row) : null
}

/** A tag by name, in lower case, as somebody sees it; null when it is not there for them. */
export async function findSeenByName(view: View, viewerId: string | null, name: string): Promise<SeenKtag | null> {
  const row: SeenRow | undefined = await visible(view, viewerId).andWhereRaw('lower(ktags.name) = ?', [name]).first()
  return row ? toSeen(view, row) : null
}

/** The id of the tag with this name, in lower case, whoever may see it. */
export async function findIdByName(view: View, name: string): Promise<string | null> {
  const row: { id: string } | undefined = await view.sql('ktags').whereRaw('lower(name) = ?', [name]).first('id')
  return row?.id ?? null
}

/** The tags that digits of a keypad may mean to somebody: by extension, or spelled. */
export async function listByDigits(view: View, viewerId: string | null, digits: string): Promise<readonly Ktag[]> {
  const rows: KtagRow[] = await visible(view, viewerId)
    .andWhere((meant) => meant.where('ktags.extension', digits).orWhere('ktags.keypad', digits))
    .orderBy('ktags.name')
    .limit(9)
  return rows.map((row) => fromRow(view, row))
}

/** A person's tags, the primary one first, then in the order in which they were made. */
export async function listOwn(view: View, ownerId: string, request: PageRequest): Promise<Page<SeenKtag>> {
  const rows: SeenRow[] = await visible(view, ownerId)
    .andWhere('ktags.owner_id', ownerId)
    .orderByRaw('ktags.is_primary desc, ktags.id')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, (row) => toSeen(view, row))
}

export async function listByIds(view: View, ids: readonly string[]): Promise<readonly Ktag[]> {
  if (ids.length === 0) return []
  const rows: KtagRow[] = await view
    .sql('ktags')
    .whereIn('id', [...ids])
    .select(view.sql.raw(ROW))
  return rows.map((row) => fromRow(view, row))
}

export async function listPrimaries(view: View, ownerIds: readonly string[]): Promise<readonly Ktag[]> {
  if (ownerIds.length === 0) return []
  const rows: KtagRow[] = await view
    .sql('ktags')
    .whereIn('owner_id', [...ownerIds])
    .andWhere({ is_primary: true })
    .select(view.sql.raw(ROW))
  return rows.map((row) => fromRow(view, row))
}

/**
 * The tags that are there for somebody: their own, public ones, and private ones that they follow; none of people who
 * are suspended. Without a viewer, those of everybody.
 */
export function visible(view: View, viewerId: string | null): Knex.QueryBuilder {
  return withViewer(view, viewerId).where((there) =>
    there
      .whereRaw('ktags.owner_id = cast(? as uuid)', [viewerId])
      .orWhere((others) =>
        others
          .whereNull('owners.suspended_at')
          .andWhere((open) => open.where('ktags.visibility', 'public').orWhereNotNull('follows.ktag_id')),
      ),
  )
}

/** All tags, with how somebody follows each; whether they are there for them is not asked. */
function withViewer(view: View, viewerId: string | null): Knex.QueryBuilder {
  return view
    .sql('ktags')
    .join('users as owners', 'owners.id', 'ktags.owner_id')
    .joinRaw('left join follows on follows.ktag_id = ktags.id and follows.follower_id = cast(? as uuid)', [viewerId])
    .select(view.sql.raw(ROW))
    .select('follows.texts as follow_texts', 'follows.calls as follow_calls')
    .select(view.sql.raw('cast(? as uuid) as viewer_id', [viewerId]))
}

/** A row of `visible` in the domain's words. */
export function toSeen(view: View, row: SeenRow): SeenKtag {
  const { follow_texts: texts, follow_calls: calls } = row
  return {
    ktag: fromRow(view, row),
    isOwner: row.owner_id === row.viewer_id,
    follow: texts === null || calls === null ? null : { texts, calls },
  }
}

function fromRow(view: View, row: KtagRow): Ktag {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    title: row.title,
    description: row.description,
    avatarUrl: avatarUrl(view, row.shown_avatar_key),
    visibility: row.visibility,
    postPolicy: row.post_policy,
    messagePolicy: row.message_policy,
    callPolicy: row.call_policy,
    takesVoicemail: row.takes_voicemail,
    extension: row.extension,
    isPrimary: row.is_primary,
    followerCount: row.follower_count,
    renamedAt: row.renamed_at,
    hiddenAt: row.hidden_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function nameTaken(error: unknown): never[] {
  const broken = brokenRule(error)
  if (broken === 'ktags_one_per_name') return []
  throw error
}
