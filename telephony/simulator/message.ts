import type { CallbackTarget } from './callbacks.ts'
import { obtainDocument, type TwimlDocument } from './documents.ts'
import type { Ground } from './ground.ts'
import type { Phone, TextOnTheAir } from './line.ts'
import type { LoopGuard } from './loop-guard.ts'
import { mediumAt, type StoredMedium, storeMedia } from './media.ts'
import { keyword, optOutKey, replyTo } from './opt-out.ts'
import type { OwnNumber } from './own-number.ts'
import { newSid } from './sids.ts'
import type { TwimlElement } from './twiml/parser.ts'
import type { WebhookParams } from './webhook.ts'
import { isWhatsApp, numberIn, type Windows } from './whatsapp.ts'

/** Twilio: Message.status, those that occur here. */
export type MessageStatus =
  | 'queued'
  | 'scheduled'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'undelivered'
  | 'failed'
  | 'received'
  | 'canceled'

/** A text or a picture message, in either direction. */
export interface Message {
  readonly sid: string
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-reply'
  readonly from: string
  readonly to: string
  readonly mediaUrls: readonly string[]
  readonly messagingServiceSid: string | null
  readonly callback: CallbackTarget | null
  readonly createdAt: Date
  body: string
  status: MessageStatus
  updatedAt: Date
  sentAt: Date | null
  errorCode: number | null
}

/** What a new outgoing message is made of. */
export interface MessageOrder {
  readonly from: string
  readonly to: string
  readonly body: string
  readonly mediaUrls: readonly string[]
  readonly direction: 'outbound-api' | 'outbound-reply'
  readonly messagingServiceSid?: string | null
  readonly callback?: CallbackTarget | null
  /** Not before this moment. */
  readonly sendAt?: Date | null
  /** It will fail, with this error. */
  readonly failure?: number | null
}

/** What messages need of the network. */
export interface TextNetwork extends Ground {
  readonly media: Map<string, StoredMedium>
  /** All messages, by SID. */
  readonly messages: Map<string, Message>
  /** Pairs `from to` that a STOP has blocked: from is ours, to is the person. */
  readonly optOuts: Set<string>
  readonly loops: LoopGuard
  /** When people last wrote by WhatsApp. */
  readonly windows: Windows
  /** Our number, by E.164. */
  ownNumber(phone: string): OwnNumber | null
  /** The phone of this number; every number has one. */
  handset(phone: string): Phone
}

const DELIVERY_SECONDS = 1

/** Take a message for delivery: sent at once (or at its time), delivered a second later, unless it fails. */
export function sendText(network: TextNetwork, order: MessageOrder): Message {
  const { sendAt = null } = order
  const message = newMessage(network, {
    ...order,
    messagingServiceSid: order.messagingServiceSid ?? null,
    callback: order.callback ?? null,
    status: sendAt ? 'scheduled' : 'queued',
  })
  const wait = sendAt ? (sendAt.getTime() - network.clock.now().getTime()) / 1000 : 0
  network.clock.after(wait, () => {
    if (message.status === 'canceled') return
    if (order.failure) move(network, message, 'failed', order.failure)
    else transmit(network, message)
  })
  return message
}

/** A person texts one of our numbers: opt-out words are heeded, and the webhook is asked all the same. */
export function receiveText(network: TextNetwork, order: Omit<TextOnTheAir, 'sid'>): Message {
  const message = newMessage(network, {
    ...order,
    direction: 'inbound',
    messagingServiceSid: null,
    callback: null,
    status: 'received',
  })
  message.sentAt = message.createdAt
  if (isWhatsApp(order.to)) network.windows.open(numberIn(order.to), numberIn(order.from), message.createdAt)
  else heedOptOut(network, message)
  network.clock.after(0, () => void network.clock.track(askWebhook(network, message)))
  return message
}

/** Each takes one unit of GSM-7, those behind it two; any other character makes the whole text UCS-2. */
const GSM = /^[\n\f\r -_a-~£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€]*$/
const GSM_DOUBLE = /[\f^{}\\[~\]|€]/g

