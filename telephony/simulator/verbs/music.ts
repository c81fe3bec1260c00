import type { CallbackTarget } from '../callbacks.ts'
import { Interrupted } from '../clock.ts'
import type { Conference, Participant } from '../conference.ts'
import { obtainDocument } from '../documents.ts'
import { methodOf, resolveUrl, type Stage, type VoiceNetwork } from '../execution.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import { speak } from './speech.ts'

/** How many documents may follow each other without time passing. */
const MOST_DOCUMENTS_AT_ONCE = 20

/**
 * Let one leg hear what is behind a URL: a file, or a document of Say, Play, Pause and Redirect, which may go round for
 * ever. Resolves when it is over or the leg stops listening; false when it cannot be had.
 * Source: Twilio, `<Conference>`, "waitUrl": once its verbs are done there is silence.
 */
export async function playThrough(stage: Stage, first: CallbackTarget): Promise<boolean> {
  try {
    return await playAll(stage, first)
  } catch (interruption) {
    if (!(interruption instanceof Interrupted)) throw interruption
    return true
  }
}

async function playAll(stage: Stage, first: CallbackTarget): Promise<boolean> {
  const { call, network, signal } = stage
  let target: CallbackTarget | null = first
  let moment = 0
  for (let count = 0; target; count++) {
    if (network.clock.now().getTime() !== moment) count = 0
    moment = network.clock.now().getTime()
    if (count > MOST_DOCUMENTS_AT_ONCE) {
      network.journal.violation(`11200 ${target.url}: documents follow each other without end`)
      return false
    }
    const request = { sid: call.sid, kind: 'music', source: target, params: call.params(), fallback: null } as const
    const document = await obtainDocument(network, request)
    if (signal.aborted) throw new Interrupted(signal.reason)
    if (!document) return false
    const execution = { ...stage, document }
    const { children } = document.root
    const turn: number = children.findIndex(({ name }) => name === 'Redirect')
    await speak(execution, turn < 0 ? children : children.slice(0, turn))
    const redirect: TwimlElement | undefined = children[turn]
    target = redirect
      ? { url: resolveUrl(execution, redirect.text), method: methodOf(redirect.attributes.method) }
      : null
  }
  return true
}

/** What a participant hears instead of the room, until the room starts, the hold ends, or something else is played. */
function playTo(network: VoiceNetwork, participant: Participant, target: CallbackTarget): Promise<boolean> {
  participant.music?.abort()
  const music = new AbortController()
  participant.music = music
  const { call } = participant
  return playThrough({ network, call, signal: AbortSignal.any([call.over, music.signal]), isBackground: true }, target)
}

/**
 * Somebody waits for the room to start. A wait URL that cannot be had puts them out again: the conference "will not be
 * fully established" (Twilio, `<Conference>`, "waitUrl"). Null means the carrier's own music, or silence.
 */
export function waitFor(
  network: VoiceNetwork,
  room: Conference,
  participant: Participant,
  target: CallbackTarget | null,
): void {
  participant.waitMusic = target
  if (room.status !== 'init' || participant.hold || !participant.isConnected || !target) return
  void playTo(network, participant, target).then((isPlayed) => {
    if (!isPlayed) room.leave(participant, 'participant_add_failed')
  })
}

/** Hold music; null means the carrier's own. */
export function playOnHold(network: VoiceNetwork, participant: Participant, target: CallbackTarget | null): void {
  participant.music?.abort()
  if (target) void playTo(network, participant, target)
}

/** The hold is over: back to the room, or to waiting for it. */
export function endHold(network: VoiceNetwork, room: Conference, participant: Participant): void {
  participant.music?.abort()
  waitFor(network, room, participant, participant.waitMusic)
}
