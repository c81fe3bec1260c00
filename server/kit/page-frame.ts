import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'
import type { PageContent } from './web-page.ts'

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
form { display: grid; gap: .75rem; margin: 1.5rem 0 }
label { display: grid; gap: .25rem }
input, textarea, button { border: 1px solid; border-radius: .375rem; font: inherit; padding: .5rem .75rem }
button { cursor: pointer; font-weight: 600 }
[role=alert] { border-left: .2rem solid #c33; margin: 0 0 1rem; padding: 0 0 0 1rem }
footer { font-size: .875rem; margin-top: 2.5rem; opacity: .75 }
`

/**
 * What a page is sent with: nothing runs, nothing is loaded from elsewhere, nothing frames it or keeps it but where its
 * content says so; forms go to us.
 */
export function pageHeaders({
  style,
  script,
  asksUs = false,
  letsIn = [],
  isPublic = false,
  framedBy,
}: Omit<PageContent, 'title' | 'body'>): Readonly<Record<string, string>> {
  const styles = [STYLE, ...(style === undefined ? [] : [style])].map((sheet) => `'sha256-${digest(sheet)}'`)
  const scripts = [...(script === undefined ? [] : [`'sha256-${digest(script)}'`]), ...letsIn]
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `style-src ${styles.join(' ')}`,
      ...(script === undefined && letsIn.length === 0 ? [] : [`script-src ${scripts.join(' ')}`]),
      ...(asksUs ? ["connect-src 'self'"] : []),
      ...(letsIn.length === 0 ? [] : [`frame-src ${letsIn.join(' ')}`]),
      "media-src 'self'",
      "img-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      `frame-ancestors ${framedBy?.join(' ') || "'none'"}`,
    ].join('; '),
    'Cache-Control': isPublic ? 'public, no-cache' : 'no-store',
    ...(isPublic ? {} : { 'X-Robots-Tag': 'noindex, nofollow' }),
  }
}

/** A whole page. */
export function framed({ title, body, head, style, script, isBare = false }: PageContent): string {
  const main = isBare
    ? html`<main>${body}</main>`
    : html`<main>
<h1>${title}</h1>
${body}
</main>
<footer>Kadoink</footer>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Kadoink</title>
<style>${new Html(STYLE)}</style>
${style === undefined ? null : html`<style>${new Html(style)}</style>`}
${head ?? null}
</head>
<body>
${main}
${script === undefined ? null : html`<script>${new Html(script)}</script>`}
</body>
</html>
`.text
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
