import type Koa from 'koa'
import { readJson } from '#kit/body'
import { Fault } from '#kit/fault'
import { sendAsset, sendPage } from '../assets.ts'
import { refuse, refuseMethod } from '../refusal.ts'
import { filesOnce } from './files.ts'
import { ICON, pageOf, policyOf } from './page.ts'
import { type SimulatedPhones, simulatedPhones } from './phones.ts'

/** Where the console is served, and what it may look at beside the API. */
export interface ConsoleSite {
  readonly publicUrl: string
  readonly realtimeUrl: string
  readonly number: string
  /** Where the simulated phone network is controlled; null with a real carrier. */
  readonly phonesUrl: string | null
  /** Whether letters are kept at `/dev/mail`. */
  readonly hasMail: boolean
}

interface Route {
  readonly methods: readonly string[]
  answer(ctx: Koa.Context): Promise<void>
}

const READ = ['GET', 'HEAD']

/**
 * `/console` and what it loads: a client of the API for browsers, with no way of its own into the server. Where the phone
 * network is simulated there is no phone to look at, so there its page may also look at simulated ones.
 */
export function consolePages({ publicUrl, realtimeUrl, number, phonesUrl, hasMail }: ConsoleSite): Koa.Middleware {
  const isElsewhere = new URL(realtimeUrl).host !== new URL(publicUrl).host
  const machine = { socketsUrl: isElsewhere ? realtimeUrl : null, number, hasPhones: phonesUrl !== null, hasMail }
  const policy = policyOf(machine)
  const files = filesOnce()
  const routes = new Map<string, Route>([
    ['/console', { methods: READ, answer: async (ctx) => sendPage(ctx, policy, pageOf(await files(), machine)) }],
    ['/console/icon.svg', { methods: READ, answer: sendIcon }],
    ...(phonesUrl === null ? [] : phoneRoutes(simulatedPhones(phonesUrl, number))),
  ])

  return async (ctx, next) => {
    const route = routes.get(ctx.path)
    const isAsset = ctx.path.startsWith('/console/assets/')
    if (!route && !isAsset) return next()
    const methods = route?.methods ?? READ
    if (!methods.includes(ctx.method)) return refuseMethod(ctx, methods)
    if (route) return route.answer(ctx)
    const { base, assets } = await files()
    const asset = ctx.path.startsWith(base) ? assets.get(ctx.path.slice(base.length)) : undefined
    return asset ? sendAsset(ctx, asset) : next()
  }
}

async function sendIcon(ctx: Koa.Context): Promise<void> {
  ctx.set('Cache-Control', 'public, max-age=86400')
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox")
  ctx.type = 'image/svg+xml'
  ctx.body = ICON
}

/** What a page can ask of simulated phones: there is nothing behind them but this machine. */
function phoneRoutes(phones: SimulatedPhones): readonly (readonly [string, Route])[] {
  const texts: Route = {
    methods: READ,
    async answer(ctx) {
      const { number } = ctx.query
      if (typeof number !== 'string' || !/^\+[1-9]\d{6,14}$/.test(number)) {
        return refuse(ctx, 422, 'validation_failed', 'Send a number as +15551239999.')
      }
      ctx.body = { items: await phones.textsOn(number), has_more: false }
    },
  }
  const voicemail: Route = {
    methods: ['POST'],
    async answer(ctx) {
      const extension = ((await readJson(ctx.req, 1024)) as { extension?: unknown } | null)?.extension
      if (typeof extension !== 'string' || !/^\d{6}$/.test(extension)) {
        return refuse(ctx, 422, 'validation_failed', 'Send the six digits of a tag.')
      }
      await phones.leaveVoicemail(extension)
      ctx.status = 204
    },
  }
  return [
    ['/console/phone', { ...texts, answer: answered(texts) }],
    ['/console/phone/voicemail', { ...voicemail, answer: answered(voicemail) }],
  ]
}

/** What was asked of the phones is kept by nobody, and what went wrong is said in the envelope of everything else. */
function answered({ answer }: Route): Route['answer'] {
  return async (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    await answer(ctx).catch((error: unknown) => {
      if (error instanceof Fault) refuse(ctx, 400, error.type.code, error.message)
      else refuse(ctx, 503, 'unavailable', 'The simulated phone network does not answer.')
    })
  }
}
