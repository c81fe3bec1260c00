import { expect } from 'chai'
import { createLog } from '#kit/log'
import { type Carrier, createTwilioCarrier, reconcileOrders } from '#telephony'
import { callEnded, callWith, onCall, participant, phoneThat, ringsOf, sameTime, staysFor } from '#test/calls-stage'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Orders to the carrier', () => {
  let world: World
  let carrier: Carrier
  let ana: Person

  before(async () => {
    world = await World.start({ CARRIER_TIMEOUT_MS: '300' })
    carrier = createTwilioCarrier({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      apiBase: world.carrier.url,
      publicUrl: world.url,
      log: createLog('silent'),
    })
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    await world.settle()
    await sameTime(world)
  })

  /** Let time go by for the server, and have it ask the carrier what became of its orders. */
  async function reconcile(seconds: number): Promise<void> {
    await world.moveClock(seconds)
    await Promise.all([
      reconcileOrders(world.running.database, carrier),
      reconcileOrders(world.running.database, carrier),
    ])
    await world.settle()
  }

  describe('whose answer is lost', () => {
    it('ring nobody twice: the call goes on as soon as the leg tells of itself', async () => {
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      const number = world.freshNumber()
      await callWith(ana, [{ mobile: number, name: 'Bo' }])
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })

      await reconcile(6)
      await reconcile(30)
      expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
      expect(ringsOf(world, number)).to.have.lengthOf(1)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    })

    it('are found in the carrier’s list when the leg has said nothing: what rings can be hung up', async () => {
      ana.phone.script({ noAnswer: true })
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ lose: 1 })
      await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })
      await world.pass(1)
      expect(await participant(ana, 'Ana')).to.include({ status: 'dialing' })

      await reconcile(6)
      await ana.delete('/calls/active')
      await world.settle()
      expect(ringsOf(world, ana.mobile).map(({ status }) => status)).to.deep.equal(['canceled'])
    })

    it('are hung up as soon as the leg tells of itself when the call has ended in the meantime', async () => {
      ana.phone.script({ noAnswer: true })
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ delaySeconds: 2 })
      await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })
      await world.settle()
      await ana.delete('/calls/active')
      await world.pass(1)
      expect(ringsOf(world, ana.mobile).map(({ status }) => status)).to.deep.equal(['ringing'])
      await world.pass(3)
      expect(ringsOf(world, ana.mobile).map(({ status }) => status)).to.deep.equal(['canceled'])
    })

    it('are found and hung up when the call has ended in the meantime', async () => {
      ana.phone.script({ noAnswer: true })
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ lose: 1 })
      await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })
      await world.settle()
      await ana.delete('/calls/active')
      await world.pass(1)
      expect(ringsOf(world, ana.mobile).map(({ status }) => status)).to.deep.equal(['ringing'])

      await reconcile(6)
      expect(ringsOf(world, ana.mobile).map(({ status }) => status)).to.deep.equal(['canceled'])
    })

    it('are not taken for one another when two people call the same number', async () => {
      const eve = await world.person('Eve')
      const number = world.freshNumber()
      world.carrier.handset(number).script({ noAnswer: true })
      await world.settle()
      for (const host of [ana, eve]) await host.post('/calls', { to: [{ mobile: number, name: 'Bo' }] })
      await world.pass(2)
      // One order is lost on its way, the other one is taken and its answer is lost.
      world.carrier.faults.rest({ ofOrders: true, status500: 1, timeoutAfterEffect: 1 })
      await world.pass(2)
      expect(ringsOf(world, number)).to.have.lengthOf(1)
      expect([(await onCall(ana)).Bo, (await onCall(eve)).Bo]).to.have.members(['dialing', 'ringing'])

      await reconcile(6)
      expect(ringsOf(world, number)).to.have.lengthOf(1)
      await reconcile(20)
      await world.pass(1)
      expect(ringsOf(world, number)).to.have.lengthOf(2)
      expect([(await onCall(ana)).Bo, (await onCall(eve)).Bo]).to.deep.equal(['ringing', 'ringing'])
      for (const host of [ana, eve]) await host.delete('/calls/active')
      await world.settle()
      expect(ringsOf(world, number).map(({ status }) => status)).to.deep.equal(['canceled', 'canceled'])
    })

    it('are not taken for a call that somebody else’s phone was put through to at that number', async () => {
      const { database } = world.running
      await database.sql('ktags').where({ owner_id: ana.user.id }).update({ call_policy: 'anyone' })
      const { extension } = await database.sql('ktags').where({ owner_id: ana.user.id }).first('extension')
      ana.phone.script({ busy: true }, staysFor(60))
      const caller = world.carrier.handset(world.freshNumber())
      caller.dial(ACCOUNT.number, { steps: [{ onPrompt: `${extension}#`, wait: 1 }] })
      await world.pass(5)
      caller.hangUp()
      await world.settle()
      expect(ringsOf(world, ana.mobile).map(({ direction }) => direction)).to.deep.equal(['outbound-dial'])

      world.carrier.faults.rest({ ofOrders: true, status500: 1 })
      await ana.post('/calls', { to: [{ mobile: world.freshNumber(), name: 'Bo' }] })
      await world.pass(2)
      await reconcile(6)
      await reconcile(20)
      await world.pass(8)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    })

    it('are given again once the carrier’s list has not shown them for long enough, while somebody waits', async () => {
      world.carrier.faults.rest({ ofOrders: true, status500: 1 })
      await ana.post('/calls', { to: [{ mobile: world.freshNumber(), name: 'Bo' }] })
      await world.pass(2)
      await reconcile(6)
      expect(ringsOf(world, ana.mobile)).to.be.empty
      expect(await participant(ana, 'Ana')).to.include({ status: 'dialing' })

      await reconcile(20)
      await world.pass(8)
      expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
      expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    })

    it('are found to belong to an attempt that was given up, and hung up; the attempt after it goes on', async () => {
      const bo = phoneThat(world, { noAnswer: true })
      await callWith(ana, [{ mobile: world.freshNumber(), name: 'Cy' }])
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ lose: 1 })
      const { id } = (await ana.post('/calls/active/participants', { mobile: bo, name: 'Bo' })).body
      await world.pass(1)
      expect((await ana.delete(`/calls/active/participants/${id}`)).status).to.equal(204)
      expect((await ana.post(`/calls/active/participants/${id}/redial`)).status).to.equal(200)
      await world.pass(1)
      expect(ringsOf(world, bo).map(({ status }) => status)).to.deep.equal(['ringing', 'ringing'])

      await reconcile(6)
      expect(ringsOf(world, bo).map(({ status }) => status)).to.deep.equal(['canceled', 'ringing'])
      await ana.delete('/calls/active')
      await world.settle()
      expect(ringsOf(world, bo).map(({ status }) => status)).to.deep.equal(['canceled', 'canceled'])
    })

    it('are not given again when nobody waits any more', async () => {
      world.carrier.faults.rest({ ofOrders: true, status500: 1 })
      await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })
      await world.settle()
      await ana.delete('/calls/active')
      await reconcile(30)
      expect(ringsOf(world, ana.mobile)).to.be.empty
    })

    it('text no code twice, whether it arrived or not', async () => {
      const texts = async (fault: { timeoutAfterEffect?: number; status500?: number }) => {
        const mobile = world.freshNumber()
        world.carrier.faults.rest(fault)
        const username = `new${mobile.slice(-6)}`
        await world
          .visitor()
          .post('/auth/register', { username, name: 'New', mobile, password: 'correct horse battery' })
        await world.textsArrive()
        await reconcile(6)
        await reconcile(30)
        await world.textsArrive()
        return world.carrier.messages().filter(({ to }) => to === mobile)
      }
      expect(await texts({ timeoutAfterEffect: 1 })).to.have.lengthOf(1)
      expect(await texts({ status500: 1 })).to.have.lengthOf(0)
    })
  })

  it('that meet a carrier with too much to do are given again until it takes them, once', async () => {
    world.carrier.faults.rest({ ofOrders: true, status429: 6 })
    const number = world.freshNumber()
    await callWith(ana, [{ mobile: number, name: 'Bo' }])
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
  })

  it('to numbers that the carrier refuses fail with its reason, and the others are called', async () => {
    const numbers = ['+15005550001', '+15005550002', '+15005550003', '+15005550004']
    const guests = numbers.map((mobile, index) => ({ mobile, name: `Guest ${index}` }))
    await callWith(ana, guests)
    const { participants } = (await ana.get('/calls/active')).body
    expect(
      participants.slice(1).map((one: { status: string; reason: string }) => [one.status, one.reason]),
    ).to.deep.equal([
      ['failed', 'carrier_21211'],
      ['failed', 'carrier_21214'],
      ['failed', 'carrier_21215'],
      ['failed', 'carrier_21216'],
    ])
    expect(participants[0].status).to.equal('joined')
  })

  it('to a number that has opted out of texts are remembered as that', async () => {
    const blocked = '+15005550004'
    const contact = await ana.knows('Bo', blocked)
    const seen = async () => (await ana.get(`/contacts/${contact.contact_id}`)).body.sms_opted_out
    expect(await seen()).to.equal(false)
    await world.visitor().post('/auth/register', {
      username: 'blocked',
      name: 'Bo',
      mobile: blocked,
      password: 'correct horse battery',
    })
    await world.settle()
    expect(await seen()).to.equal(true)
  })

  it('that were lost with the host’s call end it when the number turns out to be refused', async () => {
    const socket = await ana.socket()
    ana.phone.script({ fail: 503 })
    world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
    await ana.post('/calls', { to: [{ mobile: world.freshNumber() }] })
    await world.pass(3)
    expect((await callEnded(socket)).end_reason).to.equal('host_failed')
    await reconcile(30)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
  })
})
