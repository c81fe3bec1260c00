import { chatOf, link } from '#domain/telegram'
import type { View } from '#kit/unit'

/** How Telegram stands for a phone. */
export interface TelegramReach {
  readonly isActive: boolean
  /** Where its owner lets the bot reach them; null where there is no bot. */
  readonly link: string | null
}

/** Whether Telegram reaches a phone: its owner must have shared their contact with the bot. */
export async function telegramReach(view: View, phone: string | null): Promise<TelegramReach> {
  const chat = phone === null ? null : await chatOf(view, phone)
  return { isActive: chat !== null, link: link(view) }
}
