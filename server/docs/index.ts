import type Koa from 'koa'
import type { MountedSurface } from '#kit/endpoint'
import { sendAsset, sendPage } from '../assets.ts'
import { Assets } from './assets.ts'
import { type DocsSite, guidePage, indexPage, referencePage } from './pages.ts'

export type { DocsSite } from './pages.ts'

/**
 * What pages of the docs may do: run and load what comes from here. Swagger UI's sheet has its arrows and crosses as
 * `data:` images, and it asks the API itself when a reader tries something out.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const METHODS = ['GET', 'HEAD']

/** Refuses a method in the words of whoever serves this. */
type RefuseMethod = (ctx: Koa.Context, allow: readonly string[]) => void

/** `/docs`, the reference of each surface, its guide, and the files that these load. Anything else goes on. */
export function docs(surfaces: readonly MountedSurface[], site: DocsSite, refuseMethod: RefuseMethod): Koa.Middleware {
  const assets = new Assets()
  const pages = new Map<string, () => Promise<string | null>>([['/docs', () => indexPage(surfaces, assets)]])
  for (const mounted of surfaces) {
    const { name } = mounted.surface
    pages.set(`/docs/${name}`, () => referencePage(mounted, assets))
    if (mounted.guide) pages.set(`/docs/${name}/guide`, () => guidePage(mounted, assets, site))
  }
  const made = new Map<string, Promise<string | null>>()

  return async (ctx, next) => {
    const page = pages.get(ctx.path)
    const [, version, name] = /^\/docs\/assets\/([\w-]+)\/([\w.-]+)$/.exec(ctx.path) ?? []
    if (!page && (version === undefined || name === undefined)) return next()
    if (!METHODS.includes(ctx.method)) return refuseMethod(ctx, METHODS)
    if (version !== undefined && name !== undefined) {
      const asset = await assets.find(version, name)
      return asset ? sendAsset(ctx, asset) : next()
    }
    const text = await once(made, ctx.path, page)
    return text === null ? next() : sendPage(ctx, POLICY, text)
  }
}

/** Pages are made of what does not change while the process lives: the first who asks has them made. */
function once(
  made: Map<string, Promise<string | null>>,
  path: string,
  make: (() => Promise<string | null>) | undefined,
): Promise<string | null> {
  const known = made.get(path)
  if (known) return known
  const page = make?.() ?? Promise.resolve(null)
  made.set(path, page)
  // One that failed is made again.
  page.catch(() => made.delete(path))
  return page
}
