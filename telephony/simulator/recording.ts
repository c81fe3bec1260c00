import type { CallbackTarget } from './callbacks.ts'
import type { Ground } from './ground.ts'
import { newSid } from './sids.ts'
import type { WebhookParams } from './webhook.ts'

/** Twilio: Recording.status. `absent`: nothing was to be heard. */
export type RecordingStatus = 'in-progress' | 'paused' | 'stopped' | 'processing' | 'completed' | 'absent'

/** Twilio: Recording.source. */
export type RecordingSource = 'DialVerb' | 'Conference' | 'OutboundAPI' | 'RecordVerb' | 'StartCallRecordingAPI'

/** A recording, from its first second to its deletion. */
export interface Recording {
  readonly sid: string
  readonly callSid: string | null
  readonly conferenceSid: string | null
  readonly source: RecordingSource
  readonly channels: 1 | 2
  readonly startedAt: Date
  readonly callback: RecordingTarget | null
  updatedAt: Date
  status: RecordingStatus
  /** Whole seconds, known once it is over. */
  seconds: number
  completedAt: Date | null
}

/** Where a recording reports to; `completed` unless it asks for more. */
export interface RecordingTarget extends CallbackTarget {
  readonly events: readonly string[]
}

/** A transcription of a recording. */
export interface Transcription {
  readonly sid: string
  readonly recordingSid: string
  readonly createdAt: Date
  readonly seconds: number
  updatedAt: Date
  status: 'in-progress' | 'completed' | 'failed'
  text: string
}

/** What recordings need of the network. */
export interface RecordingNetwork extends Ground {
  /** All recordings, by SID. */
  readonly recordings: Map<string, Recording>
  /** All transcriptions, by SID. */
  readonly transcriptions: Map<string, Transcription>
}

/** A recording can be fetched about a second after it ended, and later than its `action` is requested. */
const STORING_SECONDS = 1
/** Transcriptions come late. */
const TRANSCRIBING_SECONDS = 20
/** Twilio transcribes only what is longer than two seconds and shorter than two minutes. */
const TRANSCRIBABLE = { above: 2, below: 120 }

/** A recording begins. */
export function startRecording(
  network: RecordingNetwork,
  wanted: Pick<Recording, 'callSid' | 'conferenceSid' | 'source' | 'callback'> & { readonly channels?: 1 | 2 },
): Recording {
  const now = network.clock.now()
  const begun = { status: 'in-progress', seconds: 0, completedAt: null } as const
  const recording: Recording = {
    channels: 1,
    ...wanted,
    ...begun,
    sid: newSid('RE'),
    startedAt: now,
    updatedAt: now,
  }
  network.recordings.set(recording.sid, recording)
  report(network, recording, 'in-progress')
  return recording
}

/** A recording is over after so many seconds; it is stored a second later, or absent when there is nothing in it. */
export function stopRecording(network: Ground, recording: Recording, seconds: number): void {
  if (recording.status !== 'in-progress' && recording.status !== 'paused') return
  recording.seconds = Math.round(seconds)
  recording.status = recording.seconds > 0 ? 'processing' : 'absent'
  recording.updatedAt = network.clock.now()
  if (recording.status === 'absent') report(network, recording, 'absent')
  else network.clock.after(STORING_SECONDS, () => store(network, recording))
}

function store(network: Ground, recording: Recording): void {
  recording.status = 'completed'
  recording.completedAt = network.clock.now()
  recording.updatedAt = recording.completedAt
  report(network, recording, 'completed')
}

/** Seconds since it began. */
export function secondsOf(network: Ground, recording: Recording): number {
  return (network.clock.now().getTime() - recording.startedAt.getTime()) / 1000
}

/** Its absolute URL, without extension, as webhooks show it. */
export function recordingUrl(network: Ground, recording: Recording): string {
  return network.url + network.path(`Recordings/${recording.sid}`)
}

/** Can its sound be fetched by now? The fault switch keeps it missing for longer. */
export function isStored(network: Ground, recording: Recording): boolean {
  if (!recording.completedAt) return false
  const missing = network.faults.current.recordings.missingForSeconds ?? 0
  return network.clock.now().getTime() >= recording.completedAt.getTime() + missing * 1000
}

/** Transcribe it, late: `text` is what was said. Too short and too long ones are never heard of. */
export function transcribe(
  network: RecordingNetwork,
  recording: Recording,
  text: string,
  report: { readonly callback: CallbackTarget; readonly callParams: () => WebhookParams } | null,
): void {
  const fault = network.faults.current.transcriptions
  const isPossible = recording.seconds > TRANSCRIBABLE.above && recording.seconds < TRANSCRIBABLE.below
  if (!isPossible || fault === 'never') return
  const now = network.clock.now()
  const { sid: recordingSid, seconds } = recording
  const transcription: Transcription = {
    sid: newSid('TR'),
    recordingSid,
    createdAt: now,
    seconds,
    updatedAt: now,
    status: 'in-progress',
    text: '',
  }
  network.transcriptions.set(transcription.sid, transcription)
  network.clock.after(TRANSCRIBING_SECONDS, () => {
    transcription.status = fault === 'failed' ? 'failed' : 'completed'
    transcription.text = fault === 'failed' ? '' : text
    transcription.updatedAt = network.clock.now()
    if (!report) return
    const params = { ...report.callParams(), ...transcriptionParams(network, recording, transcription) }
    network.callbacks.send(recordingSid, report.callback, params)
  })
}

function transcriptionParams(network: Ground, recording: Recording, transcription: Transcription): WebhookParams {
  return {
    TranscriptionSid: transcription.sid,
    TranscriptionText: transcription.text,
    TranscriptionStatus: transcription.status,
    TranscriptionUrl: `${recordingUrl(network, recording)}/Transcriptions/${transcription.sid}`,
    TranscriptionType: 'fast',
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(network, recording),
  }
}

/** Twilio: "RecordingStatusCallback parameters". */
function report(network: Ground, recording: Recording, status: 'in-progress' | 'completed' | 'absent'): void {
  const { callback, callSid, conferenceSid } = recording
  if (!callback?.events.includes(status)) return
  network.callbacks.send(recording.sid, callback, {
    AccountSid: network.accountSid,
    ...(conferenceSid === null ? { CallSid: callSid ?? '' } : { ConferenceSid: conferenceSid }),
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(network, recording),
    RecordingStatus: status,
    RecordingDuration: status === 'in-progress' ? '0' : String(recording.seconds),
    RecordingChannels: String(recording.channels),
    RecordingStartTime: network.rfc2822(recording.startedAt),
    RecordingSource: recording.source,
  })
}
