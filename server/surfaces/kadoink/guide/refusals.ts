import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** What a no looks like, how often one may ask, and how to ask twice without doing twice. */
export function refusals({ base, errors, limits, endpoints }: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'errors',
      title: 'Errors',
      body: html`<p>Every answer that is not 2xx has the same shape. Switch on <code>code</code>, show <code>message</code>;
<code>fields</code> says what is wrong with which field, dotted where it is nested, and is empty when it is not about
fields.</p>
${code(`{"error":{"code":"validation_failed","message":"One or more fields are invalid.",
          "fields":{"mobile":"That is not a phone number."}}}`)}
<p>What you may not know of is answered like what does not exist: <code>404 not_found</code>. A sentence may say more than
the one below; a code stays what it is.</p>
${errors}`,
    },
    {
      id: 'limits',
      title: 'Rate limits',
      body: html`<p>Whoever asks too often is answered <code>429 rate_limited</code>. <code>Retry-After</code> says in how many
seconds one more is allowed, and so does every 503.</p>
${limits}
<p>What a plan allows is another matter (<code>403 plan_limit_reached</code>): <code>GET /billing/entitlements</code> says how
much there is, how much of it is used, and when the month begins anew.</p>`,
    },
    {
      id: 'idempotency',
      title: 'Asking twice',
      body: html`<p>A request whose answer was lost may be sent again without being done again: send an
<code>Idempotency-Key</code> of your own, 64 visible characters at most, and the same one with the same body. Within 24 hours
it gets the first answer. With another body it is refused with <code>409 idempotency_conflict</code>.</p>
${code(`curl ${base}/calls -H "$TOKEN" -H 'Idempotency-Key: 5f0c…' \\
  -H 'Content-Type: application/json' -d '{"to":[{"mobile":"+15551230001"}]}'`)}
<p>Honoured by ${endpoints(({ idempotent }) => idempotent)}.</p>`,
    },
  ]
}
