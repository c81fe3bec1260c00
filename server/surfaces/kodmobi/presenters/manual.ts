import { z } from 'zod'
import { type ChannelState, type ManualMessage, providersOf } from '#domain/codes'
import type { Language } from '../dialect/language.ts'
import type { Says } from '../dialect/says.ts'
import { CHANNEL_NAMES, ChannelTypeSchema } from './channel.ts'

/** A channel of the project, with who carries its messages. */
export const ManualChannelSchema = z
  .object({
    name: z.string(),
    type: ChannelTypeSchema,
    providers: z.array(z.object({ id: z.string(), name: z.string(), type: z.string(), is_system: z.boolean() })),
  })
  .meta({ id: 'ManualChannel' })

/** A message that was taken. */
export const ManualSentSchema = z
  .object({
    message: z.string().describe('A sentence for people.'),
    code: z
      .string()
      .describe('The code, encrypted with the secret key: `aes_256_cbc_`, initial vector, ciphertext in hex.'),
    message_id: z.int(),
  })
  .meta({ id: 'ManualSent' })

/** How far a message has come. */
export const ManualMessageSchema = z
  .object({
    id: z.int(),
    channel: ChannelTypeSchema,
    status: z.enum(['queued', 'sending', 'sent', 'delivered', 'failed']),
    error: z.string().nullable(),
  })
  .meta({ id: 'ManualMessage' })

export function presentManualChannels(channels: readonly ChannelState[]): z.output<typeof ManualChannelSchema>[] {
  return channels.map(({ type }) => ({
    name: CHANNEL_NAMES[type],
    type,
    providers: providersOf(type).map(({ id, name, type: carries, isSystem }) => ({
      id,
      name,
      type: carries,
      is_system: isSystem,
    })),
  }))
}

const ON_ITS_WAY: Says = { en: 'The message is on its way.', ru: 'Сообщение отправляется.' }

/** Write a message that was just taken. */
export function presentManualSent(message: ManualMessage, language: Language): z.output<typeof ManualSentSchema> {
  return { message: ON_ITS_WAY[language], code: message.code ?? '', message_id: message.no }
}

/** Write how far a message has come. */
export function presentManual({ no, channel, status, error }: ManualMessage): z.output<typeof ManualMessageSchema> {
  return { id: no, channel, status, error }
}
