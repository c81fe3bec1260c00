import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** How sessions, channels and codes behave, and what a no looks like. */
export function asking({ base, endpoint, errors, limits }: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'sessions',
      title: 'Sessions and tries',
      body: html`<ul>
<li>A project asks a phone one thing at a time: create gives the session that lives, or a new one. It sends a code unless that
channel did within the last minute, or unless <code>send=false</code>.</li>
<li>A session lives three minutes after its newest code. A new code replaces the one before.</li>
<li>Three wrong codes spend a session; <code>error_params.count</code> says how many are left. Three spent sessions within an
hour, or a sixth session, block the phone for this project: <code>ERROR_PHONE_BLOCKED</code> says for how long.</li>
<li>A channel waits 60 seconds after each code. ${endpoint('GET', '/api/v2/message/send')} is refused before that with
<code>ERROR_MESSAGE_ATTEMPT</code>, <code>error_params.timeout</code> and <code>Retry-After</code>; another channel may send at
once.</li>
<li>Your own code goes in <code>code</code>: 4 to 6 digits, or hidden from the page that hands it on:
<code>aes_256_cbc_</code> or <code>camellia_128_cbc_</code>, then the initial vector and the ciphertext in hex, under the first 32
characters of base64(sha256(secret key)). A project can refuse plain ones
(<code>kadoink keys set … plain-codes off</code>).</li>
<li>An <code>Idempotency-Key</code> makes it safe to ask for a code again when the answer was lost: the first answer comes again, and no
second code goes out.</li>
<li><code>is_test=true</code> does everything but send. Whoever shows the secret key is told the code (<code>test_code</code>).
The check and the exchange say <code>is_test</code>: let no test in.</li>
</ul>
<p>These are the numbers that a project begins with; <code>kadoink keys set</code> changes them.</p>`,
    },
    {
      id: 'channels',
      title: 'Channels',
      body: html`<p>Without <code>type</code>, the channel is the one by which most codes have come back from this phone, else WhatsApp,
else the first of the project that reaches it. Each answer lists the channels with what a page needs:</p>
${code(`{"name":"Telegram","type":"telegram","is_active":false,"timeout":0,"description":"…",
 "image_url":"${base}/kodmobi/icons/telegram.svg","link":"…","sorting":2}`)}
<p>Telegram reaches who has opened the bot and shared their number with it. Until then it is inactive, <code>link</code> leads to
the bot, and sending is refused with <code>ERROR_USER_NOT_AUTHORIZE_ON_CHANNEL</code>. Ask
${endpoint('GET', '/api/v2/channel/check')} when the user comes back.</p>`,
    },
    {
      id: 'pages',
      title: 'Pages, keys and challenges',
      body: html`<p>Pages of any origin may ask with the public key: preflights allow <code>x-api-key</code>,
<code>content-type</code>, <code>accept</code>, <code>accept-language</code>, <code>x-cf-turnstile-token</code> and
<code>idempotency-key</code>, and refusals can be read too. There are no cookies. Where the secret key is wanted, pages get no such headers: a page that holds it has lost it.
The key is read from its header alone; in an address it would stand in every log on the way.</p>
<p>A project can have its visitors pass a challenge (Turnstile, or what speaks as it does). ${endpoint('GET', '/v2/settings')} says so
in <code>challenge</code>; the page shows what it was given as <code>X-CF-Turnstile-Token</code> with each create, send and check.
A server that shows the secret key is not asked.</p>`,
    },
    {
      id: 'errors',
      title: 'Errors',
      body: html`<p>Every answer that is not 2xx has this shape; sessions leave <code>success</code> out. Switch on
<code>sys_message</code>, show <code>error</code>. <code>errors</code> is there when it is about fields.</p>
${code(`{"success":false,"error":"The code is wrong.","error_params":{"count":2},
 "status":400,"sys_message":"ERROR_MESSAGE_WRONG_CODE"}
{"success":false,"error":"The number must begin with 7, +7 or 8, …","error_params":{},
 "status":400,"sys_message":"ERROR_BAD_REQUEST","errors":{"phone":["The number must begin with 7, +7 or 8, …"]}}`)}
${errors}`,
    },
    {
      id: 'limits',
      title: 'Limits',
      body: html`<p>Beside what holds for a phone, requests are counted. A page's visitors count by address; a server that shows
the secret key speaks for many people, and counts by key alone.</p>
${limits}`,
    },
  ]
}
