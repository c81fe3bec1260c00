import type { Call, CallNetwork } from './call.ts'
import type { CallbackTarget } from './callbacks.ts'
import { Interrupted } from './clock.ts'
import type { RoomNetwork } from './conference.ts'
import type { TwimlDocument } from './documents.ts'
import type { Phone } from './line.ts'
import type { OwnNumber } from './own-number.ts'
import type { TwimlElement } from './twiml/parser.ts'
import type { WebhookMethod, WebhookParams } from './webhook.ts'

/** What calls and their documents need of the network. */
export interface VoiceNetwork extends CallNetwork, RoomNetwork {
  /** Our number, by E.164. */
  ownNumber(phone: string): OwnNumber | null
  /** The phone of this number; every number has one. */
  handset(phone: string): Phone
}

/** One document being carried out on one call. `signal` is aborted by a hang-up or a redirect through REST. */
export interface Execution {
  readonly network: VoiceNetwork
  readonly call: Call
  readonly document: TwimlDocument
  readonly signal: AbortSignal
}

/** What follows a verb: the next verb, the end of the call, or another document. */
export type Outcome = 'next' | 'hang-up' | { readonly goTo: CallbackTarget & { readonly params?: WebhookParams } }

/** A verb carried out. Rejects with `Interrupted` when the call is over or another document takes over. */
export type VerbAct = (execution: Execution, element: TwimlElement) => Promise<Outcome>

/** The URL in an attribute or text, resolved against the document's. */
export function resolveUrl(execution: Execution, url: string): string {
  return execution.document.url === null ? url : new URL(url, execution.document.url).href
}

/** The value of `attribute` as a webhook target, or null when there is none. */
export function targetOf(
  execution: Execution,
  element: TwimlElement,
  urlAttribute: string,
  methodAttribute: string,
): CallbackTarget | null {
  const url = element.attributes[urlAttribute]
  if (url === undefined || url === '') return null
  return { url: resolveUrl(execution, url), method: methodOf(element.attributes[methodAttribute]) }
}

/** `action`, or the document itself when there is none. */
export function actionOf(execution: Execution, element: TwimlElement): CallbackTarget | null {
  const { document } = execution
  const own = document.url === null ? null : { url: document.url, method: document.method }
  return targetOf(execution, element, 'action', 'method') ?? own
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

/** Wait for a promise, unless the signal is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Interrupted(signal.reason))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
