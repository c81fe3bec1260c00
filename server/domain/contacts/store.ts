import type { Knex } from 'knex'
import { avatarUrl } from '#domain/accounts'
import { MEANT, typed, WRITTEN } from '#kit/lookalikes'
import { likeLiteral, likePattern, type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { Contact, ContactChanges, ContactFilter, KnownContact, NewContact } from './model.ts'

interface ContactRow {
  readonly id: string
  readonly owner_id: string
  readonly name: string
  readonly nickname: string | null
  readonly mobile: string | null
  readonly email: string | null
  readonly ktag_id: string | null
  readonly ktag_name: string | null
  readonly ktag_title: string | null
  readonly ktag_avatar_key: string | null
  readonly notes: string | null
  readonly user_id: string | null
  readonly in_grid: boolean
  readonly sms_opted_out: boolean
  readonly created_at: Date
  readonly updated_at: Date
}

export async function find(view: View, ownerId: string, id: string): Promise<Contact | null> {
  const row: ContactRow | undefined = await selected(view, ownerId).andWhere('contacts.id', id).first()
  return row ? fromRow(view, row) : null
}

export async function findByMobile(view: View, ownerId: string, mobile: string): Promise<Contact | null> {
  const row: ContactRow | undefined = await selected(view, ownerId).andWhere('contacts.mobile', mobile).first()
  return row ? fromRow(view, row) : null
}

/** Asked for with every page of messages: of a contact no more than its name, in a statement that is planned once. */
export async function findKnown(
  view: View,
  ownerId: string,
  mobiles: readonly string[],
): Promise<readonly (KnownContact & { readonly mobile: string })[]> {
  if (mobiles.length === 0) return []
  const { rows } = await view.sql
    .raw<{ rows: (KnownContact & { mobile: string })[] }>(
      'select id, name, mobile from contacts where owner_id = ? and mobile = any(?)',
      [ownerId, [...mobiles]],
    )
    .options({ name: 'contacts_by_mobile' })
  return rows
}

export async function findByIds(view: View, ownerId: string, ids: readonly string[]): Promise<readonly Contact[]> {
  if (ids.length === 0) return []
  const rows: ContactRow[] = await selected(view, ownerId).whereIn('contacts.id', [...ids])
  return rows.map((row) => fromRow(view, row))
}

/** The members of a group by name. */
export async function findInGroup(view: View, ownerId: string, groupId: string): Promise<readonly Contact[]> {
  const rows: ContactRow[] = await byName(selected(view, ownerId).modify(inGroup, groupId))
  return rows.map((row) => fromRow(view, row))
}

/** Contacts by name. */
export async function list(
  view: View,
  ownerId: string,
  { words, groupId, inGrid }: ContactFilter,
  request: PageRequest,
): Promise<Page<Contact>> {
  const query = selected(view, ownerId)
  if (words !== undefined) {
    const pattern = likePattern(words)
    query.andWhere((any) => {
      for (const column of ['name', 'nickname', 'mobile', 'email']) any.orWhereILike(`contacts.${column}`, pattern)
    })
  }
  if (groupId !== undefined) query.modify(inGroup, groupId)
  if (inGrid !== undefined) query.whereRaw('(grid_members.contact_id is not null) = ?', [inGrid])
  const rows: ContactRow[] = await byName(query)
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, (row) => fromRow(view, row))
}

/** A name as it was meant, however a phone has written its quotes, dashes and accents. */
const MEANT_NAME = 'translate(normalize(contacts.name, NFC), :written, :meant)'

/** How well a name fits a word: 1 for the nickname, 2 for the whole name, 3 for its beginning. */
const FIT = `case when lower(contacts.nickname) = lower(:word) then 1 when lower(${MEANT_NAME}) = lower(:word) then 2 else 3 end`

/** So many contacts of one name are told apart. */
const NAMESAKES = 5

/** Those who fit a word best. */
export async function findNamed(view: View, ownerId: string, wanted: string): Promise<readonly Contact[]> {
  const word = typed(wanted.normalize('NFC'))
  const lookalikes = { written: WRITTEN, meant: MEANT }
  const named = view.sql.raw(`${MEANT_NAME} ilike :start`, { ...lookalikes, start: `${likeLiteral(word)}%` })
  const rows: (ContactRow & { fit: number })[] = await byName(
    selected(view, ownerId)
      .andWhere((any) => any.whereILike('contacts.nickname', likeLiteral(word)).orWhere(named))
      .select(view.sql.raw(`${FIT} as fit`, { ...lookalikes, word }))
      .orderBy('fit'),
  ).limit(NAMESAKES)
  return rows.filter(({ fit }) => fit === rows[0]?.fit).map((row) => fromRow(view, row))
}

