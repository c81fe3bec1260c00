import type { CallbackTarget } from './callbacks.ts'
import type { Conference, Participant } from './conference.ts'
import type { VoiceNetwork } from './execution.ts'
import { playOnce } from './verbs/music.ts'

/** Let one participant, or all, hear a document; the conference reports when it is over. */
export function announce(
  network: VoiceNetwork,
  conference: Conference,
  participant: Participant | null,
  target: CallbackTarget,
): void {
  const listeners = participant ? [participant] : [...conference.participants.values()]
  network.clock.after(0, () => {
    void Promise.all(listeners.map(({ call }) => playOnce({ network, call, signal: call.over }, target))).then(
      (played) => {
        const failure = played.every(Boolean) ? null : 'the document could not be played'
        if (!conference.isOver) conference.announced(participant, target.url, failure)
      },
    )
  })
}
