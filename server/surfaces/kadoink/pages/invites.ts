import { z } from 'zod'
import { byCode, InviteUnknown, refuse, refusing, sentence } from '#domain/invites'
import { html } from '#kit/html'
import { definePage } from '#kit/web-page'
import { kadoink } from '../surface.ts'

const limit = kadoink.limits.public

/** Where the link of an invite leads: who invites, to what, and how to come in. */
export const invitePage = definePage({
  limit,
  path: '/i/{code}',
  params: z.object({ code: z.string().max(64) }),
  async show({ view, params }) {
    const detail = await byCode(view, params.code)
    const { ktag, code } = detail
    const body = html`<p>Kadoink is calls, texts and voicemail for you and your people, by phone and in the app.</p>
${ktag ? html`<p>*${ktag.name}${ktag.title === null ? null : html` · ${ktag.title}`}</p>` : null}
<h2>You are new here?</h2>
<ol>
<li>Sign up in the app with a name, a password and your mobile number or e-mail address.</li>
<li>Enter this code where it asks for an invite: <code>${code}</code></li>
</ol>
<p>Apps and scripts send it as <code>invite_code</code> to <code>POST ${view.site.publicUrl}/api/v1/auth/register</code>.</p>
${
  ktag
    ? html`<h2>You have an account?</h2>
<p>If this came to your verified number or address, it waits in the app under your invites: follow *${ktag.name} there.</p>`
    : null
}
<p>No interest? Then you need do nothing.</p>`
    return { title: sentence(detail), body }
  },
})

/** Where a mailbox asks for no more invites. Opening the link changes nothing: programs that look for viruses do that. */
export const refuseInvitesPage = definePage({
  limit,
  path: '/i/none/{sealed}',
  params: z.object({ sealed: z.string().max(600) }),
  form: z.object({}),
  async show({ view, params }) {
    const address = refusing(view, params.sealed)
    if (address === null) throw InviteUnknown()
    return {
      title: 'No more invites?',
      body: html`<p>Nobody will be able to have Kadoink send an invite to ${address}.</p>
<form method="post"><button>Send no more invites</button></form>`,
    }
  },
  async submit({ unit, params }) {
    const address = refusing(unit, params.sealed)
    if (address === null) throw InviteUnknown()
    await refuse(unit, address)
    return { title: 'No more invites', body: html`<p>${address} gets no invites from Kadoink from now on.</p>` }
  },
})
