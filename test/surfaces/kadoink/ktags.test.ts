import { expect } from 'chai'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, freshName, giveMore, newTag, tagSeenBy } from '#test/tags'
import { World } from '#test/world'

const UNKNOWN = '019a8f00-0000-7000-8000-000000000000'
const DAY = 86_400

describe('Tags', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  const own = async (person: Person, query = ''): Promise<Json[]> => (await person.get(`/ktags${query}`)).body.items
  const namesOf = async (person: Person) => (await own(person)).map(({ name }) => name)
  const primaries = async (person: Person) =>
    (await own(person)).filter(({ is_primary }) => is_primary).map(({ name }) => name)

  it('are made, read, changed and deleted', async () => {
    const name = freshName()
    const made = await newTag(ana, {
      name: ` *${name.toUpperCase()}`,
      title: ' Jazz Club ',
      description: 'Every night',
    })
    expect(made).to.include({ name, title: 'Jazz Club', description: 'Every night', visibility: 'public' })
    expect(made).to.include({ post_policy: 'owner', message_policy: 'anyone', call_policy: 'followers' })
    expect(made).to.include({ voicemail: true, is_primary: false, is_owner: true, follower_count: 0 })
    expect(made).to.include({ following: false, texts: false, calls: false, avatar_url: null })
    expect(made.extension).to.match(/^\d{6}$/)

    const nothing = { latest_statuses: { items: [], has_more: false }, live_call: null }
    expect(await tagSeenBy(ana, made)).to.deep.equal({ ...made, ...nothing })
    expect(await tagSeenBy(bo, made)).to.deep.equal({ ...made, ...nothing, is_owner: false })

    const policies = { post_policy: 'followers', message_policy: 'nobody', call_policy: 'anyone', voicemail: false }
    const edited = await ana.patch(`/ktags/${made.id}`, { ...policies, description: null, visibility: 'private' })
    expect(edited.status).to.equal(200)
    expect(edited.body).to.include({ ...policies, description: null, visibility: 'private', title: 'Jazz Club', name })
    expect((await ana.put(`/ktags/${made.id}`, { title: 'Jazz' })).body).to.include({ title: 'Jazz', ...policies })

    expect((await ana.delete(`/ktags/${made.id}`)).status).to.equal(204)
    expect(refusal(await ana.get(`/ktags/${made.id}`))).to.equal('404 not_found')
    expect(refusal(await ana.delete(`/ktags/${made.id}`))).to.equal('404 not_found')
  })

  it('are listed with the primary one first, in pages', async () => {
    await giveMore(world, ana)
    const [first, second] = [await newTag(ana), await newTag(ana)]
    expect(await namesOf(ana)).to.deep.equal([ana.username, first.name, second.name])
    await ana.patch(`/ktags/${second.id}`, { is_primary: true })
    expect(await namesOf(ana)).to.deep.equal([second.name, ana.username, first.name])
    const page = await ana.get('/ktags?limit=1&offset=1')
    expect([page.body.items[0].name, page.body.has_more]).to.deep.equal([ana.username, true])
    expect(complaints(await ana.get(`/ktags?before_id=${UNKNOWN}`))).to.have.all.keys('before_id')
  })

  it('have names of a letter and 2 to 19 letters, digits or underscores, none of them a word of ours', async () => {
    for (const name of ['ab', '1abc', '_abc', 'a-b', 'a b', 'a'.repeat(21), 'naïve', '**jazz', '*', '']) {
      expect(complaints(await ana.post('/ktags', { name })), name).to.have.all.keys('name')
    }
    const words = ['stop', 'HELP', '*info', 'unfollow', 'following', 'hangup', 'kadoink', 'admin', 'all', 'unread']
    for (const name of words) {
      expect(complaints(await ana.post('/ktags', { name })), name).to.deep.equal({ name: 'That name is reserved.' })
    }
    expect(complaints(await ana.patch(`/ktags/${ana.user.primary_ktag.id}`, { name: 'stop' }))).to.have.all.keys('name')
    expect((await ana.post('/ktags', { name: `z${'9'.repeat(19)}` })).status).to.equal(201)
  })

  it('have a name each, in any case, even when two ask for it at the same moment', async () => {
    const name = freshName()
    const people = [ana, bo, await world.person(), await world.person()]
    const asked = people.map((person, at) => person.post('/ktags', { name: at % 2 ? name : name.toUpperCase() }))
    expect(outcomes(await Promise.all(asked))).to.deep.equal({ 201: 1, '409 ktag_taken': 3 })
    const mine = await newTag(await world.person())
    const rename = await bo.patch(`/ktags/${bo.user.primary_ktag.id}`, { name: mine.name })
    expect(refusal(rename)).to.equal('409 ktag_taken')
    expect(rename.body.error.fields).to.have.all.keys('name')
    expect((await own(bo))[0]?.name, 'all stays as it was').to.equal(bo.username)
  })

  it('are as many as the plan allows, even when several come at the limit', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ana.post('/ktags', { name: freshName() })))
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '403 plan_limit_reached': 2 })
    expect(await own(ana)).to.have.lengthOf(2)
    await giveMore(world, ana)
    expect((await ana.post('/ktags', { name: freshName() })).status).to.equal(201)
  })

  it('are made once for one Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': 'one-tag' }
    const name = freshName()
    const answers = await Promise.all([1, 2, 3].map(() => ana.post('/ktags', { name }, key)))
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).to.equal(1)
  })

  describe('of which one is primary', () => {
    it('name another one primary, and the old one is it no more', async () => {
      const tag = await newTag(ana)
      expect((await ana.patch(`/ktags/${tag.id}`, { is_primary: true })).body.is_primary).to.equal(true)
      expect(await primaries(ana)).to.deep.equal([tag.name])
      expect((await ana.get('/me')).body.primary_ktag.name).to.equal(tag.name)
      expect((await ana.patch('/me', { primary_ktag_id: ana.user.primary_ktag.id })).body.primary_ktag.name).to.equal(
        ana.username,
      )
      expect(await primaries(ana)).to.deep.equal([ana.username])
    })

    it('have exactly one, even when several are made it at the same moment', async () => {
      await giveMore(world, ana)
      const tags = [await newTag(ana), await newTag(ana), await newTag(ana)]
      const answers = await Promise.all(tags.map(({ id }) => ana.patch(`/ktags/${id}`, { is_primary: true })))
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200])
      expect(await primaries(ana)).to.have.lengthOf(1)
    })

    it('never lose it: it cannot be deleted, nor simply be none', async () => {
      const { id } = ana.user.primary_ktag
      expect(refusal(await ana.delete(`/ktags/${id}`))).to.equal('409 primary_ktag')
      expect(refusal(await ana.patch(`/ktags/${id}`, { is_primary: false }))).to.equal('409 primary_ktag')
      const tag = await newTag(ana)
      expect((await ana.patch(`/ktags/${tag.id}`, { is_primary: false })).status).to.equal(200)
      const [made] = await Promise.all([
        ana.patch(`/ktags/${tag.id}`, { is_primary: true }),
        ana.delete(`/ktags/${tag.id}`),
      ])
      expect(made?.status).to.be.oneOf([200, 404])
      expect(await primaries(ana)).to.have.lengthOf(1)
    })
  })

  describe('whose name is given up', () => {
    it('leave it to nobody for 90 days after they were deleted', async () => {
      const { id, name } = await newTag(ana)
      await ana.delete(`/ktags/${id}`)
      for (const person of [ana, bo]) expect(refusal(await person.post('/ktags', { name }))).to.equal('409 ktag_taken')
      expect(refusal(await bo.patch(`/ktags/${bo.user.primary_ktag.id}`, { name }))).to.equal('409 ktag_taken')
      await world.running.database
        .sql('resting_names')
        .where({ name })
        .update({ free_at: inDays(0) })
      expect((await bo.post('/ktags', { name })).status).to.equal(201)
    })

    it('leave it to nobody while they are deleted, whoever asks at that moment', async () => {
      for (let round = 0; round < 3; round++) {
        const { id, name } = await newTag(ana)
        const [gone, made] = await Promise.all([ana.delete(`/ktags/${id}`), bo.post('/ktags', { name })])
        expect(gone?.status).to.equal(204)
        expect(refusal(made as never)).to.equal('409 ktag_taken')
      }
    })

    it('leave it to nobody who signs up either', async () => {
      const { id, name } = await newTag(ana)
      await ana.delete(`/ktags/${id}`)
      const visitor = world.visitor()
      const mobile = world.freshNumber()
      const asked = await visitor.post('/auth/register', { username: name, password: 'correct horse battery', mobile })
      await world.textsArrive()
      const { challenge_id } = asked.body
      const { body } = await visitor.post('/auth/register/verify', { challenge_id, code: world.codeOn(mobile) })
      expect(body.user.primary_ktag.name).to.equal(`${name}2`)
    })

    it('can be renamed once in 30 days, and the old name rests', async () => {
      const { id } = ana.user.primary_ktag
      const name = freshName()
      const before = (await tagSeenBy(ana, { id })).updated_at
      const renamed = (await ana.patch(`/ktags/${id}`, { name: `*${name}`, title: 'New' })).body
      expect(renamed).to.include({ id, name, title: 'New', is_primary: true })
      expect(renamed.updated_at >= before).to.equal(true)
      expect(refusal(await bo.post('/ktags', { name: ana.username }))).to.equal('409 ktag_taken')
      expect(refusal(await ana.patch(`/ktags/${id}`, { name: freshName() }))).to.equal('409 ktag_renamed')
      expect((await ana.patch(`/ktags/${id}`, { name, title: 'Same name' })).status).to.equal(200)
      await world.running.database
        .sql('ktags')
        .where({ id })
        .update({ renamed_at: inDays(-31) })
      expect((await ana.patch(`/ktags/${id}`, { name: freshName() })).status).to.equal(200)
    })
  })

  describe('of others', () => {
    it('are not theirs to change or delete', async () => {
      const tag = await newTag(ana)
      expect(refusal(await bo.patch(`/ktags/${tag.id}`, { title: 'Mine' }))).to.equal('403 not_tag_owner')
      expect(refusal(await bo.delete(`/ktags/${tag.id}`))).to.equal('403 not_tag_owner')
      expect(refusal(await bo.patch('/me', { primary_ktag_id: tag.id }))).to.equal('403 not_tag_owner')
      const { latest_statuses: _, live_call: __, ...seen } = await tagSeenBy(ana, tag)
      expect(seen).to.deep.equal(tag)
    })

    it('change nothing by fields that are not to be written', async () => {
      const forged = { id: UNKNOWN, owner_id: bo.user.id, follower_count: 7, extension: '000000', is_owner: false }
      const tag = await newTag(ana, { ...forged, is_primary: true })
      expect(tag).to.include({ is_owner: true, follower_count: 0, is_primary: false })
      expect(tag.id).not.to.equal(UNKNOWN)
      const edited = (await ana.patch(`/ktags/${tag.id}`, { ...forged, created_at: '2000-01-01T00:00:00Z' })).body
      expect(edited).to.include({ id: tag.id, follower_count: 0, extension: tag.extension, created_at: tag.created_at })
      expect(await namesOf(bo)).to.deep.equal([bo.username])
    })

    it('answer as if they were not there while they are private', async () => {
      const tag = await newTag(ana, { visibility: 'private' })
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { title: 'Mine' }],
        ['DELETE', '', undefined],
        ['POST', '/follow', {}],
        ['DELETE', '/follow', undefined],
      ] as const) {
        const foreign = await bo.ask(method, `/ktags/${tag.id}${path}`, body)
        const unknown = await bo.ask(method, `/ktags/${UNKNOWN}${path}`, body)
        expect(refusal(foreign), `${method} ${path}`).to.equal('404 not_found')
        expect(foreign.body, `${method} ${path}`).to.deep.equal(unknown.body)
      }
      expect(complaints(await bo.post('/contacts', { name: 'X', ktag: tag.name }))).to.have.all.keys('ktag')
      expect((await tagSeenBy(ana, tag)).visibility).to.equal('private')
    })

    it('stay with those who follow them when they become private, and go from all others', async () => {
      const tag = await newTag(ana)
      const eve = await world.person('Eve')
      await follow(bo, tag)
      for (const person of [bo, eve]) await person.post('/contacts', { name: 'Her tag', ktag: tag.name })
      await ana.patch(`/ktags/${tag.id}`, { visibility: 'private' })

      expect(await tagSeenBy(bo, tag)).to.include({ visibility: 'private', following: true, follower_count: 1 })
      expect((await bo.post(`/ktags/${tag.id}/follow`, { calls: true })).status).to.equal(200)
      expect(refusal(await eve.get(`/ktags/${tag.id}`))).to.equal('404 not_found')
      const noted = async (person: Person) => (await person.get('/contacts')).body.items[0].ktag?.name ?? null
      expect([await noted(bo), await noted(eve)]).to.deep.equal([tag.name, null])

      await bo.delete(`/ktags/${tag.id}/follow`)
      expect(refusal(await bo.get(`/ktags/${tag.id}`))).to.equal('404 not_found')
      expect(refusal(await bo.post(`/ktags/${tag.id}/follow`)), 'without an invite').to.equal('404 not_found')
    })

    it('are gone while their owner is suspended', async () => {
      const tag = await newTag(ana)
      await world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
      expect(refusal(await bo.get(`/ktags/${tag.id}`))).to.equal('404 not_found')
      expect(refusal(await bo.post(`/ktags/${tag.id}/follow`))).to.equal('404 not_found')
    })
  })

  it('that are private name nobody in calls and messages', async () => {
    await ana.patch(`/ktags/${ana.user.primary_ktag.id}`, { visibility: 'private' })
    const call = await ana.post('/calls', { to: [{ mobile: bo.mobile, name: 'Bo' }] })
    expect(call.body.host.ktag.name, 'herself').to.equal(ana.username)
    await world.pass(8)
    expect((await bo.get('/calls/active')).body.host).to.include({ name: 'Ana', ktag: null })
  })

  function inDays(days: number): Date {
    return new Date(Date.now() + days * DAY * 1000)
  }
})
