import type { Call } from './call.ts'
import type { CallbackTarget } from './callbacks.ts'
import type { Ground } from './ground.ts'
import type { HandsetScript } from './script.ts'
import type { WebhookParams } from './webhook.ts'

/** Answering machine detection, as ordered with a call. Twilio: "Answering Machine Detection". */
export interface Detection {
  readonly mode: 'Enable' | 'DetectMessageEnd'
  readonly timeoutSeconds: number
  readonly silenceSeconds: number
  /** With it the detection runs beside the call, without it before the first document. */
  readonly asyncCallback: CallbackTarget | null
  readonly isAsync: boolean
}

/** About how long it takes to know. */
const DECISION_SECONDS = 4

interface Verdict {
  readonly answeredBy: string
  readonly seconds: number
}

/** Detect before anything else: the parameters that the first document is asked with. */
export async function detectFirst(
  network: Ground,
  call: Call,
  detection: Detection,
  script: HandsetScript,
): Promise<WebhookParams> {
  const found = verdict(detection, script)
  await network.clock.sleep(found.seconds, call.over)
  call.answeredBy = found.answeredBy
  return { AnsweredBy: found.answeredBy, MachineDetectionDuration: String(found.seconds * 1000) }
}

/** Detect beside the running call; the callback names nothing but the call: no From, no To. */
export function detectBeside(network: Ground, call: Call, detection: Detection, script: HandsetScript): void {
  const found = verdict(detection, script)
  const alarm = network.clock.after(found.seconds, () => {
    call.answeredBy = found.answeredBy
    if (!detection.asyncCallback) return
    network.callbacks.send(call.sid, detection.asyncCallback, {
      CallSid: call.sid,
      AccountSid: network.accountSid,
      AnsweredBy: found.answeredBy,
      MachineDetectionDuration: String(found.seconds * 1000),
    })
  })
  call.over.addEventListener('abort', () => alarm.cancel(), { once: true })
}

function verdict(detection: Detection, script: HandsetScript): Verdict {
  const { machine, silent, fax } = script
  if (fax) return { answeredBy: 'fax', seconds: DECISION_SECONDS }
  if (silent) return { answeredBy: 'unknown', seconds: detection.silenceSeconds }
  if (!machine) return { answeredBy: 'human', seconds: DECISION_SECONDS }
  if (detection.mode === 'Enable') return { answeredBy: 'machine_start', seconds: DECISION_SECONDS }
  const seconds = machine.greetingSeconds ?? 5
  if (seconds > detection.timeoutSeconds) return { answeredBy: 'unknown', seconds: detection.timeoutSeconds }
  return { answeredBy: machine.beep ? 'machine_end_beep' : 'machine_end_silence', seconds }
}