/** How many segments it takes on the air. A pair that would be torn apart between two of them is not looked for. */
export function segments(body: string): number {
  const isGsm = GSM.test(body)
  const units = body.length + (isGsm ? (body.match(GSM_DOUBLE)?.length ?? 0) : 0)
  const [alone, each] = isGsm ? [160, 153] : [70, 67]
  return units <= alone ? 1 : Math.ceil(units / each)
}

function newMessage(
  network: TextNetwork,
  wanted: Omit<Message, 'sid' | 'createdAt' | 'updatedAt' | 'sentAt' | 'errorCode'>,
): Message {
  const now = network.clock.now()
  const { direction, from, to, body, messagingServiceSid, callback, status } = wanted
  const sid = newSid(wanted.mediaUrls.length > 0 ? 'MM' : 'SM')
  // What a phone sends is stored here; what an application sends stays where it is.
  const mediaUrls = direction === 'inbound' ? storeMedia(network, sid, wanted.mediaUrls) : wanted.mediaUrls
  const facts = { sid, direction, from, to, body, mediaUrls, messagingServiceSid, callback, status }
  const message: Message = { ...facts, createdAt: now, updatedAt: now, sentAt: null, errorCode: null }
  network.messages.set(sid, message)
  network.journal.note(sid, 'message', { from, to, direction })
  return message
}

function transmit(network: TextNetwork, message: Message): void {
  message.sentAt = network.clock.now()
  move(network, message, 'sent', null)
  network.clock.after(DELIVERY_SECONDS, () => {
    const handset = network.handset(numberIn(message.to))
    const error = mishapOf(handset, message)
    if (error === null) handset.receive(message)
    move(network, message, error === null ? 'delivered' : 'undelivered', error)
    const { readsAfter } = handset.nextScript
    if (error !== null || readsAfter === undefined || !isWhatsApp(message.to)) return
    network.clock.after(readsAfter, () => move(network, message, 'read', null))
  })
}

/** Twilio: error 63024, "Invalid message recipient": nobody has WhatsApp there. */
const NO_WHATSAPP = 63024

/** Why a message does not arrive at a phone. */
function mishapOf({ nextScript }: Phone, { to }: Message): number | null {
  if (!isWhatsApp(to)) return nextScript.undelivered ?? null
  return nextScript.noWhatsApp ? NO_WHATSAPP : (nextScript.whatsAppUndelivered ?? null)
}

/** Twilio: "Track outbound message status". */
function move(network: TextNetwork, message: Message, status: MessageStatus, errorCode: number | null): void {
  message.status = status
  message.errorCode = errorCode
  message.updatedAt = network.clock.now()
  network.journal.note(message.sid, status)
  if (!message.callback) return
  network.callbacks.send(message.sid, message.callback, {
    AccountSid: network.accountSid,
    From: message.from,
    To: message.to,
    MessageSid: message.sid,
    SmsSid: message.sid,
    MessageStatus: status,
    SmsStatus: status,
    ApiVersion: '2010-04-01',
    ...(message.messagingServiceSid !== null && { MessagingServiceSid: message.messagingServiceSid }),
    ...(errorCode !== null && { ErrorCode: String(errorCode) }),
    ...(isWhatsApp(message.to) && { ChannelPrefix: 'whatsapp', ...eventOf(status) }),
    ...(status !== 'sent' && !isWhatsApp(message.to) && { RawDlrDoneDate: deliveryMinute(network.clock.now()) }),
  })
}

/** Twilio: "Status callbacks for WhatsApp" name what was read, or delivered, by an event as well. */
function eventOf(status: MessageStatus): WebhookParams {
  return status === 'read' || status === 'delivered' ? { EventType: status.toUpperCase() } : {}
}

/** YYMMDDhhmm. */
function deliveryMinute(now: Date): string {
  return now.toISOString().replace(/\D/g, '').slice(2, 12)
}

function heedOptOut(network: TextNetwork, { from, to, body }: Message): void {
  const word = keyword(body, to)
  if (!word) return
  const key = optOutKey(to, from)
  const isChanged = word === 'HELP' || (word === 'STOP') !== network.optOuts.has(key)
  if (word === 'STOP') network.optOuts.add(key)
  if (word === 'START') network.optOuts.delete(key)
  if (!isChanged) return
  sendText(network, { from: to, to: from, body: replyTo(word), mediaUrls: [], direction: 'outbound-reply' })
}

