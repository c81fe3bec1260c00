import { z } from 'zod'
import { html } from '#kit/html'
import { definePage } from '#kit/web-page'
import { kadoink } from '../surface.ts'

/** Where phones without an account are sent that text us something which takes one. */
export const join = definePage({
  limit: kadoink.limits.public,
  params: z.object({}),
  path: '/join',
  async show() {
    return {
      title: 'Join Kadoink',
      body: html`<p>An account is free. Make one in a Kadoink app: choose a name, and confirm your mobile number with the
code that we text you.</p>
<p>From then on your phone is known: whatever you could do in the app you can text. Send <strong>?</strong> to see how.</p>`,
    }
  },
})
