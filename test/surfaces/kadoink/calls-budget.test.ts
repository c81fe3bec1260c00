import { expect } from 'chai'
import { byId } from '#domain/accounts'
import { takeLegs } from '#domain/calls'
import { callWith, onCall, participant, phoneThat, ringsOf } from '#test/calls-stage'
import { agree, crowd, orders } from '#test/dialling-stage'
import type { Answer, Person } from '#test/people'
import { World } from '#test/world'

/** Numbers of many countries, which the network rings like any other. */
const ABROAD: Readonly<Record<string, string>> = {
  GB: '+442079460001',
  FR: '+33199000001',
  DE: '+493023125001',
  IT: '+390669800001',
  ES: '+34910500001',
  JP: '+81312340001',
}

describe('The phones that are rung for a host', function () {
  this.timeout(60_000)
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start({ COUNTRIES: '*' })
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const retryAfter = (answer: Answer) => Number(answer.headers.get('retry-after'))
  const add = (mobile = world.freshNumber()) => ana.post('/calls/active/participants', { mobile })
  /** Let time go by for the server; its clock goes on by itself too, by as much as the test takes. */
  const later = async (seconds: number) => {
    await world.settle()
    await world.moveClock(seconds)
    await world.settle()
  }
  /** What is left of some seconds when a test is at it for a while. */
  const about = (seconds: number) => [seconds - 30, seconds] as const

  describe('are 250 on one call at most', () => {
    beforeEach(() => agree(world, ana, { maxCallParticipants: 1000, legsPerTenMinutes: 1000 }))

    it('refused before anybody is rung, whatever was agreed with the account', async () => {
      const before = orders(world).length
      const refused = await ana.post('/calls', { to: crowd(world, 250) })
      expect([refused.status, refused.body.error.code]).to.deep.equal([422, 'call_too_large'])
      expect(refused.body.error.message).to.include('250')
      const many = await ana.post('/calls', { to: crowd(world, 251) })
      expect([many.status, many.body.error.code]).to.deep.equal([422, 'validation_failed'])
      expect((await ana.get('/calls/active')).status).to.equal(404)
      await world.settle()
      expect(orders(world)).to.have.lengthOf(before)
    })

    it('and 250 there may be, the host among them; one more does not fit', async () => {
      ana.phone.script({ noAnswer: true })
      const { status, body } = await ana.post('/calls', { to: crowd(world, 249) })
      expect(status).to.equal(201)
      expect([body.participants.length, body.max_participants]).to.deep.equal([250, 250])
      const refused = await add()
      expect([refused.status, refused.body.error.code]).to.deep.equal([422, 'call_too_large'])
      await ana.delete('/calls/active')
    })
  })

  describe('are so many in ten minutes', () => {
    beforeEach(() => agree(world, ana, { maxCallParticipants: 60, legsPerTenMinutes: 8 }))

    it('whatever they were rung for; the refusal says when one more will be granted, and then it is', async () => {
      await callWith(ana, crowd(world, 4))
      await later(100)
      for (let count = 0; count < 3; count++) expect((await add()).status).to.equal(201)
      const refused = await add()
      expect([refused.status, refused.body.error.code]).to.deep.equal([429, 'rate_limited'])
      expect(retryAfter(refused)).to.be.within(...about(500))
      await ana.delete('/calls/active')
      const five = await ana.post('/calls', { to: crowd(world, 4) })
      expect([five.status, five.body.error.code]).to.deep.equal([429, 'rate_limited'])
      expect(retryAfter(five)).to.be.within(...about(500))
      const six = await ana.post('/calls', { to: crowd(world, 5) })
      expect(retryAfter(six)).to.be.within(...about(600))

      await later(retryAfter(five) - 30)
      expect((await ana.post('/calls', { to: crowd(world, 4) })).status).to.equal(429)
      await later(30)
      expect((await ana.post('/calls', { to: crowd(world, 4) })).status).to.equal(201)
    })

    it('the last of them is given away once when two ask at the same moment', async () => {
      await callWith(ana, crowd(world, 6))
      const wanted = [world.freshNumber(), world.freshNumber(), world.freshNumber()]
      const answers = await Promise.all(wanted.map(add))
      expect(answers.map(({ status }) => status)).to.have.members([201, 429, 429])
      await world.pass(5)
      expect(wanted.flatMap((number) => ringsOf(world, number))).to.have.lengthOf(1)
    })

    it('and whoever is rung again counts again', async () => {
      await agree(world, ana, { legsPerTenMinutes: 3 })
      await callWith(ana, [{ mobile: phoneThat(world, { busy: true }, { busy: true }), name: 'Bo' }])
      const { id } = await participant(ana, 'Bo')
      const again = () => ana.post(`/calls/active/participants/${id}/redial`)
      expect((await again()).status).to.equal(200)
      await world.pass(3)
      const refused = await again()
      expect([refused.status, refused.body.error.code]).to.deep.equal([429, 'rate_limited'])
      expect(await onCall(ana)).to.include({ Bo: 'busy' })
    })

    it('nor is more given away than there is by any other way, however many ask', async () => {
      const { database } = world.running
      const host = await database.read((view) => byId(view, ana.user.id))
      if (!host) throw new Error('There is no host.')
      const two = () => database.write((unit) => takeLegs(unit, host, [world.freshNumber(), world.freshNumber()]))
      const answers = await Promise.allSettled(Array.from({ length: 8 }, two))
      expect(answers.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(4)
    })

    it('more of them at once than there ever are is a question of the plan, and costs nothing', async () => {
      const refused = await ana.post('/calls', { to: crowd(world, 8) })
      expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'plan_limit_reached'])
      expect(refused.headers.get('retry-after')).to.equal(null)
      expect((await ana.post('/calls', { to: crowd(world, 7) })).status).to.equal(201)
    })

    it('are counted for each host alone', async () => {
      await callWith(ana, crowd(world, 7))
      expect((await add()).status).to.equal(429)
      const eve = await world.person('Eve')
      expect((await eve.post('/calls', { to: crowd(world, 4) })).status).to.equal(201)
    })
  })

  describe('are in five countries a day at most', () => {
    beforeEach(() => agree(world, ana, { maxCallParticipants: 60, legsPerTenMinutes: 60 }))
    const { JP: sixth = '', ...rest } = ABROAD
    const five = Object.values(rest)

    it('their own not counted; a sixth is refused until one of the others lies a day back', async () => {
      await callWith(
        ana,
        five.slice(0, 2).map((mobile) => ({ mobile })),
      )
      await later(100)
      for (const number of five.slice(2)) expect((await add(number)).status).to.equal(201)
      const refused = await add(sixth)
      expect([refused.status, refused.body.error.code]).to.deep.equal([429, 'rate_limited'])
      expect(refused.body.error.message).to.include('5 countries')
      expect(retryAfter(refused)).to.be.within(...about(86_400 - 100))
      expect(ringsOf(world, sixth)).to.be.empty
      // A country that was called already may be called again, and is called later than the others then.
      expect((await add('+442079460002')).status).to.equal(201)
      expect(await onCall(ana)).to.include({ Ana: 'joined' })
      await ana.delete('/calls/active')
      const inVain = await ana.post('/calls', { to: [{ mobile: sixth }] })
      await later(retryAfter(inVain) - 30)
      expect((await ana.post('/calls', { to: [{ mobile: sixth }] })).status).to.equal(429)
      await later(30)
      expect((await ana.post('/calls', { to: [{ mobile: sixth }] })).status).to.equal(201)
    })

    it('six in one call are never allowed', async () => {
      const refused = await ana.post('/calls', { to: Object.values(ABROAD).map((mobile) => ({ mobile })) })
      expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'plan_limit_reached'])
      expect((await ana.get('/calls/active')).status).to.equal(404)
    })
  })
})

describe('When far too many wait for a line', () => {
  it('nobody more is taken, and the refusal says when there is room', async () => {
    const world = await World.start({ CALLS_PER_SECOND: '0.01' }, { isOneTime: true })
    const [ana, eve] = [await world.person('Ana'), await world.person('Eve')]
    await agree(world, ana, { maxCallParticipants: 60 })
    const full = await ana.post('/calls', { to: crowd(world, 20) })
    expect([full.status, full.body.error.code]).to.deep.equal([503, 'lines_busy'])
    expect(Number(full.headers.get('retry-after'))).to.equal(200)
    expect((await eve.post('/calls', { to: crowd(world, 4) })).status).to.equal(201)
    expect((await ana.post('/calls', { to: crowd(world, 18) })).status).to.equal(201)
    await world.end()
  })
})
