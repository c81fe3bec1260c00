import { FLAG, oneOf, TEXT, WHOLE } from '../kinds.ts'
import { mediumAt } from '../media.ts'
import { type Message, sendText } from '../message.ts'
import type { Network } from '../network.ts'
import { optOutKey } from '../opt-out.ts'
import { filledIn, isWhatsApp, numberIn } from '../whatsapp.ts'
import { invalid, notFound } from './errors.ts'
import { isEqual, isWithin } from './filters.ts'
import { checkMessageEnds } from './numbers-check.ts'
import type { Operations } from './operation.ts'
import { pageOf } from './paging.ts'
import { ADDRESS, DECIMAL, MESSAGE_ADDRESS, MOMENT, PAGED, PHONE, range, sidOf } from './parameters.ts'
import { presentMessage } from './present.ts'
import { type RestAnswer, type RestHandler, type RestRequest, webhookOf } from './request.ts'

const LONGEST_BODY = 1600

const createMessage: RestHandler = (network, { form }) => {
  const service = form.get('MessagingServiceSid')
  const sender = form.get('From') ?? (service === null ? null : (network.settings.numbers[0] ?? null))
  const { from, to } = checkMessageEnds(network, sender, form.get('To'))
  const content = contentOf(network, form)
  const body = content ?? form.get('Body') ?? ''
  const mediaUrls = form.getAll('MediaUrl')
  if (body === '' && mediaUrls.length === 0) throw invalid(21602, "Message body is required: 'Body' or 'MediaUrl'")
  if (body.length > LONGEST_BODY) throw invalid(21617, `The message body exceeds the ${LONGEST_BODY} character limit`)
  const hasOptedOut = network.optOuts.has(optOutKey(from, to))
  if (hasOptedOut && !network.settings.advancedOptOut) {
    throw invalid(21610, 'Attempt to send to unsubscribed recipient')
  }
  const message = sendText(network, {
    from,
    to,
    body,
    mediaUrls,
    direction: 'outbound-api',
    messagingServiceSid: service,
    callback: webhookOf(form, 'StatusCallback', ''),
    sendAt: sendAtOf(form),
    failure: hasOptedOut ? 21610 : content === null && isClosed(network, from, to) ? 63016 : null,
  })
  return { status: 201, body: presentMessage(network, message) }
}

/** What a template says (twilio.com/docs/content); null without one. Throws `RestError`. */
function contentOf(network: Network, form: URLSearchParams): string | null {
  const sid = form.get('ContentSid')
  const variables = form.get('ContentVariables')
  if (sid === null) {
    if (variables !== null) throw invalid(21654, 'ContentSid Required')
    return null
  }
  const { templates } = network.settings.whatsApp
  const template = Object.hasOwn(templates, sid) ? templates[sid] : undefined
  if (template === undefined) throw invalid(21655, 'The ContentSid is Invalid')
  const content = filledIn(template, variables ?? '{}')
  if (content === null) throw invalid(21656, 'The ContentVariables Parameter is invalid')
  return content
}

/** Twilio: error 63016: free text by WhatsApp reaches only who has written within a day. */
function isClosed(network: Network, from: string, to: string): boolean {
  return isWhatsApp(to) && !network.windows.isOpen(numberIn(from), numberIn(to), network.clock.now())
}

const fetchMessage: RestHandler = (network, request) => {
  return { status: 200, body: presentMessage(network, messageOf(network, request)) }
}

/** Only two things can be changed: a scheduled message is cancelled, a finished one's body is redacted. */
const updateMessage: RestHandler = (network, request) => {
  const message = messageOf(network, request)
  const { form } = request
  if (form.get('Status') === 'canceled') {
    if (message.status !== 'scheduled') throw invalid(30409, `Message ${message.sid} is not scheduled`)
    message.status = 'canceled'
  }
  const body = form.get('Body')
  if (body !== null && body !== '') throw invalid(20001, 'Body can only be emptied')
  if (body === '') message.body = ''
  message.updatedAt = network.clock.now()
  return { status: 200, body: presentMessage(network, message) }
}

const listMessages: RestHandler = (network, request) => {
  const { query } = request
  const messages = [...network.messages.values()].reverse().filter((message) => {
    return (
      isEqual(query, 'From', message.from) &&
      isEqual(query, 'To', message.to) &&
      isWithin(query, 'DateSent', message.sentAt ?? message.createdAt)
    )
  })
  return { status: 200, body: pageOf(request, 'messages', messages, (message) => presentMessage(network, message)) }
}

const deleteMessage: RestHandler = (network, request) => {
  network.messages.delete(messageOf(network, request).sid)
  return { status: 204 }
}

/** A picture or sound that came with a text. Missing until it is stored, as long as the fault switch says. */
export function messageMedia(network: Network, path: string): RestAnswer {
  const medium = mediumAt(network, path)
  const missing = (network.faults.current.recordings.missingForSeconds ?? 0) * 1000
  if (!medium || network.clock.now().getTime() < medium.storedAt.getTime() + missing) throw notFound(path)
  return { status: 200, media: medium }
}

function messageOf(network: Network, { params, path }: RestRequest): Message {
  const message = network.messages.get(params.Sid ?? '')
  if (!message) throw notFound(path)
  return message
}

function sendAtOf(form: URLSearchParams): Date | null {
  const value = form.get('SendAt')
  if (value === null || form.get('ScheduleType') !== 'fixed') return null
  const date = new Date(value)
  if (Number.isNaN(date.getTime())) throw invalid(35114, `SendAt is not a date: ${value}`)
  return date
}

const ALL = '/{AccountSid}/Messages.json'
const ONE = '/{AccountSid}/Messages/{Sid}.json'

/** Source: Twilio, "Messages resource". */
export const MESSAGE_OPERATIONS: Operations = {
  CreateMessage: {
    method: 'POST',
    path: ALL,
    form: {
      To: TEXT,
      From: TEXT,
      MessagingServiceSid: sidOf('MG'),
      Body: TEXT,
      MediaUrl: ADDRESS,
      StatusCallback: ADDRESS,
      ScheduleType: oneOf('fixed'),
      SendAt: MOMENT,
      ApplicationSid: sidOf('AP'),
      MaxPrice: DECIMAL,
      ProvideFeedback: FLAG,
      Attempt: WHOLE,
      ValidityPeriod: WHOLE,
      ForceDelivery: FLAG,
      ContentRetention: oneOf('retain', 'discard'),
      AddressRetention: oneOf('retain', 'obfuscate'),
      SmartEncoded: FLAG,
      PersistentAction: TEXT,
      TrafficType: oneOf('free'),
      ShortenUrls: FLAG,
      SendAsMms: FLAG,
      ContentVariables: TEXT,
      ContentSid: sidOf('HX'),
      RiskCheck: oneOf('enable', 'disable'),
      FallbackFrom: PHONE,
    },
    handle: createMessage,
  },
  ListMessage: {
    method: 'GET',
    path: ALL,
    query: { To: MESSAGE_ADDRESS, From: MESSAGE_ADDRESS, ...range('DateSent', MOMENT), ...PAGED },
    handle: listMessages,
  },
  FetchMessage: { method: 'GET', path: ONE, handle: fetchMessage },
  UpdateMessage: {
    method: 'POST',
    path: ONE,
    form: { Body: TEXT, Status: oneOf('canceled') },
    handle: updateMessage,
  },
  DeleteMessage: { method: 'DELETE', path: ONE, handle: deleteMessage },
}
