import { z } from 'zod'
import { byIds as usersByIds } from '#domain/accounts'
import { known } from '#domain/contacts'
import type { InboxMessage, UnreadCount } from '#domain/inbox'
import { find as filesByIds } from '#domain/media'
import { maskPhone } from '#domain/phones'
import { primariesOf, byIds as tagsByIds } from '#domain/tags'
import type { View } from '#kit/unit'
import { StampSchema, stamp, stampOrNull } from '../dialect/stamp.ts'
import { FileSchema, presentFile } from './file.ts'
import { KtagRefSchema, presentKtagRef } from './ktag.ts'

export const MessageSchema = z
  .object({
    id: z.string(),
    number: z.number().int().describe('Counts up from 1 for each person; what commands call the message by.'),
    kind: z.enum(['text', 'voicemail']),
    from: z.object({
      user_id: z.string().nullable(),
      ktag: KtagRefSchema.nullable(),
      contact_id: z.string().nullable(),
      name: z.string().nullable(),
      mobile: z
        .string()
        .nullable()
        .describe('In full only when it is in your contacts, or a visitor of a widget has left it for you.'),
      mobile_verified: z
        .boolean()
        .describe('False for a number that a visitor of a widget has typed: it may be anybody’s.'),
    }),
    to_ktag: KtagRefSchema.nullable(),
    body: z.string().nullable(),
    transcript: z.string().nullable(),
    transcript_status: z
      .enum(['pending', 'ready', 'absent'])
      .describe('Whether a transcript is still to come; `absent`: there is none and will be none.'),
    media: z.array(FileSchema),
    read: z.boolean(),
    read_at: StampSchema.nullable(),
    via: z.enum(['sms', 'app', 'voice', 'widget']),
    in_reply_to: z.string().nullable(),
    created_at: StampSchema,
  })
  .meta({ id: 'Message' })

export const UnreadCountSchema = z
  .object({
    unread_count: z.number().int(),
    by_kind: z.object({ text: z.number().int(), voicemail: z.number().int() }),
  })
  .meta({ id: 'UnreadCount' })

/** Write messages of one owner; what they refer to is read for all of them together. */
export async function presentMessages(
  view: View,
  ownerId: string,
  messages: readonly InboxMessage[],
): Promise<z.input<typeof MessageSchema>[]> {
  const userIds = present(messages.map((message) => message.fromUserId))
  const contacts = await known(view, ownerId, present(messages.map((message) => message.fromPhone)))
  const users = await usersByIds(view, userIds)
  const primaries = await primariesOf(view, userIds)
  const ktags = await tagsByIds(view, present(messages.map((message) => message.toKtagId)))
  const files = await filesByIds(view, ownerId, present(messages.map((message) => message.fileId)))

  return messages.map((message) => {
    const isTyped = message.via === 'widget'
    // Whose number a visitor has typed says nothing of who they are.
    const contact = isTyped ? undefined : contacts.get(message.fromPhone ?? '')
    const ktag = primaries.get(message.fromUserId ?? '')
    const toKtag = ktags.get(message.toKtagId ?? '')
    const file = files.get(message.fileId ?? '')
    return {
      id: message.id,
      number: message.number,
      kind: message.kind,
      from: {
        user_id: message.fromUserId,
        ktag: ktag?.visibility === 'public' ? presentKtagRef(ktag) : null,
        contact_id: contact?.id ?? null,
        name: contact?.name ?? users.get(message.fromUserId ?? '')?.name ?? message.fromName,
        mobile:
          message.fromPhone === null ? null : contact || isTyped ? message.fromPhone : maskPhone(message.fromPhone),
        mobile_verified: message.fromPhone !== null && !isTyped,
      },
      to_ktag: toKtag ? presentKtagRef(toKtag) : null,
      body: message.body,
      transcript: message.transcript,
      transcript_status: message.transcriptStatus,
      media: file ? [presentFile(view, file)] : [],
      read: message.readAt !== null,
      read_at: stampOrNull(message.readAt),
      via: message.via,
      in_reply_to: message.inReplyTo,
      created_at: stamp(message.createdAt),
    }
  })
}

/** Write one message. */
export async function presentMessage(view: View, message: InboxMessage): Promise<z.input<typeof MessageSchema>> {
  const [wire] = await presentMessages(view, message.ownerId, [message])
  return wire as z.input<typeof MessageSchema>
}

/** Write how much is unread. */
export function presentUnreadCount(count: UnreadCount): z.input<typeof UnreadCountSchema> {
  return { unread_count: count.total, by_kind: { text: count.texts, voicemail: count.voicemails } }
}

function present(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))]
}
