import { z } from 'zod'
import { INVITE_STATES, type InviteDetail, urlOf } from '#domain/invites'
import { primariesOf } from '#domain/tags'
import type { View } from '#kit/unit'
import { StampSchema, stamp, stampOrNull } from '../dialect/stamp.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'
import { PersonSchema, presentPerson } from './person.ts'

export const InviteStatusSchema = z.enum(INVITE_STATES)

/** Somebody asks somebody else to join, or to follow a tag. */
export const InviteSchema = z
  .object({
    id: z.string(),
    number: z.number().int().describe('Counts up from 1 for each sender.'),
    channel: z.enum(['sms', 'email']),
    to: z.string().describe('An E.164 number or an e-mail address.'),
    from: PersonSchema,
    name: z.string().nullable().describe('What the sender calls them; for the sender only.'),
    message: z.string().nullable(),
    ktag: KtagRefSchema.nullable().describe('The tag to follow.'),
    status: InviteStatusSchema.describe(
      '`pending` waits until something may be sent there, `failed` was not delivered: the link works all the same.',
    ),
    code: z
      .string()
      .nullable()
      .describe('What `/auth/register` takes as `invite_code`; null when it cannot be shown any more.'),
    url: z.string().nullable(),
    created_at: StampSchema,
    expires_at: StampSchema,
    accepted_at: StampSchema.nullable(),
  })
  .meta({ id: 'Invite' })

/** Write invites for one viewer. */
export async function presentInvites(
  view: View,
  viewerId: string,
  details: readonly InviteDetail[],
): Promise<z.input<typeof InviteSchema>[]> {
  const primaries = await primariesOf(view, [...new Set(details.map(({ inviter }) => inviter.id))])
  return details.map(({ invite, inviter, ktag, code }) => ({
    id: invite.id,
    number: invite.number,
    channel: invite.channel,
    to: invite.address,
    from: presentPerson(inviter, primaries.get(inviter.id) ?? null, viewerId),
    name: inviter.id === viewerId ? invite.name : null,
    message: invite.message,
    ktag: ktag && presentKtagRef(ktag),
    status: invite.state,
    code,
    url: code === null ? null : urlOf(view, code),
    created_at: stamp(invite.createdAt),
    expires_at: stamp(invite.expiresAt),
    accepted_at: stampOrNull(invite.acceptedAt),
  }))
}

/** Write one invite for one viewer. */
export async function presentInvite(
  view: View,
  viewerId: string,
  detail: InviteDetail,
): Promise<z.input<typeof InviteSchema>> {
  const [wire] = await presentInvites(view, viewerId, [detail])
  return wire as z.input<typeof InviteSchema>
}
