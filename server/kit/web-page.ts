import type { z } from 'zod'
import type { RequestInfo } from './endpoint.ts'
import type { Fault } from './fault.ts'
import type { Html } from './html.ts'
import type { Limit } from './limit.ts'
import type { Unit, View } from './unit.ts'

/** What a page shows; it is put into the frame that all pages have. */
export interface PageContent {
  readonly title: string
  readonly body: Html
  /** 200 when it is not given. */
  readonly status?: number
  /** More for its head: what others show of it where it is shared. */
  readonly head?: Html
  /** Style of its own behind the common one: CSS of ours, in which nothing stands that people wrote. */
  readonly style?: string
  /** A script of its own: ours, in which nothing stands that people wrote. The page must do without it. */
  readonly script?: string
  /** Whether its script asks us something: nobody else can be asked. */
  readonly asksUs?: boolean
  /** Origins of others whose scripts and frames it lets in, such as a captcha's. */
  readonly letsIn?: readonly string[]
  /** Without heading and footer: it stands in a frame on somebody else's page. */
  readonly isBare?: boolean
  /** Whoever looks for it may find it; who keeps it asks us before it is shown again. Else it is between us and who has its link. */
  readonly isPublic?: boolean
  /** Sources, as `frame-ancestors` names them, that may show it in a frame; nobody when none is given. */
  readonly framedBy?: readonly string[]
}

/** Another address of ours to go to instead, from the root. */
export interface PageRedirect {
  readonly goTo: string
}

/** Something that is no page itself, and belongs to one: a script, a picture. It is sent with an ETag. */
export interface PageAsset {
  readonly contentType: string
  readonly bytes: string | Buffer
  /** How long it may be kept without asking again. */
  readonly maxAgeSeconds: number
  /** Between us and who has its address: nobody on the way keeps it, and who has kept it asks again each time. */
  readonly isPrivate?: boolean
}

/** What a page answers. */
export type PageAnswer = PageContent | PageRedirect | PageAsset

/** What is known of who opens a page, and of why. */
interface Opened<P, Q> {
  readonly params: P
  readonly query: Q
  readonly request: RequestInfo
}

/** A form that was sent and not taken: why, and what stood in it. */
export interface RefusedForm {
  readonly fault: Fault
  readonly form: Readonly<Record<string, string>>
}

interface Shown<P, Q> extends Opened<P, Q> {
  readonly view: View
  /** What the page is shown again for; null when it was just opened. */
  readonly refused: RefusedForm | null
}

/** A form that has come and fits, with all that was in it, before it is taken. */
interface Checked<P, Q> extends Opened<P, Q> {
  readonly sent: Readonly<Record<string, string>>
}

interface Sent<P, Q, F> extends Opened<P, Q> {
  readonly unit: Unit
  readonly form: F
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined

/** What a page is made of. */
export interface PageDeclaration<
  P extends z.ZodObject,
  Q extends z.ZodObject | undefined,
  F extends z.ZodObject | undefined,
> {
  /** From the root, beside the mounts of the surface; parameters as `{token}`. */
  readonly path: `/${string}`
  /** It stands in frames on other people's pages: so does whatever it says when it cannot be shown. */
  readonly isEmbedded?: boolean
  /** By what requests are counted: pages know nobody, so only budgets by ip count. */
  readonly limit: Limit
  readonly params: P
  /** What may stand behind the `?`; an address that does not fit is no page. */
  readonly query?: Q
  /** What its form sends, url-encoded; only a page with a form answers POST. */
  readonly form?: F
  /** A fault is answered with its status and its sentence, as a page. */
  show(asked: Shown<z.output<P>, Output<Q>>): Promise<PageAnswer>
  /**
   * Asked before the form is taken, outside of any unit, so that it may ask the world. A fault that it throws is shown as
   * one of `submit`.
   */
  check?(asked: Checked<z.output<P>, Output<Q>>): Promise<void>
  /** Take the form. A form that does not fit, or a fault, shows the page again with `refused`, and the fault's status. */
  readonly submit?: F extends z.ZodObject
    ? (asked: Sent<z.output<P>, Output<Q>, z.output<F>>) => Promise<PageAnswer>
    : undefined
}

/** A page for a browser, opened from a link or a frame: without sign-in, and whole without scripts. */
export interface WebPage {
  readonly path: string
  readonly isEmbedded: boolean
  readonly limit: Limit
  readonly params: z.ZodObject
  readonly query: z.ZodObject | undefined
  readonly form: z.ZodObject | undefined
  show(asked: Shown<unknown, unknown>): Promise<PageAnswer>
  check(asked: Checked<unknown, unknown>): Promise<void>
  submit(asked: Sent<unknown, unknown, unknown>): Promise<PageAnswer>
}

/** Declare a page. A surface names its pages beside its endpoints; they stand in no reference and count nowhere. */
export function definePage<
  P extends z.ZodObject,
  Q extends z.ZodObject | undefined = undefined,
  F extends z.ZodObject | undefined = undefined,
>(declaration: PageDeclaration<P, Q, F>): WebPage {
  const { path, isEmbedded = false, limit, params, query, form, show, check, submit } = declaration
  if ((form === undefined) !== (submit === undefined))
    throw new Error(`${path}: a form and who takes it come together.`)
  return {
    path,
    isEmbedded,
    limit,
    params,
    query,
    form,
    show: (asked) => show(asked as Parameters<typeof show>[0]),
    check: async (asked) => check?.(asked as Parameters<typeof check>[0]),
    submit: (asked) => (submit as WebPage['submit'])(asked),
  }
}
