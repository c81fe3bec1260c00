import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** One HTTP request, as it goes onto the wire. */
export interface ExchangeOrder {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How long it may take, in milliseconds; `deadline` is a moment. */
export interface Patience {
  readonly connectTimeout: number
  readonly readTimeout: number
  readonly deadline: number
  readonly largestAnswer: number
}

/** What came back, or how far it got: `ct` means that there was no connection. */
export type Exchanged =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: IncomingMessage['headers']; bytes: Buffer }
  | { readonly kind: 'broken'; readonly fault: 'ct' | 'rt'; readonly why: string }

/** Make one request on a connection of its own. `underWay` holds it until it is over, so that it can be cut. */
export function exchange(order: ExchangeOrder, patience: Patience, underWay: Set<ClientRequest>): Promise<Exchanged> {
  return new Promise((resolve) => {
    const send = order.url.protocol === 'https:' ? requestHttps : requestHttp
    const outgoing = send(order.url, { method: order.method, headers: order.headers, agent: false })
    underWay.add(outgoing)
    let fault: 'ct' | 'rt' = 'ct'
    const timers: NodeJS.Timeout[] = []
    const giveUpAfter = (millis: number, why: string) => {
      timers.push(setTimeout(() => outgoing.destroy(new Error(why)), Math.max(0, millis)))
    }
    const finish = (exchanged: Exchanged) => {
      for (const timer of timers) clearTimeout(timer)
      underWay.delete(outgoing)
      resolve(exchanged)
    }
    const connecting = setTimeout(() => outgoing.destroy(new Error('connect time-out')), patience.connectTimeout)
    timers.push(connecting)
    giveUpAfter(patience.deadline - Date.now(), 'total time-out')
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        clearTimeout(connecting)
        fault = 'rt'
        giveUpAfter(patience.readTimeout, 'read time-out')
      })
    })
    outgoing.on('error', (error) => finish({ kind: 'broken', fault, why: error.message }))
    outgoing.on('response', (incoming) => {
      readAnswer(incoming, patience.largestAnswer).then(finish, (error: Error) => {
        finish({ kind: 'broken', fault: 'rt', why: error.message })
      })
    })
    outgoing.end(order.body)
  })
}

async function readAnswer(incoming: IncomingMessage, largest: number): Promise<Exchanged> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largest) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return { kind: 'answered', status: incoming.statusCode ?? 0, headers: incoming.headers, bytes: Buffer.concat(chunks) }
}
