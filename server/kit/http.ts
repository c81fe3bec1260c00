import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type Koa from 'koa'
import type { z } from 'zod'
import {
  Again,
  type ByteAnswer,
  Bytes,
  type Endpoint,
  type Refused,
  type RequestInfo,
  type Surface,
} from './endpoint.ts'
import * as faults from './fault.ts'
import { Fault, type FaultType } from './fault.ts'
import { answered, idempotencyKey, once, type StoredAnswer } from './idempotency.ts'
import type { Caller, Limiter, LimitStage } from './limit.ts'
import type { Log } from './log.ts'
import { networkOf, plainAddress } from './network.ts'
import { referencePath } from './openapi.ts'
import { type Checked, fieldsOf, RequestReader } from './request.ts'
import type { RouteTable } from './routes.ts'
import type { Database, Unit } from './unit.ts'
import type { UploadRoom } from './upload-room.ts'

/** What the pipeline needs to answer requests. */
export interface PipelineOptions {
  readonly database: Database
  readonly limiter: Limiter
  readonly log: Log
  /** What may be uploaded at once, of all surfaces together. */
  readonly uploads: UploadRoom
  /** Check replies and declared faults; on in tests and development. */
  readonly isStrict: boolean
  /** Told of every answer; `route` is the template, never the path asked. */
  readonly onAnswer?: (answer: {
    surface: string
    method: string
    route: string
    status: number
    seconds: number
  }) => void
}

/** What this pipeline keeps on a Koa context. */
export interface RequestState {
  requestId: string
  route?: string
  /** The JSON body as it was sent, once it is read. */
  given?: unknown
}

const IMPLIED: readonly FaultType[] = [
  faults.ValidationFailed,
  faults.InvalidJson,
  faults.BadRequest,
  faults.PayloadTooLarge,
  faults.UnsupportedMediaType,
  faults.RateLimited,
  faults.Unavailable,
]

/** A Koa middleware that answers everything below the mounts of all surfaces, unknown paths included. */
export function answerSurfaces(table: RouteTable, options: PipelineOptions): Koa.Middleware {
  const answers = new Map<Endpoint, Koa.Middleware>()
  const answerOf = (surface: Surface, endpoint: Endpoint): Koa.Middleware => {
    const answer = answers.get(endpoint) ?? answerWith(surface, endpoint, options)
    answers.set(endpoint, answer)
    return answer
  }

  return async (ctx, next) => {
    const found = table.find(ctx.method, ctx.path)
    if (!found) return next()
    const { surface, endpoint, params, allow } = found
    const startedAt = performance.now()
    try {
      if (!endpoint) throw noRoute(ctx, allow)
      ctx.params = params
      await answerOf(surface, endpoint)(ctx, next)
    } catch (error) {
      answerFault(ctx, surface, namedOrLogged(error, ctx, options.log))
    }
    const seconds = (performance.now() - startedAt) / 1000
    const route = (ctx.state as RequestState).route ?? 'unmatched'
    options.onAnswer?.({ surface: surface.name, method: ctx.method, route, status: ctx.status, seconds })
  }
}

/** The fault of a request that no endpoint answers, by its path or by its method alone. */
function noRoute(ctx: Koa.Context, allow: readonly string[]): Fault {
  if (allow.length === 0) return faults.NotFound({ message: 'There is no such address.' })
  ctx.set('Allow', allow.join(', '))
  return faults.MethodNotAllowed()
}

/** Give a request its id: the caller's when it has a sane one, else a fresh one; it is echoed on the answer. */
export const requestId: Koa.Middleware = async (ctx, next) => {
  const given = ctx.get('X-Request-Id')
  const state = ctx.state as RequestState
  state.requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
  ctx.set('X-Request-Id', state.requestId)
  await next()
}

/** The order in which a request is checked and answered: stated here, once. */
function answerWith(surface: Surface, endpoint: Endpoint, options: PipelineOptions): Koa.Middleware {
  const scheme = endpoint.auth === 'none' ? undefined : surface.schemes[endpoint.auth]
  const gates = endpoint.gates.map((name) => surface.gates[name]).filter((gate) => gate !== undefined)
  const limit = surface.limits[endpoint.limit] ?? []
  const declared = new Set<FaultType>([
    ...IMPLIED,
    ...endpoint.faults,
    ...(scheme?.faults ?? []),
    ...gates.map((gate) => gate.fault),
    ...(endpoint.params ? [faults.NotFound] : []),
    ...(endpoint.idempotent ? [faults.IdempotencyConflict] : []),
    ...(endpoint.uploads ? [faults.RequestTimeout] : []),
  ])
  const route = referencePath(endpoint)
  const reader = new RequestReader(endpoint, surface.bodyLimit, options.uploads)
  const take = (stage: LimitStage, caller: Caller) =>
    options.limiter.take(`${surface.name}.${endpoint.limit}`, limit, stage, caller)
  /** The same budgets as those of the endpoints that are declared with this limit. */
  const takeAlso = async (name: string | null, caller: Caller) => {
    if (name !== null) {
      await options.limiter.take(`${surface.name}.${name}`, surface.limits[name] ?? [], 'viewer', caller)
    }
  }

  return async (ctx) => {
    const state = ctx.state as RequestState
    state.route = route
    const request = describe(ctx)
    try {
      await take('ip', { ip: request.ip })
      const viewer = scheme ? await options.database.read((view) => scheme.authenticate(view, request)) : undefined
      for (const gate of gates) if (!gate.isOpen(viewer)) throw gate.fault()
      const viewerId = scheme?.viewerId(viewer)
      const caller: Caller = viewerId === undefined ? { ip: request.ip } : { ip: request.ip, viewerId }
      await take('viewer', caller)
      await reader.read(ctx, viewerId ?? networkOf(request.ip), async (asked) => {
        const known: Caller = { ...caller, body: asked.body }
        await take('body', known)
        await takeAlso(endpoint.alsoLimit(asked.body, viewer), known)
        const key = endpoint.idempotent ? idempotencyKey(ctx.get('Idempotency-Key')) : null
        const scope = `${surface.name} ${endpoint.method} ${route} ${viewerId ?? request.ip}`
        const answer = await run(endpoint, options.database, { viewer, request, ...asked }, key, scope)
        await options.limiter.forgive(limit, known)
        reply(ctx, endpoint, answer, options)
      })
    } catch (error) {
      if (options.isStrict && error instanceof Fault && !declared.has(error.type)) {
        throw new Error(`${endpoint.method} ${endpoint.path} answers "${error.type.code}" without declaring it.`, {
          cause: error,
        })
      }
      throw error
    }
  }
}

