import type { CallbackTarget } from '../callbacks.ts'
import { Interrupted } from '../clock.ts'
import { obtainDocument } from '../documents.ts'
import type { Execution } from '../execution.ts'
import { speak } from './speech.ts'

/** Let one leg hear the document behind a wait or hold URL, once through. No URL means silence here. */
export function waitMusic(execution: Omit<Execution, 'document'>, target: CallbackTarget | null): void {
  if (target) void playOnce(execution, target)
}

/** Play a document to a leg; false when it cannot be had. */
export async function playOnce(execution: Omit<Execution, 'document'>, target: CallbackTarget): Promise<boolean> {
  const { call, network } = execution
  const request = { sid: call.sid, kind: 'voice', source: target, params: call.params(), fallback: null } as const
  const document = await obtainDocument(network, request)
  if (!document) return false
  try {
    await speak({ ...execution, document }, document.root.children)
  } catch (interruption) {
    if (!(interruption instanceof Interrupted)) throw interruption
  }
  return true
}
