import { brokenRule, type Unit, type View } from '#kit/unit'

/** Whether an open call has this PIN. */
export async function isTaken(view: View, pin: string): Promise<boolean> {
  return (await view.sql('calls').where({ pin }).whereNull('ended_at').first('id')) !== undefined
}

/**
 * Open a call to those who have this PIN, in a savepoint: false when another open call has taken it since it was found
 * free, and the unit lives on.
 */
export async function takePin(unit: Unit, callId: string, pin: string): Promise<boolean> {
  try {
    await unit.sql.transaction((sql) => sql('calls').where({ id: callId }).update({ pin, privacy: 'open' }))
    return true
  } catch (error) {
    if (brokenRule(error) === 'calls_one_open_per_pin') return false
    throw error
  }
}

/** How often a key has been tried since a moment; whoever asks next waits until this unit is over. */
export async function lockTries(unit: Unit, key: string, since: Date): Promise<number> {
  await unit.sql('pin_tries').insert({ key, began_at: unit.now, tries: 0 }).onConflict('key').ignore()
  const row: { began_at: Date; tries: number } | undefined = await unit
    .sql('pin_tries')
    .where({ key })
    .forUpdate()
    .first('began_at', 'tries')
  return row && row.began_at > since ? row.tries : 0
}

/** How often a key has been tried since a moment. */
export async function countTries(view: View, key: string, since: Date): Promise<number> {
  const row: { tries: number } | undefined = await view
    .sql('pin_tries')
    .where({ key })
    .andWhere('began_at', '>', since)
    .first('tries')
  return row?.tries ?? 0
}

/** Count one more try; tries from before a moment are forgotten with it. */
export async function countTry(unit: Unit, key: string, since: Date): Promise<void> {
  await unit
    .sql('pin_tries')
    .insert({ key, began_at: unit.now, tries: 1 })
    .onConflict('key')
    .merge({
      tries: unit.sql.raw('case when pin_tries.began_at > ? then pin_tries.tries + 1 else 1 end', [since]),
      began_at: unit.sql.raw('case when pin_tries.began_at > ? then pin_tries.began_at else excluded.began_at end', [
        since,
      ]),
    })
}

/** Delete counts that began before a moment. */
export async function forgetTries(unit: Unit, before: Date): Promise<void> {
  await unit.sql('pin_tries').where('began_at', '<=', before).delete()
}
