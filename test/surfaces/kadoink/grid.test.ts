import { expect } from 'chai'
import { board, friends, grant, toGrid, UNKNOWN } from '#test/kadoink-book'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('The grid', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const knows = (name: string, person = ana) => person.knows(name, world.freshNumber())
  const isInGrid = async ({ contact_id }: Json): Promise<boolean> =>
    (await ana.get(`/contacts/${contact_id}`)).body.in_grid

  it('is there from the beginning: empty, two by two, and nobody is called on it', async () => {
    const { status, body } = await ana.get('/grid')
    expect(status).to.equal(200)
    const { created_at } = (await ana.get('/me')).body
    expect(body).to.deep.equal({
      slots: 4,
      rows: 2,
      cols: 2,
      members: [],
      active_call: null,
      updated_at: created_at,
    })
  })

  it('is laid out as square as the plan’s cells allow', async () => {
    await grant(ana, { plan: 'plus' })
    expect((await ana.get('/grid')).body).to.include({ slots: 16, rows: 4, cols: 4 })
    for (const [slots, rows, cols] of [
      [0, 0, 0],
      [1, 1, 1],
      [2, 1, 2],
      [6, 2, 3],
      [9, 3, 3],
      [12, 3, 4],
      [13, 4, 4],
    ]) {
      await grant(ana, { limits: { gridSlots: slots } })
      expect((await ana.get('/grid')).body).to.include({ slots, rows, cols })
    }
  })

  it('takes contacts into the first free cell or a named one, and nobody moves when one leaves', async () => {
    const [bo, cy, di] = [await knows('Bo'), await knows('Cy'), await knows('Di')]
    const before = (await ana.get('/grid')).body.updated_at
    await world.moveClock(60)
    const cell = await toGrid(ana, cy)
    expect(cell).to.deep.equal({
      position: 0,
      contact: (await ana.get('/contacts?q=Cy')).body.items[0],
      over_limit: false,
    })
    expect(cell.contact.in_grid).to.equal(true)
    await toGrid(ana, bo, 3)
    expect((await toGrid(ana, di)).position).to.equal(1)
    expect(await board(ana)).to.deep.equal({ 0: 'Cy', 1: 'Di', 3: 'Bo' })
    expect(Date.parse((await ana.get('/grid')).body.updated_at)).to.be.above(Date.parse(before))

    expect((await ana.delete(`/grid/members/${cy.contact_id}`)).status).to.equal(204)
    expect(refusal(await ana.delete(`/grid/members/${cy.contact_id}`))).to.equal('404 not_found')
    expect(await board(ana)).to.deep.equal({ 1: 'Di', 3: 'Bo' })
    expect([await isInGrid(cy), await isInGrid(di)]).to.deep.equal([false, true])
    const names = async (query: string) =>
      (await ana.get(`/contacts?in_grid=${query}`)).body.items.map(({ name }: Json) => name)
    expect(await names('true')).to.deep.equal(['Bo', 'Di'])
    expect(await names('false')).to.deep.equal(['Cy'])
    expect((await toGrid(ana, cy)).position).to.equal(0)
  })

  it('has one cell for each contact and one contact for each cell, even when two come at the same moment', async () => {
    const [bo, cy, di] = [await knows('Bo'), await knows('Cy'), await knows('Di')]
    const both = await Promise.all([1, 2, 3].map((position) => ana.post('/grid/members', { ...bo, position })))
    expect(outcomes(both)).to.deep.equal({ 201: 1, '409 already_in_grid': 2 })
    const sameCell = await Promise.all([cy, di].map((who) => ana.post('/grid/members', { ...who, position: 0 })))
    expect(outcomes(sameCell)).to.deep.equal({ 201: 1, '409 position_taken': 1 })
    expect(refusal(await ana.post('/grid/members', bo))).to.equal('409 already_in_grid')
    expect(refusal(await ana.post('/grid/members', { ...cy, position: 0 }))).to.match(/^409/)
  })

  it('is as large as the plan allows, even when several come for the last cell', async () => {
    const ids = await friends(ana, 7)
    const add = (at: number, position?: number) => ana.post('/grid/members', { contact_id: ids[at], position })
    for (const at of [0, 1, 2]) expect((await add(at)).status).to.equal(201)
    const answers = await Promise.all([3, 4, 5].map((at) => add(at)))
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '403 plan_limit_reached': 2 })
    expect(Object.keys(await board(ana))).to.deep.equal(['0', '1', '2', '3'])

    expect(refusal(await add(6, 4)), 'a cell that only a larger grid has').to.equal('403 plan_limit_reached')
    await grant(ana, { plan: 'plus' })
    expect((await add(6, 4)).status).to.equal(201)
  })

  it('keeps whoever is beyond it when the plan becomes smaller, and says so', async () => {
    await grant(ana, { plan: 'plus' })
    const ids = await friends(ana, 4)
    for (const [at, position] of [0, 3, 4, 15].entries()) {
      await toGrid(ana, { contact_id: ids[at] ?? '' }, position)
    }
    await grant(ana, { plan: 'free' })
    const { body } = await ana.get('/grid')
    expect(body).to.include({ slots: 4, rows: 2, cols: 2 })
    expect(body.members.map((cell: Json) => [cell.position, cell.over_limit])).to.deep.equal([
      [0, false],
      [3, false],
      [4, true],
      [15, true],
    ])
    expect((await ana.delete(`/grid/members/${ids[3]}`)).status).to.equal(204)
    expect((await toGrid(ana, { contact_id: ids[3] ?? '' })).position).to.equal(1)
  })

  it('wants contacts with a mobile, and keeps it for them', async () => {
    const { body: eve } = await ana.post('/contacts', { name: 'Eve', email: 'eve@example.com' })
    expect(complaints(await ana.post('/grid/members', { contact_id: eve.id }))).to.have.all.keys('contact_id')

    const { contact_id } = await knows('Bo')
    await toGrid(ana, { contact_id })
    const cleared = { mobile: null, email: 'bo@example.com' }
    expect(complaints(await ana.patch(`/contacts/${contact_id}`, cleared))).to.have.all.keys('mobile')
    const mobile = world.freshNumber()
    expect((await ana.patch(`/contacts/${contact_id}`, { mobile })).body).to.include({ mobile, in_grid: true })
    await ana.delete(`/grid/members/${contact_id}`)
    expect((await ana.patch(`/contacts/${contact_id}`, cleared)).status).to.equal(200)
  })

  it('takes a contact or loses its mobile when both happen at the same moment, never both', async () => {
    for (let round = 0; round < 5; round++) {
      const { body } = await ana.post('/contacts', { name: 'Bo', mobile: world.freshNumber(), email: 'bo@example.com' })
      const [added, edited] = await Promise.all([
        ana.post('/grid/members', { contact_id: body.id }),
        ana.patch(`/contacts/${body.id}`, { mobile: null }),
      ])
      expect([added?.status, edited?.status]).to.be.deep.oneOf([
        [201, 422],
        [422, 200],
      ])
      await ana.delete(`/contacts/${body.id}`)
    }
    expect(await board(ana)).to.deep.equal({})
  })

  it('wants an id and a whole position', async () => {
    const bo = await knows('Bo')
    for (const position of [-1, 1.5, '1', 10_000, [], true]) {
      expect(complaints(await ana.post('/grid/members', { ...bo, position }))).to.have.all.keys('position')
    }
    for (const contact_id of [undefined, null, 'x', 7]) {
      expect(complaints(await ana.post('/grid/members', { contact_id }))).to.have.all.keys('contact_id')
    }
    expect(await board(ana)).to.deep.equal({})
  })

  it('takes nobody else’s contacts, and is nobody else’s to change', async () => {
    const eve = await world.person('Eve')
    const [own, foreign] = [await knows('Bo'), await knows('Cy', eve)]
    await toGrid(eve, foreign)
    const answer = await ana.post('/grid/members', foreign)
    expect(refusal(answer)).to.equal('404 not_found')
    expect(answer.body).to.deep.equal((await ana.post('/grid/members', { contact_id: UNKNOWN })).body)
    expect(refusal(await ana.delete(`/grid/members/${foreign.contact_id}`))).to.equal('404 not_found')
    expect(refusal(await ana.delete(`/grid/members/${own.contact_id}`))).to.equal('404 not_found')
    expect([await board(ana), await board(eve)]).to.deep.equal([{}, { 0: 'Cy' }])
    const row = { owner_id: ana.user.id, contact_id: foreign.contact_id, position: 0 }
    const smuggled = world.running.database.sql('grid_members').insert(row)
    expect(await smuggled.catch(({ constraint }) => constraint)).to.equal('grid_members_contacts')
  })

  it('is told to the other devices as REST shows it, and to nobody else', async () => {
    const bo = await knows('Bo')
    const socket = await ana.socket({ door: 'uws', topics: ['grid'] })
    const stranger = await (await world.person('Eve')).socket()
    const hears = async () => {
      const { topic, data } = await socket.until('event', ({ event }) => event === 'grid.updated')
      expect(topic).to.equal('grid')
      return data
    }
    const shown = async () => ({ grid: (await ana.get('/grid')).body })

    await toGrid(ana, bo)
    expect(await hears()).to.deep.equal(await shown())
    await ana.patch(`/contacts/${bo.contact_id}`, { name: 'Bob' })
    expect(await hears()).to.deep.equal(await shown())
    await ana.delete(`/grid/members/${bo.contact_id}`)
    expect((await hears()).grid).to.deep.include({ members: [] })
    await toGrid(ana, bo)
    await hears()
    await ana.delete(`/contacts/${bo.contact_id}`)
    expect((await hears()).grid).to.deep.include({ members: [] })
    expect(await board(ana)).to.deep.equal({})

    const di = await knows('Di')
    await ana.patch(`/contacts/${di.contact_id}`, { name: 'Dido' })
    await ana.delete(`/contacts/${di.contact_id}`)
    await world.settle()
    socket.say({ type: 'ping', id: 9 })
    await socket.until('pong')
    expect(socket.events, 'who is not on the grid is no news there').to.have.length(5)
    stranger.say({ type: 'ping', id: 9 })
    await stranger.until('pong')
    expect(stranger.events).to.deep.equal([])
  })

  it('takes a contact once for one Idempotency-Key', async () => {
    const bo = await knows('Bo')
    const key = { 'Idempotency-Key': 'grid-1' }
    const answers = await Promise.all([1, 2, 3].map(() => ana.post('/grid/members', bo, key)))
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(await board(ana)).to.deep.equal({ 0: 'Bo' })
  })
})
