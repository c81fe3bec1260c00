import type { Unit, View } from '#kit/unit'
import type { Delivery } from './model.ts'

/** The texts of one status, as the database gives them. */
export interface Fanout {
  readonly status_id: string
  readonly author_id: string
  readonly ktag_id: string
  readonly recipients: number
  readonly state: 'running' | 'done'
  readonly sent: number
  readonly failed: number
  readonly skipped: number
  readonly looks: number
  readonly created_at: Date
}

/** One text that waits. */
export interface Waiting {
  readonly phone: string
  /** Null for a phone that follows without an account. */
  readonly follower_id: string | null
}

/** How many of a status's texts wait, and how many were handed on. */
export interface Counts {
  readonly waiting: number
  readonly released: number
}

/** Write down that a status is texted, and to whom. With nobody to text it is done at once. */
export async function insert(
  unit: Unit,
  fanout: {
    readonly statusId: string
    readonly authorId: string
    readonly ktagId: string
    readonly recipients: number
    readonly lookAt: Date
  },
  followers: readonly { readonly id: string | null; readonly phone: string }[],
): Promise<void> {
  const isDone = followers.length === 0
  await unit.sql('fanouts').insert({
    status_id: fanout.statusId,
    author_id: fanout.authorId,
    ktag_id: fanout.ktagId,
    recipients: fanout.recipients,
    state: isDone ? 'done' : 'running',
    skipped: fanout.recipients - followers.length,
    look_at: isDone ? null : fanout.lookAt,
    created_at: unit.now,
  })
  if (isDone) return
  await unit.sql.raw(
    `insert into fanout_texts (status_id, phone, follower_id, place, state, due_at)
     select cast(:statusId as uuid), chosen.phone, chosen.id, chosen.place, 'waiting', cast(:now as timestamptz)
       from unnest(cast(:phones as text[]), cast(:ids as uuid[])) with ordinality as chosen (phone, id, place)`,
    {
      statusId: fanout.statusId,
      now: unit.now,
      phones: followers.map(({ phone }) => phone),
      ids: followers.map(({ id }) => id),
    },
  )
}

export async function find(view: View, statusId: string): Promise<Fanout | undefined> {
  return view.sql<Fanout>('fanouts').where({ status_id: statusId }).first()
}

export async function listByIds(view: View, statusIds: readonly string[]): Promise<readonly Fanout[]> {
  return view.sql('fanouts').whereRaw('status_id = any(cast(? as uuid[]))', [[...statusIds]])
}

/** The texts of one status, locked until the unit ends. */
export async function lock(unit: Unit, statusId: string): Promise<Fanout | undefined> {
  return unit.sql<Fanout>('fanouts').where({ status_id: statusId }).forUpdate().first()
}

/** Texts of a locked status that are due, the first ones first. */
export async function listDue(unit: Unit, statusId: string, most: number): Promise<readonly Waiting[]> {
  return unit
    .sql('fanout_texts')
    .where({ status_id: statusId, state: 'waiting' })
    .andWhere('due_at', '<=', unit.now)
    .orderBy('place')
    .limit(most)
    .select('phone', 'follower_id')
}

/** What has become of some texts of a locked status. */
export async function setState(
  unit: Unit,
  statusId: string,
  phones: readonly string[],
  state: 'released' | 'skipped',
): Promise<void> {
  if (phones.length === 0) return
  await unit
    .sql('fanout_texts')
    .where({ status_id: statusId })
    .whereRaw('phone = any(?)', [[...phones]])
    .update({ state, due_at: null })
}

/** Some texts of a locked status wait until a moment. */
export async function defer(unit: Unit, statusId: string, phones: readonly string[], until: Date): Promise<void> {
  if (phones.length === 0) return
  await unit
    .sql('fanout_texts')
    .where({ status_id: statusId })
    .whereRaw('phone = any(?)', [[...phones]])
    .update({ due_at: until })
}

/** Statuses with texts that are due. */
export async function listWithDue(view: View, most: number): Promise<readonly string[]> {
  const { rows } = await view.sql.raw<{ rows: { status_id: string }[] }>(
    `select status_id from fanout_texts where state = 'waiting' and due_at <= cast(:now as timestamptz)
      group by status_id order by min(due_at) limit :most`,
    { now: view.now, most },
  )
  return rows.map(({ status_id }) => status_id)
}

/** Statuses whose texts are to be looked at. */
export async function listToLookAt(view: View, most: number): Promise<readonly string[]> {
  return view
    .sql('fanouts')
    .where({ state: 'running' })
    .andWhere('look_at', '<=', view.now)
    .orderBy('look_at')
    .limit(most)
    .pluck<string[]>('status_id')
}

/** Count the texts of some statuses by what has become of them. */
export async function countStates(view: View, statusIds: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
  const { rows } = await view.sql.raw<{ rows: { status_id: string; waiting: string; released: string }[] }>(
    `select status_id, count(*) filter (where state = 'waiting') as waiting,
            count(*) filter (where state = 'released') as released
       from fanout_texts where status_id = any(cast(? as uuid[])) group by status_id`,
    [[...statusIds]],
  )
  return new Map(rows.map((row) => [row.status_id, { waiting: Number(row.waiting), released: Number(row.released) }]))
}

/** Note how the texts of a locked status stand, and when to look again; never again once they are done. */
export async function note(
  unit: Unit,
  statusId: string,
  { sent, failed, skipped }: Omit<Delivery, 'recipients'>,
  next: { readonly looks: number; readonly lookAt: Date | null },
): Promise<void> {
  const { looks, lookAt } = next
  const state = lookAt === null ? 'done' : 'running'
  await unit
    .sql('fanouts')
    .where({ status_id: statusId })
    .update({ sent, failed, skipped, looks, state, look_at: lookAt })
  if (lookAt === null) await unit.sql('fanout_texts').where({ status_id: statusId }).delete()
}
