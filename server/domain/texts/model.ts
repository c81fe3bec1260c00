/** A text's way through the carrier; `received` for texts that came in. */
export type TextStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'received'

/** What the texter needs to send a text. */
export interface OutgoingText {
  readonly id: string
  readonly phone: string
  readonly ourNumber: string
  readonly body: string
}

/** What the carrier says of a text that we sent. */
export interface TextProgress {
  readonly status: TextStatus
  readonly carrierId?: string
  readonly errorCode?: number | null
}

/** Delivery reports arrive in any order: a text only moves to a higher rank. */
export const TEXT_RANK: Readonly<Record<TextStatus, number>> = {
  queued: 0,
  sending: 1,
  sent: 2,
  delivered: 3,
  undelivered: 3,
  failed: 3,
  received: 3,
}
