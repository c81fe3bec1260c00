import type { Call } from '../call.ts'
import type { Conference, Participant } from '../conference.ts'
import { type Message, segments } from '../message.ts'
import type { Network } from '../network.ts'
import type { OwnNumber } from '../own-number.ts'
import type { Recording, Transcription } from '../recording.ts'

/** The JSON of each resource. Shapes: Twilio's published OpenAPI document, 2010-04-01; every property, no other. */

const API_VERSION = '2010-04-01'

export function presentCall(network: Network, call: Call): Record<string, unknown> {
  const { from, to, direction, parentSid, queueSeconds = 0 } = call.order
  const ours = network.ownNumber(direction === 'inbound' ? to : from)
  const path = network.path(`Calls/${call.sid}`)
  return {
    sid: call.sid,
    date_created: network.rfc2822(call.createdAt),
    date_updated: network.rfc2822(call.updatedAt),
    parent_call_sid: parentSid ?? null,
    account_sid: network.accountSid,
    to,
    to_formatted: formatted(to),
    from,
    from_formatted: formatted(from),
    phone_number_sid: ours?.sid ?? null,
    status: call.status,
    start_time: dateOrNull(network, call.beganAt),
    end_time: dateOrNull(network, call.endedAt),
    duration: call.isOver ? String(call.seconds) : null,
    price: null,
    price_unit: 'USD',
    direction,
    answered_by: call.answeredBy,
    api_version: API_VERSION,
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: String(Math.round(queueSeconds * 1000)),
    trunk_sid: null,
    uri: `${path}.json`,
    subresource_uris: {
      notifications: `${path}/Notifications.json`,
      recordings: `${path}/Recordings.json`,
      payments: `${path}/Payments.json`,
      events: `${path}/Events.json`,
    },
  }
}

export function presentConference(network: Network, conference: Conference): Record<string, unknown> {
  const path = network.path(`Conferences/${conference.sid}`)
  return {
    account_sid: network.accountSid,
    date_created: network.rfc2822(conference.createdAt),
    date_updated: network.rfc2822(conference.updatedAt),
    api_version: API_VERSION,
    friendly_name: conference.name,
    region: 'us1',
    sid: conference.sid,
    status: conference.status,
    uri: `${path}.json`,
    subresource_uris: { participants: `${path}/Participants.json`, recordings: `${path}/Recordings.json` },
    reason_conference_ended: conference.reasonEnded,
    call_sid_ending_conference: conference.callSidEnding,
  }
}

/** `isNew`: only the answer to its creation tells the queue time. */
export function presentParticipant(
  network: Network,
  conference: Conference,
  participant: Participant,
  isNew = false,
): Record<string, unknown> {
  const { call } = participant
  return {
    account_sid: network.accountSid,
    call_sid: call.sid,
    label: participant.label,
    call_sid_to_coach: participant.callSidToCoach,
    coaching: participant.coaching,
    conference_sid: conference.sid,
    date_created: network.rfc2822(participant.createdAt),
    date_updated: network.rfc2822(participant.updatedAt),
    end_conference_on_exit: participant.endsOnExit,
    muted: participant.muted,
    hold: participant.hold,
    start_conference_on_enter: participant.startsOnEnter,
    status: participantStatus(participant),
    queue_time: isNew ? String(Math.round((call.order.queueSeconds ?? 0) * 1000)) : null,
    uri: network.path(`Conferences/${conference.sid}/Participants/${call.sid}.json`),
  }
}

function participantStatus({ call, isConnected }: Participant): string {
  if (call.status === 'queued') return call.beganAt ? 'connecting' : 'queued'
  if (call.status === 'ringing') return 'ringing'
  if (call.status === 'in-progress') return isConnected ? 'connected' : 'connecting'
  return call.status === 'completed' ? 'complete' : 'failed'
}

export function presentMessage(network: Network, message: Message): Record<string, unknown> {
  const path = network.path(`Messages/${message.sid}`)
  return {
    body: message.body,
    num_segments: String(segments(message.body)),
    direction: message.direction,
    from: message.from,
    to: message.to,
    date_updated: network.rfc2822(message.updatedAt),
    price: null,
    error_message: message.errorCode === null ? null : `Error ${message.errorCode}`,
    uri: `${path}.json`,
    account_sid: network.accountSid,
    num_media: String(message.mediaUrls.length),
    status: message.status,
    messaging_service_sid: message.messagingServiceSid,
    sid: message.sid,
    date_sent: dateOrNull(network, message.sentAt),
    date_created: network.rfc2822(message.createdAt),
    error_code: message.errorCode,
    price_unit: 'USD',
    api_version: API_VERSION,
    subresource_uris: { media: `${path}/Media.json`, feedback: `${path}/Feedback.json` },
  }
}

