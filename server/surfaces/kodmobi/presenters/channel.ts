import { z } from 'zod'
import type { ChannelState } from '#domain/codes'
import type { Channel } from '#domain/verification'
import type { Shown } from '../dialect/language.ts'
import type { Says } from '../dialect/says.ts'

/** What a channel is called by machines. */
export const ChannelTypeSchema = z.enum(['sms', 'whatsapp', 'telegram', 'email', 'voice'])

/** A channel of a project, as it stands for one session. */
export const ChannelSchema = z
  .object({
    name: z.string(),
    type: ChannelTypeSchema,
    is_active: z.boolean().describe('Whether it reaches this user now.'),
    timeout: z.int().describe('Seconds until it may send again.'),
    description: z.string(),
    image_url: z.string().describe('An icon.'),
    link: z.string().nullable().describe('Where the user opens the channel; the bot, for Telegram.'),
    sorting: z.int().describe('Its place in the order of the project.'),
  })
  .meta({ id: 'Channel' })

export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  telegram: 'Telegram',
  email: 'Email',
  voice: 'Voice',
}

const DESCRIPTIONS: Readonly<Record<Channel, Says>> = {
  sms: { en: 'The code comes as a text message.', ru: 'Код придёт в SMS.' },
  whatsapp: { en: 'The code comes as a message in WhatsApp.', ru: 'Код придёт в WhatsApp.' },
  telegram: { en: 'The code comes from our bot in Telegram.', ru: 'Код придёт от нашего бота в Telegram.' },
  email: { en: 'The code comes by e-mail.', ru: 'Код придёт на электронную почту.' },
  voice: { en: 'We call and say the code.', ru: 'Мы позвоним и продиктуем код.' },
}

/** Write a channel. */
export function presentChannel(channel: ChannelState, { language, publicUrl }: Shown): z.output<typeof ChannelSchema> {
  const { type, isActive, timeoutSeconds, link, position } = channel
  return {
    name: CHANNEL_NAMES[type],
    type,
    is_active: isActive,
    timeout: timeoutSeconds,
    description: DESCRIPTIONS[type][language],
    image_url: `${publicUrl}/kodmobi/icons/${type}.svg`,
    link,
    sorting: position,
  }
}
