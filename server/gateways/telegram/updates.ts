import type { Told } from '#domain/telegram'

type Fields = Readonly<Record<string, unknown>>

/**
 * Read what Telegram tells a bot (core.telegram.org/bots/api#update), in our words; null when it is of no concern to us:
 * groups, edited messages, other bots. Throws `SyntaxError` for what is no JSON.
 */
export function readTelegramUpdate(body: Buffer): Told | null {
  const update = fields(JSON.parse(body.toString('utf8')))
  const { update_id: updateId } = update
  if (typeof updateId !== 'number' || !Number.isSafeInteger(updateId)) return null
  const message = fields(update.message)
  const membership = fields(update.my_chat_member)
  const { from, chat, date } = update.message === undefined ? membership : message
  const { id: userId, is_bot: isBot, language_code: language } = fields(from)
  const { id: chatId, type } = fields(chat)
  // In a private chat, the chat bears the id of the person.
  if (type !== 'private' || typeof chatId !== 'number' || userId !== chatId || isBot === true) return null
  if (typeof date !== 'number') return null
  const said = update.message === undefined ? membershipOf(membership) : saidIn(message, userId)
  if (!said) return null
  return {
    updateId,
    at: new Date(date * 1000),
    chatId: String(chatId),
    language: String(language ?? '').startsWith('ru') ? 'ru' : 'en',
    said,
  }
}

/** Telegram itself says whose contact it is; one that was passed on, or made up, is not that of who sends it. */
function saidIn(message: Fields, userId: unknown): Told['said'] {
  if (message.contact === undefined) return { kind: 'words' }
  const { user_id: owner, phone_number: phone } = fields(message.contact)
  return { kind: 'contact', phone: phoneOf(phone), isOwn: owner === userId }
}

/** A private chat's bot is a `member` or was `kicked`, which is being blocked. */
function membershipOf(membership: Fields): Told['said'] | null {
  const { status } = fields(membership.new_chat_member)
  return status === 'kicked' ? { kind: 'blocked' } : null
}

/** Telegram writes numbers with and without a plus sign. */
function phoneOf(written: unknown): string | null {
  const phone = `+${String(written ?? '').replace(/\D/g, '')}`
  return /^\+[1-9]\d{6,14}$/.test(phone) ? phone : null
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
