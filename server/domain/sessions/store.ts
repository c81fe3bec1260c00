import { type UserRow, userOf } from '#domain/accounts'
import { secondsAfter } from '#kit/clock'
import type { Page, PageRequest } from '#kit/page'
import { toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { type Device, LIFETIME, type Session, type Viewer } from './model.ts'

const DAY = 86_400
/** The time of the last use is kept to the minute. */
const TOUCH_EVERY_SECONDS = 60
/** How long an exchanged token still works, for requests that are on their way. */
const GRACE_SECONDS = 60

interface SessionRow {
  readonly id: string
  readonly user_id: string
  readonly device_name: string | null
  readonly user_agent: string | null
  readonly ip: string
  readonly created_at: Date
  readonly last_used_at: Date
  readonly expires_at: Date
}

export async function insert(
  unit: Unit,
  id: string,
  userId: string,
  tokenHash: string,
  device: Device,
): Promise<Session> {
  const row: SessionRow = {
    id,
    user_id: userId,
    device_name: device.name,
    user_agent: device.userAgent,
    ip: device.ip,
    created_at: unit.now,
    last_used_at: unit.now,
    expires_at: secondsAfter(unit.now, LIFETIME.slidingDays * DAY),
  }
  await unit.sql('sessions').insert({ ...row, token_hash: tokenHash })
  return fromRow(row)
}

/** Somebody who has not left, and one of their sessions, in one row. */
const VIEWERS = `
  select sessions.id as session_id, sessions.device_name, sessions.user_agent, sessions.ip,
         sessions.created_at as session_created_at, sessions.last_used_at, sessions.expires_at, users.*
    from sessions join users on users.id = sessions.user_id and users.departed_at is null
   where sessions.revoked_at is null`

type ViewerRow = UserRow &
  Omit<SessionRow, 'id' | 'user_id' | 'created_at'> & { readonly session_id: string; readonly session_created_at: Date }

/** Whose token it is: one statement that is planned once, for it is asked with every request that shows a token. */
export async function findLive(view: View, tokenHash: string): Promise<Viewer | null> {
  const { rows } = await view.sql
    .raw<{ rows: ViewerRow[] }>(`${VIEWERS} and token_hash = ? and misused_at is null and expires_at > ?`, [
      tokenHash,
      view.now,
    ])
    .options({ name: 'viewer_by_token' })
  return viewerOf(view, rows[0])
}

/** Somebody and a session of theirs that has not ended. */
export async function findViewer(view: View, userId: string, id: string): Promise<Viewer | null> {
  const { rows } = await view.sql
    .raw<{ rows: ViewerRow[] }>(`${VIEWERS} and sessions.id = ? and sessions.user_id = ?`, [id, userId])
    .options({ name: 'viewer_by_session' })
  return viewerOf(view, rows[0])
}

/**
 * The live session of a token that was exchanged a moment ago. One that was exchanged longer ago marks its session as
 * misused, which no token of it outlives. Like `touch` this is written outside any unit: the request itself is refused.
 */
export async function findBySpent(view: View, tokenHash: string): Promise<Session | null> {
  const spent: { session_id: string; spent_at: Date } | undefined = await view
    .sql('spent_tokens')
    .where({ token_hash: tokenHash })
    .first()
  if (!spent) return null
  const live = view.sql('sessions').where({ id: spent.session_id }).whereNull('revoked_at').whereNull('misused_at')
  if (spent.spent_at > secondsAfter(view.now, -GRACE_SECONDS)) {
    const row: SessionRow | undefined = await live.andWhere('expires_at', '>', view.now).first()
    return row ? fromRow(row) : null
  }
  await live.update({ misused_at: view.now })
  return null
}

/** What is stored of the token of a session that has not ended, locked until the unit ends; null when it has. */
export async function lockToken(unit: Unit, id: string): Promise<string | null> {
  const live = unit.sql('sessions').where({ id }).whereNull('revoked_at').whereNull('misused_at')
  const row: { token_hash: string } | undefined = await live.forNoKeyUpdate().first('token_hash')
  return row?.token_hash ?? null
}

/** Note that a token has been exchanged. */
export async function spend(unit: Unit, sessionId: string, tokenHash: string): Promise<void> {
  await unit
    .sql('spent_tokens')
    .insert({ token_hash: tokenHash, session_id: sessionId, spent_at: unit.now })
    .onConflict('token_hash')
    .ignore()
}

/** No exchanged token of a session works any more. */
export async function forgetSpent(unit: Unit, sessionId: string): Promise<void> {
  await unit.sql('spent_tokens').where({ session_id: sessionId }).delete()
}

/** Put a new token in the place of a session's old one; that counts as a use. */
export async function replaceToken(unit: Unit, session: Session, tokenHash: string): Promise<Session> {
  const [row]: SessionRow[] = await unit
    .sql('sessions')
    .where({ id: session.id })
    .update({ token_hash: tokenHash, last_used_at: unit.now, expires_at: slidTo(unit, session) })
    .returning('*')
  if (!row) throw new Error('The session of a request is gone in the middle of it.')
  return fromRow(row)
}

/** End the misused sessions that have not been ended yet. */
export async function revokeMisused(unit: Unit): Promise<readonly { readonly id: string; readonly userId: string }[]> {
  const rows: { id: string; user_id: string }[] = await unit
    .sql('sessions')
    .whereNotNull('misused_at')
    .whereNull('revoked_at')
    .update({ revoked_at: unit.now })
    .returning(['id', 'user_id'])
  return rows.map(({ id, user_id }) => ({ id, userId: user_id }))
}

/** End a person's live sessions but one; gives back the ids of those that ended now. */
export async function revokeOthers(unit: Unit, userId: string, exceptId: string): Promise<readonly string[]> {
  const rows: { id: string }[] = await unit
    .sql('sessions')
    .where({ user_id: userId })
    .whereNot({ id: exceptId })
    .whereNull('revoked_at')
    .update({ revoked_at: unit.now })
    .returning('id')
  return rows.map(({ id }) => id)
}

export async function findById(view: View, userId: string, id: string): Promise<Session | null> {
  const row: SessionRow | undefined = await view
    .sql('sessions')
    .where({ id, user_id: userId })
    .whereNull('revoked_at')
    .first()
  return row ? fromRow(row) : null
}

/** Note that a session was used, once a minute. It is a note about reading, outside any unit: losing one costs nothing. */
export async function touch(view: View, session: Session): Promise<void> {
  if (session.lastUsedAt > secondsAfter(view.now, -TOUCH_EVERY_SECONDS)) return
  await view
    .sql('sessions')
    .where({ id: session.id })
    .update({ last_used_at: view.now, expires_at: slidTo(view, session) })
}

export async function list(view: View, userId: string, request: PageRequest): Promise<Page<Session>> {
  const rows: SessionRow[] = await view
    .sql('sessions')
    .where({ user_id: userId })
    .whereNull('revoked_at')
    .andWhere('expires_at', '>', view.now)
    .orderBy('id', 'desc')
    .limit(request.limit + 1)
    .offset(request.offset)
  return toPage(rows, request, fromRow)
}

/** End one live session of a person, or all of them; gives back the ids of those that ended now. */
export async function revoke(unit: Unit, userId: string, sessionId?: string): Promise<readonly string[]> {
  const rows: { id: string }[] = await unit
    .sql('sessions')
    .where({ user_id: userId, ...(sessionId === undefined ? {} : { id: sessionId }) })
    .whereNull('revoked_at')
    .andWhere('expires_at', '>', unit.now)
    .update({ revoked_at: unit.now })
    .returning('id')
  return rows.map((row) => row.id)
}

/** Forget sessions that ended before a moment. */
export async function deleteEnded(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('sessions').where('revoked_at', '<', moment).orWhere('expires_at', '<', moment).delete()
}

/** Forget tokens that were exchanged before a moment, and so are refused like any that is none. */
export async function deleteSpent(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('spent_tokens').where('spent_at', '<', moment).delete()
}

/** All that is kept of a person's sessions, those that have ended included, but for what lets anybody in. */
export async function listPortable(view: View, userId: string): Promise<readonly unknown[]> {
  const columns = 'id device_name user_agent ip created_at last_used_at expires_at revoked_at'.split(' ')
  return view.sql('sessions').where({ user_id: userId }).orderBy('id').select(columns)
}

/** When a session that is used now ends. */
function slidTo(view: View, session: Session): Date {
  const slid = secondsAfter(view.now, LIFETIME.slidingDays * DAY)
  const hard = secondsAfter(session.createdAt, LIFETIME.hardDays * DAY)
  return new Date(Math.min(slid.getTime(), hard.getTime()))
}

function viewerOf(view: View, row: ViewerRow | undefined): Viewer | null {
  if (!row) return null
  const session = fromRow({ ...row, id: row.session_id, user_id: row.id, created_at: row.session_created_at })
  return { user: userOf(view, row), session }
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    deviceName: row.device_name,
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }
}
