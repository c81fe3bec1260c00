import type { CallbackTarget } from './callbacks.ts'
import type { Ground } from './ground.ts'
import { newSid } from './sids.ts'
import type { WebhookParams } from './webhook.ts'

/** Twilio: Recording.status. `absent`: nothing was to be heard; `deleted`: only its facts are left. */
export type RecordingStatus = 'in-progress' | 'paused' | 'stopped' | 'processing' | 'completed' | 'absent' | 'deleted'

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
  deletedAt: Date | null
  /** Since when it is paused, when what happens now is to be left out. */
  skippingSince: Date | null
  skippedSeconds: number
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
const KEPT_MS = 40 * 86_400_000
/** Twilio transcribes only what is longer than two seconds and shorter than two minutes. */
const TRANSCRIBABLE = { above: 2, below: 120 }

/** A recording begins. */
export function startRecording(
  network: RecordingNetwork,
  wanted: Pick<Recording, 'callSid' | 'conferenceSid' | 'source' | 'callback'> & { readonly channels?: 1 | 2 },
): Recording {
  const now = network.clock.now()
  const begun = { status: 'in-progress', seconds: 0, completedAt: null, deletedAt: null } as const
  const unskipped = { skippingSince: null, skippedSeconds: 0 }
  const recording: Recording = {
    channels: 1,
    ...wanted,
    ...begun,
    ...unskipped,
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
  if (recording.deletedAt) return
  recording.status = 'completed'
  recording.completedAt = network.clock.now()
  recording.updatedAt = recording.completedAt
  report(network, recording, 'completed')
}

/** Seconds since it began, without what was skipped. */
export function secondsOf(network: Ground, { startedAt, skippingSince, skippedSeconds }: Recording): number {
  const end = skippingSince ?? network.clock.now()
  return (end.getTime() - startedAt.getTime()) / 1000 - skippedSeconds
}

/** Pause; with `skips` the pause is left out of the sound, else it is silence in it. */
export function pauseRecording(network: Ground, recording: Recording, skips: boolean): void {
  if (recording.status !== 'in-progress') return
  recording.status = 'paused'
  recording.updatedAt = network.clock.now()
  if (skips) recording.skippingSince = recording.updatedAt
}

/** Go on after a pause. */
export function resumeRecording(network: Ground, recording: Recording): void {
  if (recording.status !== 'paused') return
  recording.status = 'in-progress'
  recording.updatedAt = network.clock.now()
  if (!recording.skippingSince) return
  recording.skippedSeconds += (recording.updatedAt.getTime() - recording.skippingSince.getTime()) / 1000
  recording.skippingSince = null
}

/** Forget the sound; the facts are kept for forty days. Source: Twilio changelog, March 2022. */
export function deleteRecording(network: Ground, recording: Recording): void {
  recording.status = 'deleted'
  recording.deletedAt = network.clock.now()
  recording.updatedAt = recording.deletedAt
}

/** Is it deleted, and are even its facts gone by now? */
export function isForgotten(network: Ground, { deletedAt }: Recording): boolean {
  return deletedAt !== null && network.clock.now().getTime() > deletedAt.getTime() + KEPT_MS
}

/** Its absolute URL, without extension, as webhooks show it. */
export function recordingUrl(network: Ground, recording: Recording): string {
  return network.url + network.path(`Recordings/${recording.sid}`)
}

/** Can its sound be fetched by now? The fault switch keeps it missing for longer. */
export function isStored(network: Ground, recording: Recording): boolean {
  if (!recording.completedAt || recording.deletedAt) return false
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
  network.clock.after(network.faults.current.transcriptionSeconds, () => {
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
