import { parsePhone } from '#domain/phones'
import { verifyPassword } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { PasswordChanged } from './events.ts'
import type { User } from './model.ts'
import * as store from './store.ts'

/**
 * The user whose password this is; `identifier` is a username, an e-mail address or a verified mobile.
 * Null alike, and after the same work, for an unknown user and for a wrong password.
 */
export async function checkPassword(view: View, identifier: string, password: string): Promise<User | null> {
  const found = await store.findForSignIn(view, identifier.trim(), parsePhone(identifier))
  const fits = await verifyPassword(found?.passwordHash ?? null, password)
  return fits && found ? found.user : null
}

/** Whether this is a person's password. */
export async function hasPassword(view: View, user: User, password: string): Promise<boolean> {
  return verifyPassword(await store.findPasswordHash(view, user.id), password)
}

/** The user that signs in with this: a username, an e-mail address or a verified mobile. */
export async function identify(view: View, identifier: string): Promise<User | null> {
  return (await store.findForSignIn(view, identifier.trim(), parsePhone(identifier)))?.user ?? null
}

/** Give a person another password; they are told of it, whoever did it. */
export async function setPassword(unit: Unit, user: User, passwordHash: string): Promise<void> {
  await store.update(unit, user.id, { password_hash: passwordHash })
  unit.emit(PasswordChanged, { user_id: user.id }, [])
}
