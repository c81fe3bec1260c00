import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** What a project's own server asks, and is told. */
export function servers({ base, endpoint }: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'servers',
      title: 'For your server',
      body: html`<p>With the secret key: ${endpoint('POST', '/verify')} and ${endpoint('POST', '/api/v2/message/verify')} exchange a
token. Codes that you check yourself have no session: ${endpoint('POST', '/manual/send')} sends one,
${endpoint('GET', '/manual/message/{id}')} says how far it has come, ${endpoint('GET', '/manual/channels')} lists the ways.</p>
${code(`curl ${base}/manual/send -H 'x-api-key: your secret key' -H 'Content-Type: application/json' \\
  -d '{"to":"+79522966236","channel":"sms","callback_url":"…"}'

{"message":"The message is on its way.","code":"aes_256_cbc_…","message_id":1}`)}
<p><code>code</code> is encrypted as above. An <code>Idempotency-Key</code> makes it safe to ask again, as everywhere that codes are
sent.</p>
<h3>Callbacks</h3>
<p>Once nothing more becomes of the message it is POSTed to <code>callback_url</code>, or to the address in the settings of the
project, as ${endpoint('GET', '/manual/message/{id}')} shows it, at least once; <code>X-Callback-Id</code> is the same each time.</p>
${code(`{"id":1,"channel":"sms","status":"delivered","error":null}`)}
<p><code>X-Callback-Signature: t=seconds,v1=hex</code> is the HMAC-SHA256 of <code>seconds.body</code> with your secret key. Answer
with 2xx; anything else is tried again for a day, 410 ends it.</p>`,
    },
  ]
}
