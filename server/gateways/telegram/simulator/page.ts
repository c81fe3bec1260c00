import { createHash } from 'node:crypto'
import { Html, html } from '#kit/html'
import type { Member } from './people.ts'

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem }
h1 { font-size: 1.375rem; margin: 0 0 1rem }
ol { list-style: none; padding: 0 }
li { border: 1px solid; border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem; overflow-wrap: anywhere }
form { display: inline-block; margin: 0 .5rem .5rem 0 }
button, input { font: inherit; padding: .375rem .875rem }
small { opacity: .75 }
`

/** The headers of the page. */
export function pageHeaders(): Readonly<Record<string, string>> {
  const style = createHash('sha256').update(STYLE).digest('base64')
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  }
}

/** The bot as somebody sees it in Telegram; first of all, who they are. */
export function botPage(botName: string, member: Member | null): string {
  const body = member === null ? whoAreYou(botName) : chat(botName, member)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>@${botName}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>@${botName}</h1>
${body}
</main>
<p><small>The local stand-in for Telegram, for development alone.</small></p>
</body>
</html>
`.text
}

function whoAreYou(botName: string): Html {
  return html`<form action="/${botName}">
<p><label>Your number <input name="phone" type="tel" placeholder="+15551230001" pattern="\\+[1-9][0-9]{6,14}" required></label></p>
<button>Open Telegram</button>
</form>`
}

function chat(botName: string, { phone, hasStarted, hasBlocked, shareButton, heard }: Member): Html {
  const button = (act: string, label: string) =>
    html`<form method="post" action="/${botName}/${act}?phone=${encodeURIComponent(phone)}"><button>${label}</button></form> `
  const acts = [
    !hasStarted || hasBlocked ? button('start', 'Start') : null,
    hasStarted && !hasBlocked && shareButton !== null ? button('share', shareButton) : null,
    hasStarted && !hasBlocked ? button('block', 'Block the bot') : null,
  ]
  const said = heard.map(({ text, at }) => html`<li>${text}<br><small>${at}</small></li>`)
  return html`<p>You are ${phone}. <a href="/${botName}">Be somebody else</a> · <a href="/${botName}?phone=${encodeURIComponent(phone)}">Look again</a></p>
<ol>${said}</ol>
${acts}`
}
