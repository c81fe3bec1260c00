import cors from '@koa/cors'
import type Koa from 'koa'
import type { CrossOrigin } from '#kit/endpoint'
import type { RouteTable } from '#kit/routes'

/** What a page reads of an answer from elsewhere beside its body: what to wait for, and what to ask support about. */
const EXPOSED = ['Retry-After', 'X-Request-Id']

/**
 * Lets pages of other origins in, by the rules of the surface that answers what they ask. A surface that names none, and
 * all that is no surface's, lets in those of `origins`. Refusals carry the headers too, so that a page can read them.
 */
export function crossOrigin(table: RouteTable, origins: readonly string[]): Koa.Middleware {
  const named = cors({
    origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    exposeHeaders: EXPOSED,
    maxAge: 600,
  })
  const open = new Map<CrossOrigin, Koa.Middleware>()
  const openBy = (rules: CrossOrigin): Koa.Middleware => {
    const known = open.get(rules) ?? openTo(rules)
    open.set(rules, known)
    return known
  }

  return async (ctx, next) => {
    if (ctx.get('Origin') === '') return named(ctx, next)
    const found = table.find(askedMethod(ctx), ctx.path)
    const rules = found?.surface.crossOrigin
    if (!found || !rules) return named(ctx, next)
    const scheme = found.surface.schemes[found.endpoint?.auth ?? '']
    return scheme?.keptFromPages ? next() : openBy(rules)(ctx, next)
  }
}

/** The method that is asked, or that a preflight asks about. */
function askedMethod(ctx: Koa.Context): string {
  return (ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method')) || ctx.method
}

/** Everybody is let in: without credentials, so that it is the headers alone by which a page can be somebody. */
function openTo({ headers, rememberedSeconds }: CrossOrigin): Koa.Middleware {
  return cors({
    origin: '*',
    allowMethods: 'GET,HEAD,POST',
    allowHeaders: [...headers],
    exposeHeaders: EXPOSED,
    maxAge: rememberedSeconds,
  })
}
