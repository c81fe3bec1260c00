import { Call, type CallStatus } from '../call.ts'
import { Interrupted } from '../clock.ts'
import { type Execution, numberOf, targetOf, unlessAborted } from '../execution.ts'
import { ring } from '../legs.ts'
import type { Ear } from '../line.ts'
import { type Recording, recordingUrl, secondsOf, startRecording, stopRecording } from '../recording.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import { playOnce } from './music.ts'
import { recordingTargetOf } from './record.ts'

const USUAL_RING_SECONDS = 30
/** Twilio rings at most ten numbers at once. */
const MOST_NUMBERS = 10

/** `<Dial>` of numbers: all ring at once, the first to answer is bridged, the others are cancelled. */
export async function dialNumbers(
  execution: Execution,
  dial: TwimlElement,
  numbers: readonly TwimlElement[],
): Promise<WebhookParams> {
  const legs = numbers.slice(0, MOST_NUMBERS).map((noun) => ({ noun, leg: callOf(execution, dial, noun) }))
  const seconds = numberOf(dial.attributes.timeout, USUAL_RING_SECONDS)
  try {
    const winner = await unlessAborted(firstAnswered(execution, legs, seconds), execution.signal)
    if (!winner) return notAnswered(legs.map(({ leg }) => leg))
    execution.call.answer()
    return await bridge(execution, dial, winner)
  } catch (interruption) {
    for (const { leg } of legs) leg.hangUp()
    throw interruption
  }
}

interface Ringing {
  readonly noun: TwimlElement
  readonly leg: Call
}

function callOf(execution: Execution, dial: TwimlElement, noun: TwimlElement): Call {
  const { network, call } = execution
  const target = targetOf(execution, noun, 'statusCallback', 'statusCallbackMethod')
  const events = (noun.attributes.statusCallbackEvent ?? 'completed').split(' ')
  return new Call(network, {
    direction: 'outbound-dial',
    from: dial.attributes.callerId ?? call.order.from,
    to: noun.text,
    phone: network.handset(noun.text),
    parentSid: call.sid,
    callback: target && { ...target, events },
  })
}

async function firstAnswered(execution: Execution, legs: readonly Ringing[], seconds: number): Promise<Ringing | null> {
  const tries = legs.map(async (ringing) => {
    if (!(await ring(execution.network, ringing.leg, seconds))) throw new Error('not answered')
    return ringing
  })
  const winner = await Promise.any(tries).catch(() => null)
  for (const { leg } of legs) if (leg !== winner?.leg) leg.hangUp()
  return winner
}

async function bridge(execution: Execution, dial: TwimlElement, { noun, leg }: Ringing): Promise<WebhookParams> {
  const { network, call } = execution
  const whisper = targetOf(execution, noun, 'url', 'method')
  if (whisper) await playOnce({ network, call: leg, signal: leg.over }, whisper)
  const recording = isRecorded(dial) ? startDialRecording(execution, dial) : null
  const { timeLimit } = dial.attributes
  if (timeLimit !== undefined) leg.limitTo(numberOf(timeLimit, leg.timeLimitSeconds))
  network.journal.note(call.sid, 'bridged', { with: leg.sid })
  if (dial.attributes.hangupOnStar === 'true') call.hear(starEar(leg))
  try {
    await unlessAborted(endOf(leg), execution.signal)
  } finally {
    if (!call.isOver) call.hear(null)
    if (recording) stopRecording(network, recording, secondsOf(network, recording))
  }
  return {
    DialCallStatus: 'completed',
    DialCallSid: leg.sid,
    DialCallDuration: String(leg.seconds),
    DialBridged: 'true',
    ...(recording && { RecordingUrl: recordingUrl(network, recording) }),
  }
}

/** The caller's `*` ends the bridge. */
function starEar(leg: Call): Ear {
  return {
    kind: 'bridge',
    keys: (keys) => keys.includes('*') && leg.hangUp(),
    speechStarted() {},
    speechEnded() {},
  }
}

/** `true` and every `record-from-…` record the bridge. */
function isRecorded(dial: TwimlElement): boolean {
  return /^(true|record-from-)/.test(dial.attributes.record ?? '')
}

function startDialRecording(execution: Execution, dial: TwimlElement): Recording {
  const callback = recordingTargetOf(execution, dial)
  const whose = { callSid: execution.call.sid, conferenceSid: null, source: 'DialVerb', callback } as const
  return startRecording(execution.network, whose)
}

function endOf(leg: Call): Promise<void> {
  return unlessAborted(new Promise<void>(() => {}), leg.over).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error
  })
}

function notAnswered(legs: readonly Call[]): WebhookParams {
  const worst: readonly CallStatus[] = ['busy', 'no-answer', 'failed', 'canceled']
  const status = worst.find((candidate) => legs.some((leg) => leg.status === candidate)) ?? 'failed'
  return { DialCallStatus: status, DialCallSid: legs[0]?.sid ?? '', DialBridged: 'false' }
}
