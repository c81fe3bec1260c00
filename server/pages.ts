import type Koa from 'koa'
import type { MountedSurface, Surface } from '#kit/endpoint'
import { Fault, InternalError, MethodNotAllowed, NotFound } from '#kit/fault'
import { html } from '#kit/html'
import { describe, type PipelineOptions, type RequestState } from '#kit/http'
import { framed, PAGE_HEADERS, type PageContent, type WebPage } from '#kit/web-page'

const METHODS = ['GET', 'HEAD']

/** A Koa middleware that shows the pages of a surface; whatever is none of them goes on to the next. */
export function mountPages({ surface, pages = [] }: MountedSurface, options: PipelineOptions): Koa.Middleware {
  assertApart(surface, pages)
  const routes = pages.map((page) => ({ page, pattern: patternOf(page.path) }))

  return async (ctx, next) => {
    const route = routes.find(({ pattern }) => pattern.test(ctx.path))
    if (!route) return next()
    const startedAt = performance.now()
    ctx.set(PAGE_HEADERS)
    try {
      if (!METHODS.includes(ctx.method)) {
        ctx.set('Allow', METHODS.join(', '))
        throw MethodNotAllowed()
      }
      await show(ctx, surface, route.page, route.pattern.exec(ctx.path)?.groups ?? {}, options)
    } catch (error) {
      showFault(ctx, surface, error, options)
    }
    const seconds = (performance.now() - startedAt) / 1000
    const { path } = route.page
    options.onAnswer?.({ surface: surface.name, method: ctx.method, route: path, status: ctx.status, seconds })
  }
}

/** Refuse to start when a request could be answered by two pages, or by a page and an endpoint. */
function assertApart(surface: Surface, pages: readonly WebPage[]): void {
  const shapes = pages.map(({ path }) => path.replace(/\{\w+\}/g, '{}'))
  const twice = shapes.find((shape, index) => shapes.indexOf(shape) !== index)
  if (twice !== undefined) throw new Error(`${surface.name}: two pages answer ${twice}.`)
  const within = shapes.find((shape) => surface.mounts.some((mount) => `${shape}/`.startsWith(`${mount}/`)))
  if (within !== undefined) throw new Error(`${surface.name}: ${within} is a page in the middle of its endpoints.`)
}

async function show(
  ctx: Koa.Context,
  surface: Surface,
  page: WebPage,
  found: Readonly<Record<string, string>>,
  { database, limiter }: PipelineOptions,
): Promise<void> {
  const request = describe(ctx)
  await limiter.take(`${surface.name}.page ${page.path}`, page.limit, 'ip', { ip: request.ip })
  const params = page.params.safeParse(Object.fromEntries(Object.entries(found).map(decoded)))
  if (!params.success) throw NotFound({ message: 'There is no such page.' })
  const answer = await database.read((view) => page.show({ view, params: params.data, request }))
  if ('goTo' in answer) {
    ctx.status = 303
    ctx.set('Location', answer.goTo)
    ctx.body = ''
    return
  }
  write(ctx, 200, answer)
}

function showFault(ctx: Koa.Context, surface: Surface, error: unknown, { log }: PipelineOptions): void {
  const fault = error instanceof Fault ? error : InternalError()
  if (fault !== error) {
    log.error({ err: error, request_id: (ctx.state as RequestState).requestId }, 'a page could not be shown')
  }
  const { status, headers } = surface.renderFault(fault)
  ctx.set(headers)
  write(ctx, status, { title: fault.message, body: html`` })
}

function write(ctx: Koa.Context, status: number, content: PageContent): void {
  ctx.status = status
  ctx.body = framed(content)
  // Koa guesses a type for a string when it is set.
  ctx.set('Content-Type', PAGE_HEADERS['Content-Type'] ?? '')
}

function patternOf(path: string): RegExp {
  const literal = path.replace(/[.*+?^$|()[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}

/** A part of a path as it was meant; one that cannot be read is handed on as it is, and fits nothing. */
function decoded([name, value]: [string, string]): [string, string] {
  try {
    return [name, decodeURIComponent(value)]
  } catch {
    return [name, value]
  }
}
