import { Conference, type LeaveReason, type Participant, type ParticipantSettings } from '../conference.ts'
import { type Execution, numberOf, targetOf, unlessAborted } from '../execution.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import { waitMusic } from './music.ts'
import { recordingTargetOf } from './record.ts'

/** How a stay in a conference ended, for DialCallStatus: `answered`, or `failed` when the leg was not let in. */
export type ConferenceStay = 'answered' | 'failed'

/** `<Dial><Conference>`: stay in the room until kicked, hung up, or the room ends. */
export async function dialConference(
  execution: Execution,
  dial: TwimlElement,
  noun: TwimlElement,
): Promise<ConferenceStay> {
  const { call, network, signal } = execution
  const room = roomOf(execution, noun)
  const refusal = whyNot(room, noun)
  if (refusal) {
    network.journal.violation(refusal)
    return 'failed'
  }
  const participant = room.reserve(call, settingsOf(noun))
  const out = new Promise<LeaveReason>((resolve) => {
    participant.onOut = resolve
  })
  const star = () => dial.attributes.hangupOnStar === 'true' && room.leave(participant, 'participant_hung_up')
  call.hear(room.ear(participant, star))
  room.join(participant)
  if (room.status === 'init') waitMusic(execution, targetOf(execution, noun, 'waitUrl', 'waitMethod'))
  const limit = network.clock.after(
    numberOf(dial.attributes.timeLimit, 14_400),
    () => room.leave(participant, 'participant_hung_up'),
    { background: true },
  )
  try {
    await unlessAborted(out, signal)
  } finally {
    limit.cancel()
    leaveAfter(signal, room, participant)
    if (!call.isOver) call.hear(null)
  }
  return 'answered'
}

function leaveAfter(signal: AbortSignal, room: Conference, participant: Participant): void {
  if (!signal.aborted || signal.reason === 'dropped') return
  room.leave(participant, signal.reason === 'redirect' ? 'participant_updated_via_api' : 'participant_hung_up')
}

/** The active room of this name, or a new one, which takes its callbacks from this participant. */
function roomOf(execution: Execution, noun: TwimlElement): Conference {
  const { network } = execution
  const active = network.rooms.get(noun.text)
  if (active) return active
  const target = targetOf(execution, noun, 'statusCallback', 'statusCallbackMethod')
  const topics = (noun.attributes.statusCallbackEvent ?? '').split(' ')
  const room = new Conference(network, noun.text, target && { ...target, topics })
  room.maxParticipants = numberOf(noun.attributes.maxParticipants, 250)
  if (noun.attributes.record === 'record-from-start') room.record(recordingTargetOf(execution, noun))
  return room
}

/** Twilio's errors for a leg that is not let in. */
function whyNot(room: Conference, noun: TwimlElement): string | null {
  const label = noun.attributes.participantLabel
  if (room.participants.size >= room.maxParticipants) return `16020 conference '${room.name}' is full`
  if (label === undefined) return null
  if (!isLabel(label)) return `16023 participantLabel '${label}' is not valid`
  return room.find(label) ? `16024 participantLabel '${label}' is in use` : null
}

/** At most 128 characters, no slash, not like a call SID. */
export function isLabel(label: string): boolean {
  return label.length > 0 && label.length <= 128 && !label.includes('/') && !/^CA[0-9a-f]{32}$/i.test(label)
}

function settingsOf(noun: TwimlElement): ParticipantSettings {
  const { participantLabel, startConferenceOnEnter, endConferenceOnExit, muted, coach } = noun.attributes
  return {
    label: participantLabel ?? null,
    startsOnEnter: startConferenceOnEnter !== 'false',
    endsOnExit: endConferenceOnExit === 'true',
    muted: muted === 'true',
    hold: false,
    coaching: coach !== undefined,
    callSidToCoach: coach ?? null,
  }
}
