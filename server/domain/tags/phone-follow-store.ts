import { type Page, type PageRequest, toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import type { PhoneFollow } from './model.ts'

interface PhoneFollowRow {
  readonly ktag_id: string
  readonly phone: string
  readonly source: PhoneFollow['source']
  readonly followed_at: Date
}

/** False when the phone follows the tag already. */
export async function insert(
  unit: Unit,
  ktagId: string,
  phone: string,
  source: PhoneFollow['source'],
): Promise<boolean> {
  const rows: unknown[] = await unit
    .sql('phone_follows')
    .insert({ ktag_id: ktagId, phone, source, followed_at: unit.now })
    .onConflict(['ktag_id', 'phone'])
    .ignore()
    .returning('phone')
  return rows.length === 1
}

/** False when the phone did not follow the tag. */
export async function remove(unit: Unit, ktagId: string, phone: string): Promise<boolean> {
  return (await unit.sql('phone_follows').where({ ktag_id: ktagId, phone }).delete()) === 1
}

/** The tags that a phone follows, in the order in which tags are locked. */
export async function tagsOf(view: View, phone: string): Promise<readonly string[]> {
  return view.sql('phone_follows').where({ phone }).orderBy('ktag_id').pluck('ktag_id')
}

/** The phones that follow a tag, in order of their digits, after one. */
export async function phonesOf(view: View, ktagId: string, after: string, limit: number): Promise<readonly string[]> {
  const phones = view.sql('phone_follows').where({ ktag_id: ktagId }).andWhere('phone', '>', after)
  return phones.orderBy('phone').limit(limit).pluck('phone')
}

/** Who follows a tag by phone, whoever came last first. */
export async function list(view: View, ktagId: string, request: PageRequest): Promise<Page<PhoneFollow>> {
  const rows: PhoneFollowRow[] = await view
    .sql('phone_follows')
    .where({ ktag_id: ktagId })
    .orderBy([
      { column: 'followed_at', order: 'desc' },
      { column: 'phone', order: 'desc' },
    ])
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, fromRow)
}

/** Who follows the tags of a person by phone. */
export async function listOfOwner(view: View, ownerId: string): Promise<readonly PhoneFollow[]> {
  const rows: PhoneFollowRow[] = await view
    .sql('phone_follows')
    .whereIn('ktag_id', view.sql('ktags').where({ owner_id: ownerId }).select('id'))
    .orderBy(['ktag_id', 'followed_at', 'phone'])
  return rows.map(fromRow)
}

/** Nobody follows the tags of a person by phone any more. */
export async function removeOfOwner(unit: Unit, ownerId: string): Promise<void> {
  const tags = unit.sql('ktags').where({ owner_id: ownerId }).select('id')
  await unit.sql('phone_follows').whereIn('ktag_id', tags).delete()
}

function fromRow(row: PhoneFollowRow): PhoneFollow {
  return { ktagId: row.ktag_id, phone: row.phone, source: row.source, followedAt: row.followed_at }
}
