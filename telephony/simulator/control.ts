import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultSettings } from './faults.ts'
import type { Handset } from './handset.ts'
import { readBody } from './loopback.ts'
import type { Network } from './network.ts'
import { configure, type NumberConfiguration, UnknownNumber } from './own-number.ts'
import { parseScript, parseSteps, ScriptError } from './script.ts'
import { callSnapshots, conferenceSnapshots, messageSnapshots, recordingSnapshots } from './snapshots.ts'

/** A request that cannot be carried out, and why. */
class ControlError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

type Body = Readonly<Record<string, unknown>>
type Act = (network: Network, name: string, body: Body) => unknown

interface Route {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: string
  readonly summary: string
  readonly act: Act
}

/** The control API, JSON in and out. `:name` is a phone number (`+` may be written `%2B`) or a SID. */
const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    summary: 'this list',
    act: () => ({ simulator: 'Kadoink phone network', routes: index() }),
  },
  {
    method: 'GET',
    path: '/handsets',
    summary: 'every phone so far',
    act: (network) => network.allHandsets().map(stateOf),
  },
  {
    method: 'GET',
    path: '/handsets/:name',
    summary: 'script, calls, texts and what was heard',
    act: (network, phone) => stateOf(network.handset(phone)),
  },
  {
    method: 'PUT',
    path: '/handsets/:name',
    summary: 'what it does when rung: a script, or a list of scripts, one for each call',
    act: (network, phone, body) => {
      const scripts = Array.isArray(body) ? body : [body]
      return stateOf(network.handset(phone).script(...scripts.map(parseScript)))
    },
  },
  {
    method: 'GET',
    path: '/handsets/:name/texts',
    summary: 'texts received, oldest first',
    act: (network, phone) => network.handset(phone).texts,
  },
  {
    method: 'POST',
    path: '/handsets/:name/dial',
    summary: '{to, steps?}: call one of our numbers',
    act: (network, phone, body) => {
      return {
        call_sid: network.handset(phone).dial(text(body, 'to'), { steps: parseSteps(body.steps ?? body.then ?? []) }),
      }
    },
  },
  {
    method: 'POST',
    path: '/handsets/:name/text',
    summary: '{to, body, media_urls?}: text one of our numbers',
    act: (network, phone, body) => {
      const to = text(body, 'to')
      const mediaUrls = list(body, 'media_urls')
      return { message_sid: network.handset(phone).text(to, text(body, 'body'), { mediaUrls }) }
    },
  },
  {
    method: 'POST',
    path: '/handsets/:name/press',
    summary: '{digits, call_sid?}: press keys in its latest call',
    act: (network, phone, body) => inCall(network.handset(phone).press(text(body, 'digits'), sid(body))),
  },
  {
    method: 'POST',
    path: '/handsets/:name/hang-up',
    summary: '{call_sid?}: hang up its latest call',
    act: (network, phone, body) => inCall(network.handset(phone).hangUp(sid(body))),
  },
  { method: 'GET', path: '/calls', summary: 'all calls', act: callSnapshots },
  {
    method: 'GET',
    path: '/calls/:name/timeline',
    summary: 'what happened to one call',
    act: (network, callSid) => {
      if (!network.calls.has(callSid)) throw new ControlError(404, `there is no call ${callSid}`)
      return network.journal.timeline(callSid)
    },
  },
  { method: 'GET', path: '/conferences', summary: 'all conferences', act: conferenceSnapshots },
  { method: 'GET', path: '/messages', summary: 'all messages', act: messageSnapshots },
  { method: 'GET', path: '/recordings', summary: 'all recordings', act: recordingSnapshots },
  { method: 'GET', path: '/clock', summary: 'the time and mode', act: clockState },
  {
    method: 'POST',
    path: '/clock',
    summary: '{advance_seconds}: move on, firing what comes due',
    act: async (network, _, body) => {
      const seconds = body.advance_seconds
      if (typeof seconds !== 'number' || !(seconds >= 0)) throw new ControlError(400, "'advance_seconds' is a number")
      await network.clock.advance(seconds)
      return clockState(network)
    },
  },
  { method: 'GET', path: '/faults', summary: 'the fault switches', act: (network) => network.faults.current },
  {
    method: 'PUT',
    path: '/faults',
    summary: '{callbacks?, rest?, recordings?, transcriptions?, clockSkewSeconds?}: set switches',
    act: (network, _, body) => {
      network.faults.set(faultSettings(body))
      return network.faults.current
    },
  },
  {
    method: 'PUT',
    path: '/numbers/:name',
    summary: '{voiceUrl?, voiceFallbackUrl?, smsUrl?, smsFallbackUrl?, statusCallback?}: webhooks of our number',
    act: (network, phone, body) => {
      const number = network.knownNumber(phone)
      configure(number, numberConfiguration(body), network.clock.now())
      return number
    },
  },
  {
    method: 'POST',
    path: '/settle',
    summary: 'answers when no webhook is in flight',
    act: async (network) => {
      await network.clock.settle()
      return clockState(network)
    },
  },
  {
    method: 'GET',
    path: '/violations',
    summary: 'breaches of the rules',
    act: (network) => network.journal.violations(),
  },
  {
    method: 'POST',
    path: '/reset',
    summary: 'forget everything but the numbers',
    act: (network) => {
      network.reset()
      return clockState(network)
    },
  },
]

