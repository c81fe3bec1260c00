import type { Limits, Plan } from '#domain/billing'
import type { Unit, View } from '#kit/unit'
import { avatarUrl } from './addresses.ts'
import type { NewAccount, Settings, User } from './model.ts'

const DEFAULT_SETTINGS: Settings = {
  smsInbox: false,
  smsFeed: true,
  quietHours: null,
  ringForTags: true,
  voicemailGreetingFileId: null,
  blocked: [],
}

/** A user's row as the database gives it; also read by the sessions' join. */
export interface UserRow {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly bio: string | null
  readonly email: string | null
  readonly email_verified_at: Date | null
  readonly pending_email: string | null
  readonly mobile: string | null
  readonly mobile_verified_at: Date | null
  readonly pending_mobile: string | null
  readonly timezone: string
  readonly locale: string
  readonly settings: Partial<Settings>
  readonly plan: Plan
  readonly limits: Partial<Limits>
  readonly months_from: Date | null
  readonly avatar_key: string | null
  readonly suspended_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** People who have not left. */
function present(view: View) {
  return view.sql<UserRow>('users').whereNull('departed_at')
}

export async function findById(view: View, id: string): Promise<User | null> {
  const row = await present(view).where({ id }).first().options({ name: 'user_by_id' })
  return fromRow(view, row)
}

export async function findByIds(view: View, ids: readonly string[]): Promise<readonly User[]> {
  if (ids.length === 0) return []
  const rows: UserRow[] = await present(view).whereIn('id', [...ids])
  return rows.flatMap((row) => fromRow(view, row) ?? [])
}

export async function lock(unit: Unit, id: string): Promise<User | null> {
  return fromRow(unit, await present(unit).where({ id }).forNoKeyUpdate().first())
}

/**
 * Keep others who hold this person's row waiting until the unit ends; rows that refer to the person may still come. False
 * when the person has left.
 */
export async function hold(unit: Unit, id: string): Promise<boolean> {
  return (await present(unit).where({ id }).forNoKeyUpdate().first('id')) !== undefined
}

/**
 * The user that signs in with this: a username, an e-mail address, or a verified mobile. A username may hold the digits
 * of somebody else's number: whose name it is comes first.
 */
export async function findForSignIn(
  view: View,
  identifier: string,
  mobile: string | null,
): Promise<{ user: User; passwordHash: string } | null> {
  const row: (UserRow & { password_hash: string }) | undefined = await view
    .sql('users')
    .whereNull('departed_at')
    .andWhere((named) => {
      named.whereRaw('lower(username) = ?', [identifier.toLowerCase()])
      named.orWhereRaw('lower(email) = ?', [identifier.toLowerCase()])
      if (mobile !== null) named.orWhere((held) => held.where({ mobile }).whereNotNull('mobile_verified_at'))
    })
    .orderByRaw('lower(username) = ? desc', [identifier.toLowerCase()])
    .first()
  const user = fromRow(view, row)
  return row && user ? { user, passwordHash: row.password_hash } : null
}

export async function findPasswordHash(view: View, id: string): Promise<string | null> {
  const alive = view.sql('users').where({ id }).whereNull('departed_at')
  const row: { password_hash: string } | undefined = await alive.first('password_hash')
  return row?.password_hash ?? null
}

export async function findByVerifiedMobile(view: View, mobile: string): Promise<User | null> {
  return fromRow(view, await present(view).where({ mobile }).whereNotNull('mobile_verified_at').first())
}

export async function findByVerifiedEmail(view: View, email: string): Promise<User | null> {
  const holder = view.sql<UserRow>('users').whereRaw('lower(email) = ?', [email.toLowerCase()])
  return fromRow(view, await holder.whereNotNull('email_verified_at').first())
}

export async function isTaken(view: View, column: 'username' | 'email', value: string): Promise<boolean> {
  return (await view.sql('users').whereRaw('lower(??) = ?', [column, value.toLowerCase()]).first('id')) !== undefined
}

/** Insert an account; null when the username, the e-mail address or the verified mobile was taken meanwhile. */
export async function insert(unit: Unit, id: string, account: NewAccount): Promise<User | null> {
  const rows = await unit
    .sql('users')
    .insert({
      id,
      username: account.username,
      password_hash: account.passwordHash,
      name: account.name,
      email: account.email,
      email_verified_at: account.emailVerified ? unit.now : null,
      mobile: account.mobile,
      mobile_verified_at: account.mobileVerified ? unit.now : null,
      timezone: account.timezone,
      locale: 'en',
      created_at: unit.now,
      updated_at: unit.now,
    })
    .onConflict()
    .ignore()
    .returning<UserRow[]>('*')
  return fromRow(unit, rows[0])
}

export async function update(unit: Unit, id: string, changes: Record<string, unknown>): Promise<User | null> {
  const rows = await unit
    .sql('users')
    .where({ id })
    .whereNull('departed_at')
    .update({ ...changes, updated_at: unit.now })
    .returning<UserRow[]>('*')
  return fromRow(unit, rows[0])
}

/** Take a number away from everyone who only claimed it; gives the ids of those who lost it. */
export async function releaseClaims(unit: Unit, mobile: string, exceptId: string): Promise<readonly string[]> {
  const others = () => unit.sql('users').whereNot({ id: exceptId })
  const gone = { updated_at: unit.now }
  const unverified = others().where({ mobile }).whereNull('mobile_verified_at')
  const claimants: { id: string }[] = await unverified.update({ ...gone, mobile: null }).returning('id')
  const pending = others().where({ pending_mobile: mobile })
  const movers: { id: string }[] = await pending.update({ ...gone, pending_mobile: null }).returning('id')
  return [...claimants, ...movers].map(({ id }) => id)
}

function fromRow(view: View, row: UserRow | undefined): User | null {
  return row ? userOf(view, row) : null
}

/** A row in the domain's words. */
export function userOf(view: View, row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    bio: row.bio,
    avatarUrl: avatarUrl(view, row.avatar_key),
    email: row.email,
    emailVerifiedAt: row.email_verified_at,
    pendingEmail: row.pending_email,
    mobile: row.mobile,
    mobileVerifiedAt: row.mobile_verified_at,
    pendingMobile: row.pending_mobile,
    timezone: row.timezone,
    locale: row.locale,
    settings: { ...DEFAULT_SETTINGS, ...row.settings },
    plan: row.plan,
    limits: row.limits,
    monthsFrom: row.months_from,
    suspendedAt: row.suspended_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
