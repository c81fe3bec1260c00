import type { Knex } from 'knex'
import type { User } from '#domain/accounts'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { Status, Via } from './model.ts'

/** A status's row as the database gives it; one whose tag is gone is never read. */
export interface StatusRow {
  readonly id: string
  readonly ktag_id: string
  readonly author_id: string
  readonly body: string
  readonly via: Via
  readonly file_id: string | null
  readonly edited_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** What a status is made of. */
export type NewRow = Pick<Status, 'id' | 'ktagId' | 'authorId' | 'body' | 'via' | 'fileId'>

/** Insert a status on a tag that is kept. */
export async function insert(unit: Unit, status: NewRow): Promise<Status> {
  const rows: StatusRow[] = await unit
    .sql('statuses')
    .insert({
      id: status.id,
      ktag_id: status.ktagId,
      author_id: status.authorId,
      body: status.body,
      via: status.via,
      file_id: status.fileId,
      created_at: unit.now,
      updated_at: unit.now,
    })
    .returning('*')
  return fromRow(rows[0] as StatusRow)
}

/** One status, locked until the unit ends; null when it, or its tag, is gone. */
export async function lock(unit: Unit, id: string): Promise<Status | null> {
  return orNull(await present(unit).where({ id }).forUpdate().first())
}

/** Change the words of a locked status. */
export async function setBody(unit: Unit, id: string, body: string): Promise<Status> {
  const rows: StatusRow[] = await unit
    .sql('statuses')
    .where({ id })
    .update({ body, edited_at: unit.now, updated_at: unit.now })
    .returning('*')
  return fromRow(rows[0] as StatusRow)
}

export async function remove(unit: Unit, id: string): Promise<void> {
  await unit.sql('statuses').where({ id }).delete()
}

/** Remove locked statuses. */
export async function removeAll(unit: Unit, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await unit
      .sql('statuses')
      .whereRaw('id = any(cast(? as uuid[]))', [[...ids]])
      .delete()
}

/** Some statuses whose tag is gone, locked; none that somebody else has locked. Gives their ids. */
export async function lockWithoutKtag(unit: Unit, most: number): Promise<readonly string[]> {
  const rows: { id: string }[] = await unit
    .sql('statuses')
    .whereNull('ktag_id')
    .orderBy('id')
    .limit(most)
    .forUpdate()
    .skipLocked()
    .select('id')
  return rows.map(({ id }) => id)
}

/** All that somebody has said, oldest first, locked until the unit ends. */
export async function lockOfAuthor(unit: Unit, authorId: string): Promise<readonly Status[]> {
  const rows: StatusRow[] = await present(unit).where({ author_id: authorId }).orderBy('id').forUpdate()
  return rows.map(fromRow)
}

/** All that somebody has said, oldest first. */
export async function listAllOfAuthor(view: View, authorId: string): Promise<readonly Status[]> {
  const rows: StatusRow[] = await present(view).where({ author_id: authorId }).orderBy('id')
  return rows.map(fromRow)
}

export async function find(view: View, id: string): Promise<Status | null> {
  return orNull(await present(view).where({ id }).first())
}

/** A status unless its author is hidden from the viewer. Whether its tag is shown to them is for whoever asks. */
export async function findSeen(view: View, viewer: User, id: string): Promise<Status | null> {
  return orNull(await withoutHidden(present(view).where({ id }), viewer).first())
}

/** What somebody has posted, newest first; on one tag, or on all of them. */
export async function listOfAuthor(
  view: View,
  authorId: string,
  ktagId: string | null,
  request: PageRequest,
): Promise<Page<Status>> {
  const rows: StatusRow[] = await part(present(view).where({ author_id: authorId }), request).modify((query) => {
    if (ktagId !== null) query.andWhere({ ktag_id: ktagId })
  })
  return toPage(rows, request, fromRow)
}

/** What is said on a tag, newest first, but for those who are hidden from the viewer. */
export async function listOfTag(
  view: View,
  viewer: User | null,
  ktagId: string,
  request: PageRequest,
): Promise<Page<Status>> {
  const rows: StatusRow[] = await withoutHidden(part(present(view).where({ ktag_id: ktagId }), request), viewer)
  return toPage(rows, request, fromRow)
}

/** A row in the domain's words. */
export function fromRow(row: StatusRow): Status {
  return {
    id: row.id,
    ktagId: row.ktag_id,
    authorId: row.author_id,
    body: row.body,
    via: row.via,
    fileId: row.file_id,
    editedAt: row.edited_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function present(view: View): Knex.QueryBuilder {
  return view.sql('statuses').whereNotNull('ktag_id')
}

/** Leave out people who are suspended, but for the viewer, and those whom the viewer has blocked. */
function withoutHidden(query: Knex.QueryBuilder, viewer: User | null): Knex.QueryBuilder {
  return query.whereRaw('author_id <> all(cast(? as uuid[]))', [[...(viewer?.settings.blocked ?? [])]]).whereRaw(
    `(author_id not in (select id from users where suspended_at is not null)
        or author_id = cast(? as uuid))`,
    [viewer?.id ?? null],
  )
}

function part(query: Knex.QueryBuilder, { limit, offset, beforeId }: PageRequest): Knex.QueryBuilder {
  const older = beforeId === null ? query : query.andWhere('id', '<', beforeId)
  return older
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .offset(offset)
}

function orNull(row: StatusRow | undefined): Status | null {
  return row ? fromRow(row) : null
}