async function askWebhook(network: TextNetwork, message: Message): Promise<void> {
  const number = network.ownNumber(numberIn(message.to))
  if (!number?.smsUrl) return
  const { smsUrl: url, smsMethod: method, smsFallbackUrl, smsFallbackMethod } = number
  const document = await obtainDocument(network, {
    sid: message.sid,
    kind: 'messaging',
    source: { url, method },
    params: inboundParams(network, message),
    fallback: smsFallbackUrl === null ? null : { url: smsFallbackUrl, method: smsFallbackMethod },
  })
  if (document) await carryOut(network, message, document, 0)
}

/** `<Redirect>` may be followed this often. */
const MOST_REDIRECTS = 10

/** Twilio: error 14109, "TwiML Reply message limit exceeded". */
const MOST_REPLIES = 10

async function carryOut(network: TextNetwork, message: Message, document: TwimlDocument, depth: number): Promise<void> {
  const replies = document.root.children.filter(({ name }) => name === 'Message')
  if (replies.length > MOST_REPLIES) {
    network.journal.violation(`14109 ${replies.length} replies to one message (${message.sid})`)
  }
  for (const element of document.root.children) {
    if (replies.slice(0, MOST_REPLIES).includes(element)) reply(network, message, document, element)
    if (element.name !== 'Redirect' || depth >= MOST_REDIRECTS) continue
    const method = element.attributes.method?.toUpperCase() === 'GET' ? 'GET' : 'POST'
    const source = { url: absolute(document, element.text), method } as const
    const request = { sid: message.sid, kind: 'messaging', source, params: inboundParams(network, message) } as const
    const next = await obtainDocument(network, { ...request, fallback: null })
    if (next) await carryOut(network, message, next, depth + 1)
    return
  }
}

function reply(network: TextNetwork, message: Message, document: TwimlDocument, element: TwimlElement): void {
  const { from = message.to, to = message.from, statusCallback, action } = element.attributes
  const url = statusCallback ?? action
  const parts = (name: string) => element.children.filter((child) => child.name === name).map(({ text }) => text)
  if (network.optOuts.has(optOutKey(from, to))) {
    network.journal.violation(`21610 <Message> to a number that sent STOP (${message.sid})`)
    return
  }
  const isLoop = !network.loops.admits(from, to, network.clock.now())
  if (isLoop) network.journal.violation(`14107 more than 30 quick replies from ${from} to ${to}`)
  sendText(network, {
    from,
    to,
    failure: isLoop ? 14107 : null,
    body: parts('Body').join('') || element.text,
    mediaUrls: parts('Media').map((media) => absolute(document, media)),
    direction: 'outbound-reply',
    callback: url === undefined ? null : { url: absolute(document, url), method: 'POST' },
  })
}

function absolute(document: TwimlDocument, url: string): string {
  return document.url === null ? url : new URL(url, document.url).href
}

/** Twilio: "Messaging webhooks: request parameters". */
function inboundParams(network: TextNetwork, message: Message): WebhookParams {
  const { sid, from, to, body, mediaUrls } = message
  const media = mediaUrls.flatMap((url, index) => [
    [`MediaUrl${index}`, url],
    [`MediaContentType${index}`, mediumAt(network, url)?.contentType ?? ''],
  ])
  return {
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    AccountSid: network.accountSid,
    From: from,
    To: to,
    Body: body,
    NumMedia: String(mediaUrls.length),
    NumSegments: String(segments(body)),
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
    FromCity: '',
    FromState: '',
    FromZip: '',
    FromCountry: 'US',
    ToCity: '',
    ToState: '',
    ToZip: '',
    ToCountry: 'US',
    ...(isWhatsApp(from) ? { ProfileName: 'Somebody', WaId: numberIn(from).slice(1) } : optOutParams(network, message)),
    ...Object.fromEntries(media),
  }
}

/** Twilio: Advanced Opt-Out, "OptOutType". */
function optOutParams({ settings }: TextNetwork, { body, to }: Message): WebhookParams {
  const word = settings.advancedOptOut ? keyword(body, to) : null
  return word ? { OptOutType: word } : {}
}
