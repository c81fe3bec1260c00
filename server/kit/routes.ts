import Router from '@koa/router'
import type { Endpoint, MountedSurface, Surface } from './endpoint.ts'

/** Who answers a request, or who refuses it. */
export interface Found {
  /** Of the endpoint; where there is none, of the closest mount. */
  readonly surface: Surface
  /** Null: nothing here answers that method, or nothing is here. */
  readonly endpoint: Endpoint | null
  readonly params: Readonly<Record<string, string>>
  /** The methods that are answered here; none where nothing is. */
  readonly allow: readonly string[]
}

/** An endpoint at one of the addresses where it answers. */
interface Route {
  readonly surface: Surface
  readonly endpoint: Endpoint
  readonly method: string
  /** From the root, parameters as `{contact_id}`. */
  readonly path: string
}

type Layer = ReturnType<Router['match']>['path'][number]

/** A function that answers nothing itself: the table is asked who does. */
const unused = () => {}

/**
 * Every route of every surface, in one table: surfaces may share a base path. The most specific path decides, whosever
 * it is, and whatever the method: a fixed segment is no parameter. What no route answers is refused by the surface whose
 * mount is the closest.
 */
export class RouteTable {
  readonly #router = new Router()
  readonly #routes = new Map<Layer, Route>()
  readonly #mounts: readonly { readonly mount: string; readonly surface: Surface }[]

  constructor(surfaces: readonly MountedSurface[]) {
    const mounts = surfaces.flatMap(({ surface }) => surface.mounts.map((mount) => ({ mount, surface })))
    this.#mounts = mounts.sort((a, b) => b.mount.length - a.mount.length)
    const routes = surfaces.flatMap(routesOf).sort((a, b) => specificity(a.path).localeCompare(specificity(b.path)))
    for (const route of routes) {
      const layer = this.#router.register(route.path.replace(/\{(\w+)\}/g, ':$1'), [route.method], [unused]) as Layer
      layer.methods = answeredBy(route)
      this.#routes.set(layer, route)
    }
  }

  /** Who answers this method at this path; null where no surface has a mount. */
  find(method: string, path: string): Found | null {
    const owner = this.#mounts.find(({ mount }) => path === mount || path.startsWith(`${mount}/`))
    if (!owner) return null
    const layers = this.#router.match(path, method).path
    const best = this.#routeOf(layers[0])
    if (!best) return { surface: owner.surface, endpoint: null, params: {}, allow: [] }
    const same = layers.filter((layer) => shapeOf(this.#routeOf(layer)?.path ?? '') === shapeOf(best.path))
    const layer = same.find(({ methods }) => methods.includes(method))
    const hit = this.#routeOf(layer)
    return {
      surface: hit?.surface ?? best.surface,
      endpoint: hit?.endpoint ?? null,
      params: layer ? layer.params(path, layer.captures(path)) : {},
      allow: [...new Set(same.flatMap(({ methods }) => methods))].sort(),
    }
  }

  #routeOf(layer: Layer | undefined): Route | undefined {
    return layer && this.#routes.get(layer)
  }
}

/** Every method and path, below its mounts, that an endpoint answers: its own first, then its aliases. */
export function addresses(endpoint: Endpoint): readonly { method: string; path: string }[] {
  const methods = [endpoint.method, ...endpoint.also]
  const own = methods.map((method) => ({ method: method as string, path: endpoint.path }))
  const more = endpoint.aliases.flatMap((alias) =>
    alias.startsWith('/')
      ? methods.map((method) => ({ method: method as string, path: alias }))
      : [{ method: alias as string, path: endpoint.path }],
  )
  return [...own, ...more]
}

/**
 * Refuse to start when a request could be answered by two: endpoints of one surface or of two, pages, or a page and an
 * endpoint; when two surfaces have one mount; when an endpoint stands below none. Throws an `Error` that names them.
 */
export function assertUnambiguous(surfaces: readonly MountedSurface[]): void {
  const taken = new Map<string, string>()
  const take = (what: string, who: string) => {
    const other = taken.get(what)
    if (other !== undefined) throw new Error(`${who} and ${other} both answer ${what}.`)
    taken.set(what, who)
  }
  for (const { surface, endpoints } of surfaces) {
    for (const mount of surface.mounts) take(`what is asked below ${mount}`, surface.name)
    for (const endpoint of endpoints) {
      if (!rootsOf(surface, endpoint).every((root) => surface.mounts.some((mount) => isBelow(root, mount))))
        throw new Error(`${surface.name}: "${endpoint.summary}" stands below none of its surface's mounts.`)
    }
  }
  const routes = surfaces.flatMap(routesOf)
  for (const { surface, endpoint, method, path } of routes)
    take(`${method} ${shapeOf(path)}`, `${surface.name}: "${endpoint.summary}"`)
  assertPagesApart(surfaces, routes)
}

/** Pages are looked for before endpoints: one that could stand for another address would hide it. */
function assertPagesApart(surfaces: readonly MountedSurface[], routes: readonly Route[]): void {
  const pages = surfaces.flatMap(({ surface, pages: own = [] }) => own.map(({ path }) => ({ surface, path })))
  const mounts = surfaces.flatMap(({ surface }) => surface.mounts)
  for (const [index, { surface, path }] of pages.entries()) {
    const twin = pages.slice(index + 1).find((other) => overlap(path, other.path))
    if (twin) throw new Error(`${surface.name}: two pages answer ${path}, also written ${twin.path}.`)
    const route = routes.find((one) => overlap(path, one.path))
    if (route || mounts.some((mount) => isBelow(path, mount)))
      throw new Error(`${surface.name}: ${path} is a page in the middle of ${route ? route.path : 'endpoints'}.`)
  }
}

/** An address that is answered, for people to look at. */
export interface ListedRoute {
  readonly surface: string
  readonly method: string
  /** From the root, parameters as `{contact_id}`. */
  readonly path: string
  readonly summary: string
  /** The scheme by which somebody is known here; null for pages. */
  readonly auth: string | null
  readonly gates: readonly string[]
}

/** Every address that surfaces answer at: of endpoints, with all their mounts and aliases, and of pages. By path. */
export function listRoutes(surfaces: readonly MountedSurface[]): readonly ListedRoute[] {
  const endpoints = surfaces.flatMap(routesOf).map(({ surface, endpoint, method, path }) => {
    return {
      surface: surface.name,
      method,
      path,
      summary: endpoint.summary,
      auth: endpoint.auth,
      gates: endpoint.gates,
    }
  })
  const pages = surfaces.flatMap(({ surface, pages: own = [] }) =>
    own.flatMap(({ path, form }) =>
      ['GET', ...(form ? ['POST'] : [])].map((method) => {
        return { surface: surface.name, method, path, summary: 'A page.', auth: null, gates: [] }
      }),
    ),
  )
  return [...endpoints, ...pages].sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))
}

