import type { Unit, View } from '#kit/unit'

/** Whether a username was given up not long ago. */
export async function isResting(view: View, name: string): Promise<boolean> {
  const resting = view.sql('resting_usernames').where({ name: name.toLowerCase() })
  return (await resting.andWhere('free_at', '>', view.now).first('name')) !== undefined
}

/** Let nobody have a username until then; those that have rested long enough are forgotten. */
export async function rest(unit: Unit, name: string, freeAt: Date): Promise<void> {
  await unit.sql('resting_usernames').where('free_at', '<=', unit.now).delete()
  const row = { name: name.toLowerCase(), free_at: freeAt }
  await unit.sql('resting_usernames').insert(row).onConflict('name').merge()
}

/**
 * Leave nothing of a person in their row but its id. The name that takes the username's place begins as none may. Who
 * looks for the suspended only does not come upon those who have left either.
 */
export async function blank(unit: Unit, id: string): Promise<void> {
  await unit
    .sql('users')
    .where({ id })
    .update({
      username: `*${id}`,
      password_hash: '',
      name: '',
      bio: null,
      avatar_key: null,
      email: null,
      email_verified_at: null,
      pending_email: null,
      mobile: null,
      mobile_verified_at: null,
      pending_mobile: null,
      timezone: 'UTC',
      locale: 'en',
      settings: '{}',
      limits: '{}',
      suspended_at: unit.now,
      departed_at: unit.now,
      updated_at: unit.now,
    })
}

/** Delete the row of a person who has left, with what still refers to it. */
export async function erase(unit: Unit, id: string): Promise<void> {
  await unit.sql('users').where({ id }).whereNotNull('departed_at').delete()
}

/** A person's row without what lets anybody in. */
export async function findPortable(view: View, id: string): Promise<Readonly<Record<string, unknown>> | null> {
  const row: Record<string, unknown> | undefined = await view.sql('users').where({ id }).first()
  if (!row) return null
  const { password_hash: _, departed_at: __, ...portable } = row
  return portable
}
