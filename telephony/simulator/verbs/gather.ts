import type { CallbackTarget } from '../callbacks.ts'
import { type Alarm, Interrupted } from '../clock.ts'
import { actionOf, type Execution, numberOf, type Outcome, targetOf, unlessAborted } from '../execution.ts'
import type { Ear } from '../line.ts'
import type { TwimlElement } from '../twiml/parser.ts'
import type { WebhookParams } from '../webhook.ts'
import { speak } from './speech.ts'

const USUAL_TIMEOUT_SECONDS = 5

/** `<Gather>`: keys (and speech, if wanted) while and after the prompts; nothing given falls through to the next verb. */
export async function gather(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const { call, network, signal } = execution
  const input = new Input(element, (seconds, run) => network.clock.after(seconds, run), partial(execution, element))
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
  const isWanted = input.isGiven || element.attributes.actionOnEmptyResult === 'true'
  if (!isWanted) return 'next'
  const action = actionOf(execution, element)
  return action ? { goTo: { ...action, params: input.params } } : 'hang-up'
}

/** Speak until the first key or word, unless `bargeIn` says that they are to wait. */
async function prompt(execution: Execution, element: TwimlElement, begun: AbortSignal): Promise<void> {
  const mayBargeIn = element.attributes.bargeIn !== 'false'
  const signal = mayBargeIn ? AbortSignal.any([execution.signal, begun]) : execution.signal
  try {
    await speak({ ...execution, signal }, element.children)
  } catch (interruption) {
    if (!(interruption instanceof Interrupted) || execution.signal.aborted) throw interruption
  }
}

/** Tells `partialResultCallback` what was understood so far, if there is one. */
function partial(execution: Execution, element: TwimlElement): (words: string) => void {
  const target: CallbackTarget | null = targetOf(
    execution,
    element,
    'partialResultCallback',
    'partialResultCallbackMethod',
  )
  const { call, network } = execution
  let sequence = 0
  return (words) => {
    if (!target) return
    const result = { UnstableSpeechResult: words, Stability: '0.9', SequenceNumber: String(sequence++) }
    network.callbacks.send(`${call.sid} speech`, target, { ...call.params(), ...result })
  }
}

class Input implements Ear {
  readonly kind = 'gather'
  readonly done: Promise<void>
  private readonly beginning = new AbortController()
  private readonly element: TwimlElement
  private readonly after: (seconds: number, run: () => void) => Alarm
  private readonly tell: (words: string) => void
  private finish: () => void = () => {}
  private silence: Alarm | null = null
  private digits = ''
  private words: string[] = []
  private isDone = false

  constructor(
    element: TwimlElement,
    after: (seconds: number, run: () => void) => Alarm,
    tell: (words: string) => void,
  ) {
    this.element = element
    this.after = after
    this.tell = tell
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
    return this.digits !== '' || this.words.length > 0
  }

  get params(): WebhookParams {
    if (this.words.length > 0) return { SpeechResult: this.words.join(' '), Confidence: '0.95' }
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

  speechStarted(text: string): void {
    if (!this.takes('speech') || this.isDone) return
    this.beginning.abort()
    this.silence?.cancel()
    if (text) this.tell([...this.words, text].join(' '))
  }

  /** A number of seconds as `speechTimeout` waits for more to be said; else the first pause ends it. */
  speechEnded(text: string): void {
    if (!this.takes('speech') || this.isDone) return
    this.words.push(text)
    const { speechTimeout = 'auto' } = this.element.attributes
    this.silence?.cancel()
    if (speechTimeout === 'auto') this.finish()
    else this.silence = this.after(numberOf(speechTimeout, 0), this.finish)
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
