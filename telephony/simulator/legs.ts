import type { Call } from './call.ts'
import { Interrupted } from './clock.ts'
import type { Ground } from './ground.ts'
import type { HandsetScript } from './script.ts'

/** Twilio adds about five seconds to every ring time-out. */
const RING_GRACE_SECONDS = 5

const USUAL_ANSWER_SECONDS = 2
const REFUSAL_SECONDS = 1

/**
 * Ring a phone until it is answered, by the script that is given back, or the call is over (null).
 */
export async function ring(network: Ground, call: Call, timeoutSeconds: number): Promise<HandsetScript | null> {
  if (call.isOver) return null
  call.begin()
  call.startRinging()
  const script = call.phone.takeScript()
  const patience = timeoutSeconds + RING_GRACE_SECONDS
  const answerAfter = script.answer?.after ?? USUAL_ANSWER_SECONDS
  const wait = (seconds: number) => network.clock.sleep(Math.min(seconds, patience), call.over)
  try {
    if (script.busy) return await wait(REFUSAL_SECONDS).then(() => refuse(call, 'busy'))
    if (script.fail) return await wait(REFUSAL_SECONDS).then(() => refuse(call, 'failed', script.fail))
    if (script.noAnswer || answerAfter > patience) {
      return await wait(patience).then(() => refuse(call, 'no-answer'))
    }
    await wait(answerAfter)
  } catch (interruption) {
    if (interruption instanceof Interrupted) return null
    throw interruption
  }
  call.answer()
  call.phone.follow(call, script)
  return script
}

function refuse(call: Call, status: 'busy' | 'failed' | 'no-answer', sipCode?: number): null {
  call.finish(status, sipCode)
  return null
}
