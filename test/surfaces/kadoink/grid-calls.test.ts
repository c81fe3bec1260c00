import { expect } from 'chai'
import { callEnded, callWith, inRoom, onCall, phoneThat, ringsOf, statuses, staysFor } from '#test/calls-stage'
import { friends, grant, toGrid } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import { World } from '#test/world'

describe('A call of the whole grid', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  /** Put somebody with this phone onto Ana's grid. */
  const stands = async (name: string, position: number, number = world.freshNumber()) => {
    const who = await ana.knows(name, number)
    await toGrid(ana, who, position)
    return who
  }
  const start = async (): Promise<Json> => {
    const { status, body } = await ana.post('/grid/calls', {})
    expect(status, JSON.stringify(body)).to.equal(201)
    return body
  }
  const cells = (call: Json): [string, number | null][] =>
    call.participants.map((one: Json) => [one.name, one.grid_position])

  /** How the cells stand, as each push about the grid told it: statuses by position. */
  const boards = (socket: Client): Json[] =>
    socket.events
      .filter(({ event }) => event === 'grid.updated')
      .map(({ data }) => {
        const { active_call } = data.grid as Json
        const guests = active_call?.participants.filter((one: Json) => one.role === 'guest') ?? []
        return active_call && Object.fromEntries(guests.map((one: Json) => [one.grid_position, one.status]))
      })

  it('rings the host, then everybody in the order of the cells, and each participant carries the cell', async () => {
    await stands('Cy', 3)
    await stands('Bo', 0)
    await stands('Di', 1)
    const { status, body } = await ana.post('/grid/calls', { title: 'Family', privacy: 'open' })
    expect(status).to.equal(201)
    expect(body).to.include({ kind: 'grid', status: 'dialing', title: 'Family', privacy: 'open', group_id: null })
    expect(cells(body)).to.deep.equal([
      ['Ana', null],
      ['Bo', 0],
      ['Di', 1],
      ['Cy', 3],
    ])
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined', Di: 'joined' })
    expect(inRoom(world, body)).to.have.lengthOf(4)
    const { active_call } = (await ana.get('/grid')).body
    expect(active_call).to.deep.equal((await ana.get('/calls/active')).body)
  })

  it('is told cell by cell, and by the grid as it stands', async () => {
    await stands('Bo', 0, phoneThat(world, staysFor(12)))
    await stands('Cy', 1, phoneThat(world, { busy: true }))
    await stands('Di', 2, phoneThat(world, { noAnswer: true }))
    const socket = await ana.socket()
    await start()
    await world.pass(45)
    await ana.delete('/grid/calls')
    await callEnded(socket)
    await socket.until('event', ({ event, data }) => event === 'grid.updated' && !(data.grid as Json).active_call)

    const steps: Record<number, string[]> = {}
    for (const { event, data } of socket.events) {
      const { grid_position, status } = (data.participant ?? {}) as Json
      if (event !== 'call.participant_updated' || grid_position === null) continue
      steps[grid_position] = [...(steps[grid_position] ?? []), status]
    }
    expect(steps).to.deep.equal({
      0: ['queued', 'dialing', 'ringing', 'screening', 'joined', 'left'],
      1: ['queued', 'dialing', 'ringing', 'busy'],
      2: ['queued', 'dialing', 'ringing', 'no_answer'],
    })
    const told = boards(socket)
    expect(told[0]).to.deep.equal({ 0: 'queued', 1: 'queued', 2: 'queued' })
    expect(told.some((board) => board?.[0] === 'joined' && board[1] === 'busy' && board[2] === 'ringing')).to.equal(
      true,
    )
    expect(told.at(-2)).to.deep.equal({ 0: 'left', 1: 'busy', 2: 'no_answer' })
    expect(told.at(-1), 'the call is over').to.equal(null)
    expect((await ana.get('/grid')).body.active_call).to.equal(null)
  })

  it('tells those on the grid of the call, and nothing of the host’s grid', async () => {
    const bo = await world.person('Bo')
    await stands('Bo', 2, bo.mobile)
    const socket = await bo.socket()
    await start()
    await world.pass(8)
    await ana.delete('/grid/calls')
    const ended = await callEnded(socket)
    expect(ended).to.include({ kind: 'grid', end_reason: 'ended_by_host' })
    expect(socket.events.filter(({ topic }) => topic === 'grid')).to.deep.equal([])
    expect(JSON.stringify(socket.events)).to.include('"grid_position":null').and.not.to.include('"grid_position":2')
    expect((await bo.get('/grid')).body.active_call).to.equal(null)
  })

  it('is ended by its host for all, once; a call of another kind, or somebody else’s, is left alone', async () => {
    const bo = await world.person('Bo')
    await stands('Bo', 0, bo.mobile)
    expect(refusal(await ana.delete('/grid/calls'))).to.equal('404 not_found')
    const call = await start()
    await world.pass(8)
    expect(refusal(await bo.delete('/grid/calls'))).to.equal('404 not_found')
    const answers = await Promise.all([ana.delete('/grid/calls'), ana.delete('/grid/calls')])
    expect(answers.map(({ status }) => status)).to.have.members([204, 404])
    await world.pass(1)
    expect(inRoom(world, call)).to.be.empty

    await callWith(ana, [{ mobile: bo.mobile }])
    expect(refusal(await ana.delete('/grid/calls'))).to.equal('404 not_found')
    expect((await ana.get('/grid')).body.active_call).to.equal(null)
    expect((await ana.delete('/calls/active')).status).to.equal(204)

    await start()
    expect((await ana.delete('/calls/active')).status, 'the other way out').to.equal(204)
    expect((await ana.get('/grid')).body.active_call).to.equal(null)
  })

  it('is the host’s one call: it starts no second one, even when two are asked for at the same moment', async () => {
    const number = world.freshNumber()
    await stands('Bo', 0, number)
    const answers = await Promise.all([ana.post('/grid/calls', {}), ana.post('/grid/calls', {})])
    expect(answers.map(({ status }) => status)).to.have.members([201, 409])
    expect(refusal(await ana.post('/calls', { to: [{ mobile: number }] }))).to.equal('409 call_in_progress')
    await world.pass(8)
    expect(ringsOf(world, number)).to.have.lengthOf(1)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
  })

  it('needs somebody to call: an empty grid, or the host alone on it, rings nobody', async () => {
    expect(refusal(await ana.post('/grid/calls', {}))).to.equal('422 grid_empty')
    await stands('Me', 0, ana.mobile)
    expect(refusal(await ana.post('/grid/calls', {}))).to.equal('422 grid_empty')
    expect(ringsOf(world, ana.mobile)).to.be.empty

    await stands('Bo', 1)
    expect(statuses(await start())).to.deep.equal({ Ana: 'queued', Bo: 'queued' })
  })

  it('leaves out whoever stands beyond the plan’s grid', async () => {
    await grant(ana, { plan: 'plus' })
    const far = world.freshNumber()
    await stands('Bo', 3)
    await stands('Cy', 4, far)
    await grant(ana, { plan: 'free' })
    expect(cells(await start())).to.deep.equal([
      ['Ana', null],
      ['Bo', 3],
    ])
    await world.pass(8)
    expect(ringsOf(world, far)).to.be.empty
    await ana.delete('/grid/calls')

    const { members } = (await ana.get('/grid')).body
    await ana.delete(`/grid/members/${members[0].contact.id}`)
    expect(refusal(await ana.post('/grid/calls', {}))).to.equal('422 grid_empty')
  })

  it('fits a full grid of either plan, and where less was agreed it is refused before anybody is rung', async () => {
    for (const [plan, slots] of [
      ['free', 4],
      ['plus', 16],
    ] as const) {
      const host = await world.person()
      await grant(host, { plan })
      for (const contact_id of await friends(host, slots, `+1555${slots + 800}`)) await toGrid(host, { contact_id })
      const { status, body } = await host.post('/grid/calls', {})
      expect(status, plan).to.equal(201)
      expect(body.participants).to.have.lengthOf(slots + 1)
      await host.delete('/grid/calls')
    }

    await grant(ana, { limits: { gridSlots: 6 } })
    for (const at of [0, 1, 2, 3, 4]) await stands(`Friend ${at}`, at)
    const refused = await ana.post('/grid/calls', {})
    expect(refusal(refused)).to.equal('403 plan_limit_reached')
    expect(refused.body.error.message).to.include('5 people')
    await world.pass(3)
    expect(ringsOf(world, ana.mobile)).to.be.empty
    expect(refusal(await ana.get('/calls/active'))).to.equal('404 not_found')
  })

  it('goes on when the grid changes: who comes is not rung, who leaves stays on the line', async () => {
    const [late, number] = [world.freshNumber(), world.freshNumber()]
    const bo = await stands('Bo', 0, number)
    const cy = await stands('Cy', 1)
    const call = await start()
    await world.pass(8)
    await stands('Di', 2, late)
    await ana.delete(`/grid/members/${cy.contact_id}`)
    await ana.delete(`/contacts/${bo.contact_id}`)
    await world.pass(3)
    expect(ringsOf(world, late)).to.be.empty
    expect(inRoom(world, call)).to.have.lengthOf(3).and.include(number)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
  })

  it('lights the cell of a member who is added by hand', async () => {
    await stands('Bo', 0)
    const di = await ana.knows('Di', world.freshNumber())
    await start()
    await world.pass(8)
    await toGrid(ana, di, 3)
    const added = await ana.post('/calls/active/participants', di)
    expect(added.body).to.include({ name: 'Di', grid_position: 3 })
    const stranger = await ana.post('/calls/active/participants', { mobile: world.freshNumber() })
    expect(stranger.body.grid_position).to.equal(null)
  })

  it('is started once for one Idempotency-Key', async () => {
    await stands('Bo', 0)
    const key = { 'Idempotency-Key': 'grid-call-1' }
    const answers = [await ana.post('/grid/calls', {}, key), await ana.post('/grid/calls', {}, key)]
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201])
    expect(answers[0]?.body).to.deep.equal(answers[1]?.body)
  })
})
