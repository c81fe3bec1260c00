import { expect } from 'chai'
import { limitsOf } from '#domain/billing'
import { callWith } from '#test/calls-stage'
import { friends, grant, groupOf, toGrid } from '#test/kadoink-book'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Entitlements', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const entitlements = async (): Promise<Json> => {
    const { status, body } = await ana.get('/billing/entitlements')
    expect(status).to.equal(200)
    return body
  }

  it('are what the free plan allows, by the names of the reference, and nothing used but the first tag', async () => {
    const { tier, limits, usage } = await entitlements()
    expect(tier).to.equal('free')
    expect(limits).to.include({
      max_ktags: 2,
      grid_slots: 4,
      max_call_participants: 5,
      call_minutes_per_month: 60,
      call_max_minutes: 30,
      sms_per_month: 100,
      texted_followers_per_status: 50,
      max_contacts: 250,
      max_groups: 5,
      max_group_members: 25,
      max_scheduled_jobs: 5,
      recurring: false,
      max_calendar_events: 50,
      voicemail_seconds: 60,
      retention_days: 30,
      transcripts: false,
    })
    expect(usage).to.include({ max_ktags: 1, grid_slots: 0, call_minutes_per_month: 0, max_contacts: 0, max_groups: 0 })
    expect(Object.keys(limits)).to.include.members(Object.keys(usage))
  })

  it('are more on Plus, and what was agreed beyond it', async () => {
    await grant(ana, { plan: 'plus', limits: { maxContacts: 6000 } })
    const { tier, limits } = await entitlements()
    expect(tier).to.equal('plus')
    expect(limits).to.include({
      max_ktags: 20,
      grid_slots: 16,
      max_call_participants: 25,
      call_minutes_per_month: 1500,
      call_max_minutes: 120,
      sms_per_month: 2000,
      texted_followers_per_status: 1000,
      max_contacts: 6000,
      max_groups: 100,
      max_group_members: 250,
      max_scheduled_jobs: 200,
      recurring: true,
      max_calendar_events: 1000,
      voicemail_seconds: 300,
      retention_days: 365,
      transcripts: true,
    })
  })

  it('leave room on a call for everybody on the grid and the host', () => {
    for (const plan of ['free', 'plus'] as const) {
      const { gridSlots, maxCallParticipants } = limitsOf({ plan, limits: {} })
      expect(gridSlots + 1).to.be.at.most(maxCallParticipants)
    }
  })

  it('count what is there, as it comes and goes', async () => {
    const [bo = '', cy = ''] = await friends(ana, 3)
    await toGrid(ana, { contact_id: bo })
    await groupOf(ana, 'Band', [bo, cy])
    const club = await ana.post('/ktags', { name: 'counted_club' })
    await ana.post('/widgets', { ktag_id: club.body.id, kind: 'status' })
    const { usage } = await entitlements()
    expect(usage).to.include({ max_contacts: 3, grid_slots: 1, max_groups: 1, max_ktags: 2, max_widgets: 1 })
    await ana.delete(`/contacts/${bo}`)
    expect((await entitlements()).usage).to.include({ max_contacts: 2, grid_slots: 0, max_groups: 1 })
  })

  it('count the minutes that are being talked', async () => {
    await callWith(ana, [{ mobile: world.freshNumber(), name: 'Bo' }])
    await world.moveClock(90)
    expect((await entitlements()).usage.call_minutes_per_month).to.be.within(3, 4)
  })

  it('begin at nought with the next month: the calendar’s, or on Plus that of the billing period', async () => {
    const nextFirst = new Date()
    nextFirst.setUTCMonth(nextFirst.getUTCMonth() + 1, 1)
    expect((await entitlements()).resets_at).to.equal(`${nextFirst.toISOString().slice(0, 10)}T00:00:00Z`)
    const paidFrom = new Date(Date.now() - 3 * 86_400_000)
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ plan: 'plus', months_from: paidFrom })
    const days = (Date.parse((await entitlements()).resets_at) - paidFrom.getTime()) / 86_400_000
    expect(days).to.be.within(27.9, 31.1)
  })

  it('say of somebody who has never paid that there is no subscription', async () => {
    expect((await ana.get('/billing/subscription')).body).to.deep.equal({
      tier: 'free',
      status: 'none',
      interval: null,
      current_period_end: null,
      cancel_at_period_end: false,
      manage_url: null,
    })
  })
})
