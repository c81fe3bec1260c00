import type { Unit, View } from '#kit/unit'

export async function insertUse(
  unit: Unit,
  use: { readonly key: string; readonly userId: string; readonly recipients: number },
): Promise<void> {
  await unit.sql('sms_uses').insert({ key: use.key, user_id: use.userId, recipients: use.recipients, at: unit.now })
}

export async function reduceUse(unit: Unit, key: string, recipients: number): Promise<void> {
  await unit
    .sql('sms_uses')
    .where({ key })
    .update({ recipients: unit.sql.raw('greatest(0, recipients - cast(? as integer))', [recipients]) })
}

export async function sumUses(view: View, userId: string, since: Date): Promise<number> {
  const [row] = await view
    .sql('sms_uses')
    .where({ user_id: userId })
    .andWhere('at', '>=', since)
    .sum({ sum: 'recipients' })
  return Number(row?.sum ?? 0)
}

export async function sumSends(view: View, userId: string, since: Date): Promise<number> {
  const [row] = await view
    .sql('sms_sends')
    .where({ user_id: userId })
    .andWhere('at', '>', since)
    .sum({ sum: 'recipients' })
  return Number(row?.sum ?? 0)
}

/** What was sent between a moment and now, in order. */
export async function listSends(
  view: View,
  userId: string,
  since: Date,
): Promise<readonly { readonly at: Date; readonly recipients: number }[]> {
  return view
    .sql('sms_sends')
    .where({ user_id: userId })
    .andWhere('at', '>', since)
    .andWhere('at', '<', view.now)
    .orderBy('at')
    .select('at', 'recipients')
}

/** Note what is sent now; what is older than `since` counts no more and is forgotten. */
export async function insertSend(unit: Unit, userId: string, recipients: number, since: Date): Promise<void> {
  await unit.sql('sms_sends').where({ user_id: userId }).andWhere('at', '<=', since).delete()
  await unit.sql('sms_sends').insert({ user_id: userId, recipients, at: unit.now })
}

export async function deleteUses(unit: Unit, before: Date): Promise<void> {
  await unit.sql('sms_uses').where('at', '<', before).delete()
  await unit.sql('sms_sends').where('at', '<', before).delete()
}
