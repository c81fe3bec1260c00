import { expect } from 'chai'
import { friends, grant, groupOf, statementsOf, UNKNOWN } from '#test/kadoink-book'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Groups', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const knows = async (name: string, person = ana): Promise<string> =>
    (await person.knows(name, world.freshNumber())).contact_id
  const namesOf = (group: Json): string[] => group.members.map(({ name }: Json) => name)
  const members = async ({ id }: Json): Promise<string[]> => namesOf((await ana.get(`/groups/${id}`)).body)

  it('are made, read, changed and deleted; their contacts stay', async () => {
    const [bo, cy, di] = [await knows('Bo'), await knows('cy'), await knows('Di')]
    const made = await groupOf(ana, ' #Band  Practice ', [di, bo, bo])
    expect(made).to.include({ name: 'Band Practice', member_count: 2 })
    expect(made.members).to.deep.equal([
      (await ana.get('/contacts?q=Bo')).body.items[0],
      (await ana.get('/contacts?q=Di')).body.items[0],
    ])
    expect((await ana.get(`/groups/${made.id.toUpperCase()}`)).body).to.deep.equal(made)

    const renamed = await ana.patch(`/groups/${made.id}`, { name: 'BAND practice' })
    expect(renamed.body).to.include({ name: 'BAND practice', member_count: 2 })
    const others = await ana.put(`/groups/${made.id}`, { contact_ids: [cy, di] })
    expect(others.body).to.include({ name: 'BAND practice', member_count: 2 })
    expect(namesOf(others.body)).to.deep.equal(['cy', 'Di'])
    expect((await ana.patch(`/groups/${made.id}`, { contact_ids: [] })).body.members).to.deep.equal([])

    expect((await ana.delete(`/groups/${made.id}`)).status).to.equal(204)
    expect(refusal(await ana.get(`/groups/${made.id}`))).to.equal('404 not_found')
    expect(refusal(await ana.delete(`/groups/${made.id}`))).to.equal('404 not_found')
    expect((await ana.get('/contacts')).body.items).to.have.length(3)
  })

  it('take members one by one, each once, and let them go', async () => {
    const [bo, cy] = [await knows('Bo'), await knows('Cy')]
    const group = await groupOf(ana, 'Band', [])
    for (const method of ['PUT', 'POST', 'PUT']) {
      const { status, body } = await ana.ask(method, `/groups/${group.id}/members/${bo}`)
      expect([status, namesOf(body)]).to.deep.equal([200, ['Bo']])
    }
    await Promise.all([1, 2, 3].map(() => ana.put(`/groups/${group.id}/members/${cy}`)))
    expect(await members(group)).to.deep.equal(['Bo', 'Cy'])

    expect((await ana.delete(`/groups/${group.id}/members/${bo}`)).status).to.equal(204)
    expect(refusal(await ana.delete(`/groups/${group.id}/members/${bo}`))).to.equal('404 not_found')
    expect(await members(group)).to.deep.equal(['Cy'])
    expect((await ana.get(`/contacts/${bo}`)).status).to.equal(200)
  })

  it('have names of their own, however the letters are written, even when two are made at the same moment', async () => {
    const writings = ['Café Crew', 'CAFÉ CREW', '#café  crew', 'Cafe\u0301 Crew']
    const answers = await Promise.all(writings.map((name) => ana.post('/groups', { name })))
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '409 group_exists': 3 })
    const other = await groupOf(ana, 'Other', [])
    expect(refusal(await ana.patch(`/groups/${other.id}`, { name: 'café CREW' }))).to.equal('409 group_exists')
    expect((await ana.patch(`/groups/${other.id}`, { name: 'OTHER' })).status).to.equal(200)
    await groupOf(await world.person('Bo'), 'Café Crew', [])
  })

  it('want a name and contacts that are none of another kind', async () => {
    for (const name of [null, '', '  ', '#', 'x'.repeat(81), 7, ['Band'], 'All', '#GRID', 'stop']) {
      expect(complaints(await ana.post('/groups', { name })), String(name)).to.have.all.keys('name')
    }
    for (const contact_ids of [null, 'x', [7], ['x'], {}, [null]]) {
      const named = Object.keys(complaints(await ana.post('/groups', { name: 'Band', contact_ids })))
      expect(named.map((field) => field.split('.')[0])).to.deep.equal(['contact_ids'])
    }
    expect((await ana.get('/groups')).body.items).to.deep.equal([])
  })

  it('are listed by name, in pages, without their members', async () => {
    const bo = await knows('Bo')
    for (const name of ['zoo', 'Band', 'choir']) await groupOf(ana, name, [bo])
    const { body } = await ana.get('/groups')
    expect(body.items.map(({ name }: Json) => name)).to.deep.equal(['Band', 'choir', 'zoo'])
    expect(body.items[0]).to.have.all.keys('id', 'name', 'member_count', 'created_at', 'updated_at')
    expect(body.items[0].member_count).to.equal(1)
    const page = (await ana.get('/groups?limit=1&offset=1')).body
    expect([page.items[0].name, page.has_more]).to.deep.equal(['choir', true])
    expect(complaints(await ana.get(`/groups?before_id=${UNKNOWN}`))).to.have.all.keys('before_id')
  })

  it('of others answer as if they were not there, and take nobody else’s contacts', async () => {
    const bo = await world.person('Bo')
    const [own, foreign] = [await knows('Cy'), await knows('Di', bo)]
    const group = await groupOf(ana, 'Band', [own])
    const theirs = await groupOf(bo, 'Choir', [foreign])
    for (const [method, tail, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'Mine', contact_ids: [own] }],
      ['DELETE', ''],
      ['PUT', `/members/${own}`],
      ['DELETE', `/members/${foreign}`],
    ] as const) {
      const answer = await ana.ask(method, `/groups/${theirs.id}${tail}`, body)
      expect(refusal(answer), method).to.equal('404 not_found')
      expect(answer.body).to.deep.equal((await ana.ask(method, `/groups/${UNKNOWN}${tail}`, body)).body)
    }
    for (const id of [foreign, UNKNOWN]) {
      expect(refusal(await ana.post('/groups', { name: 'New', contact_ids: [own, id] }))).to.equal('404 not_found')
      expect(refusal(await ana.patch(`/groups/${group.id}`, { contact_ids: [id] }))).to.equal('404 not_found')
      expect(refusal(await ana.put(`/groups/${group.id}/members/${id}`))).to.equal('404 not_found')
      expect(refusal(await ana.delete(`/groups/${group.id}/members/${id}`))).to.equal('404 not_found')
    }
    expect((await ana.get('/groups')).body.items).to.have.length(1)
    expect(await members(group)).to.deep.equal(['Cy'])
    expect((await bo.get(`/groups/${theirs.id}`)).body).to.deep.equal(theirs)
    const { sql } = world.running.database
    const smuggled = sql('group_members').insert({ owner_id: ana.user.id, group_id: group.id, contact_id: foreign })
    expect(await smuggled.catch(({ constraint }) => constraint)).to.equal('group_members_contacts')
  })

  it('are as many as the plan allows, even when several come at the limit', async () => {
    for (const name of ['1', '2', '3', '4']) await groupOf(ana, name, [])
    const answers = await Promise.all(['5', '6', '7'].map((name) => ana.post('/groups', { name })))
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '403 plan_limit_reached': 2 })
    await grant(ana, { limits: { maxGroups: 6 } })
    await groupOf(ana, '8', [])
  })

  it('hold as many members as the plan allows, even when several come for the last place', async () => {
    const ids = await friends(ana, 30)
    const group = await groupOf(ana, 'Band', ids.slice(0, 24))
    const answers = await Promise.all(ids.slice(24, 27).map((id) => ana.put(`/groups/${group.id}/members/${id}`)))
    expect(outcomes(answers)).to.deep.equal({ 200: 1, '403 plan_limit_reached': 2 })
    const tooMany = [
      await ana.post('/groups', { name: 'Choir', contact_ids: ids.slice(0, 26) }),
      await ana.patch(`/groups/${group.id}`, { contact_ids: ids.slice(4) }),
    ]
    expect(tooMany.map(refusal)).to.deep.equal(['403 plan_limit_reached', '403 plan_limit_reached'])
    expect(await members(group)).to.have.length(25)
    expect((await ana.get('/groups')).body.items).to.have.length(1)
  })

  it('keep the members they have when the plan becomes smaller, and may lose some', async () => {
    await grant(ana, { plan: 'plus' })
    const ids = await friends(ana, 31)
    const group = await groupOf(ana, 'Band', ids.slice(0, 30))
    await grant(ana, { plan: 'free' })
    expect(await members(group)).to.have.length(30)
    expect((await ana.put(`/groups/${group.id}/members/${ids[0]}`)).status).to.equal(200)
    expect(refusal(await ana.put(`/groups/${group.id}/members/${ids[30]}`))).to.equal('403 plan_limit_reached')
    expect((await ana.patch(`/groups/${group.id}`, { contact_ids: ids.slice(0, 28) })).status).to.equal(200)
    expect(await members(group)).to.have.length(28)
  })

  it('of 250 members are made, read, replaced and deleted in a few statements', async () => {
    await grant(ana, { plan: 'plus' })
    const ids = await friends(ana, 260)
    let group: Json
    const counts = {
      made: await statementsOf(ana, async () => {
        group = await groupOf(ana, 'Everybody', ids.slice(0, 250))
      }),
      read: await statementsOf(ana, async () => expect(await members(group)).to.have.length(250)),
      replaced: await statementsOf(ana, () => ana.patch(`/groups/${group.id}`, { contact_ids: ids.slice(10) })),
      deleted: await statementsOf(ana, () => ana.delete(`/groups/${group.id}`)),
    }
    expect(Math.max(...Object.values(counts)), JSON.stringify(counts)).to.be.within(1, 12)
  })

  it('lose a contact that is deleted, and the contact tells which groups it is in', async () => {
    const [bo, cy] = [await knows('Bo'), await knows('Cy')]
    const band = await groupOf(ana, 'Band', [bo, cy])
    const aces = await groupOf(ana, 'aces', [bo])
    const inGroups = [
      { id: aces.id, name: 'aces' },
      { id: band.id, name: 'Band' },
    ]
    expect((await ana.get(`/contacts/${bo}`)).body.groups).to.deep.equal(inGroups)
    const found = await ana.get(`/contacts?group_id=${band.id}`)
    expect(found.body.items.map(({ name }: Json) => name)).to.deep.equal(['Bo', 'Cy'])
    const foreign = await groupOf(await world.person('Eve'), 'Eve’s', [])
    for (const id of [UNKNOWN, foreign.id]) {
      expect((await ana.get(`/contacts?group_id=${id}`)).body.items).to.deep.equal([])
    }

    const socket = await ana.socket({ door: 'uws', topics: ['book'] })
    await ana.delete(`/contacts/${bo}`)
    await socket.until('event', ({ event }) => event === 'contact.deleted')
    const told = socket.events.filter(({ event }) => event === 'group.updated').map(({ data }) => data.group as Json)
    expect(told.map(({ name, member_count }) => [name, member_count])).to.deep.equal([
      ['aces', 0],
      ['Band', 1],
    ])
    expect(await members(band)).to.deep.equal(['Cy'])
  })

  it('take a contact in or see it deleted when both happen at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const bo = await knows('Bo')
      const group = await groupOf(ana, `Band ${round}`, [])
      const [put, gone] = await Promise.all([
        ana.put(`/groups/${group.id}/members/${bo}`),
        ana.delete(`/contacts/${bo}`),
      ])
      expect(put?.status).to.be.oneOf([200, 404])
      expect(gone?.status).to.equal(204)
      expect((await ana.get(`/groups/${group.id}`)).body).to.include({ member_count: 0 })
    }
  })

  it('are told to the other devices, and to nobody else', async () => {
    const bo = await knows('Bo')
    const socket = await ana.socket({ topics: ['book'] })
    const stranger = await (await world.person('Eve')).socket()
    const hears = async (name: string) => (await socket.until('event', ({ event }) => event === name)).data

    const made = await groupOf(ana, 'Band', [])
    expect(await hears('group.created')).to.deep.equal({ group: made })
    const added = (await ana.put(`/groups/${made.id}/members/${bo}`)).body
    expect(await hears('group.updated')).to.deep.equal({ group: added })
    await ana.put(`/groups/${made.id}/members/${bo}`)
    const renamed = (await ana.patch(`/groups/${made.id}`, { name: 'Choir' })).body
    expect(await hears('group.updated'), 'the member who was there is no news').to.deep.equal({ group: renamed })
    await ana.delete(`/groups/${made.id}/members/${bo}`)
    expect(await hears('group.updated')).to.have.nested.property('group.member_count', 0)
    await ana.delete(`/groups/${made.id}`)
    expect(await hears('group.deleted')).to.deep.equal({ id: made.id })

    stranger.say({ type: 'ping', id: 9 })
    await stranger.until('pong')
    expect(stranger.events).to.deep.equal([])
  })

  it('are made once for one Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': 'group-1' }
    const answers = await Promise.all([1, 2, 3].map(() => ana.post('/groups', { name: 'Band' }, key)))
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).to.equal(1)
  })
})
