import { z } from 'zod'
import { EmailSchema } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import { ContactNotFound } from '#domain/contacts'
import { unreachable } from '#domain/destinations'
import * as invites from '#domain/invites'
import { KtagNotFound, NotKtagOwner } from '#domain/tags'
import { IdSchema } from '#kit/id'
import { CursorQuery, pageRequest } from '#kit/page'
import { listOf } from '../dialect/lists.ts'
import { readPhone } from '../dialect/phones.ts'
import { InviteSchema, InviteStatusSchema, presentInvite, presentInvites } from '../presenters/invite.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Invites', auth: 'bearer', gates: ['mobile'] } as const
const WHOM = ['mobile', 'email', 'contact_id'] as const

const InviteBody = z
  .object({
    mobile: z.string().max(40).optional(),
    email: EmailSchema.optional(),
    contact_id: IdSchema.optional(),
    name: z.string().trim().min(1).max(80).optional(),
    message: invites.InviteMessageSchema.optional(),
    ktag_id: IdSchema.optional(),
  })
  .superRefine((body, context) => {
    const named = WHOM.filter((field) => body[field] !== undefined)
    if (named.length === 1) return
    const message = 'Send one of mobile, email and contact_id.'
    context.addIssue({ code: 'custom', path: [named[1] ?? 'mobile'], message })
  })

export const sendInvite = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/invites',
  summary: 'Send an invite',
  notes:
    'By text, or by mail; a contact by its mobile number, else by its e-mail address. With `ktag_id` it invites to follow ' +
    'one of your tags, a private one too. An address gets one invite in 30 days at most, whoever sends it; the link ' +
    'works as long.',
  limit: 'invite',
  body: InviteBody,
  status: 201,
  reply: InviteSchema,
  idempotent: true,
  faults: [
    ContactNotFound,
    KtagNotFound,
    NotKtagOwner,
    PlanLimitReached,
    invites.AlreadyMember,
    invites.AlreadyFollowing,
    invites.AlreadyInvited,
    invites.RecipientOptedOut,
    ...unreachable,
  ],
  async handle({ unit, viewer, body }) {
    const { name = null, message = null, ktag_id: ktagId = null } = body
    const wanted = { invited: invitedBy(body, viewer.user), name, message, ktagId }
    return presentInvite(unit, viewer.user.id, await invites.send(unit, viewer.user, wanted))
  },
})

export const revokeInvite = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/invites/{invite_id}',
  summary: 'Revoke an invite',
  notes: 'Its link is dead at once.',
  limit: 'write',
  params: z.object({ invite_id: IdSchema }),
  status: 204,
  faults: [invites.InviteNotFound, invites.AlreadyAccepted],
  async handle({ unit, viewer, params }) {
    await invites.revoke(unit, viewer.user, params.invite_id)
  },
})

export const listInvites = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/me/invites',
  summary: 'Your invites',
  notes:
    'Newest first: those that you have sent, or those that came to your verified mobile number and e-mail address.',
  limit: 'read',
  query: CursorQuery.safeExtend({
    direction: z.enum(['sent', 'received']).default('sent'),
    status: InviteStatusSchema.optional(),
  }),
  status: 200,
  reply: listOf(InviteSchema),
  async handle({ view, viewer, query }) {
    const filter = { direction: query.direction, state: query.status }
    const page = await invites.list(view, viewer.user, filter, pageRequest(query))
    return { items: await presentInvites(view, viewer.user.id, page.items), has_more: page.hasMore }
  },
})

/** Whom a checked body names; exactly one of the three is there. */
function invitedBy(
  { mobile, email, contact_id }: z.output<typeof InviteBody>,
  sender: Parameters<typeof readPhone>[2],
): invites.WantedInvite['invited'] {
  if (mobile !== undefined) return { mobile: readPhone(mobile, 'mobile', sender) }
  return email === undefined ? { contactId: String(contact_id) } : { email }
}
