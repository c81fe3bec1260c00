import { type Alarm, Interrupted } from '../clock.ts'
import { actionOf, type Execution, numberOf, type Outcome, unlessAborted } from '../execution.ts'
import type { Ear } from '../line.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import { speak } from './speech.ts'

const USUAL_TIMEOUT_SECONDS = 5

/** `<Gather>`: keys (and speech, if wanted) while and after the prompts; nothing given falls through to the next verb. */
export async function gather(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const { call, network, signal } = execution
  const input = new Input(element, (seconds, run) => network.clock.after(seconds, run))
  network.journal.note(call.sid, 'gather')
  call.hear(input)
  try {
    await prompt(execution, element, input.begun)
    input.waitForMore()
    await unlessAborted(input.done, signal)
  } finally {
    input.stop()
    if (call.listening === input) call.hear(null)
  }
  const action = actionOf(execution, element)
  const isWanted = input.isGiven || element.attributes.actionOnEmptyResult === 'true'
  return isWanted && action ? { goTo: { ...action, params: input.params } } : 'next'
}

/** Speak until the first key: keys barge in. */
async function prompt(execution: Execution, element: TwimlElement, begun: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([execution.signal, begun])
  try {
    await speak({ ...execution, signal }, element.children)
  } catch (interruption) {
    if (!(interruption instanceof Interrupted) || execution.signal.aborted) throw interruption
  }
}

class Input implements Ear {
  readonly kind = 'gather'
  readonly done: Promise<void>
  private readonly beginning = new AbortController()
  private readonly element: TwimlElement
  private readonly after: (seconds: number, run: () => void) => Alarm
  private finish: () => void = () => {}
  private silence: Alarm | null = null
  private digits = ''
  private speech: string | null = null
  private isDone = false

  constructor(element: TwimlElement, after: (seconds: number, run: () => void) => Alarm) {
    this.element = element
    this.after = after
    this.done = new Promise((resolve) => {
      this.finish = () => {
        this.isDone = true
        resolve()
      }
    })
  }

  /** Aborted by the first key or word. */
  get begun(): AbortSignal {
    return this.beginning.signal
  }

  get isGiven(): boolean {
    return this.digits !== '' || this.speech !== null
  }

  get params(): WebhookParams {
    if (this.speech !== null) return { SpeechResult: this.speech, Confidence: '0.95' }
    return { Digits: this.digits }
  }

  waitForMore(): void {
    this.silence?.cancel()
    if (this.isDone) return
    const seconds = numberOf(this.element.attributes.timeout, USUAL_TIMEOUT_SECONDS)
    this.silence = this.after(seconds, this.finish)
  }

  stop(): void {
    this.silence?.cancel()
  }

  keys(keys: string): void {
    if (!this.takes('dtmf')) return
    for (const key of keys) if (!this.isDone) this.take(key)
  }

  speechStarted(): void {
    if (!this.takes('speech')) return
    this.beginning.abort()
    this.silence?.cancel()
  }

  speechEnded(text: string): void {
    if (!this.takes('speech')) return
    this.speech = text
    this.finish()
  }

  private take(key: string): void {
    const { finishOnKey = '#', numDigits } = this.element.attributes
    this.beginning.abort()
    if (key !== finishOnKey) this.digits += key
    const isFull = this.digits.length === numberOf(numDigits, Number.POSITIVE_INFINITY)
    if (key === finishOnKey || isFull) this.finish()
    else this.waitForMore()
  }

  private takes(kind: 'dtmf' | 'speech'): boolean {
    return (this.element.attributes.input ?? 'dtmf').split(' ').includes(kind)
  }
}
