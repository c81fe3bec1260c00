import type { Keyword } from './keywords.ts'

/**
 * A text's way through the carrier; `received` for texts that came in. `sending` is what the carrier has taken on,
 * `unconfirmed` what it never reported the end of, `skipped` what was not sent since the phone wants no texts or since
 * whoever wanted it sent has thought better of it.
 */
export type TextStatus =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'unconfirmed'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'skipped'
  | 'received'

/**
 * Delivery reports arrive in any order: within a try, a text only moves to a higher rank. A final report that comes
 * when nobody waits for it any more still counts.
 */
export const TEXT_RANK: Readonly<Record<TextStatus, number>> = {
  queued: 0,
  sending: 1,
  sent: 2,
  unconfirmed: 2,
  delivered: 3,
  undelivered: 3,
  failed: 3,
  skipped: 3,
  received: 3,
}

/** By which network a text goes. */
export type TextNetwork = 'sms' | 'whatsapp'

/** A text that lets somebody in: no word of it is kept. */
export interface SecretText {
  /** Names this one sending. */
  readonly id: string
  readonly phone: string
  readonly purpose: 'code' | 'link'
  readonly body: string
  readonly network: TextNetwork
  /** The challenge that a code is for; null for a link. */
  readonly challengeId: string | null
}

/** A text that is to be sent. */
export interface NewText {
  /** E.164. */
  readonly phone: string
  /** As long as it may be: what is too long for one text goes as several. */
  readonly body: string
  /** What it is for, for example `welcome`. */
  readonly purpose: string
  /** What is not handed over by then is not sent any more; twelve hours when left out. */
  readonly validSeconds?: number
}

/** One text to many phones. */
export interface NewBatch extends Omit<NewText, 'phone'> {
  /** Under this id, a phone is texted once, however often the batch is queued. */
  readonly batchId: string
  /** Phones that have never been texted by us are told how to have it stop. */
  readonly isHintedAtFirst?: boolean
}

/** A text that waits to be handed over. */
export interface WaitingText {
  /** What the carrier is told to call it by. */
  readonly name: string
  readonly phone: string
}

/** What the texter needs to hand a text over. */
export interface OutgoingText extends WaitingText {
  readonly ourNumber: string
  readonly body: string
  /** How many segments it is billed as. */
  readonly segments: number
}

/** What the carrier says of a text that we sent. */
export interface TextProgress {
  readonly status: TextStatus
  readonly carrierId?: string
  readonly errorCode?: number | null
}

/** A text as the carrier hands it to us. */
export interface ArrivedText {
  readonly carrierId: string
  /** As the carrier writes it: mostly E.164; short codes and names of companies occur. */
  readonly from: string
  readonly to: string
  readonly body: string
  /** What the carrier itself took it for, where it says so. */
  readonly optOutType?: Keyword | null
  readonly mediaCount?: number
  /** When it came, where that is known better than by now. */
  readonly at?: Date
}

/** A text that came in. */
export interface InboundText {
  readonly id: string
  readonly phone: string
  readonly ourNumber: string
  readonly body: string
  /** The network answers these itself: nobody else does. */
  readonly keyword: Keyword | null
  readonly mediaCount: number
  readonly receivedAt: Date
}

/** How a text to many stands: `recipients` are all, those that still wait included. */
export interface Delivery {
  readonly recipients: number
  /** Taken by the carrier, and not known to have failed. */
  readonly sent: number
  readonly failed: number
  /** Phones that want no texts. */
  readonly skipped: number
}

/** How one of several texts to many stands, and on how many phones more may still be heard. */
export interface BatchDelivery extends Delivery {
  readonly open: number
}

/** The name under which a carrier knows one try to send a text. */
export function nameOf({ id, attempt }: { readonly id: string; readonly attempt: number }): string {
  return attempt === 1 ? id : `${id}_${attempt}`
}

const NAME = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:_([2-9]))?$/

/** The text and the try that a name stands for; null for anything that we never called a text. */
export function readName(name: string): { readonly id: string; readonly attempt: number } | null {
  const [, id, attempt = '1'] = NAME.exec(name) ?? []
  return id === undefined ? null : { id, attempt: Number(attempt) }
}
