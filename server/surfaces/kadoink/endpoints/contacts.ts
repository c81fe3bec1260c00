import { z } from 'zod'
import { EmailSchema } from '#domain/accounts'
import { PlanLimitReached } from '#domain/billing'
import * as contacts from '#domain/contacts'
import * as groups from '#domain/groups'
import * as handles from '#domain/handles'
import * as inbox from '#domain/inbox'
import { KtagNameSchema } from '#domain/tags'
import { IdSchema } from '#kit/id'
import { OffsetQuery, pageRequest } from '#kit/page'
import { listOf, presentList } from '../dialect/lists.ts'
import { readPhoneOr } from '../dialect/phones.ts'
import { ContactSchema, presentContact } from '../presenters/contact.ts'
import { GroupRefSchema, presentGroupRef } from '../presenters/group.ts'
import { ImHandleSchema, presentImHandle } from '../presenters/handle.ts'
import { MessageSchema, presentMessages } from '../presenters/message.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Contacts', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ contact_id: IdSchema })
const RECENT = { limit: 5, offset: 0, beforeId: null }

const fields = {
  nickname: contacts.NicknameSchema.nullable().optional(),
  mobile: z.string().max(40).nullable().optional(),
  email: EmailSchema.nullable().optional(),
  ktag: KtagNameSchema.nullable().optional(),
  notes: z.string().max(2000).nullable().optional(),
}
const NameSchema = z.string().trim().min(1).max(80)

export const listContacts = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/contacts',
  summary: 'List contacts',
  notes: 'By name; `q` finds parts of names, nicknames, numbers and addresses.',
  limit: 'read',
  query: OffsetQuery.extend({
    q: z.string().trim().min(1).max(80).optional(),
    group_id: IdSchema.optional(),
    in_grid: z.enum(['true', 'false']).optional(),
  }),
  status: 200,
  reply: listOf(ContactSchema),
  async handle({ view, viewer, query }) {
    const inGrid = query.in_grid === undefined ? undefined : query.in_grid === 'true'
    const filter = { words: query.q, groupId: query.group_id, inGrid }
    return presentList(await contacts.list(view, viewer.user, filter, pageRequest(query)), presentContact)
  },
})

export const addContact = kadoink.endpoint({
  ...common,
  method: 'POST',
  path: '/contacts',
  summary: 'Add a contact',
  notes: 'At least one of mobile, email and ktag. Nothing is sent to the contact.',
  limit: 'write',
  body: z.object({ name: NameSchema, ...fields }).refine((body) => body.mobile || body.email || body.ktag, {
    path: ['mobile'],
    message: 'Send a mobile, an email or a ktag.',
  }),
  status: 201,
  reply: ContactSchema,
  idempotent: true,
  faults: [contacts.ContactExists, contacts.NicknameTaken, PlanLimitReached],
  async handle({ unit, viewer, body }) {
    const { name, nickname = null, email = null, ktag = null, notes = null } = body
    const mobile = readPhoneOr(body.mobile ?? null, 'mobile', viewer.user)
    return presentContact(await contacts.add(unit, viewer.user, { name, nickname, mobile, email, ktag, notes }))
  },
})

export const readContact = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/contacts/{contact_id}',
  summary: 'Contact detail',
  limit: 'read',
  params,
  status: 200,
  reply: ContactSchema.extend({
    groups: z.array(GroupRefSchema),
    im_identities: z.array(ImHandleSchema).describe('Of a contact whose mobile is that of an account.'),
    recent_messages: listOf(MessageSchema),
  }),
  faults: [contacts.ContactNotFound],
  async handle({ view, viewer, params }) {
    const contact = await contacts.get(view, viewer.user, params.contact_id)
    const recent = contact.mobile
      ? await inbox.fromPhone(view, viewer.user, contact.mobile, RECENT)
      : { items: [], hasMore: false }
    const memberships = await groups.ofContact(view, viewer.user, contact.id)
    const items = await presentMessages(view, viewer.user.id, recent.items)
    const known = contact.userId === null ? [] : await handles.shownTo(view, viewer.user, contact.userId)
    return {
      ...presentContact(contact),
      groups: memberships.map(presentGroupRef),
      im_identities: known.map(presentImHandle),
      recent_messages: { items, has_more: recent.hasMore },
    }
  },
})

export const editContact = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/contacts/{contact_id}',
  summary: 'Edit a contact',
  notes: 'Absent fields stay as they are, null clears. Whoever is on the grid keeps a mobile.',
  limit: 'write',
  params,
  body: z.object({ name: NameSchema.optional(), ...fields }),
  status: 200,
  reply: ContactSchema,
  faults: [contacts.ContactNotFound, contacts.ContactExists, contacts.NicknameTaken],
  async handle({ unit, viewer, params, body }) {
    const mobile = readPhoneOr(body.mobile, 'mobile', viewer.user)
    const changes = Object.fromEntries(
      Object.entries({ ...body, mobile }).filter(([, value]) => value !== undefined),
    ) as contacts.ContactChanges
    return presentContact(await contacts.edit(unit, viewer.user, params.contact_id, changes))
  },
})

export const deleteContact = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/contacts/{contact_id}',
  summary: 'Delete a contact',
  notes: 'It leaves its groups and the grid; a call that it is on goes on.',
  limit: 'write',
  params,
  status: 204,
  faults: [contacts.ContactNotFound],
  async handle({ unit, viewer, params }) {
    await contacts.remove(unit, viewer.user, params.contact_id)
  },
})
