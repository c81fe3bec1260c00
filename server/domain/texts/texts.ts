import type { Unit, View } from '#kit/unit'
import { TextQueued } from './events.ts'
import type { OutgoingText, TextProgress } from './model.ts'
import * as store from './store.ts'

/**
 * The words that carriers reserve, when they are the whole message (Twilio: "Advanced Opt-Out", default keywords).
 * The carrier answers them itself; we only remember what they mean.
 */
const STOP_WORDS = new Set(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'])
const START_WORDS = new Set(['start', 'yes', 'unstop'])

/** Queue a text; it is sent after the commit. A phone that has opted out gets nothing, and null comes back. */
export async function queue(
  unit: Unit,
  text: { readonly phone: string; readonly body: string; readonly purpose: string },
): Promise<string | null> {
  if (await isOptedOut(unit, text.phone)) return null
  const id = await store.insertOutgoing(unit, text)
  unit.emit(TextQueued, { text_id: id }, [])
  return id
}

/** How many texts of one purpose a phone has been sent since then. */
export async function countSince(
  view: View,
  texts: { readonly phone: string; readonly purpose: string; readonly since: Date },
): Promise<number> {
  return store.countSince(view, texts)
}

/** A queued text; null when it has been sent or failed since. */
export async function outgoing(view: View, id: string): Promise<OutgoingText | null> {
  return store.findQueued(view, id)
}

/** The carrier says how far a text has come; reports that come late or twice change nothing. */
export async function report(unit: Unit, id: string, progress: TextProgress): Promise<void> {
  await store.advance(unit, id, progress)
}

/** A text came in. Each carrier id counts once; opt-out words are obeyed. */
export async function receive(
  unit: Unit,
  text: { readonly carrierId: string; readonly from: string; readonly to: string; readonly body: string },
): Promise<void> {
  if (!(await store.insertReceived(unit, text))) return
  const word = text.body.trim().toLowerCase()
  if (STOP_WORDS.has(word)) await optOut(unit, text.from)
  if (START_WORDS.has(word)) await store.removeOptOut(unit, text.from)
}

/** Remember that a phone wants no texts. */
export async function optOut(unit: Unit, phone: string): Promise<void> {
  await store.insertOptOut(unit, phone)
}

/** Whether a phone has asked for no texts. */
export async function isOptedOut(view: View, phone: string): Promise<boolean> {
  return store.hasOptOut(view, phone)
}
