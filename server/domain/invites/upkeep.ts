import { byId as userById } from '#domain/accounts'
import { byId as ktagById } from '#domain/tags'
import { secondsAfter } from '#kit/clock'
import type { Database, Unit } from '#kit/unit'
import { dispatch } from './delivery.ts'
import { InviteChanged } from './events.ts'
import { type Invite, RULES, SEAL } from './model.ts'
import * as store from './store.ts'

const AT_ONCE = 200

/** What comes round: end the invites whose time is over, and send those that have waited. */
export async function keepUp(database: Database): Promise<void> {
  while ((await database.write(endOverdue)) === AT_ONCE);
  for (const id of await database.read((view) => store.waiting(view, AT_ONCE))) {
    await database.write((unit) => sendWaiting(unit, id))
  }
}

/** Forget ended invites that nobody looks at any more, and addresses that may be invited again. */
export async function tidy(unit: Unit): Promise<void> {
  const ended = secondsAfter(unit.now, -RULES.keptSeconds)
  await store.deleteBefore(unit, { ended, invited: secondsAfter(unit.now, -RULES.liveSeconds) })
}

/** A tag is gone: nobody can be invited to follow it any more. */
export async function ktagGone(unit: Unit, ktagId: string): Promise<void> {
  for (const invite of await store.lockOfKtag(unit, ktagId)) await close(unit, invite, 'revoked')
}

/** The time of a locked invite is over. */
export async function end(unit: Unit, invite: Invite): Promise<void> {
  await close(unit, invite, 'expired')
}

async function endOverdue(unit: Unit): Promise<number> {
  const overdue = await store.lockOverdue(unit, AT_ONCE)
  for (const invite of overdue) await end(unit, invite)
  return overdue.length
}

async function sendWaiting(unit: Unit, id: string): Promise<void> {
  const invite = await store.lock(unit, id)
  const inviter = invite && (await userById(unit, invite.inviterId))
  if (invite?.state !== 'pending' || !inviter || inviter.suspendedAt) return
  const code = unit.site.keys.open(SEAL, invite.codeSealed)
  const ktag = invite.ktagId === null ? null : await ktagById(unit, invite.ktagId)
  await dispatch(unit, { invite, inviter, ktag, code })
}

async function close(unit: Unit, invite: Invite, state: 'revoked' | 'expired'): Promise<void> {
  await store.advance(unit, invite.id, { state })
  const facts = { invite_id: invite.id, inviter_id: invite.inviterId, change: state }
  unit.emit(InviteChanged, facts, [`user:${invite.inviterId}`])
}
