import { expect } from 'chai'
import { BillingStage, standing } from '#test/billing-stage'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('A checkout', () => {
  let stage: BillingStage
  let ana: Person

  before(async () => {
    stage = await BillingStage.start()
  })
  after(() => stage.end())
  beforeEach(async () => {
    ana = await stage.world.person('Ana')
  })

  const open = () =>
    [...stage.stripe.books.sessions.values()].filter(
      (session) => session.status === 'open' && session.client_reference_id === ana.user.id,
    )

  it('is a page of the provider’s on which one pays; the plan changes when the provider says so, and the app is told', async () => {
    const socket = await ana.socket({ topics: ['account'] })
    const { checkout_url, session_id, expires_at } = await stage.checkout(ana)
    expect(Date.parse(expires_at)).to.be.above(Date.now())
    const page = await (await fetch(checkout_url)).text()
    expect(page).to.include('Subscribe to Kadoink Plus')
    expect(await standing(ana)).to.equal('free none')

    const paid = await fetch(`${checkout_url}/pay`, { method: 'POST', redirect: 'manual' })
    expect([paid.status, paid.headers.get('location')]).to.deep.equal([303, `${stage.world.url}/billing/done`])
    await stage.settle()
    const { data } = await socket.until('event', ({ event }) => event === 'billing.entitlements_changed')
    expect(data).to.have.nested.include({ 'entitlements.tier': 'plus', 'entitlements.limits.max_ktags': 20 })
    expect(data).to.have.nested.include({ 'subscription.status': 'active', 'subscription.interval': 'month' })
    const { body } = await ana.get('/billing/subscription')
    expect(body).to.include({ tier: 'plus', status: 'active', interval: 'month', cancel_at_period_end: false })
    expect(body.manage_url).to.equal('https://billing.example/p/login')
    const { resets_at } = (await ana.get('/billing/entitlements')).body
    expect(resets_at).to.equal(body.current_period_end)
    expect(stage.stripe.books.session(session_id).status).to.equal('complete')
    expect(refusal(await ana.post('/billing/checkout', { interval: 'year' }))).to.equal('409 already_subscribed')
    expect((await fetch(`${stage.world.url}/billing/done`)).status).to.equal(200)
  })

  it('counts twelve months in a year that is paid at once', async () => {
    await stage.buy(ana, 'year')
    const { body } = await ana.get('/billing/subscription')
    expect(body).to.include({ tier: 'plus', interval: 'year' })
    const days = (until: string) => (Date.parse(until) - Date.now()) / 86_400_000
    expect(days(body.current_period_end)).to.be.within(364, 367)
    expect(days((await ana.get('/billing/entitlements')).body.resets_at)).to.be.within(27, 32)
  })

  it('is the same one when it is asked for twice, one after the other or at once', async () => {
    const first = await stage.checkout(ana)
    expect(await stage.checkout(ana)).to.deep.equal(first)
    const bo = await stage.world.person('Bo')
    stage.stripe.meet('slow', 6)
    const answers = await Promise.all([1, 2, 3].map(() => bo.post('/billing/checkout', { interval: 'month' })))
    stage.stripe.meet('slow', 0)
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.session_id)).size).to.equal(1)
    ana = bo
    expect(open()).to.have.length(1)
  })

  it('takes the place of one for something else: never are two open', async () => {
    const month = await stage.checkout(ana, 'month')
    const year = await stage.checkout(ana, 'year')
    expect(year.session_id).not.to.equal(month.session_id)
    expect(open().map(({ id }) => id)).to.deep.equal([year.session_id])
    expect(refusal(await ana.post('/billing/checkout', { interval: 'week' }))).to.equal('422 validation_failed')
    stage.stripe.meet('slow', 12)
    const answers = await Promise.all(
      (['month', 'year', 'month'] as const).map((interval) => ana.post('/billing/checkout', { interval })),
    )
    stage.stripe.meet('slow', 0)
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(open()).to.have.length(1)
  })

  it('is opened anew when the first one was left to expire', async () => {
    const { session_id } = await stage.checkout(ana)
    await stage.moveClock(86_401)
    expect((await stage.checkout(ana)).session_id).not.to.equal(session_id)
  })

  it('leads back only to where it may', async () => {
    const checkout = (urls: object) => ana.post('/billing/checkout', { interval: 'month', ...urls })
    for (const [field, url] of [
      ['success_url', 'https://evil.example/done'],
      ['success_url', 'https://app.example.evil.example/'],
      ['success_url', 'https://app.example@evil.example/'],
      ['success_url', 'https://evil.example\\@app.example/'],
      ['success_url', 'javascript:alert(1)//app.example'],
      ['success_url', '//app.example/done'],
      ['success_url', '/done'],
      ['success_url', 'https://user:pass@app.example/'],
      ['cancel_url', 'https://app.example:8443/'],
      ['cancel_url', 'ftp://app.example/'],
      ['cancel_url', `https://app.example/${'x'.repeat(2000)}`],
    ] as const) {
      expect(complaints(await checkout({ [field]: url })), url).to.have.all.keys(field)
    }
    const { status, body } = await checkout({
      success_url: 'https://app.example/done?x=1',
      cancel_url: 'http://localhost:8080/',
    })
    expect(status).to.equal(201)
    expect(stage.stripe.books.session(body.session_id)).to.include({
      success_url: 'https://app.example/done?x=1',
      cancel_url: 'http://localhost:8080/',
    })
  })

  it('changes nothing when the card is declined or the person goes back', async () => {
    const { checkout_url } = await stage.checkout(ana)
    expect(await (await fetch(`${checkout_url}/decline`, { method: 'POST' })).text()).to.include('declined')
    const back = await fetch(`${checkout_url}/cancel`, { method: 'POST', redirect: 'manual' })
    expect(back.headers.get('location')).to.equal(`${stage.world.url}/billing/cancelled`)
    await stage.settle()
    expect(await standing(ana)).to.equal('free none')
    expect((await stage.checkout(ana)).checkout_url, 'and can be gone on with').to.equal(checkout_url)
  })

  it('is refused after a payment of which we have not heard, and the payment is asked for', async () => {
    const { session_id } = await stage.checkout(ana)
    stage.stripe.webhooks.delivery.isHeld = true
    stage.stripe.books.pay(session_id)
    expect(refusal(await ana.post('/billing/checkout', { interval: 'month' }))).to.equal('409 already_subscribed')
    await stage.settle()
    expect(await standing(ana), 'although no webhook came').to.equal('plus active')
    stage.stripe.webhooks.release()
  })

  describe('while the provider', () => {
    afterEach(() => stage.stripe.meet('away', 0))

    for (const [fault, words] of [
      ['away', 'is away'],
      ['error', 'is in trouble'],
    ] as const) {
      it(`${words}, is not available for now`, async () => {
        stage.stripe.meet(fault, 100)
        const answer = await ana.post('/billing/checkout', { interval: 'month' })
        expect(refusal(answer)).to.equal('503 billing_unavailable')
        expect(Number(answer.headers.get('retry-after'))).to.be.above(0)
        stage.stripe.meet(fault, 0)
        expect((await ana.post('/billing/checkout', { interval: 'month' })).status).to.equal(201)
      })
    }

    it('does not answer at all, is refused within ten seconds', async () => {
      stage.stripe.meet('hang', 100)
      const before = performance.now()
      expect(refusal(await ana.post('/billing/checkout', { interval: 'month' }))).to.equal('503 billing_unavailable')
      expect(performance.now() - before).to.be.below(10_000)
    })

    it('did it and its answer was lost, is found again and not opened twice', async () => {
      stage.stripe.meet('silent', 2, '/checkout/sessions')
      expect(refusal(await ana.post('/billing/checkout', { interval: 'year' }))).to.equal('503 billing_unavailable')
      const [lost] = open()
      expect(lost, 'a page of which nobody knows').not.to.equal(undefined)
      expect((await stage.checkout(ana, 'year')).session_id).to.equal(lost?.id)
      expect(open()).to.have.length(1)
      expect([...stage.stripe.books.customers.values()].filter(isAna)).to.have.length(1)
    })

    it('did it and its answer was lost, is closed when something else is asked for', async () => {
      stage.stripe.meet('silent', 2, '/checkout/sessions')
      await ana.post('/billing/checkout', { interval: 'year' })
      const { session_id } = await stage.checkout(ana, 'month')
      expect(open().map(({ id }) => id)).to.deep.equal([session_id])
    })
  })

  const isAna = ({ metadata }: { metadata: object }) => 'user_id' in metadata && metadata.user_id === ana.user.id
})

