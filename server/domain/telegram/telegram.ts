import { secondsAfter } from '#kit/clock'
import type { Unit, View } from '#kit/unit'
import { ChatStarted, ContactRefused, PhoneLinked } from './events.ts'
import type { Chat, Told } from './model.ts'
import * as store from './store.ts'

/** Whoever says the same to our bot again and again is answered once in so long: a bot may say only so much. */
const ANSWER_SECONDS = 3
/** Telegram tells again for a day at most. */
const KEPT_SECONDS = 2 * 86_400

/** The chat in which a phone's owner reads what our bot says; null when they have not shared their number with it. */
export async function chatOf(view: View, phone: string): Promise<Chat | null> {
  return view.site.telegramLink === null ? null : store.findLinked(view, phone)
}

/** Where people come to our bot, `https://t.me/<bot>`; null when this deployment has none. */
export function link(view: View): string | null {
  return view.site.telegramLink
}

/**
 * Take in what Telegram tells us. Told again, it counts once; told late, it changes nothing that was decided later: what
 * happened counts, and not what arrived. False when it was heard before.
 */
export async function hear(unit: Unit, told: Told): Promise<boolean> {
  if (!(await store.note(unit, told.updateId))) return false
  const { chatId: chat_id, language, said } = told
  switch (said.kind) {
    case 'words':
      if (await mayAnswer(unit, told)) unit.emit(ChatStarted, { chat_id, language }, [])
      break
    case 'contact':
      await hearContact(unit, told, said.isOwn ? said.phone : null)
      break
    case 'blocked':
      await store.block(unit, told)
      break
  }
  return true
}

/**
 * Telegram does not let us write to a chat any more. `since` is when that was tried: who has shared their number after
 * it is reached again.
 */
export async function lost(unit: Unit, chatId: string, since: Date): Promise<void> {
  await store.unlink(unit, chatId, since)
}

/** Forget what cannot be told again, and the phones of who has blocked our bot. */
export async function tidy(unit: Unit): Promise<void> {
  await store.deleteBefore(unit, secondsAfter(unit.now, -KEPT_SECONDS))
}

/** A contact was shared; `phone` is null when it is none of their own. */
async function hearContact(unit: Unit, told: Told, phone: string | null): Promise<void> {
  const { chatId: chat_id, language } = told
  const outcome = phone === null ? 'refused' : await share(unit, told, phone)
  if (outcome === 'overtaken') return
  if (outcome !== 'linked' && !(await mayAnswer(unit, told))) return
  unit.emit(outcome === 'refused' ? ContactRefused : PhoneLinked, { chat_id, language }, [])
}

/**
 * Somebody has shared their own number. `overtaken`: they have thought better of it since, or another holds it since;
 * `known`: it is as it was.
 */
async function share(unit: Unit, told: Told, phone: string): Promise<'linked' | 'known' | 'overtaken'> {
  await store.lockPhone(unit, phone)
  const { isNewest, isTakenSince, linkedPhone } = await store.lockChat(unit, told, phone)
  await store.noteShare(unit, told, phone)
  if (isTakenSince) return 'overtaken'
  await store.unlinkOthers(unit, told.chatId, phone)
  if (!isNewest) return 'overtaken'
  await store.link(unit, told)
  return linkedPhone === phone ? 'known' : 'linked'
}

/** Whether this chat was not answered just now; from now on it was. */
function mayAnswer(unit: Unit, told: Told): Promise<boolean> {
  return store.noteAnswer(unit, told, secondsAfter(unit.now, -ANSWER_SECONDS))
}
