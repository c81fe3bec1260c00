import { expect } from 'chai'
import { callWith, onCall, ringsOf } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import { refusal } from '#test/kadoink-refusals'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

const JAMAICA = '+18764567890'
const PREMIUM = '+19005551234'

describe('Calls that cost', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('are refused to countries that are not on the list, and to premium numbers, before anybody is rung', async () => {
    const far = await ana.knows('Far', JAMAICA)
    const refused = await ana.post('/calls', { to: [far] })
    expect(refusal(refused)).to.equal('422 country_not_supported')
    expect(refused.body.error.fields).to.have.property('to.0')
    expect(refusal(await ana.post('/calls', { to: [{ mobile: PREMIUM }] }))).to.equal('422 number_not_supported')
    expect((await ana.get('/calls/active')).status).to.equal(404)

    await callWith(ana, [{ mobile: world.freshNumber() }])
    expect(refusal(await ana.post('/calls/active/participants', far))).to.equal('422 country_not_supported')
    await ana.delete('/calls/active')
    await world.settle()
    expect(ringsOf(world, JAMAICA)).to.deep.equal([])
  })

  it('are not made to a host’s own phone either, should it have been taken off the list since it was verified', async () => {
    const { sql } = world.running.database
    const near = { mobile: world.freshNumber() }
    for (const mobile of [JAMAICA, PREMIUM]) {
      await sql('users').where({ id: ana.user.id }).update({ mobile })
      expect(refusal(await ana.post('/calls', { to: [near] }))).to.equal('422 country_not_supported')
    }
    await world.settle()
    expect(ringsOf(world, JAMAICA)).to.deep.equal([])
    await sql('users').where({ id: ana.user.id }).update({ mobile: ana.mobile })
    await sql('prefix_blocks').insert({
      prefix: ana.mobile.slice(0, -4),
      blocked_until: new Date(Date.now() + 86_400_000),
      reason: 'test',
    })
    expect(refusal(await ana.post('/calls', { to: [near] }))).to.equal('422 country_not_supported')
    await sql('prefix_blocks').delete()
    expect((await ana.post('/calls', { to: [near] })).status).to.equal(201)
    await ana.delete('/calls/active')
  })

  it('leave out of a group whoever cannot be reached, and say so', async () => {
    const near = await ana.knows('Near', world.freshNumber())
    const far = await ana.knows('Far', JAMAICA)
    const members = [near, far].map(({ contact_id }) => contact_id)
    const { body: group } = await ana.post('/groups', { name: 'Band', contact_ids: members })
    await callWith(ana, [{ group_id: group.id }])
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Near: 'joined', Far: 'failed' })
    const { body } = await ana.get('/calls/active')
    expect(body.participants.find(({ name }: { name: string }) => name === 'Far').reason).to.equal('not_reachable')
    expect(ringsOf(world, JAMAICA)).to.deep.equal([])
    await ana.delete('/calls/active')

    const { body: abroad } = await ana.post('/groups', { name: 'Abroad', contact_ids: [far.contact_id] })
    const refused = await ana.post('/calls', { to: [{ group_id: abroad.id }] })
    expect(refusal(refused)).to.equal('422 country_not_supported')
  })

  it('rest, with texts, when the hour’s money is spent: what is ordered fails, what is asked for is refused', async () => {
    const poor = await World.start({ SPEND_PER_HOUR: '0.15' })
    try {
      const bo = await poor.person('Bo')
      const guests = await Promise.all(['Cy', 'Di'].map((name) => bo.knows(name, poor.freshNumber())))
      await callWith(bo, guests)
      const outcomes = Object.values(await onCall(bo)).sort()
      expect(outcomes).to.deep.equal(['failed', 'joined', 'joined'])
      const { body } = await bo.get('/calls/active')
      const failed = body.participants.find(({ status }: { status: string }) => status === 'failed')
      expect(failed.reason).to.equal('spend_limit')
      await bo.delete('/calls/active')

      const refused = await bo.post('/calls', { to: guests })
      expect(refusal(refused)).to.equal('503 unavailable')
      expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 3600)
      const mobile = poor.freshNumber()
      const stranger = { username: 'stranger', password: 'correct horse battery', mobile }
      expect(refusal(await poor.visitor().post('/auth/register', stranger))).to.equal('503 unavailable')

      await poor.moveClock(3601)
      expect((await bo.post('/calls', { to: guests })).status).to.equal(201)
    } finally {
      await poor.end()
    }
  })

  it('stop for half a day around a number of which the carrier says that texts there are pumped', async () => {
    const register = (username: string, mobile: string) =>
      world.visitor().post('/auth/register', { username, password: 'correct horse battery', mobile })
    await register('pump1', '+15557770001')
    await world.settle()
    const sent = await world.running.database.sql('texts').where({ phone: '+15557770001' }).first()
    const word = { MessageSid: sent.carrier_id, MessageStatus: 'undelivered', ErrorCode: '30450' }
    await knockSigned(world, `/webhooks/twilio/sms/status?text=${sent.id}`, word, ACCOUNT.token)
    await world.settle()

    const refused = await register('pump2', '+15557770002')
    expect(refusal(refused)).to.equal('429 rate_limited')
    expect(Number(refused.headers.get('retry-after'))).to.be.within(11 * 3600, 12 * 3600)
    expect((await register('pump3', '+15557780002')).status, 'other numbers').to.equal(202)
    await world.moveClock(12 * 3600 + 1)
    expect((await register('pump4', '+15557770003')).status, 'half a day later').to.equal(202)
  })

  it('are never ordered to what is no number, also where it stood in the database', async () => {
    const insert = world.running.database.sql('texts').insert({
      id: ana.user.id,
      direction: 'out',
      phone: 'anonymous',
      our_number: ACCOUNT.number,
      body: 'x',
      purpose: 'test',
      status: 'queued',
      rank: 0,
      created_at: new Date(),
      updated_at: new Date(),
    })
    const outcome = await insert.then(
      () => 'taken',
      (error: { constraint?: string }) => error.constraint,
    )
    expect(outcome).to.equal('texts_phone_is_e164')
  })
})