/** What is known of a request beside its parameters. */
export function describe(ctx: Koa.Context): RequestInfo {
  return {
    id: (ctx.state as RequestState).requestId,
    ip: plainAddress(ctx.ip),
    userAgent: ctx.get('User-Agent').slice(0, 300) || null,
    authorization: ctx.get('Authorization') || null,
    headers: ctx.headers,
  }
}

async function run(
  endpoint: Endpoint,
  database: Database,
  asked: Checked & { viewer: unknown; request: RequestInfo },
  key: string | null,
  scope: string,
): Promise<StoredAnswer> {
  const written = (body: unknown): StoredAnswer =>
    body instanceof Again
      ? { status: endpoint.again ?? endpoint.status, body: body.body }
      : { status: endpoint.status, body }
  const handle = async (access: object): Promise<StoredAnswer> =>
    written(await endpoint.handle({ ...access, ...asked }))
  const underKey = (unit: Unit, make: () => Promise<StoredAnswer>): Promise<StoredAnswer> =>
    key === null ? make() : once(unit, scope, key, hashed(asked), make)

  if (endpoint.mode === 'read') {
    return endpoint.snapshot ? database.snapshot((view) => handle({ view })) : database.read((view) => handle({ view }))
  }
  if (endpoint.mode === 'write') return database.write((unit) => underKey(unit, () => handle({ unit })))

  const before = key === null ? null : await database.read((view) => answered(view, scope, key, hashed(asked)))
  if (before) return before
  const commit = async (make: (unit: Unit) => Promise<unknown>): Promise<unknown> => {
    const { status, body } = await database.write((unit) => underKey(unit, async () => written(await make(unit))))
    return status === endpoint.status ? body : new Again(body)
  }
  return handle({ database, commit })
}

/** What makes two requests the same: files by their bytes, whatever they are called. */
function hashed({ params, query, body, files }: Checked): unknown {
  if (!files) return { params, query, body }
  const digests = Object.entries(files).map(([name, file]) => [name, file && sha256(file.bytes)])
  return { params, query, body, files: Object.fromEntries(digests) }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function reply(ctx: Koa.Context, endpoint: Endpoint, { status, body }: StoredAnswer, options: PipelineOptions): void {
  if (endpoint.reply === Bytes) {
    replyBytes(ctx, body as ByteAnswer)
    return
  }
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  if (endpoint.reply === undefined) {
    ctx.body = null
    ctx.status = status
    return
  }
  if (options.isStrict) assertReply(endpoint, endpoint.reply as z.ZodType, body)
  sendJson(ctx, body)
}

function replyBytes(ctx: Koa.Context, answer: ByteAnswer): void {
  ctx.status = answer.status
  ctx.set(answer.headers)
  ctx.body = answer.body
}

function assertReply(endpoint: Endpoint, schema: z.ZodType, body: unknown): void {
  const wire: unknown = JSON.parse(JSON.stringify(body))
  const result = schema.safeParse(wire)
  if (result.success && isDeepStrictEqual(result.data, wire)) return
  const why = result.success ? 'it holds fields that are not declared' : JSON.stringify(fieldsOf(result.error))
  throw new Error(`${endpoint.method} ${endpoint.path} answers what it does not declare: ${why}`)
}

function sendJson(ctx: Koa.Context, body: unknown): void {
  ctx.type = 'application/json'
  ctx.body = JSON.stringify(body)
}

/** What a surface may look at when it refuses a request: as much of it as has been read. */
export function refusedOf(ctx: Koa.Context): Refused {
  return { request: describe(ctx), path: ctx.path, query: ctx.query, body: (ctx.state as RequestState).given }
}

/** Write a fault in the surface's own words. */
function answerFault(ctx: Koa.Context, surface: Surface, fault: Fault): void {
  const rendered = surface.renderFault(fault, refusedOf(ctx))
  ctx.status = rendered.status
  ctx.set('Cache-Control', 'no-store')
  ctx.set(rendered.headers)
  sendJson(ctx, rendered.body)
}

function namedOrLogged(error: unknown, ctx: Koa.Context, log: Log): Fault {
  if (error instanceof Fault) return error
  log.error(
    { err: error, request_id: (ctx.state as RequestState).requestId, route: (ctx.state as RequestState).route },
    'request failed',
  )
  return faults.InternalError()
}
