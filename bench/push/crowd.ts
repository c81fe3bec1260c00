import { serve } from './child.ts'
import { type Manner, now, WireClient } from './wire.ts'

/** What the crowd is asked. */
export type CrowdAsked =
  | {
      readonly do: 'connect'
      readonly url: string
      readonly manner: Manner
      /** Tokens of those who connect, one each; those without a token connect so often. */
      readonly tokens: readonly (string | null)[]
    }
  | { readonly do: 'expect'; readonly frames: number }
  | { readonly do: 'wait' }
  | { readonly do: 'leave' }

/** Connections that are opened at a time. */
const AT_ONCE = 100

const clients: WireClient[] = []
let missing = 0
let arrived: () => void = () => {}
let arrival: Promise<void> = Promise.resolve()

async function answer(asked: CrowdAsked): Promise<unknown> {
  if (asked.do === 'connect') return connectAll(asked)
  if (asked.do === 'expect') return expectFrames(asked.frames)
  if (asked.do === 'wait') return arrivals()
  for (const client of clients.splice(0)) client.close()
  return {}
}

async function connectAll({ url, manner, tokens }: CrowdAsked & { do: 'connect' }): Promise<{ perSecond: number }> {
  const began = now()
  const waiting = tokens.values()
  const worker = async (): Promise<void> => {
    for (const token of waiting) clients.push(await entered(new URL(url), manner, token ?? undefined))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { perSecond: tokens.length / ((now() - began) / 1000) }
}

/** The native door may refuse a handshake that reached it in two pieces; apps knock again, and so do we. */
async function entered(url: URL, manner: Manner, token: string | undefined): Promise<WireClient> {
  for (let knock = 0; ; knock++) {
    try {
      return await WireClient.enter(url, manner, token)
    } catch (error) {
      if (knock === 5) throw error
    }
  }
}

function expectFrames(frames: number): void {
  missing = clients.length
  arrival = new Promise((resolve) => {
    arrived = resolve
  })
  for (const client of clients) {
    client.reset()
    client.onFrame = () => {
      if (client.frames === frames && --missing === 0) arrived()
    }
  }
}

/** When the last of them had heard everything. */
async function arrivals(): Promise<{ lastAt: number }> {
  await arrival
  return { lastAt: clients.reduce((last, client) => Math.max(last, client.lastAt), 0) }
}

serve({}, answer)
