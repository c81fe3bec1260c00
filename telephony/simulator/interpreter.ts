import type { Call } from './call.ts'
import { Interrupted } from './clock.ts'
import { type DocumentSource, obtainDocument, type TwimlDocument } from './documents.ts'
import {
  type Execution,
  heard,
  methodOf,
  type Outcome,
  resolveUrl,
  type VerbAct,
  type VoiceNetwork,
} from './execution.ts'
import type { TwimlElement } from './twiml/parser.ts'
import { dial } from './verbs/dial.ts'
import { gather } from './verbs/gather.ts'
import { record } from './verbs/record.ts'
import { pause, play, say } from './verbs/speech.ts'
import type { WebhookParams } from './webhook.ts'

/** SIP: the call is declined. */
const DECLINED = 603

const VERBS: Readonly<Record<string, VerbAct>> = {
  Say: say,
  Play: play,
  Pause: pause,
  Gather: gather,
  Dial: dial,
  Record: record,
  Hangup: async () => 'hang-up',
  Redirect: async (execution, element) => ({
    goTo: { url: resolveUrl(execution, element.text), method: methodOf(element.attributes.method) },
  }),
  Reject: async (execution, element) => {
    const { call, network } = execution
    if (element.attributes.reason === 'busy') call.finish('busy')
    else call.finish(network.settings.quirks.rejectedStatus, DECLINED)
    return 'hang-up'
  },
}

/** Documents that follow each other without time passing: more than this is a loop. */
const MOST_DOCUMENTS_AT_ONCE = 100

/** Carry out a document on a call, in place of the one it is at; the call ends with its last verb. */
export function runDocument(
  network: VoiceNetwork,
  call: Call,
  source: DocumentSource,
  params: WebhookParams = {},
): void {
  void runOn(network, call, source, params).then((end) => {
    if (end !== 'interrupted') call.hangUp()
  })
}

/** Carry out a document on a leg that was dialled, before it is bridged; one that hangs up is not (`<Number url>`). */
async function screen(network: VoiceNetwork, leg: Call, source: DocumentSource): Promise<void> {
  const end = await runOn(network, leg, source, {})
  if (end === 'hang-up') leg.hangUp()
}

/** How a run of documents ended: with its last verb, by hanging up, or because something else happened to the call. */
type RunResult = 'done' | 'hang-up' | 'interrupted'

async function runOn(
  network: VoiceNetwork,
  call: Call,
  source: DocumentSource,
  params: WebhookParams,
): Promise<RunResult> {
  try {
    return await run(network, call, source, params, call.takeRun())
  } catch (error) {
    if (error instanceof Interrupted) return 'interrupted'
    network.journal.violation(`simulator fault: ${error instanceof Error ? error.stack : String(error)}`)
    return 'hang-up'
  }
}

async function run(
  network: VoiceNetwork,
  call: Call,
  first: DocumentSource,
  firstParams: WebhookParams,
  signal: AbortSignal,
): Promise<RunResult> {
  let source = first
  let params = firstParams
  let moment = 0
  for (let count = 0; ; count++) {
    if (network.clock.now().getTime() !== moment) count = 0
    moment = network.clock.now().getTime()
    if (count > MOST_DOCUMENTS_AT_ONCE) {
      network.journal.violation(`11200 ${call.sid}: documents follow each other without end`)
      return 'hang-up'
    }
    const document = await obtain(network, call, source, params, signal)
    if (!document) return 'hang-up'
    const outcome = await carryOut({
      network,
      call,
      document,
      signal,
      screen: (leg, target) => screen(network, leg, target),
    })
    if (outcome === 'next') return 'done'
    if (outcome === 'hang-up') return 'hang-up'
    source = outcome.goTo
    params = {}
  }
}

async function obtain(
  network: VoiceNetwork,
  call: Call,
  source: DocumentSource,
  params: WebhookParams,
  signal: AbortSignal,
): Promise<TwimlDocument | null> {
  const request = { sid: call.sid, kind: 'voice', source, params: { ...call.params(), ...params } } as const
  const document = await obtainDocument(network, { ...request, fallback: call.fallback })
  if (signal.aborted) throw new Interrupted(signal.reason)
  if (document) return document
  call.answer()
  heard({ call, network }, 'say', 'We are sorry, an application error has occurred. Goodbye.')
  return null
}

/** `next` means that the last verb is done. */
async function carryOut(execution: Execution): Promise<Outcome> {
  for (const element of execution.document.root.children) {
    const act = VERBS[element.name]
    if (!act) continue
    if (answersFirst(element)) execution.call.answer()
    const outcome = await act(execution, element)
    if (outcome !== 'next') return outcome
  }
  execution.call.answer()
  return 'next'
}

/** An incoming call is answered by its first verb, but not by one that rejects it, waits, or answers on bridge. */
function answersFirst(element: TwimlElement): boolean {
  if (element.name === 'Dial') return element.attributes.answerOnBridge !== 'true'
  return !['Reject', 'Pause', 'Redirect'].includes(element.name)
}
