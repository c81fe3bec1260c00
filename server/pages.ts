import { createHash } from 'node:crypto'
import type Koa from 'koa'
import { readForm } from '#kit/body'
import type { MountedSurface, Surface } from '#kit/endpoint'
import { Fault, InternalError, MethodNotAllowed, NotFound, ValidationFailed } from '#kit/fault'
import { html } from '#kit/html'
import { describe, type PipelineOptions, type RequestState, refusedOf } from '#kit/http'
import { framed, pageHeaders } from '#kit/page-frame'
import { fieldsOf } from '#kit/request'
import type { PageAnswer, PageAsset, PageContent, WebPage } from '#kit/web-page'

/** Bytes of a form at most. */
const FORM_LIMIT = 16 * 1024

/** A Koa middleware that shows the pages of a surface; whatever is none of them goes on to the next. */
export function mountPages({ surface, pages = [] }: MountedSurface, options: PipelineOptions): Koa.Middleware {
  const routes = pages.map((page) => ({ page, pattern: patternOf(page.path) }))

  return async (ctx, next) => {
    const route = routes.find(({ pattern }) => pattern.test(ctx.path))
    if (!route) return next()
    const startedAt = performance.now()
    const { page } = route
    try {
      const methods = page.form ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD']
      if (!methods.includes(ctx.method)) {
        ctx.set('Allow', methods.join(', '))
        throw MethodNotAllowed()
      }
      await answer(ctx, surface, page, route.pattern.exec(ctx.path)?.groups ?? {}, options)
    } catch (error) {
      showFault(ctx, surface, page, error, options)
    }
    const seconds = (performance.now() - startedAt) / 1000
    options.onAnswer?.({ surface: surface.name, method: ctx.method, route: page.path, status: ctx.status, seconds })
  }
}

async function answer(
  ctx: Koa.Context,
  surface: Surface,
  page: WebPage,
  found: Readonly<Record<string, string>>,
  { database, limiter, log }: PipelineOptions,
): Promise<void> {
  const request = describe(ctx)
  await limiter.take(`${surface.name}.page ${page.path}`, page.limit, 'ip', { ip: request.ip })
  const params = page.params.safeParse(Object.fromEntries(Object.entries(found).map(decoded)))
  const query = page.query?.safeParse(ctx.query)
  if (!params.success || query?.success === false) throw NotFound({ message: 'There is no such page.' })
  const opened = { params: params.data, query: query?.data, request }
  if (ctx.method !== 'POST') {
    return send(ctx, await database.read((view) => page.show({ ...opened, view, refused: null })))
  }
  const sent = await readForm(ctx.req, FORM_LIMIT)
  try {
    const form = page.form?.safeParse(sent)
    if (!form?.success) throw ValidationFailed(form && { fields: fieldsOf(form.error) })
    await page.check({ ...opened, sent })
    send(ctx, await database.write((unit) => page.submit({ ...opened, unit, form: form.data })))
  } catch (error) {
    const fault = faultOf(ctx, error, log)
    const { status, headers } = surface.renderFault(fault, refusedOf(ctx))
    const again = await database.read((view) => page.show({ ...opened, view, refused: { fault, form: sent } }))
    send(ctx, 'title' in again ? { ...again, status } : again)
    ctx.set(headers)
  }
}

function showFault(
  ctx: Koa.Context,
  surface: Surface,
  { isEmbedded }: WebPage,
  error: unknown,
  { log }: PipelineOptions,
): void {
  const fault = faultOf(ctx, error, log)
  const { status, headers } = surface.renderFault(fault, refusedOf(ctx))
  ctx.set(headers)
  const { message: title } = fault
  show(
    ctx,
    isEmbedded
      ? { title, body: html`<p>${title}</p>`, status, isBare: true, framedBy: ['*'] }
      : { title, body: html``, status },
  )
}

/** The fault that an error is; whatever is none is a bug, which is logged. */
function faultOf(ctx: Koa.Context, error: unknown, log: PipelineOptions['log']): Fault {
  if (error instanceof Fault) return error
  log.error({ err: error, request_id: (ctx.state as RequestState).requestId }, 'a page could not be shown')
  return InternalError()
}

function send(ctx: Koa.Context, answered: PageAnswer): void {
  if ('goTo' in answered) {
    ctx.status = 303
    ctx.set({ Location: answered.goTo, 'Cache-Control': 'no-store' })
    ctx.body = ''
  } else if ('bytes' in answered) sendAsset(ctx, answered)
  else show(ctx, answered)
}

function show(ctx: Koa.Context, content: PageContent): void {
  ctx.status = content.status ?? 200
  ctx.body = framed(content)
  // Koa guesses a type for a string when it is set.
  ctx.set(pageHeaders(content))
  // The header knows no lists: where a frame is allowed, the policy alone says to whom.
  if (content.framedBy !== undefined && content.framedBy.length > 0) ctx.remove('X-Frame-Options')
}

function sendAsset(ctx: Koa.Context, { contentType, bytes, maxAgeSeconds, isPrivate = false }: PageAsset): void {
  ctx.status = 200
  ctx.body = bytes
  ctx.set({
    'Content-Type': contentType,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': isPrivate ? 'private, no-cache' : `public, max-age=${maxAgeSeconds}`,
    ...(isPrivate ? { 'X-Robots-Tag': 'noindex', 'Referrer-Policy': 'no-referrer' } : {}),
    ETag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
  })
  if (ctx.fresh) ctx.status = 304
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
