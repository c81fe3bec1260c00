import * as inbox from '#domain/inbox'
import { presentMessage, presentUnreadCount } from '../presenters/message.ts'
import { frame, gone, type On } from './frames.ts'
import { unreadCountOf } from './readings.ts'

/** What apps see of the inbox. */
export function inboxFrames(on: On): void {
  on(inbox.MessageChanged, async ({ view, event: { data } }) => {
    const count = frame('inbox', 'inbox.unread_count', presentUnreadCount(await unreadCountOf(view, data.owner_id)))
    const message = data.change === 'deleted' ? null : await gone(inbox.get(view, data.owner_id, data.message_id))
    if (message === null) return [frame('inbox', 'inbox.message_deleted', { id: data.message_id }), count]
    return [frame('inbox', `inbox.message_${data.change}`, { message: await presentMessage(view, message) }), count]
  })
}
