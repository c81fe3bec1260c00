import type { Call, CallNetwork } from './call.ts'
import type { CallbackTarget } from './callbacks.ts'
import { Interrupted } from './clock.ts'
import type { RoomNetwork } from './conference.ts'
import type { DocumentSource, TwimlDocument } from './documents.ts'
import type { Phone } from './line.ts'
import type { OwnNumber } from './own-number.ts'
import type { TwimlElement } from './twiml/parser.ts'
import type { WebhookMethod, WebhookParams } from './webhook.ts'

/** What calls and their documents need of the network. */
export interface VoiceNetwork extends CallNetwork, RoomNetwork {
  /** Our number, by E.164. */
  ownNumber(phone: string): OwnNumber | null
  /** No more calls at once: Twilio's limit of concurrent calls is reached. */
  readonly isFull: boolean
  /** The phone of this number; every number has one. */
  handset(phone: string): Phone
}

/** A call that can be let hear something. `signal` is aborted by a hang-up or a redirect through REST. */
export interface Stage {
  readonly network: VoiceNetwork
  readonly call: Call
  readonly signal: AbortSignal
  /** Heard beside what else goes on, without end perhaps: no reason for an automatic clock to move. */
  readonly isBackground?: boolean
}

/** A stage with a document on it. */
export interface Playback extends Stage {
  readonly document: TwimlDocument
}

/** One document being carried out on one call, verb by verb. */
export interface Execution extends Playback {
  /** Carry out another document on another leg; resolves when it is done, or the leg is over. */
  readonly screen: (leg: Call, source: DocumentSource) => Promise<void>
}

/** What follows a verb: the next verb, the end of the call, or another document. */
export type Outcome = 'next' | 'hang-up' | { readonly goTo: CallbackTarget & { readonly params?: WebhookParams } }

/** A verb carried out. Rejects with `Interrupted` when the call is over or another document takes over. */
export type VerbAct = (execution: Execution, element: TwimlElement) => Promise<Outcome>

/**
 * The URL in an attribute or text, resolved against the document's. What makes no URL is left as it is, and fails as
 * error 11100 when it is requested.
 */
export function resolveUrl({ document }: Pick<Playback, 'document'>, url: string): string {
  return document.url !== null && URL.canParse(url, document.url) ? new URL(url, document.url).href : url
}

/** The value of `attribute` as a webhook target, or null when there is none. */
export function targetOf(
  execution: Playback,
  element: TwimlElement,
  urlAttribute: string,
  methodAttribute: string,
): CallbackTarget | null {
  const url = element.attributes[urlAttribute]
  if (url === undefined || url === '') return null
  return { url: resolveUrl(execution, url), method: methodOf(element.attributes[methodAttribute]) }
}

/**
 * `action`, or the document itself when there is none. Inline TwiML has no URL to ask again: error 11100, as Twilio
 * reports it for a `<Record>` without `action` that a live call was sent to.
 */
export function actionOf(execution: Execution, element: TwimlElement): CallbackTarget | null {
  const { document, network, call } = execution
  const action = targetOf(execution, element, 'action', 'method')
  if (action) return action
  if (document.url !== null) return { url: document.url, method: document.method }
  network.journal.violation(`11100 <${element.name}> in inline TwiML has no action (${call.sid})`)
  return null
}

/** Only GET is GET. */
export function methodOf(value: string | undefined | null): WebhookMethod {
  return value?.toUpperCase() === 'GET' ? 'GET' : 'POST'
}

/** A whole number from an attribute. */
export function numberOf(value: string | undefined, usual: number): number {
  const number = Number(value ?? Number.NaN)
  return Number.isFinite(number) && number >= 0 ? number : usual
}

/** Let time go by for whoever listens. Rejects with `Interrupted`. */
export function linger({ network, signal, isBackground = false }: Stage, seconds: number): Promise<void> {
  return network.clock.sleep(seconds, signal, { background: isBackground })
}

/** Let the person hear something that takes no time: a beep, an error message. */
export function heard({ call, network }: Pick<Stage, 'call' | 'network'>, what: 'say' | 'play', words: string): void {
  network.journal.note(call.sid, what, { words })
  call.phone.hear(call, what, words)
}

/** Wait for a promise, unless the signal is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Interrupted(signal.reason))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
