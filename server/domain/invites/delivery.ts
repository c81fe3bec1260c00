import * as allowance from '#domain/allowance'
import { queue } from '#domain/texts'
import type { Unit, View } from '#kit/unit'
import { InviteChanged, InviteLetterQueued } from './events.ts'
import { type Invite, type InviteDetail, RANK } from './model.ts'
import * as store from './store.ts'
import { textOf, urlOf } from './wording.ts'

const PURPOSE = 'invite'
const SEAL = 'invite refusal'

/**
 * Have an invite sent. A text to a number that is left alone for a while is not queued: the invite stays `pending`, and
 * is looked at again.
 */
export async function dispatch(unit: Unit, detail: InviteDetail): Promise<void> {
  const { invite, code } = detail
  // Sealed with a secret that is gone: nobody can be told of it.
  if (code === null) return
  if (invite.channel === 'email') {
    unit.emit(InviteLetterQueued, { invite_id: invite.id }, [])
    await store.advance(unit, invite.id, { state: 'sent' })
    return
  }
  const textId = await queue(unit, { phone: invite.address, body: textOf(unit, detail, code), purpose: PURPOSE })
  if (textId !== null) await store.advance(unit, invite.id, { state: 'sent', textId })
}

/** What is to be mailed for an invite. */
export interface InviteLetter {
  readonly detail: InviteDetail
  readonly url: string
  /** Where the mailbox asks for no more invites. */
  readonly refusalUrl: string
}

/** An invite as it is to be mailed; null when that is not possible any more. */
export function letterOf(view: View, detail: InviteDetail): InviteLetter | null {
  if (detail.code === null) return null
  const sealed = view.site.keys.seal(SEAL, detail.invite.address)
  return { detail, url: urlOf(view, detail.code), refusalUrl: `${view.site.publicUrl}/i/none/${sealed}` }
}

/** Whether a letter is still to be handed over, asked in the unit that claims it. */
export async function isLetterWanted(unit: Unit, id: string): Promise<boolean> {
  const invite = await store.lock(unit, id)
  return invite?.state === 'sent' && invite.expiresAt > unit.now && !(await store.isRefused(unit, invite.address))
}

/** A mail server has refused the letter of an invite for good. */
export async function letterRefused(unit: Unit, id: string): Promise<void> {
  await fail(unit, await store.lock(unit, id))
}

/** A text will not arrive; nothing happens when it brings no invite. */
export async function textFailed(unit: Unit, text: { readonly id: string; readonly purpose: string }): Promise<void> {
  if (text.purpose === PURPOSE) await fail(unit, await store.lockByText(unit, text.id))
}

/** The mailbox behind a link that asks for no more invites; null when the link is none of ours. */
export function refusing(view: View, sealed: string): string | null {
  return view.site.keys.open(SEAL, sealed)
}

/** A mailbox wants no invites from now on, from nobody. */
export async function refuse(unit: Unit, address: string): Promise<void> {
  await store.refuse(unit, address)
}

/** Nothing has reached the address of an invite: it may be invited again, and the text is not counted. */
export async function release(unit: Unit, { id, address }: Invite): Promise<void> {
  await store.releaseAddress(unit, address)
  await allowance.refund(unit, id, 1)
}

/** What never reached its address keeps nobody from trying again; the link itself goes on working. */
async function fail(unit: Unit, invite: Invite | null): Promise<void> {
  if (!invite || RANK[invite.state] >= RANK.failed) return
  await store.advance(unit, invite.id, { state: 'failed' })
  await release(unit, invite)
  const facts = { invite_id: invite.id, inviter_id: invite.inviterId, change: 'failed' as const }
  unit.emit(InviteChanged, facts, [`user:${invite.inviterId}`])
}
