import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** The first minutes: a project, a code, a phone that is proven; and which of the families to ask. */
export function basics({ base, endpoint }: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'start',
      title: 'Getting started',
      body: html`<p>A project has two keys. The public one asks for codes, and may stand in a page. The secret one belongs on your
server. Both are shown when the project is made, the secret one never again:</p>
${code(`kadoink keys new "My shop"
kadoink keys set "My shop" channels sms,telegram`)}
<p>Have a code sent, and check what the user typed:</p>
${code(`KEY='x-api-key: your public key'
curl "${base}/api/v2/message/create?phone=79522966236&type=sms" -H "$KEY"

{"success":true,"data":{"session_id":"01M8…","sent_to":"sms","client_channels":[…]}}

curl "${base}/api/v2/message/check?session_id=01M8…&code=7032" -H "$KEY"

{"success":true,"data":{"verify_token":"…","is_test":false}}`)}
<p>Your page hands <code>verify_token</code> to your server, which exchanges it for the phone, once, with the secret key. Only
that proves anything: what a page says of itself, anybody can say.</p>
${code(`curl ${base}/verify -H 'x-api-key: your secret key' \\
  -H 'Content-Type: application/json' -d '{"verify_token":"…"}'

{"phone":"79522966236","email":null,"to":"+79522966236","is_test":false}`)}
<p>On a machine with the simulated carrier, <code>/docs/kodmobi/try</code> shows all of this at work, with the phone that the
codes come to.</p>`,
    },
    {
      id: 'families',
      title: 'Families',
      body: html`<p>The same is asked in two ways. Messages answer in an envelope, by GET with a query or by POST with JSON:
${endpoint('GET', '/api/v2/message/create')}, ${endpoint('GET', '/api/v2/message/send')},
${endpoint('GET', '/api/v2/message/check')}, ${endpoint('GET', '/api/v2/channel/check')}. The same is answered below
<code>/api/v1</code> and <code>/v1</code>, where a channel is also checked at <code>/message/check-channel</code>.</p>
<p>Sessions answer bare objects, and take e-mail addresses too: ${endpoint('POST', '/session/create')},
${endpoint('POST', '/session/send')}, ${endpoint('POST', '/session/check')}, ${endpoint('GET', '/session/channels')}, each also
below <code>/v2</code>, and ${endpoint('GET', '/v2/settings')}. A session that was created by one family is gone on with by any
other.</p>
<p>HEAD is not answered where GET sends or checks: whoever only looks must not send a text.</p>`,
    },
    {
      id: 'phones',
      title: 'Phones and languages',
      body: html`<p>A number begins with 7, +7 or 8, with whatever spaces, dashes and brackets: <code>79522966236</code>,
<code>+7 952 296 62 36</code>, <code>8 (952) 296-62-36</code>. A raw <code>+</code> in an address arrives as a space, and is
understood. Other countries are written with <code>+</code>, and are sent to when the project names them.</p>
<p>Sentences and codes come in English or Russian: by <code>lang=en|ru</code>, else by <code>Accept-Language</code>, else in
English. Codes go in a language that the project has.</p>`,
    },
  ]
}