export async function count(view: View, ownerId: string): Promise<number> {
  const [row] = await view.sql('contacts').where({ owner_id: ownerId }).count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** Which of some nicknames, in lower case, a person has given already. */
export async function nicknamesAmong(
  view: View,
  ownerId: string,
  nicknames: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows: readonly { nickname: string }[] = await view
    .sql('contacts')
    .where({ owner_id: ownerId })
    .whereIn(view.sql.raw('lower(nickname)') as never, [...nicknames])
    .select(view.sql.raw('lower(nickname) as nickname'))
  return new Set(rows.map(({ nickname }) => nickname))
}

export async function insert(unit: Unit, id: string, ownerId: string, contact: NewContact): Promise<void> {
  await unit.sql('contacts').insert({ id, owner_id: ownerId, ...contact, created_at: unit.now, updated_at: unit.now })
}

/** False when there is no such contact of this person. */
export async function update(unit: Unit, ownerId: string, id: string, changes: ContactChanges): Promise<boolean> {
  const where = { id, owner_id: ownerId }
  return (
    (await unit
      .sql('contacts')
      .where(where)
      .update({ ...changes, updated_at: unit.now })) === 1
  )
}

/** False when there was no such contact of this person. */
export async function remove(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await unit.sql('contacts').where({ id, owner_id: ownerId }).delete()) === 1
}

/** A private tag is only there for its owner and for those who follow it. */
const SEEN_KTAG = `(ktags.visibility = 'public' or ktags.owner_id = contacts.owner_id or exists (
  select 1 from follows where follows.ktag_id = ktags.id and follows.follower_id = contacts.owner_id))`

function selected(view: View, ownerId: string): Knex.QueryBuilder {
  return view
    .sql('contacts')
    .leftJoin('users', (on) => {
      on.on('users.mobile', 'contacts.mobile').andOnNotNull('users.mobile_verified_at')
    })
    .leftJoin('opt_outs', 'opt_outs.phone', 'contacts.mobile')
    .leftJoin('grid_members', (on) => {
      on.on('grid_members.owner_id', 'contacts.owner_id').andOn('grid_members.contact_id', 'contacts.id')
    })
    .joinRaw(`left join ktags on lower(ktags.name) = lower(contacts.ktag) and ${SEEN_KTAG}`)
    .where('contacts.owner_id', ownerId)
    .select('contacts.*', 'users.id as user_id')
    .leftJoin('users as ktag_owners', 'ktag_owners.id', 'ktags.owner_id')
    .select('ktags.id as ktag_id', 'ktags.name as ktag_name', 'ktags.title as ktag_title')
    .select(view.sql.raw('coalesce(ktags.avatar_key, ktag_owners.avatar_key) as ktag_avatar_key'))
    .select(view.sql.raw('grid_members.contact_id is not null as in_grid'))
    .select(view.sql.raw('opt_outs.phone is not null as sms_opted_out'))
}

function byName(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query.orderByRaw('lower(contacts.name), contacts.id')
}

function inGroup(query: Knex.QueryBuilder, groupId: string): void {
  query.whereExists((members) => {
    members.from('group_members').whereRaw('contact_id = contacts.id').andWhere({ group_id: groupId })
  })
}

function fromRow(view: View, row: ContactRow): Contact {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    nickname: row.nickname,
    mobile: row.mobile,
    email: row.email,
    ktag:
      row.ktag_id === null
        ? null
        : {
            id: row.ktag_id,
            name: row.ktag_name ?? '',
            title: row.ktag_title,
            avatarUrl: avatarUrl(view, row.ktag_avatar_key),
          },
    notes: row.notes,
    userId: row.user_id,
    inGrid: row.in_grid,
    smsOptedOut: row.sms_opted_out,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function removeAll(unit: Unit, ownerId: string): Promise<void> {
  await unit.sql('contacts').where({ owner_id: ownerId }).delete()
}

/** Contacts as their owner wrote them down, without what is known of them from elsewhere. */
export async function listPortable(view: View, ownerId: string): Promise<readonly unknown[]> {
  const columns = ['id', 'name', 'nickname', 'mobile', 'email', 'ktag', 'notes', 'created_at', 'updated_at']
  return view.sql('contacts').where({ owner_id: ownerId }).orderBy('id').select(columns)
}
