import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Fault, FaultType } from './fault.ts'
import type { Guide } from './guide.ts'
import type { Limit } from './limit.ts'
import type { LiveDeclaration } from './live.ts'
import type { Database, Unit, View } from './unit.ts'
import type { FilesOf, Uploads } from './upload.ts'
import type { WebPage } from './web-page.ts'

/** The methods that endpoints answer. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `read` gets a view, `write` a unit, `manual` the database itself and opens units around what it waits for. */
export type Mode = 'read' | 'write' | 'manual'

/** What is known of a request beside its parameters. */
export interface RequestInfo {
  readonly id: string
  readonly ip: string
  readonly userAgent: string | null
  readonly authorization: string | null
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** How a surface finds out who asks. `Viewer` is what handlers under this scheme are given. */
export interface Scheme<Viewer> {
  /** The OpenAPI security scheme; null when no token is needed. */
  readonly security: Readonly<Record<string, unknown>> | null
  /** What is shown under it, as the reference says it: `the secret key`; `a token` when it is not given. */
  readonly shown?: string
  /** Pages of other origins may not ask under it, whatever the surface allows them: what it takes belongs to servers. */
  readonly keptFromPages?: boolean
  readonly faults: readonly FaultType[]
  authenticate(view: View, request: RequestInfo): Promise<Viewer>
  /** By what the viewer's budgets are counted. */
  viewerId(viewer: Viewer): string | undefined
}

/** A condition on the viewer beyond being signed in. */
export interface Gate<Viewer> {
  readonly fault: FaultType
  isOpen(viewer: Viewer): boolean
}

/** A request that is refused: as much of it as has been read. */
export interface Refused {
  readonly request: RequestInfo
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** What pages of other origins may do with a surface; never with cookies, of which there are none. */
export interface CrossOrigin {
  /** Headers that they may send. */
  readonly headers: readonly string[]
  /** How long a browser may remember the answer to a preflight. */
  readonly rememberedSeconds: number
}

/** A fault or a reply as it goes out. */
export interface RenderedFault {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Marks an endpoint that answers bytes instead of JSON. */
export const Bytes = Symbol('bytes')

/** An answer of an endpoint that found what it was asked to make: it goes out with the endpoint's `again` status. */
export class Again<Body> {
  readonly body: Body

