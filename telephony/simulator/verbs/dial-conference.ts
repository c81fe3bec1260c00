import {
  type Beep,
  Conference,
  type LeaveReason,
  type Participant,
  type ParticipantSettings,
  whyNoCoach,
} from '../conference.ts'
import { type Execution, numberOf, targetOf, unlessAborted } from '../execution.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import { waitFor } from './music.ts'
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
  const refusal = whyNot(network.rooms.get(noun.text), noun)
  if (refusal) {
    network.journal.violation(refusal)
    return 'failed'
  }
  const room = roomOf(execution, noun)
  const participant = room.reserve(call, settingsOf(noun))
  const out = new Promise<LeaveReason>((resolve) => {
    participant.onOut = resolve
  })
  const star = () => dial.attributes.hangupOnStar === 'true' && room.leave(participant, 'participant_hung_up')
  call.hear(room.ear(participant, star))
  room.join(participant)
  waitFor(network, room, participant, targetOf(execution, noun, 'waitUrl', 'waitMethod'))
  const limit = network.clock.after(
    numberOf(dial.attributes.timeLimit, 14_400),
    () => room.leave(participant, 'participant_hung_up'),
    { background: true },
  )
  try {
    return (await unlessAborted(out, signal)) === 'participant_add_failed' ? 'failed' : 'answered'
  } finally {
    limit.cancel()
    leaveAfter(signal, room, participant)
    if (!call.isOver) call.hear(null)
  }
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
  if (/^(true|record-from-start)$/.test(noun.attributes.record ?? '')) room.record(recordingTargetOf(execution, noun))
  return room
}

/** Twilio's errors for a leg that is not let in. */
function whyNot(room: Conference | undefined, noun: TwimlElement): string | null {
  const { participantLabel: label, coach } = noun.attributes
  if (label !== undefined && !isLabel(label)) return `16023 participantLabel '${label}' is not valid`
  if (coach && whyNoCoach(room, coach)) return `13240 there is no ${coach} to coach in '${noun.text}'`
  if (!room) return null
  if (room.participants.size >= room.maxParticipants) return `16020 conference '${room.name}' is full`
  return label !== undefined && room.find(label) ? `16024 participantLabel '${label}' is in use` : null
}

/** At most 128 characters, no slash, not like a call SID. */
export function isLabel(label: string): boolean {
  return label.length > 0 && label.length <= 128 && !label.includes('/') && !/^CA[0-9a-f]{32}$/i.test(label)
}

function settingsOf(noun: TwimlElement): ParticipantSettings {
  const { participantLabel, startConferenceOnEnter, endConferenceOnExit, muted, coach, beep = 'true' } = noun.attributes
  return {
    label: participantLabel ?? null,
    startsOnEnter: startConferenceOnEnter !== 'false',
    endsOnExit: endConferenceOnExit === 'true',
    muted: muted === 'true',
    hold: false,
    coaching: coach !== undefined && coach !== '',
    callSidToCoach: coach || null,
    beep: beep as Beep,
  }
}
