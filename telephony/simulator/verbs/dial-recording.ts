import type { Execution } from '../execution.ts'
import { type Recording, recordingUrl, secondsOf, startRecording, stopRecording } from '../recording.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import { recordingTargetOf } from './record.ts'

/** The recording of a `<Dial>`, if it wants one. Source: Twilio, `<Dial>`, "record". */
export class DialRecording {
  private readonly execution: Execution
  private readonly dial: TwimlElement
  private recording: Recording | null = null

  constructor(execution: Execution, dial: TwimlElement) {
    this.execution = execution
    this.dial = dial
  }

  /** The other end rings. */
  ringing(): void {
    if (this.wanted.startsWith('record-from-ringing')) this.start()
  }

  /** The other end is there. `true` is the same as `record-from-answer`. */
  answered(): void {
    if (/^(true|record-from-)/.test(this.wanted)) this.start()
  }

  /** It is over: what `action` is told of it. */
  end(): WebhookParams {
    if (!this.recording) return {}
    const { network } = this.execution
    stopRecording(network, this.recording, secondsOf(network, this.recording))
    return { RecordingUrl: recordingUrl(network, this.recording) }
  }

  private get wanted(): string {
    return this.dial.attributes.record ?? ''
  }

  private start(): void {
    const { network, call } = this.execution
    const channels = this.wanted.endsWith('-dual') ? 2 : 1
    const callback = recordingTargetOf(this.execution, this.dial)
    const whose = { callSid: call.sid, conferenceSid: null, source: 'DialVerb', callback, channels } as const
    this.recording ??= startRecording(network, whose)
  }
}
