import { html } from '#kit/html'
import type { Files } from './files.ts'

/** What the page is told of the machine that it comes from. */
export interface Machine {
  /** Where sockets are opened when that is another host: its address; else null. */
  readonly socketsUrl: string | null
  /** Our own phone numbers, E.164. */
  readonly number: string
  /** Whether the phone network is simulated, so that its phones can be looked at. */
  readonly hasPhones: boolean
  /** Whether mail is kept at `/dev/mail`. */
  readonly hasMail: boolean
}

/** What the page may do: run and load what comes from here, and talk to us. It sends no forms and is in no frame. */
export function policyOf({ socketsUrl }: Machine): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${socketsUrl === null ? '' : ` ${new URL(socketsUrl).origin}`}`,
    "img-src 'self'",
    "media-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

/** The page: an empty place, which the scripts fill. */
export function pageOf({ base, assets }: Files, { socketsUrl, number, hasPhones, hasMail }: Machine): string {
  const modules = [...assets.keys()].filter((path) => path.endsWith('.js') && path !== ENTRY)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kadoink console</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="${base}console/console.css">
${modules.map((path) => html`<link rel="modulepreload" href="${base}${path}">\n`)}<script type="module" src="${base}${ENTRY}"></script>
</head>
<body>
<div id="console" data-number="${number}"${socketsUrl === null ? null : html` data-sockets="${socketsUrl}"`}${hasPhones ? html` data-phones="yes"` : null}${hasMail ? html` data-mail="yes"` : null}></div>
<noscript><p>The console needs JavaScript. <a href="/docs">The docs</a> do with less.</p></noscript>
</body>
</html>
`.text
}

const ENTRY = 'console/main.js'

/** The sign of the console in a browser's tab: a K. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0b5cad"/><path d="M10 8v16M10 17l9-9M14.5 13l7 11" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"/></svg>`
