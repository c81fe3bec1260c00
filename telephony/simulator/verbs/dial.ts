import { Interrupted } from '../clock.ts'
import { type Execution, type Outcome, targetOf } from '../execution.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import { dialConference } from './dial-conference.ts'
import { dialNumbers } from './dial-number.ts'
import { DialRecording } from './dial-recording.ts'

/** `<Dial>`: with `action` the call goes on there, without it with the next verb. */
export async function dial(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const action = targetOf(execution, element, 'action', 'method')
  const recording = new DialRecording(execution, element)
  try {
    const params = await connect(execution, element, recording)
    const recorded = recording.end()
    return action ? { goTo: { ...action, params: { ...params, ...recorded } } } : 'next'
  } catch (interruption) {
    const recorded = recording.end()
    const isHungUp = interruption instanceof Interrupted && interruption.cause === 'hang-up'
    if (isHungUp) reportHangUp(execution, element, recorded)
    throw interruption
  }
}

async function connect(execution: Execution, element: TwimlElement, recording: DialRecording): Promise<WebhookParams> {
  const conference = element.children.find(({ name }) => name === 'Conference')
  const numbers = element.children.filter(({ name }) => name === 'Number')
  if (conference) {
    const { network, call } = execution
    if (numbers.length > 0) network.journal.violation(`13000 <Conference> is mixed with <Number> (${call.sid})`)
    recording.answered()
    return { DialCallStatus: await dialConference(execution, element, conference) }
  }
  const plain = element.text === '' ? [] : [{ name: 'Number', attributes: {}, children: [], text: element.text }]
  const wanted = numbers.length > 0 ? numbers : plain
  return wanted.length > 0 ? dialNumbers(execution, element, wanted, recording) : { DialCallStatus: 'failed' }
}

/** The caller hung up: `action` is still told, and its answer ignored (a quirk that can be switched off). */
function reportHangUp(execution: Execution, element: TwimlElement, recorded: WebhookParams): void {
  const { call, network } = execution
  const action = targetOf(execution, element, 'action', 'method')
  if (!action || !network.settings.quirks.dialActionAfterHangUp) return
  const isConference = element.children.some(({ name }) => name === 'Conference')
  const params = { ...call.params(), DialCallStatus: isConference ? 'answered' : 'completed', ...recorded }
  network.callbacks.send(`${call.sid} action`, action, params)
}
