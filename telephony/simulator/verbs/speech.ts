import { request } from 'node:http'
import { type Execution, numberOf, type Outcome, resolveUrl } from '../execution.ts'
import type { TwimlElement } from '../twiml/parser.ts'

/** A speaking voice manages about fifteen characters a second. */
const CHARACTERS_PER_SECOND = 15
/** How long anything that is played is taken to last: its true length is not looked into. */
const PLAY_SECONDS = 5
const SECONDS_PER_TONE = 0.5

/** `<Say>`: takes virtual time in proportion to its length. */
export async function say(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const words = allText(element)
  for (let round = 0; round < rounds(element); round++) {
    heard(execution, 'say', words)
    await execution.network.clock.sleep(words.length / CHARACTERS_PER_SECOND, execution.signal)
  }
  return 'next'
}

/** `<Play>`: a URL (which must be there, if it is one of ours on loopback) or tones. */
export async function play(execution: Execution, element: TwimlElement): Promise<Outcome> {
  const { digits } = element.attributes
  const url = digits === undefined ? resolveUrl(execution, element.text) : ''
  if (url) void execution.network.clock.track(mustBeThere(execution, url))
  for (let round = 0; round < rounds(element); round++) {
    heard(execution, 'play', digits ?? url)
    const seconds = digits === undefined ? PLAY_SECONDS : digits.length * SECONDS_PER_TONE
    await execution.network.clock.sleep(seconds, execution.signal)
  }
  return 'next'
}

/** `<Pause>`: one second, unless it says. */
export async function pause(execution: Execution, element: TwimlElement): Promise<Outcome> {
  await execution.network.clock.sleep(numberOf(element.attributes.length, 1), execution.signal)
  return 'next'
}

/** Say, Play and Pause, where they stand inside another verb. */
export async function speak(execution: Execution, elements: readonly TwimlElement[]): Promise<void> {
  for (const element of elements) {
    if (element.name === 'Say') await say(execution, element)
    if (element.name === 'Play') await play(execution, element)
    if (element.name === 'Pause') await pause(execution, element)
  }
}

/** Let the person hear something that takes no time: a beep, an error message. */
export function heard(execution: Pick<Execution, 'call' | 'network'>, what: 'say' | 'play', words: string): void {
  const { call, network } = execution
  network.journal.note(call.sid, what, { words })
  call.phone.hear(call, what, words)
}

/** `loop="0"` means for ever; a thousand times is as good. */
function rounds(element: TwimlElement): number {
  const loop = numberOf(element.attributes.loop, 1)
  return loop === 0 ? 1000 : loop
}

function allText(element: TwimlElement): string {
  return [element.text, ...element.children.map(allText)].filter((part) => part !== '').join(' ')
}

async function mustBeThere(execution: Execution, url: string): Promise<void> {
  if (!/^http:\/\/(127\.\d+\.\d+\.\d+|localhost)[:/]/.test(url)) return
  const status = await statusOf(url)
  if (status !== 200) execution.network.journal.violation(`11200 <Play> ${url} answered ${status}`)
}

function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent: false, timeout: 5000 }, (incoming) => {
      resolve(incoming.statusCode ?? 0)
      incoming.destroy()
    })
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', () => resolve(0))
    outgoing.end()
  })
}
