import { reportManual } from '#domain/codes'
import { ChatStarted, ContactRefused, chatOf, lost, PhoneLinked, wordsFor } from '#domain/telegram'
import { CodeIssued, codeNote, message } from '#domain/verification'
import type { TelegramBot, TelegramError, TelegramMessage } from '#gateways/telegram'
import { dataField, defineEffect, type Effect } from '#kit/consumer'
import { Unavailable } from '#kit/fault'
import { place } from '#kit/order'
import type { Database, Unit } from '#kit/unit'

/** They have not shared their number with our bot, or have blocked it. */
const NOT_SHARED = 'not_on_telegram'

/**
 * What our bot says: codes, and what to do to have them here. A message is claimed before it is handed over; one whose
 * fate is unknown is not said a second time, since Telegram keeps no list in which it could be looked for.
 */
export function telegrams(database: Database, bot: TelegramBot): Effect {
  async function say(key: string, wanted: TelegramMessage, challengeId: string | null = null): Promise<void> {
    let claimedAt = new Date(0)
    const report = async (unit: Unit, status: 'sending' | 'sent' | 'failed', error: string | null) => {
      if (challengeId !== null) await reportManual(unit, challengeId, { status, error })
    }
    const placed = place(database, {
      effect: 'telegram',
      key,
      facts: { chat_id: wanted.chatId },
      async wanted({ now }) {
        claimedAt = now
        return true
      },
      send: () => bot.say(wanted),
      // Telegram numbers the messages of each chat from the beginning.
      externalId: (messageId) => `${wanted.chatId} ${messageId}`,
      judge: verdictOf,
      sent: (unit) => report(unit, 'sent', null),
      async failed(unit, error) {
        const isGone = failureOf(error) === 'gone'
        if (isGone) await lost(unit, wanted.chatId, claimedAt)
        await report(unit, 'failed', isGone ? NOT_SHARED : 'telegram_refused')
      },
    })
    const state = await placed.catch((error: unknown) => {
      // As long as Telegram wants no more of us, this is nobody's fault: the event waits, and is never given up for it.
      throw verdictOf(error) === 'retry' ? Unavailable({ details: { cause: String(error) } }) : error
    })
    if (state === 'unknown') await database.write((unit) => report(unit, 'sending', null))
  }

  return defineEffect(
    'telegram',
    (event) => dataField(event, 'chat_id') || event.id,
    (on) => {
      on(CodeIssued, async ({ id, data }) => {
        if (data.channel !== 'telegram') return
        const code = await database.read((view) => message(view, data.challenge_id, data.send))
        if (!code) return
        const chat = await database.read((view) => chatOf(view, code.destination))
        // They have blocked the bot since the code was asked for.
        if (!chat) {
          const failed = { status: 'failed', error: NOT_SHARED } as const
          return database.write((unit) => reportManual(unit, data.challenge_id, failed))
        }
        await say(id, { chatId: chat.chatId, text: codeNote(code), copyable: code.code }, data.challenge_id)
      })

      on(ChatStarted, async ({ id, data }) => {
        const { welcome, share } = wordsFor(data.language)
        await say(id, { chatId: data.chat_id, text: welcome, keyboard: { share } })
      })

      on(PhoneLinked, async ({ id, data }) => {
        await say(id, { chatId: data.chat_id, text: wordsFor(data.language).linked, keyboard: 'none' })
      })

      on(ContactRefused, async ({ id, data }) => {
        const { notYours, share } = wordsFor(data.language)
        await say(id, { chatId: data.chat_id, text: notYours, keyboard: { share } })
      })
    },
  )
}

/** The gateway is met by its types alone: what it throws is known by its field. */
function failureOf(error: unknown): TelegramError['failure'] | null {
  return error instanceof Error && 'failure' in error ? (error as TelegramError).failure : null
}

function verdictOf(error: unknown): 'refused' | 'retry' | 'unknown' {
  const failure = failureOf(error)
  if (failure === 'busy') return 'retry'
  return failure === null || failure === 'unknown' ? 'unknown' : 'refused'
}