describe('A bare machine', () => {
  it('has a stand-in for those who take the money: Plus is bought on its page, and ended in its portal', async () => {
    const world = await World.start()
    try {
      const ana = await world.person('Ana')
      const { control_url, portal_url } = (await (await fetch(`${world.url}/dev/payments`)).json()) as Json
      const { checkout_url } = (await ana.post('/billing/checkout', { interval: 'month' })).body
      const settled = async () => {
        await fetch(`${control_url}/settle`, { method: 'POST' })
        await world.settle()
      }
      await fetch(`${checkout_url}/pay`, { method: 'POST', redirect: 'manual' })
      await settled()
      const { body } = await ana.get('/billing/subscription')
      expect(body).to.include({ tier: 'plus', manage_url: portal_url })
      const [, cancel] = /action="([^"]+\/cancel)"/.exec(await (await fetch(portal_url)).text()) ?? []
      await fetch(new URL(cancel ?? '', portal_url), { method: 'POST', redirect: 'manual' })
      await settled()
      expect(await standing(ana)).to.equal('free canceled')
    } finally {
      await world.end()
    }
  })

  it('lets no page on the web near its stand-in', async () => {
    const world = await World.start()
    try {
      const { control_url, portal_url } = (await (await fetch(`${world.url}/dev/payments`)).json()) as Json
      const evil = { headers: { Origin: 'https://evil.example' } }
      expect((await fetch(`${control_url}/events`, evil)).status).to.equal(403)
      expect((await fetch(`${portal_url}/sub_1/cancel`, { method: 'POST', ...evil })).status).to.equal(403)
    } finally {
      await world.end()
    }
  })
})
