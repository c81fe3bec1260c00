import { expect } from 'chai'
import { release } from '#domain/statuses'
import { followByPhone, unfollowByPhone } from '#domain/tags'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { until } from '#test/server-process'
import { deliveryOf, fans, primaryOf, says, textsGoOn } from '#test/statuses'
import { follow, newTag } from '#test/tags'
import { handedOver, receivedBy } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

const TEXTED = { text_followers: true }

describe('Statuses by text', () => {
  let world: World
  let ana: Person
  let bo: Person
  let tag: Json

  before(async () => {
    world = await World.start({ SPEND_PER_HOUR: '100000' })
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    tag = primaryOf(ana)
  })

  const statusTexts = (phone: string) => receivedBy(world, phone).filter((body) => body.startsWith('*'))
  const used = async (person: Person): Promise<number> =>
    (await person.get('/billing/entitlements')).body.usage.sms_per_month
  const followsByText = async (person: Person, ktag = tag) => {
    await follow(person, ktag, { texts: true })
    await world.textsArrive()
  }

  it('go to those who follow with texts, named by their tag, and to nobody else', async () => {
    const [cy, di] = [await world.person('Cy'), await world.person('Di')]
    await followsByText(bo)
    await follow(cy, tag, { texts: false })
    const status = await says(ana, 'Doors open at 8', TEXTED)
    expect(status.delivery).to.deep.equal({ recipients: 1, sent: 0, failed: 0, skipped: 0 })
    await world.textsArrive()
    expect(statusTexts(bo.mobile)).to.deep.equal([`*${ana.username}: Doors open at 8`])
    for (const { mobile } of [ana, cy, di]) expect(statusTexts(mobile)).to.deep.equal([])
    expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 1, sent: 1, failed: 0, skipped: 0 })
    expect((await bo.get('/feed')).body.items[0].delivery).to.equal(null)
    expect(await used(ana)).to.equal(1)
  })

  it('go to phones that follow without an account, too, until they do not', async () => {
    const [cy, di] = [world.freshNumber(), world.freshNumber()]
    const { database } = world.running
    for (const phone of [cy, di]) await database.write((unit) => followByPhone(unit, tag.id, phone, 'widget'))
    await followsByText(bo)
    await database.write((unit) => unfollowByPhone(unit, tag.id, di))
    const status = await says(ana, 'Doors open at 8', TEXTED)
    await world.textsArrive()
    expect([cy, di, bo.mobile].map((phone) => statusTexts(phone).length)).to.deep.equal([1, 0, 1])
    expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 2, sent: 2, failed: 0, skipped: 0 })
  })

  it('go to nobody where that is wanted, or where nobody follows', async () => {
    expect((await says(ana, 'Alone', TEXTED)).delivery).to.deep.equal({ recipients: 0, sent: 0, failed: 0, skipped: 0 })
    await followsByText(bo)
    expect((await says(ana, 'Quietly')).delivery).to.equal(null)
    await world.textsArrive()
    expect(statusTexts(bo.mobile)).to.deep.equal([])
    expect(await used(ana)).to.equal(0)
  })

  it('tell a phone that has never heard from us how to stop, once', async () => {
    const [phone = ''] = await fans(world, tag, 1)
    await says(ana, 'Hello', TEXTED)
    await world.textsArrive()
    await says(ana, 'Again', TEXTED)
    await world.textsArrive()
    expect(statusTexts(phone)).to.deep.equal([
      `*${ana.username}: Hello\nReply STOP to opt out.`,
      `*${ana.username}: Again`,
    ])
  })

  it('skip who cannot be texted, or has asked for none, and say so', async () => {
    const [cy, di, eve] = [await world.person('Cy'), await world.person('Di'), await world.person('Eve')]
    for (const one of [bo, cy, di, eve]) await followsByText(one)
    await cy.patch('/me', { settings: { sms_feed: false } })
    await di.patch('/me', { settings: { blocked: [ana.user.id] } })
    world.carrier.handset(eve.mobile).text(ACCOUNT.number, 'STOP')
    await world.textsArrive()
    const status = await says(ana, 'Hello', TEXTED)
    await world.textsArrive()
    expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 4, sent: 1, failed: 0, skipped: 3 })
    for (const { mobile } of [cy, di, eve]) expect(statusTexts(mobile)).to.deep.equal([])
    expect(await used(ana)).to.equal(1)
  })

  it('go to as many as the plan texts, whoever has followed longest first; the others see them in their feed', async () => {
    await grant(ana, { limits: { textedFollowersPerStatus: 3 } })
    const phones = await fans(world, tag, 5)
    await followsByText(bo)
    const status = await says(ana, 'Hello', TEXTED)
    await world.textsArrive()
    expect(phones.map((phone) => statusTexts(phone).length)).to.deep.equal([1, 1, 1, 0, 0])
    expect(statusTexts(bo.mobile)).to.deep.equal([])
    expect((await bo.get('/feed')).body.items.map(({ id }: Json) => id)).to.deep.equal([status.id])
    expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 6, sent: 3, failed: 0, skipped: 3 })
  })

  it('are refused when they do not fit into the month, and nothing is posted', async () => {
    await grant(ana, { limits: { smsPerMonth: 5 } })
    await fans(world, tag, 3)
    await says(ana, 'First', TEXTED)
    const answer = await ana.post('/statuses', { body: 'Second' })
    expect(refusal(answer)).to.equal('403 plan_limit_reached')
    expect(answer.body.error.message).to.include('3 people').and.to.include('2 are left')
    expect((await ana.get('/statuses')).body.items).to.have.lengthOf(1)
    await says(ana, 'Second, in feeds only')
    await world.moveClock(32 * 86_400)
    await says(ana, 'Another month', TEXTED)
    await world.textsArrive()
  })

  it('are counted one after the other, however many are posted at once', async () => {
    await grant(ana, { limits: { smsPerMonth: 7 } })
    await fans(world, tag, 2)
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => ana.post('/statuses', { body: `${at}` })))
    expect(answers.filter(({ status }) => status === 201)).to.have.lengthOf(3)
    expect(answers.filter(({ status }) => status === 403)).to.have.lengthOf(5)
    expect(await used(ana)).to.equal(6)
    await world.textsArrive()
  })

  it('reach everybody once, though they are handed on by many at once', async () => {
    const phones = await fans(world, tag, 120)
    await grant(ana, { plan: 'plus' })
    const { id } = await says(ana, 'Once', TEXTED)
    await Promise.all([1, 2, 3].map(() => release(world.running.database, id)))
    await world.textsArrive()
    expect(phones.map((phone) => handedOver(world, phone).length)).to.deep.equal(phones.map(() => 1))
    expect(await deliveryOf(ana, { id })).to.deep.equal({ recipients: 120, sent: 120, failed: 0, skipped: 0 })
  })

  it('are taken at a pace of six hundred an hour, and the rest follows', async () => {
    const { sql } = world.running.database
    await sql('sms_sends').insert({
      user_id: ana.user.id,
      recipients: 597,
      at: new Date((await says(ana, 'Now')).created_at),
    })
    await fans(world, tag, 5)
    const status = await says(ana, 'Many', TEXTED)
    await textsGoOn(world)
    expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 5, sent: 3, failed: 0, skipped: 0 })
    await world.moveClock(1_800)
    await textsGoOn(world)
    expect((await deliveryOf(ana, status)).sent).to.equal(3)
    await world.moveClock(1_900)
    await textsGoOn(world)
    expect((await deliveryOf(ana, status)).sent).to.equal(5)
  })

  it('say what has become of them: what fails is told, and when all is known it is told no more', async () => {
    const [lost = '', , third = ''] = await fans(world, tag, 3)
    world.carrier.handset(lost).script({ undelivered: 30005 })
    const socket = await ana.socket({ topics: ['statuses'] })
    const told = async (): Promise<Json> =>
      (await socket.until('event', ({ event }) => event === 'status.delivery')).data
    const status = await says(ana, 'Hello', TEXTED)
    await world.pass(2)
    await world.moveClock(6)
    await textsGoOn(world)
    const delivery = { recipients: 3, sent: 2, failed: 1, skipped: 0 }
    expect(await told()).to.deep.equal({ id: status.id, delivery })
    await world.moveClock(400)
    await textsGoOn(world)
    await says(ana, 'More')
    await socket.until(
      'event',
      ({ event, data }) => event === 'status.created' && (data.status as Json).body === 'More',
    )
    expect(socket.events.map(({ event }) => event)).to.deep.equal([
      'status.created',
      'status.delivery',
      'status.created',
    ])
    expect(statusTexts(third)).to.have.lengthOf(1)

    // What is known stays known when the texts themselves have been forgotten.
    await world.running.database.sql('texts').where({ batch_id: status.id }).delete()
    expect(await deliveryOf(ana, status)).to.deep.equal(delivery)
    expect(await world.running.database.sql('fanout_texts').where({ status_id: status.id })).to.deep.equal([])
  })

  describe('in quiet hours', () => {
    /** Quiet hours, UTC, that began an hour ago and last so many more hours. */
    const quietFor = async (person: Person, hours: number): Promise<void> => {
      const { body } = await person.get('/me')
      expect(body.timezone).to.equal('UTC')
      const now = Date.parse((await serverTime()) ?? '')
      const at = (hour: number) => new Date(now + hour * 3_600_000).toISOString().slice(11, 16)
      await person.patch('/me', { settings: { quiet_hours: { start: at(-1), end: at(hours) } } })
    }
    const serverTime = async (): Promise<string> => (await says(ana, 'What time is it?')).created_at

    it('wait for their end', async () => {
      await followsByText(bo)
      await quietFor(bo, 8)
      const status = await says(ana, 'Late show', TEXTED)
      await textsGoOn(world)
      expect(statusTexts(bo.mobile)).to.deep.equal([])
      expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 1, sent: 0, failed: 0, skipped: 0 })
      await world.moveClock(7 * 3600)
      await textsGoOn(world)
      expect(statusTexts(bo.mobile)).to.deep.equal([])
      await ana.patch(`/statuses/${status.id}`, { body: 'Late show, at 11' })
      await world.moveClock(3660)
      await textsGoOn(world)
      expect(statusTexts(bo.mobile)).to.deep.equal([`*${ana.username}: Late show, at 11`])
    })

    it('are dropped when that is too late, and cost nothing', async () => {
      await followsByText(bo)
      await quietFor(bo, 13)
      const status = await says(ana, 'Gone by then', TEXTED)
      await textsGoOn(world)
      expect(await deliveryOf(ana, status)).to.deep.equal({ recipients: 1, sent: 0, failed: 0, skipped: 1 })
      expect(await used(ana)).to.equal(0)
    })

    it('are dropped when the server was away until it was too late', async () => {
      await followsByText(bo)
      await quietFor(bo, 8)
      const status = await says(ana, 'Old news', TEXTED)
      await world.settle()
      await world.moveClock(12 * 3600 + 1)
      await textsGoOn(world)
      expect(statusTexts(bo.mobile)).to.deep.equal([])
      expect((await deliveryOf(ana, status)).skipped).to.equal(1)
    })

    for (const [what, change] of [
      ['unfollows', (person: Person) => person.delete(`/ktags/${tag.id}/follow`)],
      ['mutes the tag', (person: Person) => follow(person, tag, { texts: false })],
      ['blocks the author', (person: Person) => person.patch('/me', { settings: { blocked: [ana.user.id] } })],
    ] as const) {
      it(`are not sent to somebody who ${what} meanwhile`, async () => {
        await followsByText(bo)
        await quietFor(bo, 2)
        const status = await says(ana, 'Not any more', TEXTED)
        await textsGoOn(world)
        await change(bo)
        await world.moveClock(2 * 3600 + 60)
        await textsGoOn(world)
        expect(statusTexts(bo.mobile)).to.deep.equal([])
        expect((await deliveryOf(ana, status)).skipped).to.equal(1)
        expect(await used(ana)).to.equal(0)
      })
    }

    it('are not sent of a status that is deleted meanwhile, or whose tag or author is gone', async () => {
      const other = await newTag(ana)
      await followsByText(bo)
      await followsByText(bo, other)
      await quietFor(bo, 2)
      const first = await says(ana, 'Taken back', TEXTED)
      await says(ana, 'Tag gone', { ...TEXTED, ktag_id: other.id })
      await says(ana, 'Suspended', TEXTED)
      await textsGoOn(world)
      expect(await used(ana)).to.equal(3)
      await ana.delete(`/statuses/${first.id}`)
      expect(await used(ana)).to.equal(2)
      await ana.delete(`/ktags/${other.id}`)
      await world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
      await world.moveClock(2 * 3600 + 60)
      await textsGoOn(world)
      expect(statusTexts(bo.mobile)).to.deep.equal([])
    })
  })

  it('stop where they are when the status is deleted: also those that wait at us for the carrier', async () => {
    const phones = await fans(world, tag, 20)
    world.carrier.faults.rest({ status429: 10_000 })
    const { id } = await says(ana, 'Oops', TEXTED)
    await release(world.running.database, id)
    await until(() => world.carrier.faults.current.rest.status429 !== 10_000)
    expect((await ana.delete(`/statuses/${id}`)).status).to.equal(204)
    world.carrier.faults.clear()
    await world.pass(3)
    // Six are on their way to the carrier at a time; nobody can call those back.
    expect(phones.flatMap(statusTexts)).to.have.length.below(7)
    expect(await world.running.database.sql('texts').where({ batch_id: id, status: 'queued' })).to.deep.equal([])
    expect(await used(ana)).to.be.below(7)
  })

  it('of somebody else’s tag cost whoever posts, and reach neither them nor the owner', async () => {
    const shared = await newTag(ana, { post_policy: 'followers' })
    const cy = await world.person('Cy')
    await followsByText(bo, shared)
    await followsByText(cy, shared)
    const status = await says(bo, 'Who is coming?', { ...TEXTED, ktag_id: shared.id })
    expect(status.delivery.recipients).to.equal(1)
    await world.textsArrive()
    expect(statusTexts(cy.mobile)).to.deep.equal([`*${shared.name}: Who is coming?`])
    expect(statusTexts(bo.mobile)).to.deep.equal([])
    expect([await used(bo), await used(ana)]).to.deep.equal([1, 0])
  })
})
