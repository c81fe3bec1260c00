import { z } from 'zod'
import * as inbox from '#domain/inbox'
import { IdSchema } from '#kit/id'
import { CursorQuery, pageRequest } from '#kit/page'
import { listOf } from '../dialect/lists.ts'
import {
  MessageSchema,
  presentMessage,
  presentMessages,
  presentUnreadCount,
  UnreadCountSchema,
} from '../presenters/message.ts'
import { kadoink } from '../surface.ts'

const common = { tag: 'Inbox', auth: 'bearer', gates: ['mobile'] } as const
const params = z.object({ message_id: IdSchema })

export const listMessages = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/inbox',
  summary: 'List messages',
  notes: 'Newest first. Listing marks nothing as read.',
  limit: 'read',
  query: CursorQuery.safeExtend({
    kind: z.enum(['text', 'voicemail']).optional(),
    unread: z.enum(['true', 'false']).optional(),
    ktag_id: IdSchema.optional(),
    q: z.string().trim().min(1).max(80).optional(),
  }),
  status: 200,
  reply: listOf(MessageSchema),
  async handle({ view, viewer, query }) {
    const filter = { kind: query.kind, unreadOnly: query.unread === 'true', ktagId: query.ktag_id, words: query.q }
    const page = await inbox.list(view, viewer.user, filter, pageRequest(query))
    return { items: await presentMessages(view, viewer.user.id, page.items), has_more: page.hasMore }
  },
})

export const readUnreadCount = kadoink.endpoint({
  ...common,
  method: 'GET',
  path: '/inbox/unread-count',
  summary: 'Unread count',
  limit: 'read',
  status: 200,
  reply: UnreadCountSchema,
  async handle({ view, viewer }) {
    return presentUnreadCount(await inbox.unreadCount(view, viewer.user.id))
  },
})

export const deleteMessage = kadoink.endpoint({
  ...common,
  method: 'DELETE',
  path: '/inbox/{message_id}',
  summary: 'Delete a message',
  limit: 'write',
  params,
  status: 204,
  faults: [inbox.MessageNotFound],
  async handle({ unit, viewer, params }) {
    await inbox.remove(unit, viewer.user, params.message_id)
  },
})

export const markMessage = kadoink.endpoint({
  ...common,
  method: 'PATCH',
  aliases: ['PUT'],
  path: '/inbox/{message_id}',
  summary: 'Mark read / unread',
  limit: 'write',
  params,
  body: z.object({ read: z.boolean() }),
  status: 200,
  reply: MessageSchema,
  faults: [inbox.MessageNotFound],
  async handle({ unit, viewer, params, body }) {
    return presentMessage(unit, await inbox.mark(unit, viewer.user, params.message_id, body.read))
  },
})
