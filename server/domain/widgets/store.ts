import type { Knex } from 'knex'
import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { Widget, WidgetKind } from './model.ts'

interface WidgetRow {
  readonly id: string
  readonly owner_id: string
  readonly ktag_id: string
  readonly kind: WidgetKind
  readonly title: string | null
  readonly color: string | null
  readonly is_dark: boolean | null
  readonly width: number | null
  readonly allowed_domains: string[]
  readonly is_enabled: boolean
  readonly public_key: string
  readonly created_at: Date
  readonly updated_at: Date
}

export async function find(view: View, ownerId: string, id: string): Promise<Widget | null> {
  return one(await of(view, ownerId).andWhere({ id }).first())
}

/** Lock a widget until the unit ends. */
export async function lock(unit: Unit, ownerId: string, id: string): Promise<Widget | null> {
  return one(await of(unit, ownerId).andWhere({ id }).forNoKeyUpdate().first())
}

/** The newest first; of one tag only, when it is given. */
export async function list(
  view: View,
  ownerId: string,
  ktagId: string | null,
  request: PageRequest,
): Promise<Page<Widget>> {
  const query = of(view, ownerId)
  if (ktagId !== null) query.andWhere({ ktag_id: ktagId })
  const rows: WidgetRow[] = await query
    .orderBy('id', 'desc')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, fromRow)
}

/** All of a person's, the oldest first. */
export async function listAll(view: View, ownerId: string): Promise<readonly Widget[]> {
  const rows: WidgetRow[] = await of(view, ownerId).orderBy('id')
  return rows.map(fromRow)
}

export async function count(view: View, ownerId: string): Promise<number> {
  const [row] = await of(view, ownerId).count({ count: '*' })
  return Number(row?.count ?? 0)
}

export async function insert(unit: Unit, widget: Omit<Widget, 'createdAt' | 'updatedAt'>): Promise<void> {
  const { id, ownerId, ktagId, publicKey } = widget
  await unit.sql('widgets').insert({
    id,
    owner_id: ownerId,
    ktag_id: ktagId,
    public_key: publicKey,
    ...toColumns(widget),
    created_at: unit.now,
    updated_at: unit.now,
  })
}

/** Write a locked widget as it is now. */
export async function update(unit: Unit, widget: Widget): Promise<void> {
  const { id, ownerId, publicKey } = widget
  await of(unit, ownerId)
    .andWhere({ id })
    .update({ ...toColumns(widget), public_key: publicKey, updated_at: unit.now })
}

/** False when there was no such widget. */
export async function remove(unit: Unit, ownerId: string, id: string): Promise<boolean> {
  return (await of(unit, ownerId).andWhere({ id }).delete()) === 1
}

export async function removeAll(unit: Unit, ownerId: string): Promise<void> {
  await of(unit, ownerId).delete()
}

/** The widget that a key is the key of, for whoever has the key. */
export async function findByKey(view: View, publicKey: string): Promise<Widget | null> {
  return one(await view.sql('widgets').where({ public_key: publicKey }).first())
}

/** A widget, whoever it belongs to: whether it may be seen is for whoever asks. */
export async function findAny(view: View, id: string): Promise<Widget | null> {
  return one(await view.sql('widgets').where({ id }).first())
}

/** Whether a key was a widget's once. */
export async function isRetired(view: View, publicKey: string): Promise<boolean> {
  const row = await view.sql('retired_widget_keys').where({ public_key: publicKey }).first('public_key')
  return row !== undefined
}

/** Forget keys that were given up before a moment. */
export async function forgetRetired(unit: Unit, before: Date): Promise<void> {
  await unit.sql('retired_widget_keys').where('retired_at', '<', before).delete()
}

function of(view: View, ownerId: string): Knex.QueryBuilder {
  return view.sql('widgets').where({ owner_id: ownerId })
}

function toColumns({ kind, title, theme, allowedDomains, isEnabled }: Omit<Widget, 'createdAt' | 'updatedAt'>) {
  const { color, dark, width } = theme
  return { kind, title, color, is_dark: dark, width, allowed_domains: [...allowedDomains], is_enabled: isEnabled }
}

function one(row: WidgetRow | undefined): Widget | null {
  return row ? fromRow(row) : null
}

function fromRow(row: WidgetRow): Widget {
  return {
    id: row.id,
    ownerId: row.owner_id,
    ktagId: row.ktag_id,
    kind: row.kind,
    title: row.title,
    theme: { color: row.color, dark: row.is_dark, width: row.width },
    allowedDomains: row.allowed_domains,
    isEnabled: row.is_enabled,
    publicKey: row.public_key,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
