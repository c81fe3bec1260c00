import { type Detection, detectBeside } from '../amd.ts'
import { Call, type CallStatus } from '../call.ts'
import { Interrupted } from '../clock.ts'
import { type Execution, heard, numberOf, targetOf, unlessAborted } from '../execution.ts'
import { ring } from '../legs.ts'
import type { Ear } from '../line.ts'
import { dialable, MAGIC } from '../magic-numbers.ts'
import type { HandsetScript } from '../script.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import type { DialRecording } from './dial-recording.ts'
import { tones } from './speech.ts'

const USUAL_RING_SECONDS = 30
/** Twilio rings at most ten numbers at once. */
const MOST_NUMBERS = 10

/** One number that is rung, or would be. */
interface Ringing {
  readonly noun: TwimlElement
  readonly leg: Call
}

/** Whoever picked up first. */
interface Winner extends Ringing {
  readonly script: HandsetScript
}

/**
 * `<Dial>` of numbers: all ring at once, or with `sequential` one after the other; the first to answer is bridged, the
 * others are cancelled. Source: Twilio, `<Dial>` and `<Number>`.
 */
export async function dialNumbers(
  execution: Execution,
  dial: TwimlElement,
  nouns: readonly TwimlElement[],
  recording: DialRecording,
): Promise<WebhookParams> {
  const { network, call, signal } = execution
  if (nouns.length > MOST_NUMBERS) network.journal.violation(`<Dial> rings at most ten numbers (${call.sid})`)
  const wanted = nouns.slice(0, MOST_NUMBERS)
  const turns = dial.attributes.sequential === 'true' ? wanted.map((noun) => [noun]) : [wanted]
  const legs: Call[] = []
  recording.ringing()
  try {
    for (const turn of turns) {
      const ringing = turn.map((noun) => ({ noun, leg: legTo(execution, dial, noun) }))
      legs.push(...ringing.map(({ leg }) => leg))
      const winner = await unlessAborted(firstAnswered(execution, dial, ringing), signal)
      if (winner) return await bridge(execution, dial, winner, recording)
    }
    return notAnswered(legs)
  } catch (interruption) {
    for (const leg of legs) leg.hangUp()
    throw interruption
  }
}

/** The new leg; one that cannot be dialled is over at once. */
function legTo(execution: Execution, dial: TwimlElement, noun: TwimlElement): Call {
  const { network, call } = execution
  const target = targetOf(execution, noun, 'statusCallback', 'statusCallbackMethod')
  const events = (noun.attributes.statusCallbackEvent ?? 'completed').split(' ')
  const to = dialable(noun.text) ?? noun.text
  const { isFull } = network
  const leg = new Call(network, {
    direction: 'outbound-dial',
    from: dial.attributes.callerId ?? call.order.from,
    to,
    phone: network.handset(to),
    parentSid: call.sid,
    callback: target && { ...target, events },
  })
  const refusal = whyNot(execution, dial, noun)
  if (refusal) network.journal.violation(`${refusal} (${call.sid})`)
  if (isFull) network.journal.note(leg.sid, 'refused', { code: '10004' })
  if (refusal || isFull) leg.finish('failed')
  return leg
}

/** Twilio's errors for a number that cannot be dialled. */
function whyNot({ network, call }: Execution, dial: TwimlElement, noun: TwimlElement): string | null {
  const to = dialable(noun.text)
  const { callerId } = dial.attributes
  const mayShow = [undefined, call.order.from, call.order.to]
  if (!mayShow.includes(callerId) && !network.ownNumber(callerId ?? ''))
    return `13214 callerId '${callerId}' is not ours`
  if (to === null) return `13223 '${noun.text}' is no phone number`
  if (to === MAGIC.invalid || to === MAGIC.unroutable) return `13224 ${to} cannot be called`
  if (to === MAGIC.noInternational) return `13227 calls to ${to} are not enabled`
  return to === MAGIC.blocked ? `13225 calls to ${to} are forbidden` : null
}

