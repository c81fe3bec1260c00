import { expect } from 'chai'
import type { HandsetScript } from '#simulator'
import { reconcileOrders } from '#telephony'
import { staysFor } from '#test/calls-stage'
import { askWebhook, heardBy, inboxOf, type MailboxWorld, mailboxWorld, ringsOf, set, speak } from '#test/mailbox-stage'
import type { Json, Person, Visitor } from '#test/people'
import { carrierOf, deaf, reconcile } from '#test/reconcile-stage'
import { browse, carried, type Frame, fillIn, newWidget, wordsOf } from '#test/widgets'
import { ACCOUNT, World } from '#test/world'

describe('A visitor of a page who wants to talk', () => {
  let stage: MailboxWorld
  let world: World
  let ana: Person
  let visitor: Visitor
  let widget: Json
  let phone: string

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
  })
  after(() => stage.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    await set(ana, 'ktags', { call_policy: 'anyone' })
    visitor = world.visitor()
    widget = await newWidget(ana, 'call')
    phone = world.freshNumber()
    // Nothing of theirs is on its way any more when a test has something go wrong.
    await world.settle()
  })

  const asks = (mobile = phone, who = visitor, at = widget): Promise<Frame> => fillIn(who, at, { mobile })
  const rung = (number: string) => ringsOf(world, number).length
  const open = () => world.running.database.sql('callbacks').where({ widget_id: widget.id }).whereNull('over_at')

  it('is rung first, and with their 1 the owner; they talk, and that is all', async () => {
    world.carrier.handset(phone).script({ steps: [{ onPrompt: '1', wait: 1 }] })
    ana.phone.script(staysFor(10))
    const page = await asks()
    expect([page.status, wordsOf(page)]).to.deep.equal([
      200,
      `Call *${ana.username} We are calling you now. Answer, and press 1. Kadoink`,
    ])
    await world.pass(2)
    expect([rung(phone), rung(ana.mobile)]).to.deep.equal([1, 0])
    await world.pass(28)
    expect(ringsOf(world, phone)[0]).to.include({ from: ACCOUNT.number, status: 'completed' })
    expect(ringsOf(world, ana.mobile)[0]).to.include({ from: ACCOUNT.number, status: 'completed' })
    expect(heardBy(world, phone)).to.include(`You asked on a web page to talk to ${ana.username}. Press 1`)
    expect(heardBy(world, ana.mobile)).to.include(`is calling ${ana.username}. Press 1 to take the call`)
    expect(JSON.stringify(world.carrier.timeline(ringsOf(world, phone)[0]?.sid ?? ''))).to.include('bridged')
    expect([await open(), await inboxOf(ana)]).to.deep.equal([[], []])
    expect((await ana.get('/widgets')).body.items[0].stats).to.deep.equal({ views: 1, actions: 1 })
  })

  it('is asked for a message when the owner does not take the call', async () => {
    world.carrier.handset(phone).script({ steps: [{ onPrompt: '1', wait: 1 }, ...speak(4, 'Call me back')] })
    ana.phone.script({ noAnswer: true })
    await asks()
    await world.pass(75)
    const [message] = await inboxOf(ana)
    expect([message.kind, message.to_ktag.name]).to.deep.equal(['voicemail', ana.username])
    expect(await open()).to.deep.equal([])
  })

  const silences: Record<string, HandsetScript> = {
    'presses nothing': { silent: true },
    'has a mailbox that picks up': { machine: { greetingSeconds: 4, beep: true } },
    'does not pick up': { noAnswer: true },
    'is on the phone': { busy: true },
    'cannot be reached': { fail: 404 },
    'hangs up at the question': { steps: [{ wait: 2, hangUp: true }] },
  }
  for (const [what, script] of Object.entries(silences)) {
    it(`disturbs nobody when whoever is rung ${what}`, async () => {
      world.carrier.handset(phone).script(script)
      await asks()
      await world.pass(80)
      expect([rung(phone), rung(ana.mobile)]).to.deep.equal([1, 0])
      expect([await open(), await inboxOf(ana)]).to.deep.equal([[], []])
    })
  }

  it('who was not the one that asked presses 2, and is never called for this owner again, as nobody is told', async () => {
    world.carrier.handset(phone).script({ decline: true })
    const first = wordsOf(await asks())
    await world.pass(20)
    expect(heardBy(world, phone)).to.include('You will get no more calls from there.')
    expect(rung(ana.mobile)).to.equal(0)
    await world.moveClock(601)
    expect(wordsOf(await asks())).to.equal(first)
    await world.pass(20)
    expect(rung(phone)).to.equal(1)
  })

  it('is called once, however often and however close together they ask', async () => {
    world.carrier.handset(phone).script({ silent: true })
    const page = await browse(visitor, `/w/${widget.public_key}`)
    await world.moveClock(3)
    const form = { ...carried(page), mobile: phone }
    const pages = await Promise.all([1, 2, 3].map(() => browse(visitor, `/w/${widget.public_key}/call`, form)))
    expect(pages.map(({ status }) => status)).to.deep.equal([200, 200, 200])
    await world.pass(5)
    expect(rung(phone)).to.equal(1)
    await world.pass(70)
  })

  it('is one at a time: at a widget, and at a phone, wherever else it is typed', async () => {
    const bo = await world.person('Bo')
    await set(bo, 'ktags', { call_policy: 'anyone' })
    const others = await newWidget(bo, 'call')
    const friend = world.freshNumber()
    world.carrier.handset(phone).script({ silent: true })
    world.carrier.handset(friend).script({ silent: true })
    await asks()
    expect((await asks(friend)).status).to.equal(409)
    expect((await asks(phone, visitor, others)).status).to.equal(409)
    expect((await asks(friend, visitor, others)).status).to.equal(200)
    await world.pass(80)
    expect((await asks(friend)).status).to.equal(200)
    await world.pass(80)
    expect([rung(phone), rung(friend)]).to.deep.equal([1, 2])
  })

  it('has no number called that costs, lies elsewhere, or lies among those that are left alone', async () => {
    for (const mobile of ['+19005551234', '+18005551234', '+79161234567', '+882161234567', '911', 'hello']) {
      expect((await asks(mobile)).status, mobile).to.equal(422)
    }
    const { sql } = world.running.database
    const blocked = { prefix: phone.slice(0, -4), blocked_until: new Date(Date.now() + 3_600_000), reason: 'test' }
    await sql('prefix_blocks').insert(blocked)
    expect((await asks()).status).to.equal(429)
    await world.settle()
    expect(rung(phone)).to.equal(0)
  })

  it('is called so often in ten minutes and in a day, from whatever widget, and an address so often in an hour', async () => {
    world.carrier.handset(phone).script({ busy: true })
    const statuses = []
    for (let time = 0; time < 3; time++) {
      statuses.push((await asks(phone, world.visitor())).status)
      await world.pass(5)
    }
    expect(statuses).to.deep.equal([200, 200, 429])
    await world.moveClock(601)
    statuses.length = 0
    for (let time = 0; time < 6; time++) {
      const who = await world.person()
      await set(who, 'ktags', { call_policy: 'anyone' })
      const mobile = world.freshNumber()
      world.carrier.handset(mobile).script({ busy: true })
      statuses.push((await asks(mobile, visitor, await newWidget(who, 'call'))).status)
      await world.pass(5)
    }
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429])
    expect(rung(phone)).to.equal(2)
  })

  it('is not called where the tag takes no calls from strangers, or its owner has no minutes left', async () => {
    const page = await browse(visitor, `/w/${widget.public_key}`)
    const path = `/w/${widget.public_key}/call`
    await world.moveClock(3)
    await set(ana, 'ktags', { call_policy: 'followers' })
    expect((await browse(visitor, path, { ...carried(page), mobile: phone })).status).to.equal(403)
    expect(wordsOf(await browse(visitor, `/w/${widget.public_key}`))).to.include('takes no calls here')
    await set(ana, 'ktags', { call_policy: 'anyone' })
    await set(ana, 'users', { limits: JSON.stringify({ callMinutesPerMonth: 0 }) })
    expect((await browse(visitor, path, { ...carried(page), mobile: phone })).status).to.equal(403)
    await set(ana, 'users', { limits: JSON.stringify({}) })
    await world.settle()
    expect(rung(phone)).to.equal(0)
  })

  it('is not put through any more when the widget has gone meanwhile', async () => {
    world.carrier.handset(phone).script({ steps: [{ wait: 4, press: '1' }] })
    await asks()
    await ana.delete(`/widgets/${widget.id}`)
    await world.pass(30)
    expect(rung(ana.mobile)).to.equal(0)
    expect(await open()).to.deep.equal([])
  })

  it('is put through once, though the carrier asks twice what their key leads to; forged names lead nowhere', async () => {
    world.carrier.handset(phone).script({ silent: true })
    await asks()
    await world.pass(5)
    const [callback] = await open()
    const leg = `back_${callback.id}_${callback.secret}`
    const CallSid = ringsOf(world, phone)[0]?.sid ?? ''
    const press = (name: string) => {
      const form = { CallSid, From: ACCOUNT.number, To: phone, Digits: '1' }
      return askWebhook(world, `/webhooks/twilio/voice/visitor/key?leg=${name}`, form)
    }
    const [first, again] = [await press(leg), await press(leg)]
    expect(first).to.include(`>${ana.mobile}</Number>`)
    expect(again).to.equal(first)
    expect(await press(`back_${callback.id}_000000000`)).to.match(/<Response><Hangup\/><\/Response>$/)
    expect(await press('back_nobody')).to.match(/<Hangup\/>/)
    await world.pass(80)
  })

  it('may ask again when nobody told us that they have hung up, once the carrier has been asked', async () => {
    world.carrier.handset(phone).script({ steps: [{ wait: 2, hangUp: true }] })
    const friend = world.freshNumber()
    await asks()
    await world.pass(1)
    await deaf(world, () => world.pass(20))
    expect((await asks(friend)).status).to.equal(409)
    expect((await reconcile(world)).leg).to.equal(1)
    expect((await asks(friend)).status).to.equal(200)
    await world.pass(80)
  })

  it('is rung once when the answer to our order is lost, and all goes on', async () => {
    ana.phone.script(staysFor(5))
    world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
    await asks()
    await world.pass(2)
    await world.moveClock(6)
    await reconcileOrders(world.running.database, carrierOf(world))
    await world.pass(30)
    expect([rung(phone), rung(ana.mobile)]).to.deep.equal([1, 1])
    expect(await open()).to.deep.equal([])
  })

  it('is never rung blindly: an order of which the carrier knows nothing is given up, and they may ask again', async () => {
    world.carrier.faults.rest({ ofOrders: true, status500: 1 })
    await asks()
    await world.settle()
    world.carrier.faults.clear()
    await world.moveClock(25)
    await reconcileOrders(world.running.database, carrierOf(world))
    await world.pass(5)
    expect([rung(phone), (await open()).length]).to.deep.equal([0, 0])
    expect((await asks(world.freshNumber())).status).to.equal(200)
    await world.pass(80)
  })

  it('is rung once and put through once when reports come twice and in any order', async () => {
    ana.phone.script(staysFor(5))
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 1 })
    await asks()
    await world.pass(40)
    expect([rung(phone), rung(ana.mobile)]).to.deep.equal([1, 1])
    expect(await open()).to.deep.equal([])
  })

  it('who has waited for their turn until it was of no use is not called, and holds up nobody', async () => {
    const { database } = world.running
    await database.sql('ring_rate').update({ released_at: new Date(Date.now() + 50_000) })
    const answer = await asks()
    expect(answer.status).to.equal(200)
    await database
      .sql('ring_turns')
      .where({ state: 'waiting' })
      .update({ expires_at: new Date(0) })
    await database
      .sql('callbacks')
      .whereNull('over_at')
      .update({ gives_up_at: new Date(0) })
    await database.sql('ring_rate').update({ released_at: null })
    await world.pass(5)
    expect(rung(phone)).to.equal(0)
    expect((await asks(world.freshNumber())).status).to.equal(200)
    await world.pass(80)
  })

  it('is not called while the hour’s money is spent', async () => {
    const poor = await World.start({ SPEND_PER_HOUR: '0.05' })
    try {
      const bo = await poor.person('Bo')
      await set(bo, 'ktags', { call_policy: 'anyone' })
      const { database } = poor.running
      await database.sql('spend').insert({ order_key: 'x', at: new Date(), kind: 'call', micro_dollars: 60_000 })
      const page = await fillIn(poor.visitor(), await newWidget(bo, 'call'), { mobile: phone })
      expect(page.status).to.equal(503)
    } finally {
      await poor.end()
    }
  })
})
