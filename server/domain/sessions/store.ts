import { secondsAfter } from '#kit/clock'
import type { Page, PageRequest } from '#kit/page'
import { toPage } from '#kit/page'
import type { Unit, View } from '#kit/unit'
import { type Device, LIFETIME, type Session } from './model.ts'

const DAY = 86_400
/** The time of the last use is kept to the minute. */
const TOUCH_EVERY_SECONDS = 60

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

/** The live session of a token. */
export async function findLive(view: View, tokenHash: string): Promise<Session | null> {
  const row: SessionRow | undefined = await view
    .sql('sessions')
    .where({ token_hash: tokenHash })
    .whereNull('revoked_at')
    .andWhere('expires_at', '>', view.now)
    .first()
    .options({ name: 'session_by_token' })
  return row ? fromRow(row) : null
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
  const slid = secondsAfter(view.now, LIFETIME.slidingDays * DAY)
  const hard = secondsAfter(session.createdAt, LIFETIME.hardDays * DAY)
  await view
    .sql('sessions')
    .where({ id: session.id })
    .update({ last_used_at: view.now, expires_at: new Date(Math.min(slid.getTime(), hard.getTime())) })
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
