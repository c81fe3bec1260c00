import { Agent, get } from 'node:http'

const CONNECTIONS = 16

/**
 * Ask one address from several connections for some seconds, each turn with its own headers; gives the answers per
 * second. Throws on any but 200.
 */
export async function drive(
  url: string,
  headersOf: (turn: number) => Record<string, string>,
  seconds: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const until = performance.now() + seconds * 1000
  let answers = 0
  let turn = 0
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      await ask(url, headersOf(turn++), agent)
      answers++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  return answers / seconds
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

function ask(url: string, headers: Record<string, string>, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent }, (response) => {
      response.resume()
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))))
    }).on('error', reject)
  })
}
