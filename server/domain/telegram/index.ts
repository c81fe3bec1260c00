export { ChatStarted, ContactRefused, PhoneLinked } from './events.ts'
export type { Chat, Told } from './model.ts'
export { chatOf, hear, link, lost, tidy } from './telegram.ts'
export { type Words, wordsFor } from './wording.ts'
