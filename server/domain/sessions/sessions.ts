import { AccountSuspended, type User, byId as userById } from '#domain/accounts'
import { Unauthorized } from '#kit/fault'
import { newId } from '#kit/id'
import type { Page, PageRequest } from '#kit/page'
import { fingerprint, newToken } from '#kit/secret'
import type { Unit, View } from '#kit/unit'
import { SessionCreated, SessionRevoked } from './events.ts'
import { SessionNotFound } from './faults.ts'
import type { Device, Session, SignedIn, Viewer } from './model.ts'
import * as store from './store.ts'

/** How every token begins. */
export const PREFIX = 'kdk_'

/** Open a session for a person who has proved who they are. */
export async function open(unit: Unit, user: User, device: Device): Promise<SignedIn> {
  if (user.suspendedAt) throw AccountSuspended()
  const token = PREFIX + newToken()
  const session = await store.insert(unit, newId(), user.id, fingerprint(token), device)
  unit.emit(SessionCreated, { user_id: user.id, session_id: session.id }, [`user:${user.id}`])
  return { token, session, user }
}

/** Who holds this token. Throws `Unauthorized` for a token that is not, or no longer, good; `AccountSuspended`. */
export async function authenticate(view: View, token: string): Promise<Viewer> {
  const viewer = await recognise(view, token)
  if (viewer.user.suspendedAt) throw AccountSuspended()
  return viewer
}

/**
 * Who has this session, as long as it lasts, whatever its token is by now. Throws `Unauthorized` when it does not last,
 * `AccountSuspended`.
 */
export async function stillSignedIn(view: View, userId: string, sessionId: string): Promise<Viewer> {
  const viewer = await store.findViewer(view, userId, sessionId)
  if (!viewer) throw Unauthorized()
  if (viewer.user.suspendedAt) throw AccountSuspended()
  return viewer
}

/** The same, for what somebody may do who is suspended. Throws `Unauthorized`. */
export async function recognise(view: View, token: string): Promise<Viewer> {
  const viewer = token.startsWith(PREFIX) ? await holderOf(view, fingerprint(token)) : null
  if (!viewer) throw Unauthorized()
  await store.touch(view, viewer.session)
  return viewer
}

/** Who holds a token, or held the one before it, for as long as that still works. */
async function holderOf(view: View, tokenHash: string): Promise<Viewer | null> {
  const viewer = await store.findLive(view, tokenHash)
  if (viewer) return viewer
  const session = await store.findBySpent(view, tokenHash)
  const user = session && (await userById(view, session.userId))
  return user && { user, session }
}

/** A person's live sessions, newest first. */
export async function list(view: View, user: User, request: PageRequest): Promise<Page<Session>> {
  return store.list(view, user.id, request)
}

/** One live session of a person. */
export async function byId(view: View, userId: string, sessionId: string): Promise<Session | null> {
  return store.findById(view, userId, sessionId)
}

/** End one of a person's sessions. Throws `SessionNotFound`. */
export async function revoke(unit: Unit, user: User, sessionId: string): Promise<void> {
  const ended = await store.revoke(unit, user.id, sessionId)
  if (ended.length === 0) throw SessionNotFound()
  announce(unit, user, ended)
}

/** End all of a person's sessions. */
export async function revokeAll(unit: Unit, user: User): Promise<void> {
  announce(unit, user, await store.revoke(unit, user.id))
}

/** End all of a person's sessions and sockets: they are leaving. The rows go with the account. */
export async function forget(unit: Unit, user: User): Promise<void> {
  await revokeAll(unit, user)
}

/** Where a person has signed in and not been forgotten, for their export: no token, hashed or otherwise. */
export async function portable(view: View, userId: string): Promise<unknown> {
  return store.listPortable(view, userId)
}

function announce(unit: Unit, user: User, ended: readonly string[]): void {
  for (const id of ended) announceEnd(unit, user.id, id)
}

/** Tell that a session has ended. */
export function announceEnd(unit: Unit, userId: string, sessionId: string): void {
  unit.emit(SessionRevoked, { user_id: userId, session_id: sessionId }, [`user:${userId}`])
}
