import * as invites from '#domain/invites'
import { presentInvite } from '../presenters/invite.ts'
import { frame, type On } from './frames.ts'

/** What apps see of the invites that their user has sent. */
export function inviteFrames(on: On): void {
  on(invites.InviteChanged, async ({ view, event: { data } }) => {
    const detail = await invites.find(view, data.invite_id)
    if (!detail) return []
    return [frame('invites', `invite.${data.change}`, { invite: await presentInvite(view, data.inviter_id, detail) })]
  })
}
