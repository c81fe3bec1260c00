import { actOnSubscription } from './pages.ts'
import { ApiRefusal } from './refusal.ts'
import type { PaymentSimulator } from './simulator.ts'

/** What can be asked of the stand-in beside Stripe's API: another process plays the people and the mishaps. */
const ROUTES = [
  'GET /control – this list',
  'GET /control/sessions, GET /control/subscriptions, GET /control/events – everything so far',
  'POST /control/sessions/:id/pay, /decline, /expire – somebody at a checkout, or nobody',
  'POST /control/subscriptions/:id/renew, /fail, /pay, /end, /resume, /cancel – what becomes of a subscription',
  'PUT /control/webhooks {"isHeld","isDoubled"} – hold webhooks back, tell each twice',
  'POST /control/webhooks/release – tell what was held',
  'POST /control/events/:id/send – tell something again',
  'PUT /control/fault {"kind":"away"|"hang"|"error"|"silent"|"slow","times","path"} – what the next requests meet',
  'POST /control/settle – answers when no webhook is under way',
] as const

/** Answer a request to the control API. Throws `ApiRefusal`. */
export async function control(
  simulator: PaymentSimulator,
  method: string,
  path: string,
  body: string,
): Promise<unknown> {
  const { books, webhooks } = simulator
  const [, subject = '', id = '', act = ''] = path.split('/').filter(Boolean)
  switch (`${method} ${[subject, id && ':id', act].filter(Boolean).join('/')}`.trim()) {
    case 'GET':
      return { stand_in: 'Stripe', routes: ROUTES }
    case 'GET sessions':
      return [...books.sessions.values()]
    case 'GET subscriptions':
      return [...books.subscriptions.values()]
    case 'GET events':
      return books.events
    case 'POST sessions/:id/pay':
      return books.pay(id)
    case 'POST sessions/:id/decline':
      return books.session(id)
    case 'POST sessions/:id/expire':
      return books.expire(id)
    case 'POST settle':
      return webhooks.settle().then(() => null)
    case 'PUT webhooks':
      return Object.assign(webhooks.delivery, switches(body))
    case 'POST webhooks/:id':
      for (const event of webhooks.release()) webhooks.send(event)
      return null
    case 'PUT fault':
      return simulator.meet(...faultOf(body))
  }
  if (method === 'POST' && subject === 'events' && act === 'send') {
    const event = books.events.find((one) => one.id === id)
    if (event) return webhooks.send(event)
  }
  if (method === 'POST' && subject === 'subscriptions') {
    const changed = actOnSubscription(books, id, act)
    if (changed) return changed
  }
  throw new ApiRefusal(404, { message: `There is no ${method} ${path}; GET /control lists what there is.` })
}

/** What the next requests may meet. */
export const FAULTS = ['away', 'hang', 'error', 'silent', 'slow'] as const
export type Fault = (typeof FAULTS)[number]

function switches(body: string): { isHeld?: boolean; isDoubled?: boolean } {
  const { isHeld, isDoubled } = read(body)
  return {
    ...(typeof isHeld === 'boolean' ? { isHeld } : {}),
    ...(typeof isDoubled === 'boolean' ? { isDoubled } : {}),
  }
}

function faultOf(body: string): [kind: Fault, times: number, path: string] {
  const { kind, times = 1, path = '/' } = read(body)
  const fault = FAULTS.find((known) => known === kind)
  if (!fault || typeof times !== 'number' || typeof path !== 'string')
    throw new ApiRefusal(400, { message: `A fault is ${FAULTS.join(', ')}.` })
  return [fault, times, path]
}

function read(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body || '{}')) as Record<string, unknown>
  } catch {
    throw new ApiRefusal(400, { message: 'The body is not JSON.' })
  }
}
