import * as inbox from '#domain/inbox'
import * as messages from '#domain/messages'
import { count, oneOf, optional, type Slot } from '#kit/command'
import { excerpt } from '#kit/excerpt'
import { command, type Done, type Given } from '../model.ts'
import { MOST_LISTED } from '../wording.ts'

const common = { category: 'Inbox' } as const
/** So many messages are listed when nobody says how many. */
const LISTED = 3
/** So much of each message is shown in a list. */
const SHOWN = 40
const number = count('number')
const unreadWord = oneOf('unread')

/** How many, or `unread`. */
const which: Slot<number | 'unread'> = {
  shape: 'count|unread',
  read: (reader, writer) =>
    reader.attempt(() => number.read(reader, writer)) ?? reader.attempt(() => unreadWord.read(reader, writer)),
  print: String,
}

export const listInbox = command({
  ...common,
  verb: 'inbox',
  aliases: ['i'],
  summary: 'Your newest messages, so many of them, or those that you have not read.',
  examples: ['inbox', 'inbox 3', 'inbox unread'],
  slots: { which: optional(which) },
  async run({ unit, user }, { which: wanted }) {
    const unreadOnly = wanted === 'unread'
    const limit = typeof wanted === 'number' ? Math.max(1, Math.min(wanted, MOST_LISTED)) : LISTED
    const { total } = await inbox.unreadCount(unit, user.id)
    const { items, hasMore } = await inbox.list(unit, user, { unreadOnly }, { limit, offset: 0, beforeId: null })
    const lines: string[] = []
    for (const message of items) lines.push(await lineOf({ unit, user }, message, SHOWN))
    const parts = [`${total} unread.`, ...lines, ...(hasMore ? ['MORE'] : [])]
    return { reply: items.length === 0 ? 'No messages.' : parts.join(' '), result: { type: 'messages', data: items } }
  },
})

export const read = command({
  ...common,
  verb: 'read',
  summary: 'Read a message; it is marked as read.',
  examples: ['read 812'],
  faults: [inbox.MessageNotFound],
  slots: { number },
  async run(given, { number: wanted }) {
    const message = await marked(given, wanted, true)
    return { reply: await lineOf(given, message, Number.POSITIVE_INFINITY), result: { type: 'message', data: message } }
  },
})

export const unread = command({
  ...common,
  verb: 'unread',
  summary: 'Mark a message as unread.',
  examples: ['unread 812'],
  faults: [inbox.MessageNotFound],
  slots: { number },
  async run(given, { number: wanted }): Promise<Done> {
    const message = await marked(given, wanted, false)
    return { reply: `${message.number} is unread.`, result: { type: 'message', data: message } }
  },
})

export const remove = command({
  ...common,
  verb: 'delete',
  summary: 'Delete a message.',
  examples: ['delete 812'],
  faults: [inbox.MessageNotFound],
  slots: { number },
  async run({ unit, user }, { number: wanted }) {
    const { id } = await inbox.byNumber(unit, user, wanted)
    await inbox.remove(unit, user, id)
    return { reply: `${wanted} is deleted.`, result: null }
  },
})

async function marked({ unit, user }: Given, wanted: number, isRead: boolean): Promise<inbox.InboxMessage> {
  const { id } = await inbox.byNumber(unit, user, wanted)
  return inbox.mark(unit, user, id, isRead)
}

/** `812 *bob: Running late` */
async function lineOf(
  { unit, user }: Pick<Given, 'unit' | 'user'>,
  message: inbox.InboxMessage,
  most: number,
): Promise<string> {
  const { body, transcript, kind } = message
  const said = body ?? transcript ?? (kind === 'voicemail' ? '(voicemail)' : '(media)')
  return `${message.number} ${await messages.writerName(unit, user, message)}: ${excerpt(said, most)}`
}
