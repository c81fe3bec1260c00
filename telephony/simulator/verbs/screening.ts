import type { Call } from '../call.ts'
import type { CallbackTarget } from '../callbacks.ts'
import { Interrupted } from '../clock.ts'
import { obtainDocument } from '../documents.ts'
import { type Execution, methodOf, type Outcome, resolveUrl, type VerbAct } from '../execution.ts'
import type { Network } from '../network.ts'
import type { WebhookParams } from '../webhook.ts'
import { gather } from './gather.ts'
import { pause, play, say } from './speech.ts'

/** What a document that is run on the called party's end may hold. Twilio: `<Number url>`; `<Dial>` is not allowed. */
const VERBS: Readonly<Record<string, VerbAct>> = {
  Say: say,
  Play: play,
  Pause: pause,
  Gather: gather,
  Hangup: async () => 'hang-up',
  Redirect: async (execution, { text, attributes }) => ({
    goTo: { url: resolveUrl(execution, text), method: methodOf(attributes.method) },
  }),
}

/**
 * Run the document that the called party hears before they are connected, and those that follow from the keys they
 * press. True when they are to be connected: a document has come to its end without hanging up.
 */
export async function screen(network: Network, leg: Call, target: CallbackTarget): Promise<boolean> {
  try {
    for (let source: CallbackTarget & { readonly params?: WebhookParams } = target; ; ) {
      const params = { ...leg.params(), ...source.params }
      const document = await obtainDocument(network, { sid: leg.sid, kind: 'voice', source, params, fallback: null })
      if (!document) return !leg.isOver
      const outcome = await carryOut({ network, call: leg, document, signal: leg.over })
      if (outcome === 'next') return !leg.isOver
      if (outcome === 'hang-up') return false
      source = outcome.goTo
    }
  } catch (interruption) {
    if (interruption instanceof Interrupted) return false
    throw interruption
  }
}

async function carryOut(execution: Execution): Promise<Outcome> {
  for (const element of execution.document.root.children) {
    const outcome = await VERBS[element.name]?.(execution, element)
    if (outcome !== undefined && outcome !== 'next') return outcome
  }
  return 'next'
}
