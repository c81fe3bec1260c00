import { guide } from '#domain/commands'
import type { GuideFacts, GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** What can be done in words, made of the table of commands. */
export function commands({ endpoint }: GuideFacts): GuideSection {
  const categories = [...new Set(guide.map(({ category }) => category))]
  const later = guide.filter(({ isSchedulable }) => isSchedulable).map(({ verb }) => verb)
  return {
    id: 'commands',
    title: 'Commands',
    body: html`<p>Whatever a phone can text to us, an app can send to ${endpoint('POST', '/commands')}: one line of words, with
the limits, refusals and events of the endpoint that does the same. ${endpoint('GET', '/commands/guide')} gives this table as
JSON, and <code>?</code> a short one as a reply.</p>
<p>A sign says what a word is: <code>*tag</code>, <code>#group</code>, <code>@contact</code>, <code>+15551230001</code>; it can
be left out where only one of them can stand. Names of several words are quoted: <code>@"Joe Smith"</code>. Nothing is
guessed: whoever could be several people is asked about, with <code>ambiguous_target</code>, and when many would hear of it
the answer is <code>confirm_required</code>: send the same with <code>"confirm": true</code>, or write <code>ok</code>.
${later.length > 0 ? html`Behind a time, these are done later: ${later.map((verb, at) => html`${at > 0 ? ', ' : ''}<code>${verb}</code>`)}.` : null}</p>
${categories.map(
  (category) => html`<h3>${category}</h3>
<table><thead><tr><th>Write</th><th>What it does</th><th>For example</th></tr></thead><tbody>${guide
    .filter((one) => one.category === category)
    .map(
      (
        one,
      ) => html`<tr><td><code>${one.syntax}</code>${one.aliases.map((alias) => html`<br>or <code>${alias}</code>`)}</td>
<td>${one.summary}</td><td>${one.examples.map((example, at) => html`${at > 0 ? html`<br>` : null}<code>${example}</code>`)}</td></tr>`,
    )}</tbody></table>`,
)}`,
  }
}