export function presentRecording(network: Network, recording: Recording): Record<string, unknown> {
  const path = network.path(`Recordings/${recording.sid}`)
  return {
    ...recordingFacts(network, recording),
    uri: `${path}.json`,
    subresource_uris: {
      transcriptions: `${path}/Transcriptions.json`,
      add_on_results: `${path}/AddOnResults.json`,
    },
    media_url: network.url + path,
  }
}

/** The same recording under its call, where its shape is another. */
export function presentCallRecording(network: Network, recording: Recording): Record<string, unknown> {
  return {
    ...recordingFacts(network, recording),
    uri: network.path(`Calls/${recording.callSid}/Recordings/${recording.sid}.json`),
    track: 'both',
  }
}

function recordingFacts(network: Network, recording: Recording): Record<string, unknown> {
  const isOver = ['processing', 'completed', 'deleted'].includes(recording.status)
  return {
    account_sid: network.accountSid,
    api_version: API_VERSION,
    call_sid: recording.callSid,
    conference_sid: recording.conferenceSid,
    date_created: network.rfc2822(recording.startedAt),
    date_updated: network.rfc2822(recording.updatedAt),
    start_time: network.rfc2822(recording.startedAt),
    duration: isOver ? String(recording.seconds) : null,
    sid: recording.sid,
    price: null,
    price_unit: 'USD',
    status: recording.status,
    channels: recording.channels,
    source: recording.source,
    error_code: null,
    encryption_details: null,
  }
}

export function presentTranscription(network: Network, transcription: Transcription): Record<string, unknown> {
  return {
    account_sid: network.accountSid,
    api_version: API_VERSION,
    date_created: network.rfc2822(transcription.createdAt),
    date_updated: network.rfc2822(transcription.updatedAt),
    duration: String(transcription.seconds),
    price: null,
    price_unit: 'USD',
    recording_sid: transcription.recordingSid,
    sid: transcription.sid,
    status: transcription.status,
    transcription_text: transcription.text,
    type: 'fast',
    uri: network.path(`Transcriptions/${transcription.sid}.json`),
  }
}

export function presentNumber(network: Network, number: OwnNumber): Record<string, unknown> {
  const other = (name: string) => number.others.get(name) || null
  return {
    account_sid: network.accountSid,
    address_sid: other('AddressSid'),
    address_requirements: 'none',
    api_version: API_VERSION,
    beta: false,
    capabilities: { mms: true, sms: true, voice: true, fax: false },
    date_created: network.rfc2822(number.createdAt),
    date_updated: network.rfc2822(number.updatedAt),
    friendly_name: number.friendlyName,
    identity_sid: other('IdentitySid'),
    phone_number: number.phone,
    origin: 'twilio',
    sid: number.sid,
    sms_application_sid: other('SmsApplicationSid'),
    sms_fallback_method: number.smsFallbackMethod,
    sms_fallback_url: number.smsFallbackUrl,
    sms_method: number.smsMethod,
    sms_url: number.smsUrl,
    status_callback: number.statusCallback,
    status_callback_method: number.statusCallbackMethod,
    trunk_sid: other('TrunkSid'),
    uri: network.path(`IncomingPhoneNumbers/${number.sid}.json`),
    voice_receive_mode: other('VoiceReceiveMode') ?? 'voice',
    voice_application_sid: other('VoiceApplicationSid'),
    voice_caller_id_lookup: other('VoiceCallerIdLookup')?.toLowerCase() === 'true',
    voice_fallback_method: number.voiceFallbackMethod,
    voice_fallback_url: number.voiceFallbackUrl,
    voice_method: number.voiceMethod,
    voice_url: number.voiceUrl,
    emergency_status: other('EmergencyStatus') ?? 'Inactive',
    emergency_address_sid: other('EmergencyAddressSid'),
    emergency_address_status: 'unregistered',
    bundle_sid: other('BundleSid'),
    status: 'in-use',
    type: 'local',
  }
}

/** The account never shows its token here. */
export function presentAccount(network: Network): Record<string, unknown> {
  const path = `/2010-04-01/Accounts/${network.accountSid}`
  const kinds = ['calls', 'conferences', 'incoming_phone_numbers', 'messages', 'recordings', 'transcriptions']
  return {
    auth_token: null,
    date_created: network.rfc2822(network.createdAt),
    date_updated: network.rfc2822(network.createdAt),
    friendly_name: network.accountName,
    owner_account_sid: network.accountSid,
    sid: network.accountSid,
    status: 'active',
    subresource_uris: Object.fromEntries(kinds.map((kind) => [kind, `${path}/${pascal(kind)}.json`])),
    type: 'Full',
    uri: `${path}.json`,
  }
}

function pascal(snake: string): string {
  return snake.replace(/(^|_)(.)/g, (_, __, letter: string) => letter.toUpperCase())
}

/** `+15551230001` is shown as `(555) 123-0001`. */
function formatted(phone: string): string {
  return phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3')
}

function dateOrNull(network: Network, date: Date | null): string | null {
  return date && network.rfc2822(date)
}
