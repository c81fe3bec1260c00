import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { RequestInfo } from './endpoint.ts'
import { Html, html } from './html.ts'
import type { Limit } from './limit.ts'
import type { View } from './unit.ts'

/** What a page shows; it is put into the frame that all pages have. */
export interface PageContent {
  readonly title: string
  readonly body: Html
}

/** Another address of ours to go to instead, from the root. */
export interface PageRedirect {
  readonly goTo: string
}

/** What a page is made of. */
export interface PageDeclaration<P extends z.ZodObject> {
  /** From the root, beside the mounts of the surface; parameters as `{token}`. */
  readonly path: `/${string}`
  /** By what requests are counted: pages know nobody, so only budgets by ip count. */
  readonly limit: Limit
  readonly params: P
  /** A fault is answered with its status and its sentence, as a page. */
  show(asked: {
    readonly view: View
    readonly params: z.output<P>
    readonly request: RequestInfo
  }): Promise<PageContent | PageRedirect>
}

/** A page for a browser, opened from a link: read only, without sign-in, without scripts. */
export interface WebPage {
  readonly path: string
  readonly limit: Limit
  readonly params: z.ZodObject
  show(asked: {
    readonly view: View
    readonly params: unknown
    readonly request: RequestInfo
  }): Promise<PageContent | PageRedirect>
}

/** Declare a page. A surface names its pages beside its endpoints; they stand in no reference and count nowhere. */
export function definePage<P extends z.ZodObject>(declaration: PageDeclaration<P>): WebPage {
  const { path, limit, params } = declaration
  return { path, limit, params, show: (asked) => declaration.show({ ...asked, params: asked.params as z.output<P> }) }
}

/** One sheet for all pages: legible on a phone, in the light and in the dark. */
const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 36rem; padding: 1.5rem 1rem }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 1rem }
dl { display: grid; gap: .25rem 1rem; grid-template-columns: max-content 1fr; margin: 0 0 1.5rem }
dt { opacity: .75 }
dd { margin: 0; overflow-wrap: anywhere }
audio { width: 100% }
blockquote { border-left: .2rem solid; margin: 1.5rem 0 0; padding: 0 0 0 1rem; white-space: pre-line }
footer { font-size: .875rem; margin-top: 2.5rem; opacity: .75 }
`

/** What every page is sent with: nothing runs, nothing is loaded from elsewhere, nothing frames it or keeps it. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "media-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
  'X-Robots-Tag': 'noindex, nofollow',
}

/** A whole page. */
export function framed({ title, body }: PageContent): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Kadoink</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
<footer>Kadoink</footer>
</body>
</html>
`.text
}