async function firstAnswered(
  execution: Execution,
  dial: TwimlElement,
  ringing: readonly Ringing[],
): Promise<Winner | null> {
  const seconds = numberOf(dial.attributes.timeout, USUAL_RING_SECONDS)
  const tries = ringing.map(async (one) => {
    const script = await ring(execution.network, one.leg, seconds)
    if (!script) throw new Error('not answered')
    return { ...one, script }
  })
  const winner = await Promise.any(tries).catch(() => null)
  for (const { leg } of ringing) if (leg !== winner?.leg) leg.hangUp()
  return winner
}

async function bridge(
  execution: Execution,
  dial: TwimlElement,
  { noun, leg, script }: Winner,
  recording: DialRecording,
): Promise<WebhookParams> {
  const { network, call, signal } = execution
  detect(execution, noun, leg, script)
  const isAccepted = await unlessAborted(prepare(execution, noun, leg), signal)
  if (isAccepted) {
    call.answer()
    recording.answered()
    const { timeLimit } = dial.attributes
    if (timeLimit !== undefined) leg.limitTo(numberOf(timeLimit, leg.timeLimitSeconds))
    network.journal.note(call.sid, 'bridged', { with: leg.sid })
    if (dial.attributes.hangupOnStar === 'true') call.hear(starEar(leg))
  }
  try {
    await unlessAborted(endOf(leg), signal)
  } finally {
    if (!call.isOver) call.hear(null)
  }
  return {
    DialCallStatus: 'completed',
    DialCallSid: leg.sid,
    DialCallDuration: String(leg.seconds),
    DialBridged: String(isAccepted),
  }
}

/** What the called hear before the caller does: tones, and the document at `url`. False when they hang up over it. */
async function prepare(execution: Execution, noun: TwimlElement, leg: Call): Promise<boolean> {
  const { network } = execution
  const { sendDigits } = noun.attributes
  const screening = targetOf(execution, noun, 'url', 'method')
  if (sendDigits) {
    heard({ network, call: leg }, 'play', sendDigits)
    await network.clock.sleep(tones(sendDigits).seconds, leg.over).catch(unlessInterrupted)
  }
  if (screening) await execution.screen(leg, screening)
  return !leg.isOver
}

/** Source: Twilio, `<Number>`, "machineDetection": beside the call, told to amdStatusCallback. */
function detect(execution: Execution, noun: TwimlElement, leg: Call, script: HandsetScript): void {
  const { machineDetection: mode, machineDetectionTimeout, machineDetectionSilenceTimeout } = noun.attributes
  if (mode !== 'Enable' && mode !== 'DetectMessageEnd') return
  const { network } = execution
  const detection: Detection = {
    mode,
    timeoutSeconds: numberOf(machineDetectionTimeout, 30),
    silenceSeconds: numberOf(machineDetectionSilenceTimeout, 5000) / 1000,
    asyncCallback: targetOf(execution, noun, 'amdStatusCallback', 'amdStatusCallbackMethod'),
    isAsync: true,
  }
  if (!detection.asyncCallback) network.journal.violation(`21262 <Number> has no amdStatusCallback (${leg.sid})`)
  detectBeside(network, leg, detection, script)
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

function endOf(leg: Call): Promise<void> {
  return unlessAborted(new Promise<void>(() => {}), leg.over).catch(unlessInterrupted)
}

function unlessInterrupted(error: unknown): void {
  if (!(error instanceof Interrupted)) throw error
}

function notAnswered(legs: readonly Call[]): WebhookParams {
  const worst: readonly CallStatus[] = ['busy', 'no-answer', 'failed', 'canceled']
  const status = worst.find((candidate) => legs.some((leg) => leg.status === candidate)) ?? 'failed'
  return { DialCallStatus: status, DialCallSid: legs[0]?.sid ?? '', DialBridged: 'false' }
}