  constructor(body: Body) {
    this.body = body
  }
}

/** Bytes to answer with. */
export interface ByteAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable | Buffer
}

// biome-ignore lint/suspicious/noExplicitAny: the type of each scheme's viewer is recovered by ViewerOf.
type Schemes = Readonly<Record<string, Scheme<any>>>
// biome-ignore lint/suspicious/noExplicitAny: a gate is only ever asked about a viewer of its own surface.
type Gates = Readonly<Record<string, Gate<any>>>
type Limits = Readonly<Record<string, Limit>>

/** A dialect: where it is mounted, how it signs people in, what it limits, how it says no. */
export interface SurfaceDefinition<S extends Schemes, G extends Gates, L extends Limits> {
  readonly name: string
  readonly title: string
  readonly version: string
  readonly description: string
  /** Under which terms the API may be used (`identifier` is an SPDX expression), and who answers for it. */
  readonly license: { readonly name: string; readonly identifier: string }
  readonly contact: { readonly name: string }
  /** What each section of endpoints is about. */
  readonly tags: Readonly<Record<string, string>>
  /**
   * Base paths, for example `/api/v1`: where its endpoints stand, but for those that name mounts of their own. What is
   * asked below one, and answered by no surface, is refused by this one, in its words, unless another's is closer.
   */
  readonly mounts: readonly string[]
  readonly schemes: S
  readonly gates: G
  readonly limits: L
  /** Bytes of a JSON body at most. */
  readonly bodyLimit: number
  readonly error: z.ZodType
  /** What pages of any other origin may do; without it, those of the deployment's `CORS_ORIGINS` are let in. */
  readonly crossOrigin?: CrossOrigin
  /** Write a fault. `refused` is missing where it is only told of, in the reference. */
  renderFault(fault: Fault, refused?: Refused): RenderedFault
  /** What clients know a fault by, and its sentence, where those are not its own. */
  describeFault?(fault: FaultType): { readonly name: string; readonly says: string }
}

type ViewerOf<S extends Schemes, A> = A extends keyof S
  ? S[A] extends Scheme<infer Viewer>
    ? Viewer
    : never
  : undefined
type DefaultMode<M extends Method> = M extends 'GET' ? 'read' : 'write'
type Access<K extends Mode, R> = K extends 'read'
  ? { readonly view: View }
  : K extends 'write'
    ? { readonly unit: Unit }
    : { readonly database: Database; readonly commit: Commit<R> }

/**
 * Run the part of a `manual` handler that makes what was asked for, in one unit, under the request's `Idempotency-Key`
 * when the endpoint honours one; the handler answers with what it gives. Of twins that ran at once the second is given
 * the first one's answer. What was answered before is answered again before the handler is reached.
 */
export type Commit<R> = (run: (unit: Unit) => Promise<Answer<R>>) => Promise<Answer<R>>
type Output<T> = T extends z.ZodType ? z.output<T> : undefined
type Wire<R extends z.ZodType> = z.input<R> | Again<z.input<R>>
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that answers nothing is written without a return.
type Answer<R> = R extends z.ZodType ? Wire<R> : R extends typeof Bytes ? ByteAnswer : undefined | void

/** What a handler is given; its types follow from the declaration. */
export type Asked<K extends Mode, Viewer, P, Q, B, U, R> = Access<K, R> & {
  readonly viewer: Viewer
  readonly params: Output<P>
  readonly query: Output<Q>
  readonly body: Output<B>
  readonly files: FilesOf<U>
  readonly request: RequestInfo
}

/** An endpoint as it is declared; see the table in the house plan for what derives from each key. */
export interface Declaration<
  S extends Schemes,
  G extends Gates,
  L extends Limits,
  A extends keyof S | 'none',
  M extends Method,
  K extends Mode,
  P extends z.ZodObject | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
  U extends Uploads | undefined,
  R extends z.ZodType | typeof Bytes | undefined,
> {
  readonly method: M
  /** Further methods that answer the same, and stand in the reference beside the first. */
  readonly also?: readonly Method[]
  /** Below the mount; parameters as `{contact_id}`. */
  readonly path: string
  /** Base paths of its own instead of the surface's; the reference speaks of the first, and names the others. */
  readonly mounts?: readonly string[]
  /** Further methods that answer the same, or further paths. Silent: neither counted nor in the reference. */
  readonly aliases?: readonly (Method | `/${string}`)[]
  readonly tag: string
  readonly summary: string
  readonly notes?: string
  /** Marks an endpoint beyond the surface's published list. */
  readonly extension?: boolean
  readonly auth: A
  readonly gates?: A extends 'none' ? readonly [] : readonly (keyof G & string)[]
  readonly limit: keyof L & string
  /** A further limit of the surface that this very request counts against, by the viewer; null for none. */
  readonly alsoLimit?: (body: Output<B>, viewer: ViewerOf<S, A>) => (keyof L & string) | null
  readonly params?: P
  readonly query?: Q
  /** What is asked: by GET it stands in the query, by other methods in a JSON body. */
  readonly body?: B
  /** Files that are taken beside the body, as parts of a form; the form's text fields are then the body. */
  readonly uploads?: U
  readonly status: number
  /** The status when nothing new came about; the handler says so by answering with an `Again`. */
  readonly again?: number
  readonly reply?: R
  readonly faults?: readonly FaultType[]
  readonly mode?: K
  /** A `read` sees one moment of the database. */
  readonly snapshot?: K extends 'read' ? boolean : false
  readonly idempotent?: K extends 'read' ? false : boolean
  handle(asked: Asked<K, ViewerOf<S, A>, P, Q, B, U, R>): Promise<Answer<R>>
}

/** An endpoint with its types folded away: what the pipeline and the reference work with. */
export interface Endpoint {
  readonly method: Method
  readonly also: readonly Method[]
  readonly path: string
  /** Its own base paths; undefined where the surface's hold. */
  readonly mounts: readonly string[] | undefined
  readonly aliases: readonly (Method | `/${string}`)[]
  readonly tag: string
  readonly summary: string
  readonly notes: string | undefined
  readonly extension: boolean
  readonly auth: string
  readonly gates: readonly string[]
  readonly limit: string
  alsoLimit(body: unknown, viewer: unknown): string | null
  readonly params: z.ZodObject | undefined
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  readonly uploads: Uploads | undefined
  readonly status: number
  readonly again: number | undefined
  readonly reply: z.ZodType | typeof Bytes | undefined
  readonly faults: readonly FaultType[]
  readonly mode: Mode
  readonly snapshot: boolean
  readonly idempotent: boolean
  handle(asked: unknown): Promise<unknown>
}

/** A surface with its endpoints' types folded away. */
export interface Surface extends SurfaceDefinition<Schemes, Gates, Limits> {}

/** A surface that endpoints can be declared on. */
export interface TypedSurface<S extends Schemes, G extends Gates, L extends Limits> extends SurfaceDefinition<S, G, L> {
  endpoint<
    const A extends keyof S | 'none',
    const M extends Method,
    K extends Mode = DefaultMode<M>,
    P extends z.ZodObject | undefined = undefined,
    Q extends z.ZodType | undefined = undefined,
    B extends z.ZodType | undefined = undefined,
    const U extends Uploads | undefined = undefined,
    R extends z.ZodType | typeof Bytes | undefined = undefined,
  >(declaration: Declaration<S, G, L, A, M, K, P, Q, B, U, R>): Endpoint
}

/** Declare a surface. */
export function defineSurface<const S extends Schemes, const G extends Gates, const L extends Limits>(
  definition: SurfaceDefinition<S, G, L>,
): TypedSurface<S, G, L> {
  return {
    ...definition,
    endpoint: (declaration) => ({
      method: declaration.method,
      also: declaration.also ?? [],
      path: declaration.path,
      mounts: declaration.mounts,
      aliases: declaration.aliases ?? [],
      tag: declaration.tag,
      summary: declaration.summary,
      notes: declaration.notes,
      extension: declaration.extension ?? false,
      auth: String(declaration.auth),
      gates: declaration.gates ?? [],
      limit: declaration.limit,
      alsoLimit: (body, viewer) => {
        const [asked, known] = [body, viewer] as Parameters<NonNullable<typeof declaration.alsoLimit>>
        return declaration.alsoLimit?.(asked, known) ?? null
      },
      params: declaration.params,
      query: declaration.query,
      body: declaration.body,
      uploads: declaration.uploads,
      status: declaration.status,
      again: declaration.again,
      reply: declaration.reply,
      faults: declaration.faults ?? [],
      mode: declaration.mode ?? (declaration.method === 'GET' ? 'read' : 'write'),
      snapshot: declaration.snapshot ?? false,
      idempotent: declaration.idempotent ?? false,
      handle: (asked) => declaration.handle(asked as Parameters<typeof declaration.handle>[0]),
    }),
  }
}

/** A surface and everything it answers. */
export interface MountedSurface {
  readonly surface: Surface
  readonly endpoints: readonly Endpoint[]
  /** What a developer reads before the reference. */
  readonly guide?: Guide
  /** Pages for browsers, outside its mounts. */
  readonly pages?: readonly WebPage[]
  /** What its sockets tell. */
  readonly live?: LiveDeclaration
}
