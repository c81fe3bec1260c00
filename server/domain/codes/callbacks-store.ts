import type { Unit } from '#kit/unit'

/** A message that is to be told of, as far as it has come. */
export interface Due {
  readonly messageId: string
  readonly tries: number
}

export async function insert(unit: Unit, messageId: string): Promise<void> {
  await unit
    .sql('manual_callbacks')
    .insert({ message_id: messageId, state: 'waiting', due_at: unit.now, created_at: unit.now, updated_at: unit.now })
    .onConflict('message_id')
    .ignore()
}

/**
 * Lock what is due, the longest first: of each realm so many at most, those that are being told now included. What was
 * being told for longer than anybody tells anything is due as well.
 */
export async function lockDue(
  unit: Unit,
  { most, mostEach }: { readonly most: number; readonly mostEach: number },
): Promise<readonly Due[]> {
  const { rows } = await unit.sql.raw<{ rows: { message_id: string; tries: number }[] }>(
    `with told as (
       select m.realm_id, count(*) as open
         from manual_callbacks c join manual_messages m on m.id = c.message_id
        where c.state = 'telling' and c.due_at > :now
        group by m.realm_id
     ), ranked as (
       select c.message_id, c.due_at, coalesce(told.open, 0) +
              row_number() over (partition by m.realm_id order by c.due_at, c.message_id) as place
         from manual_callbacks c
         left join manual_messages m on m.id = c.message_id
         left join told on told.realm_id = m.realm_id
        where c.due_at <= :now
     )
     select message_id, tries from manual_callbacks
      where message_id in (select message_id from ranked where place <= :mostEach order by due_at limit :most)
        and due_at <= :now
      order by due_at
        for update skip locked`,
    { now: unit.now, most, mostEach },
  )
  return rows.map(({ message_id: messageId, tries }) => ({ messageId, tries }))
}

/** Somebody tells it, until a moment. */
export async function take(
  unit: Unit,
  { messageId, token, tries }: { readonly messageId: string; readonly token: string; readonly tries: number },
  until: Date,
): Promise<void> {
  await unit
    .sql('manual_callbacks')
    .where({ message_id: messageId })
    .update({ state: 'telling', token, tries, due_at: until, updated_at: unit.now })
}

/** What whoever bears this token tells, locked until the unit ends; null when another does by now. */
export async function lock(
  unit: Unit,
  { messageId, token }: { readonly messageId: string; readonly token: string },
): Promise<{ readonly createdAt: Date } | null> {
  const row: { created_at: Date } | undefined = await unit
    .sql('manual_callbacks')
    .where({ message_id: messageId, token, state: 'telling' })
    .forUpdate()
    .first('created_at')
  return row ? { createdAt: row.created_at } : null
}

/** What has come of telling it. */
export async function settle(
  unit: Unit,
  messageId: string,
  to: {
    readonly state: 'waiting' | 'told' | 'given_up'
    readonly dueAt: Date | null
    readonly status: number | null
    readonly error: string | null
  },
): Promise<void> {
  await unit.sql('manual_callbacks').where({ message_id: messageId }).update({
    state: to.state,
    token: null,
    due_at: to.dueAt,
    last_status: to.status,
    last_error: to.error,
    updated_at: unit.now,
  })
}

export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('manual_callbacks').whereNull('due_at').andWhere('updated_at', '<', moment).delete()
}