/** Answers one request to the control API. */
export async function serveControl(
  network: Network,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const [status, answer] = await answerTo(network, incoming)
  outgoing.statusCode = status
  outgoing.setHeader('Content-Type', 'application/json; charset=utf-8')
  outgoing.end(`${JSON.stringify(answer, null, 2)}\n`)
}

async function answerTo(network: Network, incoming: IncomingMessage): Promise<[status: number, answer: unknown]> {
  try {
    const body = parseBody(await readBody(incoming))
    const { route, name } = find(incoming.method ?? 'GET', new URL(incoming.url ?? '/', 'http://127.0.0.1').pathname)
    return [200, (await route.act(network, name, body)) ?? null]
  } catch (error) {
    if (error instanceof ControlError) return [error.status, { error: error.message }]
    if (error instanceof ScriptError) return [400, { error: error.message }]
    if (error instanceof UnknownNumber) return [404, { error: error.message }]
    throw error
  }
}

function find(method: string, path: string): { readonly route: Route; readonly name: string } {
  const matching = ROUTES.map((route) => ({ route, name: matchPath(route.path, path) })).filter(isMatch)
  const found = matching.find(({ route }) => route.method === method)
  if (found) return found
  if (matching.length > 0) throw new ControlError(405, `${path} does not take ${method}`)
  throw new ControlError(404, `there is no ${path}; GET / lists what there is`)
}

function matchPath(pattern: string, path: string): string | null {
  const match = new RegExp(`^${pattern.replace(':name', '([^/]+)')}$`).exec(path)
  if (!match) return null
  try {
    return decodeURIComponent(match[1] ?? '')
  } catch {
    throw new ControlError(400, `${path} is not a valid path`)
  }
}

function isMatch(found: {
  readonly route: Route
  readonly name: string | null
}): found is { route: Route; name: string } {
  return found.name !== null
}

function parseBody(text: string): Body {
  if (text.trim() === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body as Body
  } catch {
    throw new ControlError(400, 'the body is not JSON')
  }
  throw new ControlError(400, 'the body is not an object')
}

function text(body: Body, key: string): string {
  const value = body[key]
  if (typeof value !== 'string') throw new ControlError(400, `'${key}' is a string`)
  return value
}

function list(body: Body, key: string): readonly string[] {
  const value = body[key] ?? []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new ControlError(400, `'${key}' is a list of strings`)
}

function sid(body: Body): string | undefined {
  return body.call_sid === undefined ? undefined : text(body, 'call_sid')
}

function inCall(isDone: boolean): { readonly done: true } {
  if (!isDone) throw new ControlError(404, 'this phone is in no such call')
  return { done: true }
}

function onlyKeys(body: Body, known: readonly string[]): void {
  const stranger = Object.keys(body).find((key) => !known.includes(key))
  if (stranger !== undefined) throw new ControlError(400, `there is no '${stranger}'; there are ${known.join(', ')}`)
}

function faultSettings(body: Body): FaultSettings {
  onlyKeys(body, ['callbacks', 'rest', 'recordings', 'transcriptions', 'clockSkewSeconds'])
  const { transcriptions, clockSkewSeconds } = body
  if (transcriptions !== undefined && !['late', 'failed', 'never'].includes(String(transcriptions))) {
    throw new ControlError(400, "'transcriptions' is 'late', 'failed' or 'never'")
  }
  if (clockSkewSeconds !== undefined && typeof clockSkewSeconds !== 'number') {
    throw new ControlError(400, "'clockSkewSeconds' is a number")
  }
  for (const key of ['callbacks', 'rest', 'recordings'] as const) {
    const value = body[key] ?? {}
    if (typeof value !== 'object') throw new ControlError(400, `'${key}' is an object`)
    onlyKeys(value as Body, FAULT_KEYS[key])
    const isSound = Object.values(value).every((part) => typeof part === 'number' || typeof part === 'boolean')
    if (!isSound) throw new ControlError(400, `'${key}' holds numbers`)
  }
  return body
}

const FAULT_KEYS = {
  callbacks: ['shuffle', 'duplicate', 'lose', 'delaySeconds'],
  rest: ['status429', 'status500', 'timeoutAfterEffect'],
  recordings: ['missingForSeconds'],
} as const

function numberConfiguration(body: Body): NumberConfiguration {
  onlyKeys(body, ['voiceUrl', 'voiceFallbackUrl', 'smsUrl', 'smsFallbackUrl', 'statusCallback'])
  for (const [key, value] of Object.entries(body)) {
    if (value !== null && !(typeof value === 'string' && (value === '' || URL.canParse(value)))) {
      throw new ControlError(400, `'${key}' is a URL or null`)
    }
  }
  return body
}

function stateOf(handset: Handset): unknown {
  const { phone, nextScript, calls, texts, heard } = handset
  return { phone, script: nextScript, calls, texts, heard }
}

function clockState(network: Network): unknown {
  return { now: network.clock.now().toISOString(), mode: network.settings.clock, busy: network.clock.busy }
}

function index(): readonly string[] {
  return ROUTES.map(({ method, path, summary }) => `${method} ${path} – ${summary}`)
}
