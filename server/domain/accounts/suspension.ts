import type { Unit } from '#kit/unit'
import { changed, kept } from './accounts.ts'
import { UserSuspended } from './events.ts'
import type { User } from './model.ts'
import * as store from './store.ts'

/**
 * Suspend an account: whoever it belongs to keeps their sessions and can do nothing with them but see that it is so and
 * sign out; others do not find them. Suspending it twice changes nothing.
 */
export async function suspend(unit: Unit, user: User): Promise<User> {
  const current = kept(await store.lock(unit, user.id))
  if (current.suspendedAt) return current
  unit.emit(UserSuspended, { user_id: user.id }, [])
  return changed(unit, await store.update(unit, user.id, { suspended_at: unit.now }))
}

/** Let the account of somebody suspended be as it was. */
export async function restore(unit: Unit, user: User): Promise<User> {
  return changed(unit, await store.update(unit, user.id, { suspended_at: null }))
}
