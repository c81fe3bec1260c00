import { expect } from 'chai'
import { complaints } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, giveMore, newTag } from '#test/tags'
import { World } from '#test/world'

describe('The search for tags', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    await giveMore(world, ana)
    const known: Json[] = []
    for (const tag of [
      { name: 'jazz', title: 'Blue Note' },
      { name: 'jazz_brunch' },
      { name: 'jazz_at_noon' },
      { name: 'horns', title: 'Jazz orchestra', description: 'Big band every Monday' },
      { name: 'jazz_hidden', visibility: 'private', title: 'Jazz in private' },
      { name: 'chess', title: 'Chess club', description: 'Openings and endings' },
    ]) {
      known.push(await newTag(ana, tag))
    }
    await follow(bo, known[2])
  })
  after(() => world.end())

  const find = async (q: string, more = ''): Promise<string[]> => {
    const { status, body } = await bo.get(`/ktags/search?q=${encodeURIComponent(q)}${more}`)
    expect(status, JSON.stringify(body)).to.equal(200)
    return body.items.map(({ name }: Json) => name)
  }

  it('finds the exact name first, then names that begin so, the most followed first, then what tags are about', async () => {
    expect(await find('jazz')).to.deep.equal(['jazz', 'jazz_at_noon', 'jazz_brunch', 'horns'])
    expect(await find('*JAZZ_')).to.deep.equal(['jazz_at_noon', 'jazz_brunch', 'horns'])
    expect(await find('big band')).to.deep.equal(['horns'])
    expect(await find('nothing like it')).to.deep.equal([])
  })

  it('finds what is misspelled a little', async () => {
    expect(await find('orchesta')).to.deep.equal(['horns'])
    expect(await find('ches club')).to.deep.equal(['chess'])
  })

  it('never finds private tags, not even one’s own', async () => {
    expect(await find('jazz_hidden')).to.deep.equal([])
    expect((await ana.get('/ktags/search?q=jazz_hidden')).body.items).to.deep.equal([])
  })

  it('says how one stands to what is found', async () => {
    const { items } = (await bo.get('/ktags/search?q=jazz_at')).body
    expect(items[0]).to.include({ name: 'jazz_at_noon', following: true, texts: false, is_owner: false })
    expect(items[0].follower_count).to.equal(1)
  })

  it('takes 2 to 40 characters, of which none means anything but itself', async () => {
    for (const q of ['', 'j', '*j', ' ', 'x'.repeat(41)]) {
      expect(complaints(await bo.get(`/ktags/search?q=${encodeURIComponent(q)}`)), q).to.have.all.keys('q')
    }
    expect(complaints(await bo.get('/ktags/search'))).to.have.all.keys('q')
    for (const q of ['%%', '__', 'j%', "' or '1'='1", '\\\\', '<%>', 'je?t']) expect(await find(q), q).to.deep.equal([])
  })

  it('comes in pages', async () => {
    expect(await find('jazz', '&limit=2&offset=1')).to.deep.equal(['jazz_at_noon', 'jazz_brunch'])
    expect((await bo.get('/ktags/search?q=jazz&limit=3')).body.has_more).to.equal(true)
    expect((await bo.get('/ktags/search?q=jazz&limit=4')).body.has_more).to.equal(false)
  })

  it('finds beginnings where the database knows no likeness', async () => {
    await world.running.database.sql.raw('drop extension pg_trgm cascade')
    expect(await find('jazz')).to.deep.equal(['jazz', 'jazz_at_noon', 'jazz_brunch', 'horns'])
    expect(await find('chess cl')).to.deep.equal(['chess'])
    expect(await find('orchesta')).to.deep.equal([])
  })
})
