import { createHash } from 'node:crypto'
import { Html, html } from '#kit/html'
import type { Books } from './books.ts'
import type { CheckoutSession, Subscription } from './objects.ts'

/** What a browser gets: a page, or another place to go to. */
export type Shown = { readonly page: string; readonly formsMayGoTo: readonly string[] } | { readonly goTo: string }

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem }
h1 { font-size: 1.375rem; margin: 0 0 .25rem }
p, li { margin: .25rem 0 1rem }
ul { list-style: none; padding: 0 }
form { display: inline-block; margin: 0 .5rem .5rem 0 }
button { font: inherit; padding: .375rem .875rem }
[role=alert] { border-left: .2rem solid; padding-left: .75rem }
small { opacity: .75 }
`

/** The headers of every page; `form-action` also holds for where a form is answered to go. */
export function pageHeaders(formsMayGoTo: readonly string[]): Readonly<Record<string, string>> {
  const style = createHash('sha256').update(STYLE).digest('base64')
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    `form-action 'self' ${formsMayGoTo.join(' ')}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  }
}

/** The page at which somebody pays; `trouble` is what went wrong just now. */
export function checkoutPage(session: CheckoutSession, trouble: string | null = null): Shown {
  const { id, status, success_url: successUrl, cancel_url: cancelUrl } = session
  if (status !== 'open') {
    return page('This checkout is closed', html`<p>It is ${status}. <a href="${successUrl}">Go back</a></p>`)
  }
  const body = html`<p>Kadoink Plus, ${session.price}. No money moves here.</p>
${trouble === null ? null : html`<p role="alert">${trouble}</p>`}
${button(`/pay/${id}/pay`, 'Pay')}
${button(`/pay/${id}/decline`, 'Pay with a card that is declined')}
${cancelUrl === null ? null : button(`/pay/${id}/cancel`, 'Cancel')}`
  return page('Subscribe to Kadoink Plus', body, [successUrl, cancelUrl ?? successUrl])
}

/** What somebody does on a checkout page. Throws `ApiRefusal` when there is no such page. */
export function actOnCheckout(books: Books, id: string, act: string): Shown | null {
  const session = books.session(id)
  if (session.status !== 'open') return checkoutPage(session)
  if (act === 'cancel') return { goTo: session.cancel_url ?? session.success_url }
  if (act === 'decline') return checkoutPage(session, 'Your card was declined. Try another one.')
  if (act !== 'pay') return null
  books.pay(id)
  return { goTo: session.success_url.replace('{CHECKOUT_SESSION_ID}', id) }
}

/** The portal: everybody's subscriptions, or those of one address, and what may become of each. */
export function portalPage(books: Books, email: string | null): Shown {
  const mine = [...books.subscriptions.values()].filter((one) => {
    return email === null || books.customers.get(one.customer)?.email === email
  })
  const items = mine.map((one) => html`<li>${portalItem(books, one)}</li>`)
  return page('Subscriptions', mine.length === 0 ? html`<p>There are none.</p>` : html`<ul>${items}</ul>`)
}

/** What somebody does to a subscription in the portal, or the world does to it. Null when there is no such thing. */
export function actOnSubscription(books: Books, id: string, act: string): Subscription | null {
  const acts: Readonly<Record<string, () => Subscription>> = {
    cancel: () => books.cancel(id),
    end: () => books.end(id, true),
    resume: () => books.end(id, false),
    renew: () => books.renew(id),
    fail: () => books.failPayment(id),
    pay: () => books.payOverdue(id),
  }
  return acts[act]?.() ?? null
}

function portalItem(books: Books, subscription: Subscription): Html {
  const { id, customer, status, cancel_at_period_end: isEnding } = subscription
  const until = new Date(subscription.items.data[0].current_period_end * 1000).toISOString().slice(0, 10)
  const acts = [
    ['end', 'Cancel at the end of the period'],
    ['resume', 'Do not cancel'],
    ['cancel', 'Cancel now'],
    ['renew', 'Let a period go by'],
    ['fail', 'Let a payment fail'],
    ['pay', 'Pay what is overdue'],
  ] as const
  return html`<strong>${books.customers.get(customer)?.email ?? customer}</strong>: ${status}${isEnding ? ', ending' : ''}
<br><small>${id}, paid until ${until}</small><br>
${status === 'canceled' ? null : acts.map(([act, label]) => button(`/portal/${id}/${act}`, label))}`
}

function button(action: string, label: string): Html {
  return html`<form method="post" action="${action}"><button>${label}</button></form> `
}

function page(title: string, body: Html, goals: readonly string[] = []): Shown {
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
<p><small>The local stand-in for Stripe, for development alone.</small></p>
</body>
</html>
`.text
  return { page: text, formsMayGoTo: [...new Set(goals.map((goal) => new URL(goal).origin))] }
}
