import type { Books } from './books.ts'
import { type Form, parseForm } from './form.ts'
import { ApiRefusal } from './refusal.ts'

/** One request as the API reads it. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly key: string | undefined
}

/** What it answers. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: RegExp
  /** The parameters it takes; Stripe refuses all others. */
  readonly params: readonly string[]
  act(books: Books, id: string, form: Form): unknown
}

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/v1\/customers$/,
    params: ['email', 'metadata'],
    act: (books, _, form) => books.addCustomer(form),
  },
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions$/,
    params: ['mode', 'customer', 'client_reference_id', 'line_items', 'success_url', 'cancel_url'],
    act: (books, _, form) => books.openSession(form),
  },
  {
    method: 'GET',
    path: /^\/v1\/checkout\/sessions\/([^/]+)$/,
    params: [],
    act: (books, id) => books.session(id),
  },
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions\/([^/]+)\/expire$/,
    params: [],
    act: (books, id) => books.expire(id),
  },
  {
    method: 'GET',
    path: /^\/v1\/subscriptions\/([^/]+)$/,
    params: [],
    act: (books, id) => books.subscription(id),
  },
  {
    method: 'DELETE',
    path: /^\/v1\/subscriptions\/([^/]+)$/,
    params: [],
    act: (books, id) => books.cancel(id),
  },
]

interface Remembered {
  readonly request: string
  answer: ApiAnswer | null
}

/** Stripe's REST API on the books, and its memory of idempotency keys (https://docs.stripe.com/api/idempotent_requests). */
export class Api {
  readonly #books: Books
  readonly #keys = new Map<string, Remembered>()

  constructor(books: Books) {
    this.#books = books
  }

  /** Answer a request; `pause` is waited for while the request counts as under way. */
  async answer(request: ApiRequest, pause: Promise<void>): Promise<ApiAnswer> {
    const { key, method, path, body } = request
    if (key === undefined || method !== 'POST') {
      await pause
      return this.#act(request)
    }
    const asked = `${path} ${body}`
    const known = this.#keys.get(key)
    if (known && known.request !== asked) {
      return refused(
        new ApiRefusal(400, { type: 'idempotency_error', message: 'This key came with other parameters before.' }),
      )
    }
    if (known?.answer) return { ...known.answer, headers: { 'Idempotent-Replayed': 'true' } }
    if (known) {
      return refused(
        new ApiRefusal(409, { code: 'idempotency_key_in_use', message: 'A request with this key is under way.' }),
      )
    }
    const mine: Remembered = { request: asked, answer: null }
    this.#keys.set(key, mine)
    await pause
    const answer = this.#act(request)
    mine.answer = answer
    return answer
  }

  #act({ method, path, body }: ApiRequest): ApiAnswer {
    try {
      const route = ROUTES.find((one) => one.method === method && one.path.test(path))
      if (!route) throw new ApiRefusal(404, { message: `Unrecognized request URL (${method}: ${path}).` })
      const form = parseForm(body)
      const stranger = Object.keys(form).find((name) => !route.params.includes(name))
      if (stranger !== undefined) {
        throw new ApiRefusal(400, { code: 'parameter_unknown', message: 'Unknown parameter', param: stranger })
      }
      return { status: 200, body: structuredClone(route.act(this.#books, route.path.exec(path)?.[1] ?? '', form)) }
    } catch (error) {
      if (error instanceof ApiRefusal) return refused(error)
      throw error
    }
  }
}

function refused(refusal: ApiRefusal): ApiAnswer {
  return { status: refusal.status, body: refusal.body }
}
