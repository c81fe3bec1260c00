import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { doubtUnheard, forget, lapse, portable } from '#domain/subscriptions'
import { BillingStage, standing, TILL } from '#test/billing-stage'
import { friends, toGrid } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'

const DAY = 86_400
/** Orders in which eight things may be told. */
const ORDERS = [
  [7, 3, 0, 5, 1, 4, 2, 6],
  [2, 1, 0, 6, 6, 5, 7, 4, 3],
  [0, 1, 2, 3, 4, 5, 6, 7],
]

describe('A subscription', () => {
  let stage: BillingStage
  let ana: Person
  let id: string

  before(async () => {
    stage = await BillingStage.start()
  })
  after(() => stage.end())
  beforeEach(async () => {
    ana = await stage.world.person('Ana')
    id = await stage.buy(ana)
    expect(await standing(ana)).to.equal('plus active')
  })

  /** What has happened to the subscription, as it was told. */
  const told = (type: string) => {
    const all = stage.stripe.books.events.filter((event) => {
      const object = event.data.object as Json
      return event.type === type && (object.id === id || object.parent?.subscription_details.subscription === id)
    })
    const last = all.at(-1)
    if (!last) throw new Error(`Nothing of ${type} has happened.`)
    return last
  }

  const lapseNow = () => stage.world.running.database.write(lapse)

  describe('whose payment fails', () => {
    it('keeps Plus for seven days, and no longer; what is there stays, and nothing new comes', async () => {
      const contacts = await friends(ana, 6)
      for (const contact_id of contacts) await toGrid(ana, { contact_id })
      const socket = await ana.socket({ topics: ['account'] })
      await stage.moveClock(31 * DAY)
      stage.stripe.books.failPayment(id)
      await stage.settle()
      expect(await standing(ana)).to.equal('plus past_due')
      expect(refusal(await ana.post('/billing/checkout', { interval: 'month' }))).to.equal('409 already_subscribed')
      await stage.moveClock(7 * DAY - 60)
      await lapseNow()
      expect(await standing(ana)).to.equal('plus past_due')
      await stage.moveClock(120)
      await lapseNow()
      await stage.settle()
      expect(await standing(ana)).to.equal('free past_due')
      const frame = await socket.until('event', ({ data }) => (data as Json).entitlements?.tier === 'free')
      expect(frame.event).to.equal('billing.entitlements_changed')
      const { members } = (await ana.get('/grid')).body
      expect(members.map((member: Json) => member.over_limit)).to.deep.equal([false, false, false, false, true, true])
      const { body } = await ana.get('/billing/entitlements')
      expect(body.usage.grid_slots).to.equal(6)
      expect(body.limits.grid_slots).to.equal(4)
    })

    it('is Plus again as soon as it is paid, also after the seven days', async () => {
      stage.stripe.books.failPayment(id)
      await stage.settle()
      stage.stripe.books.payOverdue(id)
      await stage.settle()
      expect(await standing(ana)).to.equal('plus active')
      stage.stripe.books.failPayment(id)
      await stage.settle()
      await stage.moveClock(8 * DAY)
      await lapseNow()
      expect(await standing(ana)).to.equal('free past_due')
      stage.stripe.books.payOverdue(id)
      await stage.settle()
      expect(await standing(ana)).to.equal('plus active')
      await stage.moveClock(8 * DAY)
      await lapseNow()
      expect(await standing(ana), 'an old debt counts no more').to.equal('plus active')
    })
  })

  it('that is to end is told to, may go on after all, and ends with its period', async () => {
    stage.stripe.books.end(id, true)
    await stage.settle()
    expect((await ana.get('/billing/subscription')).body).to.include({ tier: 'plus', cancel_at_period_end: true })
    stage.stripe.books.end(id, false)
    await stage.settle()
    expect((await ana.get('/billing/subscription')).body).to.include({ tier: 'plus', cancel_at_period_end: false })
    stage.stripe.books.end(id, true)
    await stage.moveClock(31 * DAY)
    stage.stripe.books.renew(id)
    await stage.settle()
    expect(await standing(ana)).to.equal('free canceled')
    expect((await ana.get('/billing/entitlements')).body.resets_at).to.match(/-01T00:00:00Z$/)
    await stage.buy(ana)
    expect(await standing(ana), 'and may be bought again').to.equal('plus active')
  })

  it('is renewed with its period', async () => {
    const before = (await ana.get('/billing/subscription')).body.current_period_end
    await stage.moveClock(31 * DAY)
    stage.stripe.books.renew(id)
    await stage.settle()
    const after = (await ana.get('/billing/subscription')).body.current_period_end
    expect((Date.parse(after) - Date.parse(before)) / (DAY * 1000)).to.be.within(28, 31)
  })

  describe('is told of', () => {
    it('in any order, and again: what counts is what is true', async () => {
      stage.stripe.webhooks.delivery.isHeld = true
      stage.stripe.books.failPayment(id)
      await stage.moveClock(60)
      stage.stripe.books.payOverdue(id)
      await stage.moveClock(60)
      stage.stripe.books.end(id, true)
      await stage.moveClock(60)
      stage.stripe.books.end(id, false)
      await stage.moveClock(60)
      stage.stripe.books.failPayment(id)
      const events = stage.stripe.webhooks.release()
      expect(events).to.have.length(8)
      for (const shuffled of ORDERS) {
        for (const index of shuffled) stage.stripe.webhooks.send(events[index] as (typeof events)[number])
        await stage.settle()
        expect(await standing(ana)).to.equal('plus past_due')
        expect((await ana.get('/billing/subscription')).body.cancel_at_period_end).to.equal(false)
      }
    })

    it('within one second, and the provider is asked which came last', async () => {
      stage.stripe.webhooks.delivery.isHeld = true
      stage.stripe.books.end(id, true)
      stage.stripe.books.cancel(id)
      const [ending, gone] = stage.stripe.webhooks.release()
      if (!ending || !gone) throw new Error('Two things happened.')
      const second = { ...ending, created: gone.created }
      stage.stripe.webhooks.send(gone)
      stage.stripe.webhooks.send(second)
      await stage.settle()
      expect(await standing(ana)).to.equal('free canceled')

      const bo = await stage.world.person('Bo')
      const his = await stage.buy(bo)
      stage.stripe.webhooks.delivery.isHeld = true
      stage.stripe.books.end(his, true)
      stage.stripe.books.end(his, false)
      const [first, last] = stage.stripe.webhooks.release()
      if (!first || !last) throw new Error('Two things happened.')
      await stage.moveClock(5)
      for (const event of [last, first]) stage.stripe.webhooks.send({ ...event, created: last.created + 1 })
      await stage.settle()
      expect((await bo.get('/billing/subscription')).body.cancel_at_period_end).to.equal(false)
    })

    it('once for each event, however often it comes', async () => {
      const socket = await ana.socket({ topics: ['account'] })
      stage.stripe.webhooks.delivery.isDoubled = true
      stage.stripe.books.end(id, true)
      await stage.settle()
      stage.stripe.webhooks.delivery.isDoubled = false
      const again = told('customer.subscription.updated')
      await Promise.all([1, 2, 3].map(() => stage.knock(JSON.stringify(again), signed(JSON.stringify(again)))))
      await stage.settle()
      await ana.patch('/me', { bio: 'Here.' })
      await socket.until('event', ({ event }) => event === 'me.updated')
      expect(socket.heard.filter(({ event }) => event === 'billing.entitlements_changed')).to.have.length(1)
    })

    it('late, and what is known of a later moment stays', async () => {
      stage.stripe.webhooks.delivery.isHeld = true
      stage.stripe.books.end(id, true)
      await stage.moveClock(60)
      stage.stripe.books.end(id, false)
      const [ending, going] = stage.stripe.webhooks.release()
      if (!ending || !going) throw new Error('Two things happened.')
      for (const event of [going, ending]) stage.stripe.webhooks.send(event)
      await stage.settle()
      expect((await ana.get('/billing/subscription')).body.cancel_at_period_end).to.equal(false)
    })

    it('late, and what has ended does not come back', async () => {
      stage.stripe.books.end(id, true)
      await stage.settle()
      const old = told('customer.subscription.updated')
      await stage.moveClock(60)
      stage.stripe.books.cancel(id)
      await stage.settle()
      stage.stripe.webhooks.send({ ...old, id: 'evt_another_one' })
      stage.stripe.webhooks.send({ ...old, id: 'evt_from_the_future', created: old.created + DAY })
      await stage.settle()
      expect(await standing(ana)).to.equal('free canceled')
    })

    it('with the secret that is still good, or the one before it', async () => {
      const body = JSON.stringify({ ...told('customer.subscription.created'), id: 'evt_rotated' })
      expect((await stage.knock(body, signed(body, TILL.olderSecret))).status).to.equal(200)
    })

    it('by nobody else: forged, unsigned, changed or old webhooks are refused and change nothing', async () => {
      const created = told('customer.subscription.created')
      const gone = {
        ...created,
        id: 'evt_forged',
        type: 'customer.subscription.deleted',
        created: created.created + DAY,
      }
      Object.assign(gone, { data: { object: { ...(gone.data.object as object), status: 'canceled' } } })
      const body = JSON.stringify(gone)
      const good = signed(body)
      for (const signature of [
        undefined,
        '',
        'nonsense',
        't=,v1=',
        signed(body, 'whsec_somebody_elses_secret'),
        good.replace(/v1=/, 'v0='),
        good.replace(/t=\d+/, 't=1'),
        signed(`${body} `),
        signed(body, TILL.webhookSecret, -301),
      ]) {
        const { status, body: answer } = await stage.knock(body, signature)
        expect([status, answer.error.code], String(signature)).to.deep.equal([403, 'forbidden'])
      }
      await stage.settle()
      expect(await standing(ana)).to.equal('plus active')
      expect((await stage.knock(body, good)).status, 'the same, signed').to.equal(200)
      expect(await standing(ana)).to.equal('free canceled')
    })

    it('about strangers and about things we do not know, to no effect', async () => {
      const created = told('customer.subscription.created')
      const bodies = [
        {
          ...created,
          id: 'evt_s1',
          data: { object: { ...(created.data.object as object), customer: 'cus_stranger' } },
        },
        { ...created, id: 'evt_s2', type: 'customer.created', data: { object: { id: 'cus_1', object: 'customer' } } },
        { ...created, id: 'evt_s3', type: 'checkout.session.completed', data: { object: { id: 'cs_not_ours' } } },
        { ...created, id: 'evt_s4', type: 'invoice.paid', data: { object: { id: 'in_1', customer: null } } },
      ].map((event) => JSON.stringify(event))
      for (const body of bodies) expect((await stage.knock(body, signed(body))).status).to.equal(200)
      await stage.settle()
      expect(await standing(ana)).to.equal('plus active')
    })

    it('by POST, in bounds', async () => {
      const answer = await fetch(`${stage.world.url}/webhooks/stripe`)
      expect([answer.status, answer.headers.get('allow')]).to.deep.equal([405, 'POST'])
      expect((await stage.knock('x'.repeat(1024 * 1024 + 1))).status).to.equal(413)
    })
  })

  describe('of which nothing was told', () => {
    const unheard = async () => {
      await stage.world.running.database.write(doubtUnheard)
      await stage.settle()
    }

    it('is asked for when its period is over', async () => {
      stage.stripe.webhooks.delivery.isHeld = true
      await stage.moveClock(32 * DAY)
      stage.stripe.books.cancel(id)
      await unheard()
      expect(await standing(ana)).to.equal('free canceled')
      stage.stripe.webhooks.release()
    })

    it('is found by its checkout', async () => {
      const bo = await stage.world.person('Bo')
      const { session_id } = await stage.checkout(bo)
      stage.stripe.webhooks.delivery.isHeld = true
      stage.stripe.books.pay(session_id)
      stage.stripe.webhooks.release()
      await stage.moveClock(700)
      await unheard()
      expect(await standing(bo)).to.equal('plus active')
    })

    it('is asked for until the provider is back', async () => {
      stage.stripe.meet('away', 4)
      stage.stripe.books.failPayment(id)
      stage.stripe.webhooks.send({ ...told('invoice.payment_failed'), id: 'evt_hint' })
      await stage.settle()
      expect(await standing(ana)).to.equal('plus past_due')
    })
  })

  describe('of an account that goes', () => {
    const forgetAna = () => stage.world.running.database.write((unit) => forget(unit, ana.user.id))

    it('is ended at the provider, and what is told of it later finds nobody', async () => {
      await forgetAna()
      await stage.settle()
      expect(stage.stripe.books.subscription(id).status).to.equal('canceled')
      expect((await ana.get('/billing/subscription')).body.status).to.equal('none')
    })

    it('is ended when it was paid for at the last moment', async () => {
      const bo = await stage.world.person('Bo')
      const { session_id } = await stage.checkout(bo)
      stage.stripe.webhooks.delivery.isHeld = true
      const late = stage.stripe.books.pay(session_id)
      await stage.world.running.database.write((unit) => forget(unit, bo.user.id))
      for (const event of stage.stripe.webhooks.release()) stage.stripe.webhooks.send(event)
      await stage.settle()
      expect(stage.stripe.books.subscription(late.id).status).to.equal('canceled')
    })

    it('is ended when it begins after the account is gone, however that came about', async () => {
      await forgetAna()
      await stage.settle()
      const { customer } = stage.stripe.books.subscription(id)
      const page = stage.stripe.books.openSession({
        customer,
        line_items: { 0: { price: TILL.prices.month } },
        success_url: 'https://app.example/',
      })
      const late = stage.stripe.books.pay(page.id)
      await stage.settle()
      expect(stage.stripe.books.subscription(late.id).status).to.equal('canceled')
    })

    it('takes the open checkout with it', async () => {
      const bo = await stage.world.person('Bo')
      const { session_id } = await stage.checkout(bo)
      await stage.world.running.database.write((unit) => forget(unit, bo.user.id))
      await stage.settle()
      expect(stage.stripe.books.session(session_id).status).to.equal('expired')
    })

    it('is in the export of the account, without anybody else’s', async () => {
      const kept = await stage.world.running.database.read((view) => portable(view, ana.user.id))
      const plain: Json = JSON.parse(JSON.stringify(kept))
      expect(plain.subscriptions).to.have.length(1)
      expect(plain.subscriptions[0]).to.include({ id, status: 'active', interval: 'month' })
      expect(plain.checkouts).to.have.length(1)
      await forgetAna()
      const gone = await stage.world.running.database.read((view) => portable(view, ana.user.id))
      expect(gone).to.deep.equal({ customer_id: null, subscriptions: [], checkouts: [] })
    })
  })

  /** The signature of a body, by the stand-in's time. */
  function signed(body: string, secret: string = TILL.webhookSecret, seconds = 0): string {
    const [, now] = /t=(\d+)/.exec(stage.stripe.webhooks.signature('')) ?? []
    const moment = Number(now) + seconds
    return `t=${moment},v1=${createHmac('sha256', secret).update(`${moment}.${body}`).digest('hex')}`
  }
})
