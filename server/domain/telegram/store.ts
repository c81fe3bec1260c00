import type { Unit, View } from '#kit/unit'
import type { Chat, Told } from './model.ts'

/** Note that something was told; false when it was told before. */
export async function note(unit: Unit, updateId: number): Promise<boolean> {
  const noted = await unit
    .sql('telegram_updates')
    .insert({ update_id: updateId, heard_at: unit.now })
    .onConflict('update_id')
    .ignore()
    .returning('update_id')
  return noted.length === 1
}

export async function findLinked(view: View, phone: string): Promise<Chat | null> {
  const row: { chat_id: string } | undefined = await view
    .sql('telegram_chats')
    .where({ phone, is_linked: true })
    .first('chat_id')
  return row ? { chatId: row.chat_id } : null
}

/** A chat is answered: false when it was answered after `before`. */
export async function noteAnswer(unit: Unit, { chatId, language }: Told, before: Date): Promise<boolean> {
  const rows = await unit
    .sql('telegram_chats')
    .insert({ chat_id: chatId, language, greeted_at: unit.now, created_at: unit.now, updated_at: unit.now })
    .onConflict('chat_id')
    .merge({ language, greeted_at: unit.now, updated_at: unit.now })
    .where((chat) => chat.whereNull('telegram_chats.greeted_at').orWhere('telegram_chats.greeted_at', '<=', before))
    .returning('chat_id')
  return rows.length === 1
}

/** Others who share the same number wait until the unit ends. */
export async function lockPhone(unit: Unit, phone: string): Promise<void> {
  await unit.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`telegram ${phone}`])
}

/** What is known of a chat, and of a phone in others, set against something that is told now. */
export interface Standing {
  /** Nothing has happened in this chat since. */
  readonly isNewest: boolean
  /** The phone was shared in another chat since. */
  readonly isTakenSince: boolean
  /** The phone that is reached in this chat. */
  readonly linkedPhone: string | null
}

/**
 * Lock a chat until the unit ends. What happened in the same second goes by Telegram's numbers, which begin anew after a
 * quiet week: alone they tell no order.
 */
export async function lockChat(unit: Unit, { chatId, language, at, updateId }: Told, phone: string): Promise<Standing> {
  await unit
    .sql('telegram_chats')
    .insert({ chat_id: chatId, language, created_at: unit.now, updated_at: unit.now })
    .onConflict('chat_id')
    .ignore()
  const [own]: { is_newest: boolean; linked: string | null }[] = await unit
    .sql('telegram_chats')
    .where({ chat_id: chatId })
    .forUpdate()
    .select(
      unit.sql.raw('told_at is null or (told_at, update_id) < (?, ?) as is_newest', [at, updateId]),
      unit.sql.raw('case when is_linked then phone end as linked'),
    )
  const later = await unit
    .sql('telegram_chats')
    .where({ phone })
    .whereNot({ chat_id: chatId })
    .andWhereRaw('(shared_at, shared_update_id) > (?, ?)', [at, updateId])
    .first('chat_id')
  return { isNewest: own?.is_newest === true, isTakenSince: later !== undefined, linkedPhone: own?.linked ?? null }
}

/** A chat's person has shared a phone, whatever came of it since; one that they shared before is theirs no more. */
export async function noteShare(unit: Unit, { chatId, at, updateId }: Told, phone: string): Promise<void> {
  await unit
    .sql('telegram_chats')
    .where({ chat_id: chatId })
    .andWhereRaw('(shared_at is null or (shared_at, shared_update_id) < (?, ?))', [at, updateId])
    .update({ phone, is_linked: false, shared_at: at, shared_update_id: updateId, updated_at: unit.now })
}

/** A phone is reached in no chat but this one. */
export async function unlinkOthers(unit: Unit, chatId: string, phone: string): Promise<void> {
  await unit
    .sql('telegram_chats')
    .where({ phone, is_linked: true })
    .whereNot({ chat_id: chatId })
    .update({ is_linked: false, updated_at: unit.now })
}

/** The phone that was shared in a chat is reached there from now on. */
export async function link(unit: Unit, { chatId, language, at, updateId }: Told): Promise<void> {
  await unit
    .sql('telegram_chats')
    .where({ chat_id: chatId })
    .update({ language, is_linked: true, linked_at: unit.now, told_at: at, update_id: updateId, updated_at: unit.now })
}

/** Our bot was blocked in a chat, unless something else happened there since. */
export async function block(unit: Unit, { chatId, language, at, updateId }: Told): Promise<void> {
  const told = { told_at: at, update_id: updateId, updated_at: unit.now }
  await unit
    .sql('telegram_chats')
    .insert({ chat_id: chatId, language, created_at: unit.now, ...told })
    .onConflict('chat_id')
    .merge({ is_linked: false, ...told })
    .whereRaw('(telegram_chats.told_at is null or (telegram_chats.told_at, telegram_chats.update_id) < (?, ?))', [
      at,
      updateId,
    ])
}

/** A chat that was linked at or before a moment is so no more. */
export async function unlink(unit: Unit, chatId: string, since: Date): Promise<void> {
  await unit
    .sql('telegram_chats')
    .where({ chat_id: chatId, is_linked: true })
    .andWhere('linked_at', '<=', since)
    .update({ is_linked: false, updated_at: unit.now })
}

/** Delete what was told before a moment, and chats that have not been linked since. */
export async function deleteBefore(unit: Unit, moment: Date): Promise<void> {
  await unit.sql('telegram_updates').where('heard_at', '<', moment).delete()
  await unit.sql('telegram_chats').where({ is_linked: false }).andWhere('updated_at', '<', moment).delete()
}
