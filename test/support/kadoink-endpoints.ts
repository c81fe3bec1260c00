import type { z } from 'zod'
import type { Endpoint } from '#kit/endpoint'
import { newId } from '#kit/id'
import { addresses } from '#kit/routes'
import { kadoinkSurface } from '#surfaces/kadoink'
import { mailPerson } from '#test/kadoink-accounts'
import type { Answer, Json, Person, Visitor } from '#test/people'
import { PASSWORD, type World } from '#test/world'

/** Everything the surface declares; nothing is read or written through it here. */
export const declared = kadoinkSurface({
  blobs: { put: async () => {}, read: async () => null, stream: async () => null, remove: async () => {} },
  cursorOf: async () => '',
  pictures: { clean: async () => null, square: async () => null },
})

const challenge = { challenge_id: newId() }

/** One good body for every endpoint that takes one, by method and path. */
export const GOOD: Readonly<Record<string, Json>> = {
  'POST /auth/login': { username: 'nobody_here', password: PASSWORD },
  'POST /auth/login/resend': challenge,
  'POST /auth/login/verify': { ...challenge, code: '123456' },
  'POST /auth/register': { username: 'somebody', password: PASSWORD, email: 'somebody@example.com' },
  'POST /auth/register/resend': challenge,
  'POST /auth/register/verify': { ...challenge, code: '123456' },
  'POST /auth/forgot': { identifier: 'nobody_here' },
  'POST /auth/reset': { token: 'no-token', password: PASSWORD },
  'POST /auth/magic-link': { identifier: 'nobody_here' },
  'POST /auth/magic-link/consume': { token: 'no-token' },
  'POST /me/password': { current_password: PASSWORD, new_password: 'a better horse battery' },
  'DELETE /me': { password: 'not the password' },
  'PATCH /me': { name: 'Ana' },
  'POST /me/im-identities': { network: 'matrix', handle: '@ana:example.org' },
  'PUT /me/mobile': { mobile: '+15551239999' },
  'POST /me/mobile/codes': { channel: 'sms' },
  'POST /me/mobile/verify': { code: '123456' },
  'POST /ktags': { name: 'jazz_club' },
  'PATCH /ktags/{ktag_id}': { title: 'Jazz Club' },
  'POST /ktags/{ktag_id}/follow': { texts: false },
  'POST /statuses': { body: 'Doors open at 8' },
  'PATCH /statuses/{post_id}': { body: 'Doors open at 9' },
  'POST /contacts': { name: 'Bo', mobile: '+15551239999' },
  'PATCH /contacts/{contact_id}': { name: 'Bo' },
  'POST /groups': { name: 'Band', contact_ids: [] },
  'PATCH /groups/{group_id}': { name: 'Band' },
  'PATCH /inbox/{message_id}': { read: true },
  'POST /calls': { to: [{ mobile: '+15551239999' }] },
  'PATCH /calls/active': { privacy: 'open' },
  'POST /calls/active/participants': { mobile: '+15551239999' },
  'PATCH /calls/active/participants/{id}': { muted: true },
  'POST /calls/active/mute-others': { muted: true, on_join: true },
  'POST /billing/checkout': { interval: 'month' },
  'POST /grid/members': { contact_id: newId() },
  'POST /abuse-reports': { target_type: 'ktag', ktag: 'nobody_has_this', reason: 'spam' },
  'POST /invites': { mobile: '+15551239999' },
  'POST /grid/calls': { privacy: 'private' },
  'POST /commands': { text: 'contacts' },
  'POST /calendar/events': {
    title: 'Gig',
    starts_at: '2027-01-01T20:00:00Z',
    remind_via: ['push'],
    action: { type: 'grid_call' },
  },
  'PATCH /calendar/events/{event_id}': { title: 'Gig', all_day: false, action: { type: 'grid_call' } },
  'POST /widgets': { ktag_id: newId(), kind: 'status', title: 'Jazz', theme: { dark: true }, allowed_domains: [] },
  'PATCH /widgets/{widget_id}': { title: 'Jazz', enabled: true },
}

/** What an endpoint must be asked with, where it must be asked with something. */
export const GOOD_QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'GET /ktags/search': { q: 'jazz' },
}

/** An endpoint's name in test titles and tables. */
export function nameOf({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** An endpoint's path with every parameter filled in: with an id that is nobody's, unless another is given. */
export function pathOf({ path }: Pick<Endpoint, 'path'>, id: string = newId()): string {
  return path.replace(/\{\w+\}/g, id)
}

/** The methods that each path answers, aliases included; Koa answers HEAD wherever there is a GET. */
export function methodsByPath(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { method, path } of declared.endpoints.flatMap(addresses)) {
    const methods = found.get(path) ?? new Set()
    found.set(path, methods.add(method))
    if (method === 'GET') methods.add('HEAD')
  }
  return found
}

/** The names of an object schema's fields. */
export function fieldsOf(schema: z.ZodType): readonly string[] {
  return Object.keys((schema as z.ZodObject).shape ?? {})
}

/** Ask an endpoint as it wants to be asked, with any body. */
export function ask(visitor: Visitor, endpoint: Endpoint, body?: Json, path = pathOf(endpoint)): Promise<Answer> {
  return visitor.ask(endpoint.method, path, body)
}

/**
 * People to ask as: for each endpoint somebody who may, and whose budget for it is not used up. Budgets and gates are
 * read from the declarations.
 */
export class Crowd {
  readonly #world: World
  readonly #asked = new Map<string, { visitor: Visitor; left: number }>()

  constructor(world: World) {
    this.#world = world
  }

  async somebodyFor({ auth, limit }: Endpoint): Promise<Visitor> {
    if (auth === 'none') return this.#world.visitor()
    const known = this.#asked.get(limit)
    if (known && known.left > 0) {
      known.left--
      return known.visitor
    }
    const points = declared.surface.limits[limit]?.map((budget) => budget.points) ?? []
    const visitor = await this.#world.person()
    this.#asked.set(limit, { visitor, left: Math.min(...points) - 1 })
    return visitor
  }

  /** Somebody whose mobile is not verified. */
  unverified(): Promise<Person> {
    return mailPerson(this.#world)
  }
}

/** Send a request exactly as it is: any bytes, any headers. */
export async function raw(
  visitor: Visitor,
  path: string,
  request: {
    method?: string
    headers?: Record<string, string>
    body?: Uint8Array | ReadableStream<Uint8Array> | string
  },
): Promise<Answer> {
  const { method = 'POST', headers = {}, body } = request
  const answer = await fetch(`${visitor.world.url}${path}`, {
    method,
    headers: {
      'X-Forwarded-For': visitor.ip,
      ...(visitor.token === null ? {} : { Authorization: `Bearer ${visitor.token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body as Exclude<RequestInit['body'], null | undefined>, duplex: 'half' }),
  } as RequestInit)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}
