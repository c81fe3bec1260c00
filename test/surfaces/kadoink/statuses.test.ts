import { expect } from 'chai'
import { UNKNOWN } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { primaryOf, says, wordsOf } from '#test/statuses'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

describe('Statuses', () => {
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

  const suspend = ({ user }: Person, at: Date | null = new Date()) =>
    world.running.database.sql('users').where({ id: user.id }).update({ suspended_at: at })
  const block = (who: Person, whom: Person) => who.patch('/me', { settings: { blocked: [whom.user.id] } })

  it('are posted on the primary tag, or on another of one’s own', async () => {
    const first = await says(ana, 'Doors open at 8')
    expect(first).to.deep.include({
      body: 'Doors open at 8',
      ktag: primaryOf(ana),
      media: [],
      via: 'app',
      edited: false,
      delivery: null,
    })
    expect(first.author).to.deep.equal({
      user_id: ana.user.id,
      name: 'Ana',
      avatar_url: null,
      ktag: primaryOf(ana),
    })
    expect(first.created_at).to.equal(first.updated_at)
    const tag = await newTag(ana)
    const second = await says(ana, 'New set list', { ktag_id: tag.id })
    expect(second.ktag.id).to.equal(tag.id)
    expect((await ana.get('/statuses')).body).to.deep.equal({ items: [second, first], has_more: false })
    expect(await wordsOf(ana, `/statuses?ktag_id=${tag.id}`)).to.deep.equal(['New set list'])
    expect(await wordsOf(bo, '/statuses')).to.deep.equal([])
  })

  it('hold 1 to 480 characters, without the space around them', async () => {
    expect((await says(ana, '  hello \n')).body).to.equal('hello')
    expect((await says(ana, '🎷'.repeat(480))).body).to.have.lengthOf(960)
    for (const body of ['', ' \n ', 'x'.repeat(481), '🎷'.repeat(481)]) {
      const answer = await ana.post('/statuses', { body })
      expect([answer.status, Object.keys(answer.body.error.fields)]).to.deep.equal([422, ['body']])
    }
  })

  it('take nothing from a request that is not theirs to say', async () => {
    const forged = {
      id: UNKNOWN,
      author: { user_id: bo.user.id },
      via: 'sms',
      edited: true,
      created_at: '2020-01-01T00:00:00Z',
    }
    const status = await says(ana, 'Mine', forged)
    expect(status).to.include({ via: 'app', edited: false })
    expect([status.id === UNKNOWN, status.author.user_id]).to.deep.equal([false, ana.user.id])
  })

  it('are posted once under one key, however often it is sent', async () => {
    const key = { 'Idempotency-Key': 'status-1' }
    const answers = await Promise.all([1, 2, 3].map(() => ana.post('/statuses', { body: 'Once' }, key)))
    const posted = answers.filter(({ status }) => status === 201)
    expect(new Set(posted.map(({ body }) => body.id)).size).to.equal(1)
    expect(await wordsOf(ana, '/statuses')).to.deep.equal(['Once'])
    expect(refusal(await ana.post('/statuses', { body: 'Twice' }, key))).to.equal('409 idempotency_conflict')
  })

  it('are paged by the last one seen, or by offset, not by both', async () => {
    for (const body of ['1', '2', '3', '4', '5']) await says(ana, body)
    const { body: first } = await ana.get('/statuses?limit=2')
    expect([first.items.map((item: Json) => item.body), first.has_more]).to.deep.equal([['5', '4'], true])
    const beforeId = first.items[1].id
    const { body: next } = await ana.get(`/statuses?limit=3&before_id=${beforeId}`)
    expect([next.items.map((item: Json) => item.body), next.has_more]).to.deep.equal([['3', '2', '1'], false])
    expect(await wordsOf(ana, '/statuses?limit=2&offset=3')).to.deep.equal(['2', '1'])
    for (const path of ['/statuses', '/feed']) {
      expect((await ana.get(`${path}?offset=0&before_id=${beforeId}`)).status).to.equal(422)
      expect((await ana.get(`${path}?before_id=here`)).status).to.equal(422)
      expect((await ana.get(`${path}?ktag_id=here`)).status).to.equal(422)
    }
  })

  describe('on the tag of somebody else', () => {
    it('are for its owner alone, unless followers may post there', async () => {
      const tag = await newTag(ana, { post_policy: 'followers' })
      expect(refusal(await bo.post('/statuses', { body: 'Hi', ktag_id: primaryOf(ana).id }))).to.equal(
        '403 not_tag_owner',
      )
      expect(refusal(await bo.post('/statuses', { body: 'Hi', ktag_id: tag.id }))).to.equal('403 posting_not_allowed')
      await follow(bo, tag)
      const said = await says(bo, 'Hi', { ktag_id: tag.id })
      expect([said.ktag.id, said.author.user_id]).to.deep.equal([tag.id, bo.user.id])
      expect((await ana.get(`/ktags/${tag.id}`)).body.latest_statuses.items.map((item: Json) => item.id)).to.deep.equal(
        [said.id],
      )
      await block(ana, bo)
      expect(refusal(await bo.post('/statuses', { body: 'Hi', ktag_id: tag.id }))).to.equal('403 posting_not_allowed')
    })

    it('are refused like those on an unknown one, where it is private', async () => {
      const tag = await newTag(ana, { visibility: 'private', post_policy: 'followers' })
      const hidden = await bo.post('/statuses', { body: 'Hi', ktag_id: tag.id })
      const unknown = await bo.post('/statuses', { body: 'Hi', ktag_id: UNKNOWN })
      expect([hidden.status, hidden.body]).to.deep.equal([404, unknown.body])
    })

    it('may be removed by its owner, and edited by nobody but their author', async () => {
      const tag = await newTag(ana, { post_policy: 'followers' })
      await follow(bo, tag)
      const said = await says(bo, 'Buy my records', { ktag_id: tag.id })
      expect(refusal(await ana.patch(`/statuses/${said.id}`, { body: 'Nonsense' }))).to.equal('404 not_found')
      expect((await ana.delete(`/statuses/${said.id}`)).status).to.equal(204)
      expect(await wordsOf(bo, '/statuses')).to.deep.equal([])
    })
  })

  describe('are changed', () => {
    it('for 24 hours', async () => {
      const { id, created_at } = await says(ana, 'Dors open at 8')
      await world.moveClock(86_390)
      const { status, body } = await ana.patch(`/statuses/${id}`, { body: 'Doors open at 8' })
      expect([status, body.body, body.edited, body.created_at]).to.deep.equal([
        200,
        'Doors open at 8',
        true,
        created_at,
      ])
      expect(body.updated_at > created_at).to.equal(true)
      await world.moveClock(10)
      expect(refusal(await ana.put(`/statuses/${id}`, { body: 'Too late' }))).to.equal('409 edit_window_closed')
      expect(await wordsOf(ana, '/statuses')).to.deep.equal(['Doors open at 8'])
    })

    it('by nobody else, who cannot tell them from unknown ones', async () => {
      const { id } = await says(ana, 'Mine')
      for (const target of [id, UNKNOWN, 'nothing']) {
        expect(refusal(await bo.patch(`/statuses/${target}`, { body: 'Yours' }))).to.equal('404 not_found')
        expect(refusal(await bo.delete(`/statuses/${target}`))).to.equal('404 not_found')
      }
      expect(await wordsOf(ana, '/statuses')).to.deep.equal(['Mine'])
    })

    it('or deleted once, and are gone everywhere', async () => {
      await follow(bo, primaryOf(ana))
      const { id } = await says(ana, 'Oops')
      expect((await ana.delete(`/statuses/${id}`)).status).to.equal(204)
      expect(refusal(await ana.delete(`/statuses/${id}`))).to.equal('404 not_found')
      expect(refusal(await ana.patch(`/statuses/${id}`, { body: 'Back' }))).to.equal('404 not_found')
      expect(await wordsOf(bo, '/feed')).to.deep.equal([])
      expect((await bo.get(`/ktags/${primaryOf(ana).id}`)).body.latest_statuses.items).to.deep.equal([])
    })
  })

  describe('make a feed', () => {
    it('of what others say on the tags one follows, newest first, and of nothing else', async () => {
      const tag = await newTag(ana, { post_policy: 'followers' })
      const cy = await world.person('Cy')
      await says(ana, 'Before anybody follows', { ktag_id: tag.id })
      await follow(bo, tag)
      await follow(bo, primaryOf(cy))
      await says(cy, 'Good morning')
      await says(ana, 'Elsewhere')
      await says(bo, 'My own words', { ktag_id: tag.id })
      await says(ana, 'Good evening', { ktag_id: tag.id })
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Good evening', 'Good morning', 'Before anybody follows'])
      expect(await wordsOf(bo, `/feed?ktag_id=${primaryOf(cy).id}`)).to.deep.equal(['Good morning'])
      expect(await wordsOf(bo, `/feed?ktag_id=${primaryOf(ana).id}`)).to.deep.equal([])
      expect(await wordsOf(ana, '/feed')).to.deep.equal([])
      const [evening] = (await bo.get('/feed?limit=1')).body.items
      expect(evening.delivery).to.equal(null)
    })

    it('that is paged across tags without losing or repeating one', async () => {
      const authors = await Promise.all(['Cy', 'Di', 'Eve'].map((name) => world.person(name)))
      for (const author of authors) await follow(bo, primaryOf(author))
      for (let turn = 0; turn < 12; turn++) await says(authors[(turn * turn) % 3] as Person, `${turn}`)
      const expected = Array.from({ length: 12 }, (_, turn) => `${11 - turn}`)
      for (const limit of [1, 2, 5, 12]) {
        const seen: string[] = []
        for (let beforeId = '', more = true; more; ) {
          const { body } = await bo.get(`/feed?limit=${limit}${beforeId}`)
          seen.push(...body.items.map((item: Json) => item.body))
          more = body.has_more
          beforeId = `&before_id=${body.items.at(-1).id}`
        }
        expect(seen).to.deep.equal(expected)
      }
      expect(await wordsOf(bo, '/feed?limit=4&offset=7')).to.deep.equal(['4', '3', '2', '1'])
    })

    it('from which a tag goes when it is not followed any more, or deleted, and to which it comes back', async () => {
      const tag = await newTag(ana)
      await says(ana, 'Here', { ktag_id: tag.id })
      await follow(bo, tag)
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Here'])
      await bo.delete(`/ktags/${tag.id}/follow`)
      expect(await wordsOf(bo, '/feed')).to.deep.equal([])
      await follow(bo, tag)
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Here'])
      await ana.delete(`/ktags/${tag.id}`)
      expect(await wordsOf(bo, '/feed')).to.deep.equal([])
      expect(await wordsOf(ana, '/statuses')).to.deep.equal([])
    })

    it('in which a tag that becomes private stays for those who follow it, and for nobody else', async () => {
      const tag = await newTag(ana)
      await follow(bo, tag)
      const cy = await world.person('Cy')
      await ana.patch(`/ktags/${tag.id}`, { visibility: 'private' })
      await says(ana, 'Among us', { ktag_id: tag.id })
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Among us'])
      expect(refusal(await cy.get(`/ktags/${tag.id}`))).to.equal('404 not_found')
      await bo.delete(`/ktags/${tag.id}/follow`)
      expect(await wordsOf(bo, '/feed')).to.deep.equal([])
      expect(refusal(await bo.get(`/ktags/${tag.id}`))).to.equal('404 not_found')
    })

    it('without people one has blocked, whoever’s tag they speak on', async () => {
      const tag = await newTag(ana, { post_policy: 'followers' })
      const cy = await world.person('Cy')
      await follow(cy, tag)
      await follow(bo, tag)
      await follow(bo, primaryOf(cy))
      await says(cy, 'Rude', { ktag_id: tag.id })
      await says(cy, 'Ruder')
      await says(ana, 'Kind', { ktag_id: tag.id })
      await block(bo, cy)
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Kind'])
      expect(
        (await bo.get(`/ktags/${tag.id}`)).body.latest_statuses.items.map((item: Json) => item.body),
      ).to.deep.equal(['Kind'])
      await bo.patch('/me', { settings: { blocked: [] } })
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Kind', 'Ruder', 'Rude'])
    })

    it('that is not emptied by many blocked words lying on top', async () => {
      const tag = await newTag(ana, { post_policy: 'followers' })
      const cy = await world.person('Cy')
      await follow(cy, tag)
      await follow(bo, tag)
      await follow(bo, primaryOf(ana))
      await says(ana, 'Kind', { ktag_id: tag.id })
      await says(ana, 'Also kind')
      for (let turn = 0; turn < 5; turn++) await says(cy, 'Rude', { ktag_id: tag.id })
      await block(bo, cy)
      expect(await wordsOf(bo, '/feed?limit=1')).to.deep.equal(['Also kind'])
      expect(await wordsOf(bo, '/feed?limit=2')).to.deep.equal(['Also kind', 'Kind'])
    })

    it('without people who are suspended', async () => {
      await follow(bo, primaryOf(ana))
      await says(ana, 'Here')
      await suspend(ana)
      expect(await wordsOf(bo, '/feed')).to.deep.equal([])
      await suspend(ana, null)
      expect(await wordsOf(bo, '/feed')).to.deep.equal(['Here'])
    })
  })

  it('begin the page of their tag, the newest ten', async () => {
    const tag = primaryOf(ana)
    const said: Json[] = []
    for (let turn = 0; turn < 11; turn++) said.unshift(await says(ana, `${turn}`))
    const { latest_statuses } = (await ana.get(`/ktags/${tag.id}`)).body
    expect(latest_statuses).to.deep.equal({ items: said.slice(0, 10), has_more: true })
    expect((await bo.get(`/ktags/${tag.id}`)).body.latest_statuses.items).to.have.lengthOf(10)
  })

  it('are posted thirty a minute at most', async () => {
    for (let turn = 0; turn < 30; turn++) await says(ana, `${turn}`)
    const answer = await ana.post('/statuses', { body: 'Too many' })
    expect(refusal(answer)).to.equal('429 rate_limited')
    expect(Number(answer.headers.get('retry-after'))).to.be.within(1, 60)
  })

  it('and the deletion of their tag at the same moment leave nothing behind that is shown, and no fault', async () => {
    await follow(bo, primaryOf(ana))
    for (let turn = 0; turn < 5; turn++) {
      const tag = await newTag(ana)
      const posting = [1, 2, 3].map(() => ana.post('/statuses', { body: 'Racing', ktag_id: tag.id }))
      const [deleted, ...posted] = await Promise.all([ana.delete(`/ktags/${tag.id}`), ...posting])
      expect(deleted?.status).to.equal(204)
      for (const { status } of posted) expect(status).to.be.oneOf([201, 404])
    }
    expect(await wordsOf(ana, '/statuses')).to.deep.equal([])
  })
})
