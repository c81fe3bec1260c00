import type { CallbackTarget } from './callbacks.ts'
import type { Conference, Participant } from './conference.ts'
import type { VoiceNetwork } from './execution.ts'
import { playThrough } from './verbs/music.ts'

/** Let one participant, or all, hear a document; the conference reports when it is over. */
export function announce(
  network: VoiceNetwork,
  conference: Conference,
  participant: Participant | null,
  target: CallbackTarget,
): void {
  const listeners = participant ? [participant] : [...conference.participants.values()]
  network.clock.after(0, () => {
    const playing = listeners.map(({ call }) => playThrough({ network, call, signal: call.over }, target))
    void Promise.all(playing).then((played) => {
      const failure = played.every(Boolean) ? null : 'the document could not be played'
      if (!conference.isOver) conference.announced(participant, target.url, failure)
    })
  })
}
