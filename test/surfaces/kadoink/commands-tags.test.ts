import { expect } from 'chai'
import { refused, replyTo, says } from '#test/commands-stage'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Commands about own tags', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const tag = async (name: string): Promise<Json> =>
    (await ana.get('/ktags')).body.items.find((one: Json) => one.name === name)

  it('make, open, close, name and drop them', async () => {
    const made = await says(ana, 'Tag new *Gig private Friday gigs')
    expect(made.reply).to.equal('*gig created (private).')
    expect(made.canonical).to.equal('tag new *gig private Friday gigs')
    expect(made.result).to.deep.equal({ type: 'ktag', data: await tag('gig') })
    expect(await tag('gig')).to.deep.include({ visibility: 'private', title: 'Friday gigs' })

    expect(await replyTo(ana, 'tag open gig')).to.equal('*gig is public.')
    expect(await tag('gig')).to.deep.include({ visibility: 'public' })
    expect(await replyTo(ana, 'tag close gig')).to.equal('*gig is private.')
    expect(await tag('gig')).to.deep.include({ visibility: 'private' })
    expect(await replyTo(ana, 'tag title gig  Late  ')).to.equal('*gig: Late')
    expect(await tag('gig')).to.deep.include({ title: 'Late' })
    expect(await replyTo(ana, 'tags')).to.equal(`*${ana.username} (0), *gig (0, private)`)
    expect(await replyTo(ana, 'tag drop gig')).to.equal('*gig is deleted.')
    expect(await tag('gig')).to.equal(undefined)
  })

  it('make them public unless something else is said', async () => {
    expect(await replyTo(ana, 'tag new open_air')).to.equal('*open_air created (public).')
    expect(await tag('open_air')).to.deep.include({ visibility: 'public', title: null })
    await says(ana, 'tag drop open_air')
  })

  it('are refused as the endpoints refuse', async () => {
    const bo = await world.person('Bo')
    await says(bo, 'tag new bos_tag')
    expect(await refused(ana, 'tag new bos_tag')).to.match(/^409 ktag_taken/)
    expect(await refused(ana, 'tag new follow')).to.equal('422 validation_failed: That name is reserved.')
    expect(await refused(ana, `tag new long_one ${'x'.repeat(81)}`)).to.match(/^422 validation_failed/)
    expect(await refused(ana, `tag title ${ana.username} ${'x'.repeat(81)}`)).to.match(/^422 validation_failed/)
    expect(await refused(ana, `tag drop ${ana.username}`)).to.match(/^409 primary_ktag/)
    for (const text of ['tag drop bos_tag', 'tag open bos_tag', 'tag title bos_tag Mine']) {
      expect(await refused(ana, text), text).to.equal('403 not_tag_owner: *bos_tag belongs to somebody else.')
    }
    expect(await refused(ana, 'tag open nothing')).to.equal('404 not_found: No tag *nothing. Try: find nothing')
    await says(ana, 'tag new second')
    expect(await refused(ana, 'tag new third')).to.equal('403 plan_limit_reached: Your plan allows 2 tags.')
  })
})
