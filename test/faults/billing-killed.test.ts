import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type PaymentSimulator, startPaymentSimulator } from '#gateways/payments'
import { systemClock } from '#kit/clock'
import { billingSettings, standing, TILL } from '#test/billing-stage'
import type { Person } from '#test/people'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { World } from '#test/world'

describe('A server that is killed while somebody pays', () => {
  let born: World
  let mortal: MortalWorld
  let stripe: PaymentSimulator
  let dataDir: string
  let ana: Person

  before(async function () {
    this.timeout(60_000)
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-billing-killed-'))
    stripe = await startPaymentSimulator({ ...TILL, clock: systemClock })
    born = await World.start({ DATA_DIR: dataDir, ...billingSettings(stripe) })
    const known = await born.person('Ana')
    mortal = await handOver(born, dataDir, billingSettings(stripe))
    stripe.webhookUrl = `${mortal.server.url}/webhooks/stripe`
    ana = mortal.person(known)
  })
  after(async () => {
    await mortal.end()
    await stripe.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('after a webhook and before what follows from it, does that when it is back', async function () {
    this.timeout(60_000)
    const { session_id } = (await ana.post('/billing/checkout', { interval: 'month' })).body
    // Nothing but the end of the checkout is told: what came of it has to be asked for, and no answer comes.
    stripe.webhooks.delivery.isHeld = true
    const { id } = stripe.books.pay(session_id)
    const completed = stripe.webhooks.release().find(({ type }) => type === 'checkout.session.completed')
    if (!completed) throw new Error('A checkout that is paid is complete.')
    stripe.meet('hang', 1_000)
    stripe.webhooks.send(completed)
    await stripe.webhooks.settle()
    expect(await standing(ana)).to.equal('free none')
    await mortal.server.kill()
    stripe.meet('hang', 0)
    await mortal.server.start()
    await until(async () => (await standing(ana)) === 'plus active')

    stripe.books.failPayment(id)
    await stripe.webhooks.settle()
    await mortal.server.kill()
    await mortal.server.start()
    // What was acknowledged is kept and not told again: in the same second as before, it is a question that waits.
    await until(async () => (await standing(ana)) === 'plus past_due')
  })

  it('before a webhook could reach it, is told again', async function () {
    this.timeout(60_000)
    await mortal.server.kill()
    const [subscription] = stripe.books.subscriptions.values()
    stripe.books.cancel(subscription?.id ?? '')
    await mortal.server.start()
    await until(async () => (await standing(ana)) === 'free canceled')
  })
})
