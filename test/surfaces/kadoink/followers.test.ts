import { expect } from 'chai'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

describe('The followers of a tag', () => {
  let world: World
  let ana: Person
  let bo: Person
  let tag: Json

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    tag = await newTag(ana)
  })
  after(() => world.end())

  const seenBy = async (viewer: Person, { id }: Json, query = ''): Promise<Json> => {
    const { status, body } = await viewer.get(`/ktags/${id}/followers${query}`)
    expect(status, JSON.stringify(body)).to.equal(200)
    return body
  }
  const names = ({ items }: Json) => items.map(({ name }: Json) => name)

  it('are listed by name, the last one first, in pages, and never by number', async () => {
    expect(await seenBy(ana, tag)).to.deep.equal({ items: [], has_more: false })
    const crowd = [bo, await world.person('Cy'), await world.person('Di')]
    for (const person of crowd) await follow(person, tag)
    const all = await seenBy(await world.person('Eve'), tag)
    expect(names(all)).to.deep.equal(['Di', 'Cy', 'Bo'])
    expect(all.items[2]).to.deep.include({ name: 'Bo', phone_only: false })
    expect(all.items[2].person).to.include({ user_id: bo.user.id, name: 'Bo' })
    expect(all.items[2].person.ktag.name).to.equal(bo.username)
    for (const { mobile } of crowd) expect(JSON.stringify(all)).not.to.include(mobile.slice(-4))
    const middle = await seenBy(ana, tag, '?limit=1&offset=1')
    expect([names(middle), middle.has_more]).to.deep.equal([['Cy'], true])
    expect((await seenBy(ana, tag, '?offset=2')).has_more).to.equal(false)
    expect(complaints(await ana.get(`/ktags/${tag.id}/followers?before_id=${bo.user.id}`))).to.have.all.keys(
      'before_id',
    )
  })

  it('of a private tag are there for its owner and for those who follow it', async () => {
    const hidden = await newTag(await world.person('Fay'))
    await follow(bo, hidden)
    await world.running.database.sql('ktags').where({ id: hidden.id }).update({ visibility: 'private' })
    expect(names(await seenBy(bo, hidden))).to.deep.equal(['Bo'])
    expect(refusal(await ana.get(`/ktags/${hidden.id}/followers`))).to.equal('404 not_found')
  })

  it('do not show who is suspended, nor a primary tag that is private', async () => {
    const own = await newTag(await world.person('Gus'))
    const cat = await world.person('Cat')
    await follow(bo, own)
    await follow(cat, own)
    const { sql } = world.running.database
    await sql('ktags').where({ id: bo.user.primary_ktag.id }).update({ visibility: 'private' })
    await sql('users').where({ id: cat.user.id }).update({ suspended_at: new Date() })
    const { items } = await seenBy(ana, own)
    expect(items.map(({ name, person }: Json) => [name, person.ktag])).to.deep.equal([['Bo', null]])
  })

  it('are found by the index alone, however far behind they lie', async () => {
    await world.running.database.write(async ({ sql }) => {
      // A table of four rows is read as it lies, unless that is forbidden.
      for (const way of ['seqscan', 'bitmapscan', 'sort']) await sql.raw(`set local enable_${way} = off`)
      const page = sql('follows').where({ ktag_id: tag.id }).orderByRaw('created_at desc, follower_id desc').offset(2)
      const { rows } = await sql.raw(`explain ${page.select('follower_id', 'created_at').limit(2).toQuery()}`)
      const plan = rows.map((row: Json) => row['QUERY PLAN']).join('\n')
      expect(plan).to.include('Index Only Scan using follows_of_ktag').and.not.include('Sort')
    })
  })
})
