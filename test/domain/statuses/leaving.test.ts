import { expect } from 'chai'
import { forget, portable } from '#domain/statuses'
import type { Person } from '#test/people'
import { fans, primaryOf, says, wordsOf } from '#test/statuses'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

describe('Statuses of somebody who leaves', () => {
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

  it('can be taken along, every one of them', async () => {
    const tag = await newTag(ana)
    const first = await says(ana, 'First', { ktag_id: tag.id })
    await fans(world, primaryOf(ana), 2)
    const second = await says(ana, 'Second', { text_followers: true })
    await ana.patch(`/statuses/${first.id}`, { body: 'First of all' })
    const taken = JSON.parse(JSON.stringify(await world.running.database.read((view) => portable(view, ana.user.id))))
    expect(taken).to.have.lengthOf(2)
    expect(taken[0]).to.include({ id: first.id, ktag_id: tag.id, body: 'First of all', delivery: null })
    expect(taken[0].edited_at).to.be.a('string')
    expect(taken[1]).to.include({ id: second.id, body: 'Second', via: 'app' })
    expect(taken[1].delivery.recipients).to.equal(2)
    expect(await world.running.database.read((view) => portable(view, bo.user.id))).to.deep.equal([])
  })

  it('are gone at once, wherever they were said, and are told to be; what waits for a phone is not sent', async () => {
    const shared = await newTag(bo, { post_policy: 'followers' })
    const cy = await world.person('Cy')
    for (const one of [ana, cy]) await follow(one, shared)
    const [phone = ''] = await fans(world, primaryOf(ana), 1)
    const around = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16)
    const settings = JSON.stringify({ quietHours: { start: around(-1), end: around(2) } })
    await world.running.database.sql('users').where({ mobile: phone }).update({ settings })
    const status = await says(ana, 'On the tag of another', { ktag_id: shared.id })
    await says(ana, 'On my own', { text_followers: true })
    await says(bo, 'Still here', { ktag_id: shared.id })
    await world.settle()
    expect(await world.running.database.sql('fanout_texts').where({ phone, state: 'waiting' })).to.have.lengthOf(1)
    const socket = await cy.socket({ topics: ['feed'] })
    await world.running.database.write((unit) => forget(unit, ana.user.id))
    expect(await wordsOf(cy, '/feed')).to.deep.equal(['Still here'])
    expect(await wordsOf(ana, '/statuses')).to.deep.equal([])
    const { data } = await socket.until('event', ({ event }) => event === 'feed.status_deleted')
    expect(data.id).to.equal(status.id)
    const { sql } = world.running.database
    expect(await sql('fanout_texts').where({ phone })).to.deep.equal([])
    expect(await sql('texts').where({ phone })).to.deep.equal([])
  })

  it('are cleared away after their tag, however many they are', async () => {
    const tag = await newTag(ana)
    const { sql } = world.running.database
    const said = await says(ana, 'Copied', { ktag_id: tag.id })
    await sql.raw(
      `insert into statuses select gen_random_uuid(), ktag_id, author_id, body, via, null, null, created_at, updated_at
         from statuses, generate_series(1, 250) where id = ?`,
      [said.id],
    )
    const kept = await says(ana, 'Elsewhere')
    await ana.delete(`/ktags/${tag.id}`)
    await world.settle()
    expect(await sql('statuses').where({ author_id: ana.user.id }).pluck('id')).to.deep.equal([kept.id])
  })
})
