import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** The first minutes: an account, a token, a call; and how everything is written. */
export function basics({ base, endpoint }: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'start',
      title: 'Getting started',
      body: html`<p>Everything is asked below <code>${base}</code>. An account begins with
${endpoint('POST', '/auth/register')}; a mobile number is enough. Numbers are written as <code>+15551239999</code>.</p>
${code(`curl ${base}/auth/register -H 'Content-Type: application/json' \\
  -d '{"username":"you","password":"a long sentence of yours","mobile":"+15551239999"}'

{"status":"otp_required","challenge_id":"0198…","channel":"sms","destination":"+1555***9999", …}`)}
<p>Six digits arrive by text (by mail when an e-mail address was given). ${endpoint('POST', '/auth/register/verify')} takes
them and gives the token that all else is asked with:</p>
${code(`curl ${base}/auth/register/verify -H 'Content-Type: application/json' \\
  -d '{"challenge_id":"0198…","code":"123456"}'

{"status":"ok","token":"kdk_…","token_type":"Bearer","user":{…},"gate":{"state":"ok", …}, …}`)}
${code(`TOKEN='Authorization: Bearer kdk_…'
curl ${base}/me -H "$TOKEN"
curl ${base}/contacts -H "$TOKEN" \\
  -H 'Content-Type: application/json' -d '{"name":"Bo","mobile":"+15551230001"}'
curl ${base}/calls -H "$TOKEN" \\
  -H 'Content-Type: application/json' -d '{"to":[{"contact_id":"0198…"}]}'`)}
<p>${endpoint('POST', '/calls')} rings your own phone first; the others are rung once you have pressed 1.
${endpoint('GET', '/home')} gives everything a first screen shows, in one answer.</p>`,
    },
    {
      id: 'basics',
      title: 'How things are written',
      body: html`<ul>
<li>JSON in and out, UTF-8, names in <code>snake_case</code>. Fields that are not known are ignored.</li>
<li>Times are UTC with a <code>Z</code> and whole seconds: <code>2026-06-11T18:00:00Z</code>.</li>
<li>Ids are UUIDs, ordered by time. What has been made is answered with 201, what is done later with 202, a deletion with
204 and nothing else.</li>
<li>Phone numbers come as E.164. Those of people who are not your contacts are masked: <code>+1555***4567</code>.</li>
<li>Names of tags are written without their <code>*</code>; one that is sent is tolerated.</li>
<li>Each answer carries an <code>X-Request-Id</code>. Send one of your own (8 to 64 letters, digits, <code>-</code>,
<code>_</code>) to find a request again.</li>
</ul>`,
    },
  ]
}