/** Whether some address may fit two paths with parameters. */
function overlap(a: string, b: string): boolean {
  const [ours, theirs] = [a.split('/'), b.split('/')]
  return ours.length === theirs.length && ours.every((part, index) => meet(part, theirs[index] ?? ''))
}

/** Whether two parts could be the same: a parameter may hold anything, what stands around it is fixed. */
function meet(a: string, b: string): boolean {
  if (!a.includes('{') || !b.includes('{')) return patternOf(a).test(b) || patternOf(b).test(a)
  const [aHead = '', bHead = ''] = [a.split('{')[0], b.split('{')[0]]
  const [aTail = '', bTail = ''] = [a.split('}').at(-1), b.split('}').at(-1)]
  return (aHead.startsWith(bHead) || bHead.startsWith(aHead)) && (aTail.endsWith(bTail) || bTail.endsWith(aTail))
}

function patternOf(part: string): RegExp {
  const literal = part.replace(/[.*+?^$|()[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replace(/\{\w+\}/g, '.+')}$`)
}

function routesOf({ surface, endpoints }: MountedSurface): readonly Route[] {
  return endpoints.flatMap((endpoint) =>
    (endpoint.mounts ?? surface.mounts).flatMap((mount) =>
      addresses(endpoint).map(({ method, path }) => ({ surface, endpoint, method, path: mount + path })),
    ),
  )
}

/** What an endpoint's addresses begin with: the path itself where its mount is the root. */
function rootsOf(surface: Surface, endpoint: Endpoint): readonly string[] {
  return (endpoint.mounts ?? surface.mounts).map((mount) => mount + endpoint.path)
}

function isBelow(path: string, mount: string): boolean {
  return path === mount || path.startsWith(`${mount}/`)
}

/** The methods of a route: HEAD too where GET only reads. What writes is done by the method that says so, or not at all. */
function answeredBy({ method, endpoint }: Route): string[] {
  return method === 'GET' && endpoint.mode === 'read' ? ['GET', 'HEAD'] : [method]
}

function shapeOf(path: string): string {
  return path.replace(/\{[^}]+\}/g, '{}')
}

/** Sorts paths so that a fixed segment comes before a parameter in the same place. */
function specificity(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '1' : `0${segment}`))
    .join('/')
}
