import { type Detection, detectBeside, detectFirst } from './amd.ts'
import { Call, type CallOrder } from './call.ts'
import type { CallQueue } from './call-queue.ts'
import { Interrupted } from './clock.ts'
import type { DocumentSource } from './documents.ts'
import { heard, type VoiceNetwork } from './execution.ts'
import { runDocument } from './interpreter.ts'
import { ring } from './legs.ts'
import { type RecordingTarget, recordingUrl, secondsOf, startRecording, stopRecording } from './recording.ts'
import { tones } from './verbs/speech.ts'
import type { WebhookParams } from './webhook.ts'

/** What the Calls and Participants API have in common. */
export interface OutboundOrder extends Omit<CallOrder, 'direction' | 'phone' | 'queueSeconds'> {
  readonly ringSeconds: number
  readonly detection: Detection | null
  /** Record the whole call, and where to report it. */
  readonly recording: { readonly callback: RecordingTarget | null; readonly channels: 1 | 2 } | null
  /** Keys to press as soon as somebody answers. */
  readonly sendDigits: string
}

/** What happens to the leg when it is answered, and when it never is. */
export interface OutboundPlan {
  /** The phone rings; early media may flow. */
  readonly ringing?: (call: Call) => void
  readonly answered: (call: Call, params: WebhookParams) => void
}

/** What orders through the API need of the network. */
export interface OutboundNetwork extends VoiceNetwork {
  readonly queue: CallQueue
}

/** Order a call through the API: it waits for its turn (one bucket for the account), rings, and follows the plan. */
export function placeCall(network: OutboundNetwork, order: OutboundOrder, plan: OutboundPlan): Call {
  const queueSeconds = network.queue.takePlace()
  const phone = network.handset(order.to)
  const call = new Call(network, { ...order, direction: 'outbound-api', phone, queueSeconds })
  network.clock.after(queueSeconds, () => void setUp(network, call, order, plan))
  return call
}

/** The plan of the Calls API: carry out a document once answered. */
export function documentPlan(network: VoiceNetwork, source: DocumentSource): OutboundPlan {
  return { answered: (call, params) => runDocument(network, call, source, params) }
}

async function setUp(network: VoiceNetwork, call: Call, order: OutboundOrder, plan: OutboundPlan): Promise<void> {
  if (call.isOver) return
  plan.ringing?.(call)
  const script = await ring(network, call, order.ringSeconds)
  if (!script) return
  if (order.recording) recordCall(network, call, order.recording)
  const { detection } = order
  if (detection?.isAsync) detectBeside(network, call, detection, script)
  try {
    await press(network, call, order.sendDigits)
    const params = detection && !detection.isAsync ? await detectFirst(network, call, detection, script) : {}
    plan.answered(call, params)
  } catch (interruption) {
    if (!(interruption instanceof Interrupted)) throw interruption
  }
}

/** Twilio: Call resource, "SendDigits". */
async function press(network: VoiceNetwork, call: Call, digits: string): Promise<void> {
  if (digits === '') return
  heard({ network, call }, 'play', digits)
  await network.clock.sleep(tones(digits).seconds, call.over)
}

function recordCall(
  network: VoiceNetwork,
  call: Call,
  { callback, channels }: NonNullable<OutboundOrder['recording']>,
): void {
  const whose = { callSid: call.sid, conferenceSid: null, source: 'OutboundAPI', callback, channels } as const
  const recording = startRecording(network, whose)
  call.recordingParams = () => ({
    RecordingUrl: recordingUrl(network, recording),
    RecordingSid: recording.sid,
    RecordingDuration: String(Math.round(secondsOf(network, recording))),
  })
  call.over.addEventListener('abort', () => {
    stopRecording(network, recording, secondsOf(network, recording))
  })
}
