import { heard, linger, numberOf, type Outcome, type Playback, resolveUrl } from '../execution.ts'
import { isAudio, type Sound, soundOf } from '../sound.ts'
import type { TwimlElement } from '../twiml/parser.ts'

/** A speaking voice manages about fifteen characters a second. */
const CHARACTERS_PER_SECOND = 15
/** How long a file is taken to last that lies where the network does not go. */
const FAR_AWAY_SECONDS = 5
const SECONDS_PER_TONE = 0.5
const LARGEST_SOUND_BYTES = 40_000_000

/** `<Say>`: takes time in proportion to its length. */
export async function say(execution: Playback, element: TwimlElement): Promise<Outcome> {
  const words = allText(element)
  for (let round = 0; round < rounds(element); round++) {
    heard(execution, 'say', words)
    await linger(execution, words.length / CHARACTERS_PER_SECOND)
  }
  return 'next'
}

/** `<Play>`: tones, or a file that is fetched and takes as long as it lasts. What cannot be played is skipped. */
export async function play(execution: Playback, element: TwimlElement): Promise<Outcome> {
  const { digits } = element.attributes
  const sound = digits === undefined ? await soundFor(execution, element) : tones(digits)
  for (let round = 0; sound && round < rounds(element); round++) {
    heard(execution, 'play', sound.url)
    await linger(execution, sound.seconds)
  }
  return 'next'
}

/** `<Pause>`: one second, unless it says. */
export async function pause(execution: Playback, element: TwimlElement): Promise<Outcome> {
  await linger(execution, numberOf(element.attributes.length, 1))
  return 'next'
}

/** Say, Play and Pause, where they stand inside another verb. */
export async function speak(execution: Playback, elements: readonly TwimlElement[]): Promise<void> {
  for (const element of elements) {
    if (element.name === 'Say') await say(execution, element)
    if (element.name === 'Play') await play(execution, element)
    if (element.name === 'Pause') await pause(execution, element)
  }
}

/** Digits as tones; `w` is half a second of silence, `W` a whole one. */
export function tones(digits: string): Sound {
  const waits = [...digits].filter((digit) => digit === 'W').length
  return { url: digits, seconds: (digits.length + waits) * SECONDS_PER_TONE }
}

/** `loop="0"` means for ever, or a thousand times. Source: Twilio, `<Play>`, "loop". */
function rounds(element: TwimlElement): number {
  const loop = numberOf(element.attributes.loop, 1)
  return loop === 0 ? 1000 : loop
}

function allText(element: TwimlElement): string {
  return [element.text, ...element.children.map(allText)].filter((part) => part !== '').join(' ')
}

/** The file behind a `<Play>`, or null and a violation: 11200 when it cannot be had, 13420 when it is no sound. */
async function soundFor(execution: Playback, element: TwimlElement): Promise<Sound | null> {
  const { network, document, call, signal } = execution
  const url = resolveUrl(execution, element.text)
  if (document.sound?.url === url) return document.sound
  if (URL.canParse(url) && !network.webhooks.reaches(url)) return { url, seconds: FAR_AWAY_SECONDS }
  const order = { url, method: 'GET', params: {}, largestAnswer: LARGEST_SOUND_BYTES } as const
  const result = await network.clock.track(network.webhooks.send(order))
  if (signal.aborted) return null
  const refuse = (code: number, why: string) => {
    network.journal.note(call.sid, 'not played', { url, why })
    network.journal.violation(`${code} <Play> ${url}: ${why}`)
    return null
  }
  if (result.kind === 'failed') return refuse(result.code, result.why)
  if (result.status >= 300) return refuse(11200, `answered ${result.status}`)
  if (!isAudio(result.contentType)) return refuse(13420, `'${result.contentType}' is no sound`)
  return (
    soundOf(url, result.contentType, result.bytes) ?? refuse(13420, `answered '${result.contentType}' that is none`)
  )
}
