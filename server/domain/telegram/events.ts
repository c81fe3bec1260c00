import { z } from 'zod'
import { defineEvent } from '#kit/event'

const OneChat = z.object({ chat_id: z.string(), language: z.enum(['en', 'ru']) })

/** Somebody has come to our bot and is to be told what it is for. */
export const ChatStarted = defineEvent('telegram.chat_started', OneChat)

/** Somebody has shared their own number: their codes go to this chat now. */
export const PhoneLinked = defineEvent('telegram.phone_linked', OneChat)

/** Somebody has shared a number that is not theirs. */
export const ContactRefused = defineEvent('telegram.contact_refused', OneChat)
