import { expect } from 'chai'
import { mailPerson } from '#test/kadoink-accounts'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, giveMore, newTag } from '#test/tags'
import { ACCOUNT, World } from '#test/world'

describe('A public profile', () => {
  let world: World
  let ana: Person
  let tag: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    await giveMore(world, ana)
    tag = await newTag(ana, { title: 'Jazz Club', description: 'Every Monday' })
  })

  const say = async (body: string) =>
    (await ana.post('/statuses', { body, ktag_id: tag.id, text_followers: false })).body
  const views = async () => {
    await world.settle()
    return (await ana.get(`/profiles/${tag.name}`)).body.views
  }

  it('is there for everybody, by any spelling of the name, with what is said and how to follow by phone', async () => {
    await ana.patch('/me', { bio: 'Plays the horn' })
    const first = await say('Doors open at 8')
    const second = await say('Sold out')
    const { status, body } = await world.visitor().get(`/profiles/${tag.name}`)
    expect(status).to.equal(200)
    expect(body.ktag).to.include({ id: tag.id, name: tag.name, title: 'Jazz Club', following: false, is_owner: false })
    expect(body.owner).to.deep.equal({ name: 'Ana', avatar_url: null, bio: 'Plays the horn' })
    expect(body.statuses.items.map(({ id }: Json) => id)).to.deep.equal([second.id, first.id])
    expect(body).to.deep.include({ follower_count: 0, live_call: null, viewer: null, views: null })
    expect(body.text_hint).to.deep.equal({ number: ACCOUNT.number, text: `follow *${tag.name}` })
    for (const name of [`*${tag.name}`, tag.name.toUpperCase(), `%2A${tag.name}`, `%20${tag.name}`]) {
      expect((await world.visitor().get(`/profiles/${name}`)).body.ktag.id, name).to.equal(tag.id)
    }
    expect(JSON.stringify(body)).not.to.include(ana.mobile)
  })

  it('says to whoever shows a token how they follow, also while their mobile is not verified', async () => {
    const bo = await world.person('Bo')
    await follow(bo, tag, { texts: false, calls: true })
    const { body } = await bo.get(`/profiles/${tag.name}`)
    expect(body.viewer).to.deep.equal({ following: true, texts: false, calls: true })
    expect(body).to.include({ follower_count: 1 })
    expect(body.ktag).to.include({ following: true, calls: true })
    const eve = await mailPerson(world)
    expect((await eve.get(`/profiles/${tag.name}`)).body.viewer).to.deep.equal({
      following: false,
      texts: false,
      calls: false,
    })
    eve.token = 'kdk_nobody'
    expect(refusal(await eve.get(`/profiles/${tag.name}`))).to.equal('401 unauthorized')
  })

  it('pages what is said', async () => {
    const ids: string[] = []
    for (const body of ['one', 'two', 'three']) ids.unshift((await say(body)).id)
    const first = (await world.visitor().get(`/profiles/${tag.name}?limit=2`)).body.statuses
    expect([first.items.map(({ id }: Json) => id), first.has_more]).to.deep.equal([ids.slice(0, 2), true])
    const rest = (await world.visitor().get(`/profiles/${tag.name}?limit=2&before_id=${ids[1]}`)).body.statuses
    expect([rest.items.map(({ id }: Json) => id), rest.has_more]).to.deep.equal([ids.slice(2), false])
    expect(complaints(await world.visitor().get(`/profiles/${tag.name}?limit=0`))).to.have.all.keys('limit')
  })

  it('is nobody’s that is private, gone, unknown, or of somebody suspended: all look the same', async () => {
    const hidden = await newTag(ana, { visibility: 'private' })
    const bo = await world.person('Bo')
    const answers = [
      await world.visitor().get(`/profiles/${hidden.name}`),
      await ana.get(`/profiles/${hidden.name}`),
      await bo.get('/profiles/nobody_has_this'),
      await bo.get('/profiles/x'),
      await bo.get('/profiles/%00'),
    ]
    await ana.delete(`/ktags/${tag.id}`)
    answers.push(await bo.get(`/profiles/${tag.name}`))
    const other = await newTag(ana)
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
    answers.push(await bo.get(`/profiles/${other.name}`))
    for (const answer of answers) expect(refusal(answer)).to.equal('404 not_found')
  })

  it('shows an open call to everybody, and how to dial in to those who follow', async () => {
    const primary = ana.user.primary_ktag
    const bo = await world.person('Bo')
    await follow(bo, primary)
    await ana.post('/calls', { to: [await ana.knows('Cy', world.freshNumber())], privacy: 'open', title: 'Jam' })
    await world.pass(10)
    const seen = async (viewer: { get: Person['get'] }) =>
      (await viewer.get(`/profiles/${primary.name}`)).body.live_call
    expect(await seen(world.visitor())).to.include({ title: 'Jam', dial_in: null })
    expect((await seen(bo)).dial_in).to.include({ number: ACCOUNT.number })
    await ana.patch('/calls/active', { privacy: 'private' })
    expect(await seen(world.visitor())).to.equal(null)
    await ana.delete('/calls/active')
    await world.pass(3)
  })

  it('counts who looks, apart from its owner, and tells the owner alone', async () => {
    const bo = await world.person('Bo')
    await Promise.all(Array.from({ length: 5 }, () => bo.get(`/profiles/${tag.name}`)))
    await fetch(`${world.url}/*${tag.name}`)
    await ana.get(`/profiles/${tag.name}`)
    expect(await views()).to.equal(6)
    expect(await views()).to.equal(6)
  })

  it('can be looked at sixty times a minute from one address', async () => {
    const visitor = world.visitor()
    for (let time = 0; time < 60; time++) expect((await visitor.get('/profiles/nobody_has_this')).status).to.equal(404)
    expect(refusal(await visitor.get(`/profiles/${tag.name}`))).to.equal('429 rate_limited')
  })

  describe('has a page for browsers', () => {
    const page = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`${world.url}${path}`, init)
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    }

    it('at its name, with what is said, a preview for where it is shared, and nothing that runs', async () => {
      await say('Doors open\nat 8 <b>sharp</b>')
      await ana.patch('/me', { name: 'Ana & Co', bio: 'Plays "horn"' })
      const { status, headers, text } = await page(`/*${tag.name}`)
      expect(status).to.equal(200)
      expect(text).to.include(`<h1>Jazz Club (*${tag.name})</h1>`).and.include('Every Monday')
      expect(text).to.include('Doors open\nat 8 &lt;b&gt;sharp&lt;/b&gt;').and.not.include('<b>sharp')
      expect(text).to.include('Ana &amp; Co').and.include('Plays &quot;horn&quot;').and.include('0 followers')
      expect(text).to.include(`href="sms:${ACCOUNT.number}?body=follow%20*${tag.name}"`)
      for (const meta of [
        `<link rel="canonical" href="${world.url}/*${tag.name}">`,
        `<meta property="og:title" content="Jazz Club (*${tag.name})">`,
        '<meta property="og:description" content="Every Monday">',
        `<meta property="og:url" content="${world.url}/*${tag.name}">`,
      ]) {
        expect(text).to.include(meta)
      }
      expect(text).not.to.include('<script').and.not.to.include(ana.mobile)
      expect(headers.get('content-security-policy')).to.include("default-src 'none'").and.not.include('script')
      expect(headers.get('x-robots-tag')).to.equal(null)
    })

    it('that is found by its encoded name, and by other spellings', async () => {
      for (const star of ['%2A', '%2a']) {
        const { status, headers } = await page(`/${star}${tag.name}`, { redirect: 'manual' })
        expect([status, headers.get('location')]).to.deep.equal([303, `/*${tag.name}`])
      }
      expect((await page(`/*${tag.name.toUpperCase()}`)).status).to.equal(200)
      expect((await page(`/%2A${tag.name}`)).text).to.include('Jazz Club')
    })

    it('that says kindly that there is none, alike for all that is not there', async () => {
      const hidden = await newTag(ana, { visibility: 'private' })
      const missing = await page('/*nobody_has_this')
      expect(missing.status).to.equal(404)
      expect(missing.text).to.include('<h1>There is no such tag here</h1>')
      for (const name of [hidden.name, 'x', '%00', '%ff', 'a'.repeat(300), '<script>']) {
        const other = await page(`/*${name}`)
        expect([other.status, other.text], name).to.deep.equal([404, missing.text])
      }
      expect((await page('/%2Ax')).status).to.equal(404)
    })

    it('that says so while the owner is on an open call', async () => {
      const { name } = ana.user.primary_ktag
      await ana.post('/calls', { to: [await ana.knows('Cy', world.freshNumber())], privacy: 'open', title: 'Jam <1>' })
      await world.pass(10)
      expect((await page(`/*${name}`)).text)
        .to.include('Live now: Jam &lt;1&gt;')
        .and.include('people on the call')
      await ana.delete('/calls/active')
      await world.pass(3)
      expect((await page(`/*${name}`)).text).not.to.include('Live now')
    })
  })
})
