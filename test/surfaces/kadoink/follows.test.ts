import { expect } from 'chai'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, giveMore, newTag, tagSeenBy } from '#test/tags'
import { ACCOUNT, World } from '#test/world'

describe('Following', () => {
  let world: World
  let ana: Person
  let bo: Person
  let tag: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    tag = await newTag(ana)
  })

  const count = async () => (await tagSeenBy(ana, tag)).follower_count
  const followed = async (person: Person, query = ''): Promise<Json[]> =>
    (await person.get(`/follows${query}`)).body.items
  /** What a phone was told about tags that it follows. */
  const notices = async (person: Person): Promise<string[]> => {
    await world.textsArrive()
    return person.phone.texts.map(({ body }) => body).filter((body) => body.startsWith('You follow'))
  }

  it('begins with 201, goes on with 200, and ends', async () => {
    const first = await bo.post(`/ktags/${tag.id}/follow`)
    expect(first.status).to.equal(201)
    expect(first.body).to.include({ state: 'active', texts: true, calls: false })
    expect(first.body.ktag).to.include({ id: tag.id, following: true, is_owner: false, texts: true, follower_count: 1 })
    const again = await bo.put(`/ktags/${tag.id}/follow`, {})
    expect(again.status).to.equal(200)
    expect(again.body).to.deep.equal(first.body)
    expect(await followed(bo)).to.deep.equal([first.body])
    expect(await count()).to.equal(1)

    expect((await bo.delete(`/ktags/${tag.id}/follow`)).status).to.equal(204)
    expect(refusal(await bo.delete(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
    expect(await followed(bo)).to.deep.equal([])
    expect(await tagSeenBy(bo, tag)).to.include({ following: false, texts: false, follower_count: 0 })
  })

  it('answers a repeated request with what it answered at first, where the request says that it is one', async () => {
    const key = { 'Idempotency-Key': 'follow-1' }
    const answers = [1, 2].map(() => bo.post(`/ktags/${tag.id}/follow`, { texts: false }, key))
    expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal([201, 201])
    expect((await bo.post(`/ktags/${tag.id}/follow`, { texts: false })).status).to.equal(200)
  })

  it('switches texts and calls as it is told, and leaves alone what is not named', async () => {
    expect(await follow(bo, tag, { calls: true })).to.include({ texts: true, calls: true })
    expect(await follow(bo, tag, { texts: false })).to.include({ texts: false, calls: true })
    expect(await follow(bo, tag, {})).to.include({ texts: false, calls: true })
    expect(await tagSeenBy(bo, tag)).to.include({ texts: false, calls: true })
    expect(await tagSeenBy(ana, tag)).to.include({ texts: false, calls: false, following: false })
    expect(complaints(await bo.post(`/ktags/${tag.id}/follow`, { texts: 'yes' }))).to.have.all.keys('texts')
    expect(await count()).to.equal(1)
  })

  it('is not for one’s own tags', async () => {
    expect(refusal(await ana.post(`/ktags/${tag.id}/follow`))).to.equal('409 own_ktag')
    expect(await count()).to.equal(0)
  })

  it('counts each follower once, however many come and go at the same moment', async () => {
    const twice = await Promise.all([1, 2, 3].map(() => bo.post(`/ktags/${tag.id}/follow`)))
    expect(twice.map(({ status }) => status).sort()).to.deep.equal([200, 200, 201])
    expect(await count()).to.equal(1)

    const crowd = await Promise.all([1, 2, 3, 4, 5, 6].map(() => world.person()))
    await Promise.all(crowd.map((person) => follow(person, tag)))
    expect(await count()).to.equal(7)
    const [first, second, third] = crowd
    await Promise.all([first, second, first].map((person) => person?.delete(`/ktags/${tag.id}/follow`)))
    await Promise.all([third?.delete(`/ktags/${tag.id}/follow`), third?.post(`/ktags/${tag.id}/follow`)])
    const rows = await world.running.database.sql('follows').where({ ktag_id: tag.id })
    expect(await count()).to.equal(rows.length)
    await world.running.database.sql('users').whereIn('id', [bo.user.id]).delete()
    expect(await count(), 'whoever deletes an account follows nothing').to.equal(rows.length - 1)
  })

  it('ends for everybody when the tag is deleted, also for whoever comes at that moment', async () => {
    await follow(bo, tag)
    const eve = await world.person('Eve')
    const [gone, late] = await Promise.all([ana.delete(`/ktags/${tag.id}`), eve.post(`/ktags/${tag.id}/follow`)])
    expect(gone?.status).to.equal(204)
    expect(late?.status).to.be.oneOf([201, 404])
    for (const person of [bo, eve]) {
      expect(await followed(person)).to.deep.equal([])
      expect(refusal(await person.delete(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
    }
  })

  it('lists the tags one follows, the last one first, in pages', async () => {
    await giveMore(world, ana)
    const tags = [tag, await newTag(ana), await newTag(ana)]
    for (const one of tags) await follow(bo, one)
    const names = tags.map(({ name }) => name).reverse()
    expect((await followed(bo)).map(({ ktag }) => ktag.name)).to.deep.equal(names)
    const page = await bo.get('/follows?limit=1&offset=1')
    expect([page.body.items[0].ktag.name, page.body.has_more]).to.deep.equal([names[1], true])
    expect((await bo.get('/follows?offset=2')).body.has_more).to.equal(false)
    expect(await followed(ana)).to.deep.equal([])
  })

  it('ends at as many tags as the plan allows, even when two come at the limit', async () => {
    await giveMore(world, ana)
    const tags = [tag, await newTag(ana), await newTag(ana), await newTag(ana)]
    await world.running.database
      .sql('users')
      .where({ id: bo.user.id })
      .update({ limits: JSON.stringify({ maxFollows: 2 }) })
    await follow(bo, tag)
    const more = await Promise.all(tags.slice(1).map(({ id }) => bo.post(`/ktags/${id}/follow`)))
    expect(outcomes(more)).to.deep.equal({ 201: 1, '403 plan_limit_reached': 2 })
    expect((await bo.post(`/ktags/${tag.id}/follow`, { calls: true })).status, 'no new one').to.equal(200)
  })

  describe('is confirmed by a text', () => {
    it('that says how to stop it: the first time, and never again', async () => {
      await Promise.all([1, 2].map(() => bo.post(`/ktags/${tag.id}/follow`)))
      expect(await notices(bo)).to.deep.equal([`You follow *${tag.name}. Reply MUTE *${tag.name} to stop texts.`])
      await bo.delete(`/ktags/${tag.id}/follow`)
      await bo.post(`/ktags/${tag.id}/follow`)
      expect(await notices(bo)).to.have.lengthOf(1)
    })

    it('when texts are wanted, be it later', async () => {
      await follow(bo, tag, { texts: false })
      expect(await notices(bo)).to.deep.equal([])
      await follow(bo, tag, { texts: true })
      expect(await notices(bo)).to.have.lengthOf(1)
    })

    it('unless the phone has opted out', async () => {
      bo.phone.text(ACCOUNT.number, 'STOP')
      await world.pass(1)
      expect((await bo.post(`/ktags/${tag.id}/follow`)).status).to.equal(201)
      expect(await notices(bo)).to.deep.equal([])
      bo.phone.text(ACCOUNT.number, 'START')
      await world.pass(1)
      await bo.post(`/ktags/${tag.id}/follow`)
      expect(await notices(bo), 'told when it may be').to.have.lengthOf(1)
    })

    it('twenty times in an hour at most: whoever follows everything is not texted about all of it', async () => {
      const phone = bo.mobile
      const sent = Array.from({ length: 20 }, (_, at) => ({
        id: `019a8f00-0000-7000-8000-${String(Date.now() + at).slice(-12)}`,
        direction: 'out',
        phone,
        our_number: ACCOUNT.number,
        purpose: 'follow',
        status: 'sent',
        rank: 2,
        created_at: new Date(),
        updated_at: new Date(),
      }))
      await world.running.database.sql('texts').insert(sent)
      await follow(bo, tag, { texts: true })
      expect(await notices(bo)).to.deep.equal([])
      await world.running.database
        .sql('texts')
        .where({ phone })
        .update({ created_at: new Date(Date.now() - 3_601_000) })
      await follow(bo, tag, { texts: true })
      expect(await notices(bo)).to.have.lengthOf(1)
    })
  })
})
