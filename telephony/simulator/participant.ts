import type { Call } from './call.ts'
import type { CallbackTarget } from './callbacks.ts'
import type { Conference, Participant, ParticipantSettings } from './conference.ts'
import { type OutboundNetwork, type OutboundOrder, placeCall } from './outbound.ts'
import { waitFor } from './verbs/music.ts'

/** Ring a phone straight into a room, as the Participants API does. Nobody is asked: whoever picks up is in. */
export function dialIntoConference(
  network: OutboundNetwork,
  room: Conference,
  order: OutboundOrder,
  settings: ParticipantSettings,
  { hasEarlyMedia, waitMusic }: { readonly hasEarlyMedia: boolean; readonly waitMusic: CallbackTarget | null },
): Participant {
  const joinsEarly = hasEarlyMedia && network.settings.quirks.earlyMediaJoins
  const call = placeCall(network, order, {
    ringing: () => joinsEarly && room.join(participant),
    answered: () => {
      room.join(participant)
      waitFor(network, room, participant, waitMusic)
    },
  })
  const participant = room.reserve(call, settings)
  participant.onOut = () => call.hangUp()
  call.hear(room.ear(participant, () => {}))
  call.over.addEventListener('abort', () => room.leave(participant, leaveReason(call)), { once: true })
  return participant
}

/** A leg that was never answered leaves all the same (Twilio changelog, October 2023). */
function leaveReason(call: Call): 'participant_hung_up' | 'participant_add_failed' {
  return call.answeredAt ? 'participant_hung_up' : 'participant_add_failed'
}
