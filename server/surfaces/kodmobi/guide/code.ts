import { type Html, html } from '#kit/html'

/** What is typed or answered, as it is. */
export function code(text: string): Html {
  return html`<pre tabindex="0"><code>${text}</code></pre>`
}
