import { expect } from 'chai'
import { refused, replyTo, says } from '#test/commands-stage'
import { invite } from '#test/invites'
import type { Json, Person } from '#test/people'
import { follow, giveMore, newTag } from '#test/tags'
import { World } from '#test/world'

describe('Commands about tags of others', () => {
  let world: World
  let ana: Person
  let bo: Person
  let jazz: Json

  before(async () => {
    world = await World.start()
    bo = await world.person('Bo')
    await giveMore(world, bo)
    jazz = await newTag(bo, { name: 'jazz', title: 'Jazz Club' })
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const follows = async (): Promise<Json[]> => (await ana.get('/follows')).body.items

  it('follow, mute and leave them', async () => {
    const { reply, canonical, result } = await says(ana, 'F Jazz')
    expect(reply).to.equal('You follow *jazz. MUTE JAZZ stops the texts.')
    expect(canonical).to.equal('follow *jazz')
    expect(result).to.deep.equal({ type: 'follow', data: (await follows())[0] })

    expect(await replyTo(ana, 'mute jazz')).to.equal('*jazz muted.')
    expect(await follows()).to.have.length(1)
    expect((await follows())[0]).to.deep.include({ texts: false })
    expect(await replyTo(ana, 'follow *jazz')).to.equal('You follow *jazz. UNMUTE JAZZ brings its texts.')
    expect(await replyTo(ana, 'unmute *JAZZ')).to.equal('*jazz unmuted.')
    expect((await follows())[0]).to.deep.include({ texts: true })

    expect(await replyTo(ana, 'uf jazz')).to.equal('You do not follow *jazz any more.')
    expect(await follows()).to.deep.equal([])
  })

  it('change nothing about a tag that one does not follow', async () => {
    for (const text of ['mute jazz', 'unmute jazz', 'unfollow jazz']) {
      expect(await refused(ana, text), text).to.equal('404 not_found: You do not follow *jazz.')
    }
    expect(await follows()).to.deep.equal([])
  })

  it('say the same of a private tag as of one that is not there, until one is invited to it', async () => {
    const secret = await newTag(bo, { name: 'secret', visibility: 'private' })
    for (const text of ['follow', 'who', 'followers']) {
      expect(await refused(ana, `${text} nothing`)).to.equal('404 not_found: No tag *nothing. Try: find nothing')
      expect(await refused(ana, `${text} secret`)).to.equal('404 not_found: No tag *secret. Try: find secret')
    }
    expect(await refused(ana, 'unfollow secret')).to.equal('404 not_found: You do not follow *secret.')
    await invite(bo, { mobile: ana.mobile, ktag_id: secret.id })
    expect(await replyTo(ana, 'follow secret')).to.equal('You follow *secret. MUTE SECRET stops the texts.')
    expect((await bo.get('/me/invites')).body.items[0].status).to.equal('accepted')
    expect(await replyTo(ana, 'who secret')).to.equal('*secret. 1 follower.')
  })

  it('leave a tag whose owner is suspended, and is out of sight', async () => {
    const gone = await world.person('Gone')
    await follow(ana, await newTag(gone, { name: 'gone_tag' }))
    await world.running.database.sql('users').where({ id: gone.user.id }).update({ suspended_at: new Date() })
    expect(await replyTo(ana, 'unfollow gone_tag')).to.equal('You do not follow *gone_tag any more.')
  })

  it('list whom one follows, and who follows', async () => {
    expect(await replyTo(ana, 'following')).to.equal('You follow no tags.')
    expect(await replyTo(ana, 'followers')).to.equal(`Nobody follows *${ana.username}.`)
    const band = await newTag(bo, { name: 'band' })
    await follow(ana, band, { texts: true })
    await says(ana, 'follow jazz')
    await says(ana, 'mute jazz')
    expect(await replyTo(ana, 'following')).to.equal('You follow 2: *jazz (muted) *band')
    expect(await replyTo(bo, 'followers band')).to.equal('1 follows *band: Ana')
    const { result } = await says(ana, 'followers *band')
    expect(result).to.deep.equal({ type: 'followers', data: (await ana.get(`/ktags/${band.id}/followers`)).body.items })
    expect(await refused(bo, 'follow band')).to.equal('409 own_ktag: This tag is your own.')
  })

  it('read the feed, as much of it as is asked for', async () => {
    expect(await replyTo(ana, 'feed')).to.equal('Nothing was said yet on the tags that you follow.')
    await says(ana, 'follow jazz')
    for (const body of ['Doors open\n at 8', 'New set list', 'Encore', 'x'.repeat(100)]) {
      await bo.post('/statuses', { body, ktag_id: jazz.id })
    }
    expect(await replyTo(ana, 'feed 1')).to.equal(`*jazz: ${'x'.repeat(57)}... MORE`)
    expect(await replyTo(ana, 'feed 10')).to.match(
      / \/ \*jazz: Encore \/ \*jazz: New set list \/ \*jazz: Doors open at 8$/,
    )
    const { result } = await says(ana, 'feed')
    expect(result.type).to.equal('statuses')
    expect(result.data).to.deep.equal((await ana.get('/feed?limit=3')).body.items)
  })

  it('find public tags, and say what they are', async () => {
    await newTag(bo, { name: 'jazzy', visibility: 'private' })
    const { reply, result } = await says(ana, 'find *jazz')
    expect(reply).to.match(/^\*jazz Jazz Club \(\d+\)/)
    expect(result.data).to.deep.equal((await ana.get('/ktags/search?q=jazz')).body.items)
    expect(await replyTo(ana, 'find zzzzzz')).to.equal('No tag fits "zzzzzz".')
    expect(await refused(ana, 'find j')).to.equal('422 validation_failed: Look for 2 to 40 characters.')
    const who = await says(ana, 'who *jazz')
    expect(who.reply).to.match(/^\*jazz Jazz Club\. \d+ followers?\. Last: x+\.\.\.$/)
    expect(who.result).to.deep.equal({ type: 'ktag_page', data: (await ana.get(`/ktags/${jazz.id}`)).body })
  })
})
