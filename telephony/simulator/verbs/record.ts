import type { Alarm } from '../clock.ts'
import { actionOf, type Execution, heard, numberOf, type Outcome, targetOf, unlessAborted } from '../execution.ts'
import type { Ear } from '../line.ts'
import {
  type Recording,
  type RecordingTarget,
  recordingUrl,
  startRecording,
  stopRecording,
  transcribe,
} from '../recording.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'

const USUAL_SILENCE_SECONDS = 5
const USUAL_LENGTH_SECONDS = 3600
/** Twilio cuts a recording that is to be transcribed at two minutes. */
const TRANSCRIBED_LENGTH_SECONDS = 120

/**
 * `<Record>`: ends by silence, a key, its greatest length, or a hang-up (Digits=hangup; the answer to `action` is then
 * ignored). A recording with nothing in it is `absent` and falls through to the next verb.
 */
export async function record(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const { call, network, signal } = execution
  if (element.attributes.playBeep !== 'false') heard(execution, 'play', 'beep')
  const callback = recordingTargetOf(execution, element)
  const recording = startRecording(network, { callSid: call.sid, conferenceSid: null, source: 'RecordVerb', callback })
  const message = new Message(
    element,
    () => network.clock.now(),
    (seconds, run) => network.clock.after(seconds, run),
  )
  network.journal.note(call.sid, 'record', { recordingSid: recording.sid })
  call.hear(message)
  try {
    await unlessAborted(message.done, signal)
  } catch (interruption) {
    close(execution, element, recording, message)
    if (signal.reason === 'hang-up') reportHangUp(execution, element, recording)
    throw interruption
  } finally {
    if (call.listening === message) call.hear(null)
  }
  close(execution, element, recording, message)
  return after(execution, element, recording, message.key)
}

function close(execution: Execution, element: TwimlElement, recording: Recording, message: Message): void {
  const { call, network } = execution
  message.stop()
  stopRecording(network, recording, message.seconds)
  if (element.attributes.transcribe !== 'true' && element.attributes.transcribeCallback === undefined) return
  const callback = targetOf(execution, element, 'transcribeCallback', '')
  transcribe(network, recording, message.text, callback && { callback, callParams: () => call.params() })
}

function after(execution: Execution, element: TwimlElement, recording: Recording, key: string): Outcome {
  if (recording.status === 'absent') return 'next'
  const action = actionOf(execution, element)
  return action ? { goTo: { ...action, params: actionParams(execution, recording, key) } } : 'hang-up'
}

function reportHangUp(execution: Execution, element: TwimlElement, recording: Recording): void {
  const { call, network } = execution
  if (recording.status === 'absent') return
  const action = actionOf(execution, element)
  if (!action) return
  const params = { ...call.params(), ...actionParams(execution, recording, 'hangup') }
  network.callbacks.send(`${call.sid} action`, action, params)
}

function actionParams(execution: Execution, recording: Recording, key: string): WebhookParams {
  return {
    RecordingUrl: recordingUrl(execution.network, recording),
    RecordingSid: recording.sid,
    RecordingDuration: String(recording.seconds),
    Digits: key,
  }
}

/** The `recordingStatusCallback…` attributes of Record, Dial and Conference. */
export function recordingTargetOf(execution: Execution, element: TwimlElement): RecordingTarget | null {
  const target = targetOf(execution, element, 'recordingStatusCallback', 'recordingStatusCallbackMethod')
  const events = element.attributes.recordingStatusCallbackEvent ?? 'completed'
  return target && { ...target, events: events.split(' ') }
}

/** What is said after the beep. */
class Message implements Ear {
  readonly kind = 'record'
  readonly done: Promise<void>
  key = ''
  private readonly element: TwimlElement
  private readonly after: (seconds: number, run: () => void) => Alarm
  private readonly now: () => Date
  private readonly startedAt: Date
  private readonly longest: Alarm
  private finish: () => void = () => {}
  private silence: Alarm | null = null
  private firstWordAt: Date | null = null
  private lastWordAt: Date | null = null
  private isSpeaking = false
  private endedAt: Date | null = null
  private readonly words: string[] = []

  constructor(element: TwimlElement, now: () => Date, after: (seconds: number, run: () => void) => Alarm) {
    this.element = element
    this.now = now
    this.after = after
    this.startedAt = now()
    this.done = new Promise((resolve) => {
      this.finish = resolve
    })
    const isTranscribed = element.attributes.transcribe === 'true'
    const limit = isTranscribed ? TRANSCRIBED_LENGTH_SECONDS : USUAL_LENGTH_SECONDS
    this.longest = after(Math.min(limit, numberOf(element.attributes.maxLength, limit)), this.finish)
    this.listenForSilence()
  }

  get text(): string {
    return this.words.join(' ')
  }

  /** With silence trimmed (the default) from the first word to the last, else all of it. */
  get seconds(): number {
    const end = this.endedAt ?? this.now()
    if (this.element.attributes.trim === 'do-not-trim') return between(this.startedAt, end)
    return this.firstWordAt ? between(this.firstWordAt, this.isSpeaking ? end : (this.lastWordAt ?? end)) : 0
  }

  stop(): void {
    this.endedAt = this.now()
    this.silence?.cancel()
    this.longest.cancel()
  }

  keys(keys: string): void {
    const { finishOnKey = '1234567890*#' } = this.element.attributes
    const key = [...keys].find((pressed) => finishOnKey.includes(pressed))
    if (key === undefined) return
    this.key = key
    this.finish()
  }

  speechStarted(text: string): void {
    this.silence?.cancel()
    this.isSpeaking = true
    if (text) this.words.push(text)
    this.firstWordAt ??= this.now()
  }

  speechEnded(): void {
    this.isSpeaking = false
    this.lastWordAt = this.now()
    this.listenForSilence()
  }

  private listenForSilence(): void {
    this.silence = this.after(numberOf(this.element.attributes.timeout, USUAL_SILENCE_SECONDS), this.finish)
  }
}

function between(start: Date, end: Date): number {
  return (end.getTime() - start.getTime()) / 1000
}
