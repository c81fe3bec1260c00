import { Interrupted } from '../clock.ts'
import { type Execution, type Outcome, targetOf } from '../execution.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import { dialConference } from './dial-conference.ts'
import { dialNumbers } from './dial-number.ts'

/** `<Dial>`: with `action` the call goes on there, without it with the next verb. */
export async function dial(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const action = targetOf(execution, element, 'action', 'method')
  try {
    const params = await connect(execution, element)
    return action ? { goTo: { ...action, params } } : 'next'
  } catch (interruption) {
    if (interruption instanceof Interrupted && interruption.cause === 'hang-up') reportHangUp(execution, element)
    throw interruption
  }
}

async function connect(execution: Execution, element: TwimlElement): Promise<WebhookParams> {
  const conference = element.children.find(({ name }) => name === 'Conference')
  if (conference) return { DialCallStatus: await dialConference(execution, element, conference) }
  const numbers = element.children.filter(({ name }) => name === 'Number')
  const plain = element.text === '' ? [] : [{ name: 'Number', attributes: {}, children: [], text: element.text }]
  const wanted = numbers.length > 0 ? numbers : plain
  return wanted.length > 0 ? dialNumbers(execution, element, wanted) : { DialCallStatus: 'failed' }
}

/** The caller hung up: `action` is still told, and its answer ignored (a quirk that can be switched off). */
function reportHangUp(execution: Execution, element: TwimlElement): void {
  const { call, network } = execution
  const action = targetOf(execution, element, 'action', 'method')
  if (!action || !network.settings.quirks.dialActionAfterHangUp) return
  const isConference = element.children.some(({ name }) => name === 'Conference')
  const params = { ...call.params(), DialCallStatus: isConference ? 'answered' : 'completed' }
  network.callbacks.send(`${call.sid} action`, action, params)
}
