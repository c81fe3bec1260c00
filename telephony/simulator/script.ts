/** One thing a person does in a call. Steps run in order; each first waits `wait` seconds. */
export interface ScriptStep {
  readonly wait?: number
  /** Press these keys as soon as a `<Gather>` or `<Record>` listens (after `wait`). */
  readonly press?: string
  /** Wait to be asked (a `<Gather>` or `<Record>` listens), then `wait` seconds, then press these keys. */
  readonly onPrompt?: string
  /** Press these keys now, listened to or not. */
  readonly pressAnyway?: string
  /** Talk: into a conference (speech-start, speech-stop), a running `<Record>`, or a `<Gather>` for speech. */
  readonly speak?: { readonly seconds: number; readonly text?: string }
  /** Wait for a `<Record>`, then talk into it. Does not hang up: silence, a key or a next step ends it. */
  readonly leaveVoicemail?: { readonly seconds: number; readonly text?: string }
  /** Text this number of ours. */
  readonly text?: { readonly to: string; readonly body: string }
  readonly hangUp?: true
}

/** What a phone does when it is rung. Plain JSON. At most one of the refusals. */
export interface HandsetScript {
  /** Seconds of ringing before it is answered; 2 when left out. */
  readonly answer?: { readonly after?: number }
  readonly busy?: true
  readonly noAnswer?: true
  /** The network cannot reach it: this SIP response code, 400 to 699. */
  readonly fail?: number
  /** Answers, and presses 2 one second after being asked. */
  readonly decline?: true
  /** Answers and does nothing. */
  readonly silent?: true
  /** A fax machine answers: it whistles, and listens to nobody. */
  readonly fax?: true
  /** A person answers, as detection will find; what anybody is who is not said to be something else. */
  readonly human?: true
  /** An answering machine: speaks its greeting, may beep, then records what it hears for `recordSeconds` (60). */
  readonly machine?: { readonly greetingSeconds?: number; readonly beep?: boolean; readonly recordSeconds?: number }
  /** What is done once it is answered. `then` is another name for it. */
  readonly steps?: readonly ScriptStep[]
  readonly then?: readonly ScriptStep[]
  /** Texts to this phone are not delivered: Twilio's error code, for example 30003. */
  readonly undelivered?: number
  /** Nobody has WhatsApp at this number. */
  readonly noWhatsApp?: true
  /** What comes by WhatsApp is not delivered: Twilio's error code. */
  readonly whatsAppUndelivered?: number
  /** What comes by WhatsApp is read so many seconds after it has arrived, and the sender is told; else never. */
  readonly readsAfter?: number
}

/** A script that cannot be understood; the message says what is wrong with it. */
export class ScriptError extends Error {}

/** A person who takes the call: presses 1 one second after being asked. */
export const ACCEPTS: HandsetScript = { answer: { after: 2 }, steps: [{ onPrompt: '1', wait: 1 }] }

/** What an unscripted number does, by its last four digits. Any other number accepts. */
export const DEFAULT_SCRIPTS: Readonly<Record<string, HandsetScript>> = {
  '0002': { busy: true },
  '0003': { noAnswer: true },
  '0004': { fail: 404 },
  '0005': { decline: true },
  '0006': { silent: true },
  '0007': { machine: { greetingSeconds: 5, beep: true } },
  '0008': { noWhatsApp: true },
}

/** The script of a number that nobody scripted. */
export function defaultScript(phone: string): HandsetScript {
  return DEFAULT_SCRIPTS[phone.slice(-4)] ?? ACCEPTS
}

/** The steps a script takes once answered. A script that says nothing of it accepts. */
export function stepsOf(script: HandsetScript): readonly ScriptStep[] {
  if (script.steps) return script.steps
  if (script.decline) return [{ onPrompt: '2', wait: 1 }]
  return script.silent || script.machine || script.fax ? [] : (ACCEPTS.steps ?? [])
}

type Check = (value: unknown) => boolean

const isSeconds: Check = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value)
const isKeys: Check = (value) => typeof value === 'string' && /^[0-9*#]+$/.test(value)
const isTrue: Check = (value) => value === true
const isText: Check = (value) => typeof value === 'string'
const isCode: Check = (value) => Number.isInteger(value)
const isSipCode: Check = (value) => Number.isInteger(value) && Number(value) >= 400 && Number(value) < 700
const isFlag: Check = (value) => typeof value === 'boolean'

const isSpeech = shape({ seconds: isSeconds, text: isText })

const STEP: Readonly<Record<string, Check>> = {
  wait: isSeconds,
  press: isKeys,
  onPrompt: isKeys,
  pressAnyway: isKeys,
  speak: isSpeech,
  leaveVoicemail: isSpeech,
  text: shape({ to: isText, body: isText }),
  hangUp: isTrue,
}

const SCRIPT: Readonly<Record<string, Check>> = {
  answer: shape({ after: isSeconds }),
  busy: isTrue,
  noAnswer: isTrue,
  fail: isSipCode,
  decline: isTrue,
  silent: isTrue,
  fax: isTrue,
  human: isTrue,
  machine: shape({ greetingSeconds: isSeconds, beep: isFlag, recordSeconds: isSeconds }),
  steps: (value) => parseSteps(value) !== null,
  undelivered: isCode,
  noWhatsApp: isTrue,
  whatsAppUndelivered: isCode,
  readsAfter: isSeconds,
}

/** Check a script that came from outside. Throws `ScriptError`. */
export function parseScript(value: unknown): HandsetScript {
  if (!isObject(value) || !('then' in value)) return checked(value, SCRIPT, 'script') as HandsetScript
  const { then: steps, ...rest } = value
  return checked({ steps, ...rest }, SCRIPT, 'script') as HandsetScript
}

/** Check steps that came from outside. Throws `ScriptError`. */
export function parseSteps(value: unknown): readonly ScriptStep[] {
  if (!Array.isArray(value)) throw new ScriptError("'steps' is a list of steps")
  return value.map((step) => checked(step, STEP, 'step') as ScriptStep)
}

function checked(value: unknown, fields: Readonly<Record<string, Check>>, noun: string): object {
  if (!isObject(value)) throw new ScriptError(`a ${noun} is an object`)
  for (const [key, given] of Object.entries(value)) {
    const check = fields[key]
    if (!check) throw new ScriptError(`a ${noun} has no '${key}'; it may have ${Object.keys(fields).join(', ')}`)
    if (!check(given)) throw new ScriptError(`'${key}' cannot be ${JSON.stringify(given)}`)
  }
  return value
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && Object.entries(value).every(([key, given]) => fields[key]?.(given) ?? false)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
