import type { TextStatus } from '#domain/texts'

/**
 * Message.status, as our own. Whatever the carrier has taken on, if only into its queue, is `sending`.
 * Source: Twilio's published OpenAPI document, 2010-04-01.
 */
const STATUSES: Readonly<Record<string, TextStatus>> = {
  accepted: 'sending',
  scheduled: 'sending',
  queued: 'sending',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  partially_delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
}

/** How far a text of ours has come, by the carrier's word; null for a word that says nothing of that. */
export function textStatusOf(word: string): TextStatus | null {
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? null) : null
}
