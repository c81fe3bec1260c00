import { newSid } from './sids.ts'
import type { WebhookMethod } from './webhook.ts'

/** A number the account owns and where its calls and texts are announced. */
export interface OwnNumber {
  readonly sid: string
  readonly phone: string
  readonly createdAt: Date
  updatedAt: Date
  friendlyName: string
  voiceUrl: string | null
  voiceMethod: WebhookMethod
  voiceFallbackUrl: string | null
  voiceFallbackMethod: WebhookMethod
  smsUrl: string | null
  smsMethod: WebhookMethod
  smsFallbackUrl: string | null
  smsFallbackMethod: WebhookMethod
  statusCallback: string | null
  statusCallbackMethod: WebhookMethod
  /** What else was set, by the name of its parameter: kept and shown, without effect here. */
  readonly others: Map<string, string>
}

/** A number nobody of ours owns was called or texted. */
export class UnknownNumber extends Error {
  constructor(phone: string) {
    super(`${phone} is not a number of this account`)
  }
}

/** The settings of a number that `configureNumber` and the control API take; null or '' removes one. */
export interface NumberConfiguration {
  readonly voiceUrl?: string | null
  readonly voiceFallbackUrl?: string | null
  readonly smsUrl?: string | null
  readonly smsFallbackUrl?: string | null
  readonly statusCallback?: string | null
}

/** A number without any webhook. */
export function ownNumber(phone: string, now: Date): OwnNumber {
  return {
    sid: newSid('PN'),
    phone,
    createdAt: now,
    updatedAt: now,
    friendlyName: phone,
    voiceUrl: null,
    voiceMethod: 'POST',
    voiceFallbackUrl: null,
    voiceFallbackMethod: 'POST',
    smsUrl: null,
    smsMethod: 'POST',
    smsFallbackUrl: null,
    smsFallbackMethod: 'POST',
    statusCallback: null,
    statusCallbackMethod: 'POST',
    others: new Map(),
  }
}

/** Change what is named, leave the rest. */
export function configure(number: OwnNumber, wanted: NumberConfiguration, now: Date): void {
  for (const key of ['voiceUrl', 'voiceFallbackUrl', 'smsUrl', 'smsFallbackUrl', 'statusCallback'] as const) {
    const value = wanted[key]
    if (value !== undefined) number[key] = value || null
  }
  number.updatedAt = now
}
