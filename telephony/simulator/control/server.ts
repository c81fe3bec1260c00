import type { IncomingMessage, ServerResponse } from 'node:http'
import { namesLoopback, readBody } from '../loopback.ts'
import { NoMedium } from '../media.ts'
import type { Network } from '../network.ts'
import { UnknownNumber } from '../own-number.ts'
import { ScriptError } from '../script.ts'
import { HANDSET_ROUTES } from './handsets.ts'
import { ControlError, parseBody, type Route } from './route.ts'
import { SWITCH_ROUTES } from './switches.ts'
import { VIEW_ROUTES } from './views.ts'

/** The control API, JSON in and out: another process plays the people, moves time and throws the switches. */
const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    summary: 'this list',
    act: () => ({ simulator: 'Kadoink phone network', routes: index() }),
  },
  ...HANDSET_ROUTES,
  ...VIEW_ROUTES,
  ...SWITCH_ROUTES,
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
    refuseBrowsers(incoming)
    const body = parseBody(await readBody(incoming))
    const { route, name } = find(incoming.method ?? 'GET', new URL(incoming.url ?? '/', 'http://127.0.0.1').pathname)
    return [200, (await route.act(network, name, body)) ?? null]
  } catch (error) {
    if (error instanceof ControlError) return [error.status, { error: error.message }]
    if (error instanceof NoMedium) return [400, { error: error.message }]
    if (error instanceof ScriptError) return [400, { error: error.message }]
    if (error instanceof UnknownNumber) return [404, { error: error.message }]
    throw error
  }
}

/** A page on the web can reach loopback through its visitor's browser, which then names the page, or the name it went by. */
function refuseBrowsers(incoming: IncomingMessage): void {
  if (incoming.headers.origin !== undefined || !namesLoopback(incoming))
    throw new ControlError(403, 'the control API is not for web pages')
}

function find(method: string, path: string): { readonly route: Route; readonly name: string } {
  const matching = ROUTES.flatMap((route) => {
    const name = matchPath(route.path, path)
    return name === null ? [] : [{ route, name }]
  })
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

function index(): readonly string[] {
  return ROUTES.map(({ method, path, summary }) => `${method} ${path} – ${summary}`)
}
