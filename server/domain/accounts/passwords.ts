import { parsePhone } from '#domain/phones'
import { withdrawSignIns } from '#domain/verification'
import { ValidationFailed } from '#kit/fault'
import { hashPassword, verifyPassword } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { PasswordChanged } from './events.ts'
import type { User } from './model.ts'
import * as store from './store.ts'
import { strengthOf } from './strength.ts'

/** From so many characters on, a password need only not be among the first that are guessed. */
const LONG_ENOUGH = 10
const STRONG = 3
const MARK = 'password'

/** Somebody whose password has been compared, and a mark of which one it was: it tells nothing, and another has another. */
export interface Proven {
  readonly user: User
  readonly passwordMark: string
}

/**
 * The user whose password this is; `identifier` is a username, an e-mail address or a verified mobile.
 * Null alike, and after the same work, for an unknown user and for a wrong password.
 */
export async function checkPassword(view: View, identifier: string, password: string): Promise<Proven | null> {
  const found = await store.findForSignIn(view, identifier.trim(), parsePhone(identifier))
  const fits = await verifyPassword(found?.passwordHash ?? null, password)
  return fits && found ? { user: found.user, passwordMark: view.site.keys.mac(MARK, found.passwordHash) } : null
}

/** Whether somebody's password is still the one of this mark, until the unit ends: a change waits, or has been waited for. */
export async function isStillPassword(unit: Unit, userId: string, passwordMark: string): Promise<boolean> {
  const hash = (await store.hold(unit, userId)) ? await store.findPasswordHash(unit, userId) : null
  return hash !== null && unit.site.keys.matches(MARK, hash, passwordMark)
}

/** Whether this is a person's password. */
export async function hasPassword(view: View, user: User, password: string): Promise<boolean> {
  return verifyPassword(await store.findPasswordHash(view, user.id), password)
}

/** The user that signs in with this: a username, an e-mail address or a verified mobile. */
export async function identify(view: View, identifier: string): Promise<User | null> {
  return (await store.findForSignIn(view, identifier.trim(), parsePhone(identifier)))?.user ?? null
}

/**
 * The hash of a password that somebody has chosen. One of ten characters may be anything but what is guessed at once, by
 * anybody or by whoever knows their names; a shorter one must be strong. `about` is what is known of who chooses it.
 * Throws `ValidationFailed` on the named field.
 */
export async function choosePassword(
  password: string,
  field: string,
  about: readonly (string | null | undefined)[],
): Promise<string> {
  const words = about.filter((word) => typeof word === 'string')
  const toStrangers = await strengthOf(password, [])
  const toOthers = words.length === 0 ? toStrangers : await strengthOf(password, words)
  if (toOthers === 0)
    throw ValidationFailed({ fields: { [field]: 'That is one of the first passwords to be guessed.' } })
  if (toOthers === 1 && toStrangers > 1) {
    throw ValidationFailed({ fields: { [field]: 'That is made of your own names. Choose something else.' } })
  }
  if (password.length < LONG_ENOUGH && toOthers < STRONG) {
    const wanted = `Use at least ${LONG_ENOUGH} characters, or fewer that are harder to guess.`
    throw ValidationFailed({ fields: { [field]: wanted } })
  }
  return hashPassword(password)
}

/**
 * Give a person another password; they are told of it, whoever did it. Links and codes that would let somebody in, asked for
 * before, work no more.
 */
export async function setPassword(unit: Unit, user: User, passwordHash: string): Promise<void> {
  await store.update(unit, user.id, { password_hash: passwordHash })
  await withdrawSignIns(unit, user.id)
  unit.emit(PasswordChanged, { user_id: user.id }, [])
}
