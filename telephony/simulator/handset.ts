import { Interrupted, type VirtualClock } from './clock.ts'
import type { Journal } from './journal.ts'
import type { Leg, Phone, TextOnTheAir } from './line.ts'
import { defaultScript, type HandsetScript, parseScript, parseSteps, type ScriptStep, stepsOf } from './script.ts'
import { isWhatsApp, numberIn, whatsAppAddress } from './whatsapp.ts'

/** A text that reached a phone. `at` is ISO 8601. */
export interface ReceivedText extends TextOnTheAir {
  readonly at: string
}

/** Something a phone let its person hear: words that were said, a URL or tones that were played, `beep`. */
export interface Heard {
  readonly at: string
  readonly callSid: string
  readonly what: 'say' | 'play'
  readonly words: string
}

/** A leg as its phone sees it. */
export interface HandsetCall {
  readonly sid: string
  readonly direction: string
  readonly from: string
  readonly to: string
  readonly status: string
}

/** What a phone asks of the network that it hangs on. */
export interface Exchange {
  readonly clock: VirtualClock
  readonly journal: Journal
  /** Call one of our numbers; `from` is what the caller shows. Throws `UnknownNumber`. */
  callIn(phone: Phone, to: string, from: string): Leg
  /** Text one of our numbers. Returns the message's SID. Throws `UnknownNumber`. */
  textIn(text: Omit<TextOnTheAir, 'sid'>): string
}

/** A person's phone: does what its script says when rung, and what it is told to do by itself. */
export class Handset implements Phone {
  readonly phone: string
  private readonly network: Exchange
  private readonly legs: Leg[] = []
  private readonly received: ReceivedText[] = []
  private readonly byWhatsApp: ReceivedText[] = []
  private readonly sounds: Heard[] = []
  private scripts: HandsetScript[] = []

  constructor(network: Exchange, phone: string) {
    this.network = network
    this.phone = phone
  }

  /** What to do when rung. Of several scripts each serves one call, and the last one all further calls. */
  script(...scripts: readonly HandsetScript[]): this {
    this.scripts = scripts.map(parseScript)
    return this
  }

  /** The script of the next call. */
  get nextScript(): HandsetScript {
    return this.scripts[0] ?? defaultScript(this.phone)
  }

  /** Texts received, oldest first. */
  get texts(): readonly ReceivedText[] {
    return [...this.received]
  }

  /** What came by WhatsApp, oldest first. */
  get whatsApps(): readonly ReceivedText[] {
    return [...this.byWhatsApp]
  }

  /** Everything heard in any call, in order. */
  get heard(): readonly Heard[] {
    return [...this.sounds]
  }

  /** Its calls, oldest first. */
  get calls(): readonly HandsetCall[] {
    return this.legs.map(({ sid, status, order: { direction, from, to } }) => ({ sid, direction, from, to, status }))
  }

  /**
   * Call one of our numbers and do these steps, showing our own number or `callerId`: another one, `anonymous` or
   * `unknown`. Returns the call's SID. Throws `UnknownNumber`.
   */
  dial(to: string, plan: Pick<HandsetScript, 'steps' | 'then'> & { readonly callerId?: string } = {}): string {
    const steps = parseSteps(plan.steps ?? plan.then ?? [])
    const call = this.network.callIn(this, to, plan.callerId ?? this.phone)
    void this.perform(call, steps)
    return call.sid
  }

  /**
   * Text one of our numbers, with pictures or sounds as `data:` or `file:` URLs. Returns the message's SID.
   * Throws `UnknownNumber`, `NoMedium`.
   */
  text(to: string, body: string, options: { readonly mediaUrls?: readonly string[] } = {}): string {
    return this.network.textIn({ from: this.phone, to, body, mediaUrls: options.mediaUrls ?? [] })
  }

  /** Write to one of our numbers by WhatsApp. Returns the message's SID. Throws `UnknownNumber`. */
  whatsApp(to: string, body: string): string {
    return this.network.textIn({ from: whatsAppAddress(this.phone), to: whatsAppAddress(to), body, mediaUrls: [] })
  }

  /** Hang up this call, or the latest that is still up. False when there is none. */
  hangUp(callSid?: string): boolean {
    const call = this.current(callSid)
    call?.hangUp()
    return call !== null
  }

  /** Press keys in this call, or the latest that is still up; lost when nothing listens. False when there is none. */
  press(keys: string, callSid?: string): boolean {
    const call = this.current(callSid)
    call?.press(keys)
    return call !== null
  }

  /** The script for a call that begins to ring now. */
  takeScript(): HandsetScript {
    const script = this.nextScript
    if (this.scripts.length > 1) this.scripts.shift()
    return script
  }

  /** The phone was picked up: do what the script says next. */
  follow(call: Leg, script: HandsetScript): void {
    if (script.machine) void this.answerAsMachine(call, script.machine)
    void this.perform(call, stepsOf(script))
  }

  addLeg(call: Leg): void {
    this.legs.push(call)
  }

  hear(call: Leg, what: Heard['what'], words: string): void {
    this.sounds.push({ at: this.network.clock.now().toISOString(), callSid: call.sid, what, words })
  }

  receive({ sid, from, to, body, mediaUrls }: TextOnTheAir): void {
    const list = isWhatsApp(to) ? this.byWhatsApp : this.received
    const at = this.network.clock.now().toISOString()
    list.push({ sid, at, from: numberIn(from), to: numberIn(to), body, mediaUrls })
  }

  private current(callSid: string | undefined): Leg | null {
    return this.legs.findLast((leg) => !leg.isOver && (callSid === undefined || leg.sid === callSid)) ?? null
  }

  private async perform(call: Leg, steps: readonly ScriptStep[]): Promise<void> {
    try {
      for (const step of steps) await this.doStep(call, step)
    } catch (error) {
      if (!(error instanceof Interrupted)) this.network.journal.violation(`script of ${this.phone}: ${error}`)
    }
  }

  private async doStep(call: Leg, step: ScriptStep): Promise<void> {
    if (step.onPrompt) await call.whenListening(['gather', 'record'], call.over)
    await this.network.clock.sleep(step.wait ?? 0, call.over)
    if (step.press) await call.whenListening(['gather', 'record'], call.over)
    const keys = step.onPrompt ?? step.press ?? step.pressAnyway
    if (keys) call.press(keys)
    if (step.leaveVoicemail) await call.whenListening(['record'], call.over)
    const speech = step.leaveVoicemail ?? step.speak
    if (speech) await this.talk(call, speech.seconds, speech.text ?? '')
    if (step.text) this.text(step.text.to, step.text.body)
    if (step.hangUp) call.hangUp()
  }

  private async talk(call: Leg, seconds: number, text: string): Promise<void> {
    const ear = call.listening
    ear?.speechStarted(text)
    await this.network.clock.sleep(seconds, call.over)
    ear?.speechEnded(text)
  }

  private async answerAsMachine(call: Leg, machine: NonNullable<HandsetScript['machine']>): Promise<void> {
    const seconds = (machine.greetingSeconds ?? 5) + (machine.recordSeconds ?? 60)
    try {
      await this.network.clock.sleep(seconds, call.over)
      call.hangUp()
    } catch (interruption) {
      if (!(interruption instanceof Interrupted)) throw interruption
    }
  }
}
