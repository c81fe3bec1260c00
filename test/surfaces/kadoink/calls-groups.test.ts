import { expect } from 'chai'
import { callEnded, onCall, ringsOf, statuses } from '#test/calls-stage'
import { groupOf, UNKNOWN } from '#test/kadoink-book'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('Calling a group', () => {
  let world: World
  let ana: Person
  let band: Json
  let number: string

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    number = world.freshNumber()
    const bo = await ana.knows('Bo', number)
    const cy = await ana.knows('Cy', world.freshNumber())
    const { body: mute } = await ana.post('/contacts', { name: 'Mute', email: 'mute@example.com' })
    band = await groupOf(ana, 'Band', [bo.contact_id, cy.contact_id, mute.id])
  })

  it('rings everybody in it who has a mobile, and the call says which group it is', async () => {
    const { status, body } = await ana.post('/calls', { to: [{ group_id: band.id }] })
    expect(status, JSON.stringify(body)).to.equal(201)
    expect(body).to.include({ kind: 'group', group_id: band.id })
    expect(statuses(body)).to.deep.equal({ Ana: 'queued', Bo: 'queued', Cy: 'queued' })
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
    expect((await ana.get('/calls/active')).body.group_id).to.equal(band.id)
  })

  it('may be asked for by the shorthand, beside others; whoever is named twice is rung once', async () => {
    const { body: choir } = await ana.post('/groups', { name: 'Choir', contact_ids: [band.members[0].id] })
    const { contact_id } = await ana.knows('Di', world.freshNumber())
    const { body } = await ana.post('/calls', {
      group_id: band.id,
      contact_ids: [contact_id],
      to: [{ mobile: number, name: 'Bobby' }, { mobile: ana.mobile }],
    })
    expect(body).to.include({ kind: 'group', group_id: band.id })
    expect(statuses(body)).to.deep.equal({ Ana: 'queued', Bobby: 'queued', Cy: 'queued', Di: 'queued' })
    await world.pass(8)
    expect(ringsOf(world, number)).to.have.lengthOf(1)
    await ana.delete('/calls/active')

    const both = await ana.post('/calls', { to: [{ group_id: band.id }, { group_id: choir.id }] })
    expect(both.body).to.include({ kind: 'group', group_id: null })
    expect(both.body.participants).to.have.lengthOf(3)
    await ana.delete('/calls/active')
    const same = await ana.post('/calls', { to: [{ group_id: band.id }], group_id: band.id })
    expect(same.body).to.include({ kind: 'group', group_id: band.id })
  })

  it('needs somebody in it who can be rung', async () => {
    const empty = await groupOf(ana, 'Empty', [])
    const mute = await groupOf(ana, 'Mutes', [band.members[2].id])
    for (const { id } of [empty, mute]) {
      expect(complaints(await ana.post('/calls', { to: [{ group_id: id }] }))).to.have.all.keys('to.0')
      expect(complaints(await ana.post('/calls', { group_id: id }))).to.have.all.keys('to.0')
    }
    const { contact_id } = await ana.knows('Me', ana.mobile)
    const alone = await groupOf(ana, 'Just me', [contact_id])
    expect(complaints(await ana.post('/calls', { group_id: alone.id }))).to.have.all.keys('to')
    expect(complaints(await ana.post('/calls', {}))).to.have.all.keys('to')
    expect(refusal(await ana.get('/calls/active'))).to.equal('404 not_found')
  })

  it('of somebody else answers as if there were none', async () => {
    const eve = await world.person('Eve')
    const foreign = await eve.post('/calls', { group_id: band.id })
    expect(refusal(foreign)).to.equal('404 not_found')
    expect(foreign.body).to.deep.equal((await eve.post('/calls', { to: [{ group_id: UNKNOWN }] })).body)
    for (const group_id of ['x', 7, [], {}]) {
      const named = Object.keys(complaints(await ana.post('/calls', { group_id })))
      expect(named).to.deep.equal(['group_id'])
    }
    const added = await ana.post('/calls/active/participants', { group_id: band.id })
    expect(refusal(added), 'one at a time is added to a call').to.equal('422 validation_failed')
  })

  it('is refused when the group does not fit the plan, before anybody is rung', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async (n) => (await ana.knows(`F${n}`, world.freshNumber())).contact_id),
    )
    for (const id of ids) await ana.put(`/groups/${band.id}/members/${id}`)
    expect(refusal(await ana.post('/calls', { group_id: band.id }))).to.equal('403 plan_limit_reached')
    expect(ringsOf(world, ana.mobile)).to.be.empty
  })

  it('goes on when the group is deleted, and forgets which one it was; guests never hear of it', async () => {
    const bo = await world.person('Bo')
    const { contact_id } = await ana.knows('Bo again', bo.mobile)
    await ana.put(`/groups/${band.id}/members/${contact_id}`)
    const socket = await bo.socket()
    await ana.post('/calls', { group_id: band.id })
    await world.pass(8)
    expect((await bo.get('/calls/active')).body).to.include({ kind: 'group', group_id: null })
    expect((await ana.delete(`/groups/${band.id}`)).status).to.equal(204)
    expect((await ana.get('/calls/active')).body).to.include({ kind: 'group', group_id: null, status: 'in_progress' })
    await ana.delete('/calls/active')
    await callEnded(socket)
    expect(JSON.stringify(socket.events)).not.to.include(band.id)
  })

  it('starts, or finds the group gone, when it is deleted at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const group = await groupOf(ana, `Round ${round}`, [band.members[0].id])
      const [called, gone] = await Promise.all([
        ana.post('/calls', { group_id: group.id }),
        ana.delete(`/groups/${group.id}`),
      ])
      expect(called?.status).to.be.oneOf([201, 404])
      expect(gone?.status).to.equal(204)
      await ana.delete('/calls/active')
    }
  })
})
