import type { Detection } from '../amd.ts'
import type { CallProgressTarget } from '../call.ts'
import type { Ground } from '../ground.ts'
import { CALL_EVENTS, DETECTION, FLAG, METHOD, oneOf, RECORDING_EVENTS, TEXT, TRACK, TRIM, WHOLE } from '../kinds.ts'
import type { OutboundNetwork, OutboundOrder } from '../outbound.ts'
import type { RecordingTarget } from '../recording.ts'
import { invalid } from './errors.ts'
import { ADDRESS, type ParameterTable, sidOf } from './parameters.ts'
import { flag, listOf, webhookOf, whole } from './request.ts'

const LONGEST_CALL_SECONDS = 86_400

/** The parameters that Calls and Participants have in common. */
export const OUTBOUND: ParameterTable = {
  To: TEXT,
  From: TEXT,
  StatusCallback: ADDRESS,
  StatusCallbackEvent: CALL_EVENTS,
  StatusCallbackMethod: METHOD,
  Timeout: WHOLE,
  TimeLimit: WHOLE,
  Record: FLAG,
  RecordingChannels: oneOf('mono', 'dual'),
  RecordingTrack: TRACK,
  RecordingStatusCallback: ADDRESS,
  RecordingStatusCallbackMethod: METHOD,
  RecordingStatusCallbackEvent: RECORDING_EVENTS,
  Trim: TRIM,
  MachineDetection: DETECTION,
  MachineDetectionTimeout: WHOLE,
  MachineDetectionSpeechThreshold: WHOLE,
  MachineDetectionSpeechEndThreshold: WHOLE,
  MachineDetectionSilenceTimeout: WHOLE,
  SipAuthUsername: TEXT,
  SipAuthPassword: TEXT,
  CallerId: TEXT,
  Byoc: sidOf('BY'),
  CallReason: TEXT,
  CallToken: TEXT,
  ClientNotificationUrl: ADDRESS,
}

/** What the forms of Calls and Participants have in common. Throws `RestError`. */
export function outboundOrder(
  form: URLSearchParams,
  ends: { readonly from: string; readonly to: string },
  amdCallback: readonly [url: string, method: string],
): OutboundOrder {
  return {
    ...ends,
    ringSeconds: whole(form, 'Timeout', 60, 1, 600),
    timeLimitSeconds: whole(form, 'TimeLimit', 14_400, 1, LONGEST_CALL_SECONDS),
    callback: progressTarget(form),
    fallback: webhookOf(form, 'FallbackUrl', 'FallbackMethod'),
    detection: detectionOf(form, amdCallback),
    recording: flag(form, 'Record', false)
      ? {
          callback: recordingTarget(form, 'RecordingStatusCallback'),
          channels: form.get('RecordingChannels') === 'dual' ? 2 : 1,
        }
      : null,
    sendDigits: form.get('SendDigits') ?? '',
  }
}

/** The `…RecordingStatusCallback`, `…Method` and `…Event` parameters of a form. */
export function recordingTarget(form: URLSearchParams, name: string): RecordingTarget | null {
  const target = webhookOf(form, name, `${name}Method`)
  return target && { ...target, events: listOf(form, `${name}Event`, ['completed']) }
}

/**
 * Refuse a call that the account cannot have now. Throws `RestError` 10004 or, for a participant, 16021 (too many at
 * once), and 22005 (too many waiting). Twilio's error dictionary names no HTTP status for them; 400 is a guess.
 */
export function checkCapacity(network: OutboundNetwork, concurrencyCode: 10004 | 16021): void {
  if (network.isFull) throw invalid(concurrencyCode, 'The account is at its limit of concurrent calls')
  if (network.queue.isFull) throw invalid(22005, 'There are more than 24 hours of calls in the queue')
}

/** Twilio: error 21262, "No AMD status callback URL provided", when the answer has nowhere else to go. */
export function warnOfMissingCallback(network: Ground, { detection }: OutboundOrder, id: string): void {
  if (!detection?.isAsync || detection.asyncCallback) return
  network.journal.violation(`21262 MachineDetection on ${id} without a status callback`)
}

function progressTarget(form: URLSearchParams): CallProgressTarget | null {
  const target = webhookOf(form, 'StatusCallback', 'StatusCallbackMethod')
  return target && { ...target, events: listOf(form, 'StatusCallbackEvent', ['completed']) }
}

function detectionOf(form: URLSearchParams, [url, method]: readonly [string, string]): Detection | null {
  const mode = form.get('MachineDetection')
  if (mode !== 'Enable' && mode !== 'DetectMessageEnd') return null
  const asyncCallback = webhookOf(form, url, method)
  return {
    mode,
    timeoutSeconds: whole(form, 'MachineDetectionTimeout', 30, 3, 59),
    silenceSeconds: whole(form, 'MachineDetectionSilenceTimeout', 5000, 2000, 10_000) / 1000,
    asyncCallback,
    isAsync: url === 'AmdStatusCallback' || form.get('AsyncAmd') === 'true',
  }
}
