import { code, type GuideFacts, type GuideSection } from '#kit/guide'
import { html } from '#kit/html'

/** Tokens, the second step, links, and what a token does not open yet. */
export function signingIn({ base, endpoint, endpoints }: GuideFacts): readonly GuideSection[] {
  return [
    {
      id: 'auth',
      title: 'Signing in',
      body: html`<p>${endpoint('POST', '/auth/login')} takes a username, an e-mail address or a verified mobile, and the
password. An account without an e-mail address gets its token at once. One with an address is asked for a second step: a
code goes to the mailbox, and ${endpoint('POST', '/auth/login/verify')} exchanges it for the token.</p>
${code(`curl ${base}/auth/login -H 'Content-Type: application/json' -d '{"username":"you","password":"…"}'

{"status":"otp_required","challenge_id":"0198…","channel":"email","destination":"y***@example.com", …}
{"status":"ok","token":"kdk_…", …}                                   without an e-mail address`)}
<p>Look at <code>status</code>, not at what you know of the account. ${endpoint('POST', '/auth/login/resend')} sends another
code once <code>resend_at</code> has come; the one before it stops working.</p>
<h3>Tokens</h3>
<p>Send the token as <code>Authorization: Bearer kdk_…</code>. It lives for 90 days from its last use, and a year at most;
${endpoint('POST', '/auth/refresh')} exchanges it for a new one, and the old one works for another minute. A 401 always means
the token, never a wrong password or code elsewhere: sign out when you see one. ${endpoint('GET', '/auth/sessions')} lists
where somebody is signed in, ${endpoint('DELETE', '/auth/sessions')} ends all of it, and a new password ends every other
session.</p>
<h3>Links</h3>
<p>${endpoint('POST', '/auth/magic-link')} sends a link that signs in without a password. It leads to a page, and your app
exchanges its token with ${endpoint('POST', '/auth/magic-link/consume')}: once, within a quarter of an hour. Lost passwords go
by ${endpoint('POST', '/auth/forgot')} and ${endpoint('POST', '/auth/reset')}. Neither tells whether an account exists.</p>`,
    },
    {
      id: 'gate',
      title: 'The gate',
      body: html`<p>Most of the API wants a verified mobile number and answers <code>403 mobile_unverified</code> without one.
${endpoint('GET', '/me')} works before that, and its <code>gate</code> says what is missing: <code>mobile_required</code>,
<code>mobile_unverified</code>, <code>suspended</code>, or <code>ok</code>. The way through:
${endpoint('PUT', '/me/mobile')}, ${endpoint('POST', '/me/mobile/codes')}, ${endpoint('POST', '/me/mobile/verify')}.</p>
<p>With a token alone: ${endpoints(({ auth, gates }) => auth === 'bearer' && gates.length === 0)}.</p>
<p>Without any: ${endpoints(({ auth }) => auth !== 'bearer')}.</p>`,
    },
  ]
}
