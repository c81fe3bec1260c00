import { z } from 'zod'
import type { Realm } from '#domain/realms'
import { Html, html } from '#kit/html'
import type { Limit } from '#kit/limit'
import { definePage, type WebPage } from '#kit/web-page'
import { EXAMPLE_HTML, EXAMPLE_SCRIPT } from '../try/example.ts'
import { STYLE, SURROUNDINGS_SCRIPT } from '../try/surroundings.ts'

/** A message on a simulated phone. */
export interface ReceivedMessage {
  readonly by: 'SMS' | 'WhatsApp'
  readonly from: string
  readonly body: string
  readonly at: string
}

/** What the page for trying out needs: a project to speak for, and the phones that are simulated. */
export interface TryOut {
  trial(): Promise<Realm>
  /** What has come to a phone, an E.164 number, oldest first. */
  messagesOn(phone: string): Promise<readonly ReceivedMessage[]>
}

const limit: Limit = [{ points: 300, perSeconds: 60, by: 'ip' }]

/** Where a developer tries it out: the example at work, beside the phone that its codes come to. */
export function tryPages({ trial, messagesOn }: TryOut): readonly WebPage[] {
  return [
    definePage({
      path: '/docs/kodmobi/try',
      limit,
      params: z.object({}),
      async show() {
        const { publicKey, name } = await trial()
        return {
          title: 'Try kod.mobi',
          head: html`<link rel="icon" href="/kodmobi/icons/sms.svg">`,
          isBare: true,
          asksUs: true,
          style: STYLE,
          script: EXAMPLE_SCRIPT + SURROUNDINGS_SCRIPT,
          body: bodyOf(publicKey, name),
        }
      },
    }),

    definePage({
      path: '/docs/kodmobi/try/phone',
      limit,
      params: z.object({}),
      query: z.object({ phone: z.string().max(64) }),
      async show({ query: { phone } }) {
        const digits = phone.replace(/\D/g, '').replace(/^8(?=\d{10}$)/, '7')
        const number = `+${digits}`
        const messages = /^\+[1-9]\d{6,14}$/.test(number) ? await messagesOn(number) : []
        return {
          contentType: 'application/json; charset=utf-8',
          bytes: JSON.stringify({ number, messages }),
          maxAgeSeconds: 0,
          isPrivate: true,
        }
      },
    }),
  ]
}

function bodyOf(publicKey: string, project: string): Html {
  return html`<header>
<h1>Try kod.mobi</h1>
<p>A page of a site, and the phone of a visitor. The phone network is simulated here: every number has a phone, nothing leaves
this machine. <a href="/docs/kodmobi/guide">Guide</a> · <a href="/docs/kodmobi">Reference</a></p>
</header>
<div class="columns">
<section class="site" aria-label="A page of a site" data-api-key="${publicKey}">
<h2>Prove your phone</h2>
${new Html(EXAMPLE_HTML)}
<noscript><p>The example needs JavaScript.</p></noscript>
</section>
<section class="phone" aria-label="The visitor's phone">
<h2 id="number">+7 952 296 62 36</h2>
<ol id="screen" aria-live="polite"></ol>
</section>
</div>
<section class="below" id="wire" hidden>
<h2>On the wire</h2>
<pre tabindex="0" id="request"></pre>
<pre tabindex="0" id="answer"></pre>
</section>
<details class="below">
<summary>The whole example</summary>
<pre tabindex="0">${`<div data-api-key="${publicKey}">\n${EXAMPLE_HTML}\n</div>\n\n<script>\n${EXAMPLE_SCRIPT}</script>`}</pre>
<p>The key is the public one of the project “${project}”. On another origin, put this server's address before
<code>/api/v2</code>: pages of any origin may ask.</p>
</details>`
}
