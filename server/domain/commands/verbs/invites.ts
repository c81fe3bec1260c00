import { EmailSchema, type User } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import { ContactNotFound } from '#domain/contacts'
import { unreachable } from '#domain/destinations'
import * as invites from '#domain/invites'
import { KtagNotFound, NotKtagOwner } from '#domain/tags'
import { count, optional, type Slot } from '#kit/command'
import { ValidationFailed } from '#kit/fault'
import type { View } from '#kit/unit'
import { checked } from '../checked.ts'
import { contactOf, ownTagOf } from '../lookup.ts'
import { command } from '../model.ts'
import { contact, remark, starredTag, type Target } from '../slots.ts'
import { listed, MOST_LISTED } from '../wording.ts'

const common = { category: 'Invites' } as const

type Invited = { readonly email: string } | { readonly target: Target }

/** Whoever is invited: a number, an e-mail address, or a contact. */
const invited: Slot<Invited> = {
  shape: 'number|email|@contact',
  read: (reader, writer) => {
    const email = reader.attempt(() => {
      const written = reader.take(/[^\s,"<>]{1,64}@[^\s,"<>]{1,190}(?<![.!])/y)?.[0]
      return EmailSchema.safeParse(written).data
    })
    if (email !== undefined) return { email }
    const target = contact.read(reader, writer)
    return target && { target }
  },
  print: (one, writer) => ('email' in one ? one.email : contact.print(one.target, writer)),
}

/** `to *gig`; the tag needs its `*`, since what follows may be a message that begins with "to". */
const toTag: Slot<string> = {
  shape: 'to *tag',
  read: (reader, writer) => (reader.word().toLowerCase() === 'to' ? starredTag.read(reader, writer) : undefined),
  print: (name) => `to *${name}`,
}

export const invite = command({
  ...common,
  verb: 'invite',
  limit: 'invite',
  summary: 'Invite somebody to join, or to follow a tag of yours.',
  examples: ['invite 555-123-4567 Join us', 'invite @kim to *gig', 'invite kim@example.com'],
  slots: { whom: invited, tag: optional(toTag), message: optional(remark('message')) },
  faults: [
    ContactNotFound,
    KtagNotFound,
    NotKtagOwner,
    PlanLimitReached,
    ValidationFailed,
    invites.AlreadyMember,
    invites.AlreadyFollowing,
    invites.AlreadyInvited,
    invites.RecipientOptedOut,
    ...unreachable,
  ],
  async run({ unit, user }, { whom, tag, message }) {
    const { to, name } = await addressed(unit, user, whom)
    const sent = await invites.send(unit, user, {
      invited: to,
      name: null,
      message: message === null ? null : checked(invites.InviteMessageSchema, message),
      ktagId: tag === null ? null : (await ownTagOf(unit, user, tag)).id,
    })
    return { reply: `Invite sent to ${name}.`, result: { type: 'invite', data: sent } }
  },
})

export const listInvites = command({
  ...common,
  verb: 'invites',
  summary: 'The invites that you have sent, the last one first.',
  examples: ['invites'],
  slots: {},
  async run({ unit, user }) {
    const filter = { direction: 'sent' } as const
    const { items, hasMore } = await invites.list(unit, user, filter, { limit: MOST_LISTED, offset: 0, beforeId: null })
    const lines = items.map(({ invite: { number, name, address, state }, ktag }) => {
      return `${number} ${name ?? address}${ktag ? ` to *${ktag.name}` : ''} (${state})`
    })
    const reply = lines.length === 0 ? 'No invites.' : listed(lines, hasMore)
    return { reply, result: { type: 'invites', data: items } }
  },
})

export const uninvite = command({
  ...common,
  verb: 'uninvite',
  summary: 'Take an invite back, by its number.',
  examples: ['uninvite 5'],
  slots: { number: count('n') },
  faults: [invites.InviteNotFound, invites.AlreadyAccepted],
  async run({ unit, user }, { number }) {
    const { invite: found } = await invites.numbered(unit, user, number)
    await invites.revoke(unit, user, found.id)
    const after = await invites.numbered(unit, user, number)
    const isExpired = after.invite.state === 'expired'
    const reply = isExpired ? `Invite ${number} had expired already.` : `Invite ${number} is taken back.`
    return { reply, result: { type: 'invite', data: after } }
  },
})

/** Where an invite is to go, and what whoever gets it is called in a reply. */
async function addressed(
  view: View,
  user: User,
  whom: Invited,
): Promise<{ readonly to: invites.WantedInvite['invited']; readonly name: string }> {
  if ('email' in whom) return { to: whom, name: whom.email }
  const { target } = whom
  if (target.kind === 'phone') return { to: { mobile: target.phone }, name: target.phone }
  const { id, name } = await contactOf(view, user, target)
  return { to: { contactId: id }, name }
}
