import { z } from 'zod'
import { html } from '#kit/html'
import { definePage } from '#kit/web-page'
import { kadoink } from '../surface.ts'

const common = { limit: kadoink.limits.public, params: z.object({}) }

/** Where a checkout leads that names no place of its own, after somebody has paid. */
export const checkoutDone = definePage({
  ...common,
  path: '/billing/done',
  async show() {
    return { title: 'Thank you', body: html`<p>Your app shows Plus as soon as the payment is confirmed.</p>` }
  },
})

/** Where it leads when somebody has not paid. */
export const checkoutCancelled = definePage({
  ...common,
  path: '/billing/cancelled',
  async show() {
    return { title: 'Nothing was paid', body: html`<p>You can start again from your app at any time.</p>` }
  },
})
