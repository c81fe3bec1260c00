import { Agent, get, type IncomingMessage, request } from 'node:http'

const CONNECTIONS = 16

/** How an address answered under load. */
export interface Pace {
  readonly perSecond: number
  /** Of a hundred answers, all but one took no longer. */
  readonly p99Ms: number
}

/**
 * Ask one address from several connections for some seconds, each turn with its own headers; gives the answers per
 * second. Throws on any but 200.
 */
export async function drive(
  url: string,
  headersOf: (turn: number) => Record<string, string>,
  seconds: number,
): Promise<number> {
  const ask = (turn: number, agent: Agent) =>
    answerTo((take, fail) => get(url, { headers: headersOf(turn), agent }, take).on('error', fail))
  return (await measure(ask, seconds)).perSecond
}

/** What is sent in one turn. */
export interface Posted {
  /** POST when absent. */
  readonly method?: string
  readonly url: string
  readonly body: string
  readonly headers: Record<string, string>
}

/** Send something from several connections for some seconds, each turn something else. Throws on any answer outside 2xx. */
export async function post(postedOf: (turn: number) => Posted, seconds: number): Promise<Pace> {
  return measure((turn, agent) => {
    const { method = 'POST', url, body, headers } = postedOf(turn)
    const length = { 'Content-Length': String(Buffer.byteLength(body)) }
    return answerTo((take, fail) => {
      request(url, { method, headers: { ...headers, ...length }, agent }, take)
        .on('error', fail)
        .end(body)
    })
  }, seconds)
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** Do something that takes several requests from several connections for some seconds. Throws when it does. */
export async function measure(ask: (turn: number, agent: Agent) => Promise<void>, seconds: number): Promise<Pace> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const until = performance.now() + seconds * 1000
  const took: number[] = []
  let turn = 0
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now()
      await ask(turn++, agent)
      took.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  took.sort((a, b) => a - b)
  return { perSecond: took.length / seconds, p99Ms: took[Math.floor(took.length * 0.99)] ?? Number.NaN }
}

/** Get something; gives the answer as JSON. Throws on any answer outside 2xx. */
export function ask(url: string, headers: Record<string, string>, agent: Agent): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        const { statusCode = 0 } = response
        if (statusCode >= 200 && statusCode < 300) resolve(JSON.parse(text))
        else reject(new Error(`${statusCode} ${text}`))
      })
    }
    get(url, { headers, agent }, take).on('error', reject)
  })
}

/** Resolves when an answer in 2xx has been read to its end. */
function answerTo(
  send: (take: (response: IncomingMessage) => void, fail: (error: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    send((response) => {
      const { statusCode = 0 } = response
      response.resume()
      response.on('end', () => (statusCode >= 200 && statusCode < 300 ? resolve() : reject(new Error(`${statusCode}`))))
    }, reject)
  })
}
