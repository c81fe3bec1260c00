import { expect } from 'chai'
import pg from 'pg'
import * as schedule from '#domain/schedule'
import { newId } from '#kit/id'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

const DAY = 86_400

describe('What is to happen later', () => {
  let world: World
  let ana: Person
  let kim: { contact_id: string }

  beforeEach(async () => {
    world = await World.start()
    ana = await world.person('Ana')
    kim = await ana.knows('Kim', world.freshNumber())
  })
  afterEach(() => world.end())

  const inSeconds = async (seconds: number) => {
    const { body } = await ana.get('/home')
    return new Date(Date.parse(body.server_time) + seconds * 1000).toISOString()
  }
  const callsKim = async (seconds: number, more: Json = {}, person = ana) =>
    person.post('/calls', { to: [kim], scheduled_at: await inSeconds(seconds), ...more })
  const jobs = async (status = 'all') => (await ana.get(`/scheduled-jobs?status=${status}`)).body.items
  const hosted = () => world.running.database.sql('calls').where({ host_id: ana.user.id })

  it('waits, is seen, and happens at its time, once', async () => {
    const answer = await callsKim(3600, { title: 'Rehearsal', privacy: 'open' })
    expect(answer.status).to.equal(202)
    expect(answer.body).to.deep.include({
      number: 1,
      kind: 'call',
      command: 'call @Kim',
      summary: 'call @Kim',
      repeat: null,
      status: 'scheduled',
      recipients: 1,
      source: 'api',
      error: null,
    })
    expect(await hosted()).to.deep.equal([])
    expect((await ana.get('/home')).body.scheduled_jobs.items).to.deep.equal([answer.body])
    expect((await ana.get('/billing/entitlements')).body.usage.max_scheduled_jobs).to.equal(1)

    await world.moveClock(3601)
    await world.settle()
    expect(await hosted()).to.have.lengthOf(1)
    expect((await ana.get('/calls/active')).body).to.deep.include({ title: 'Rehearsal', privacy: 'open' })
    expect(await jobs('scheduled')).to.deep.equal([])
    expect(await jobs('done')).to.deep.equal([{ ...answer.body, status: 'done' }])
  })

  it('is told to all devices', async () => {
    const socket = await ana.socket({ topics: ['jobs'] })
    await callsKim(120)
    await world.moveClock(121)
    await world.settle()
    const told = [await socket.until('event'), await socket.until('event'), await socket.until('event')]
    expect(told.map(({ event }: Json) => event)).to.deep.equal(['job.created', 'job.started', 'job.completed'])
    expect((told[2] as Json).data.job.status).to.equal('done')
  })

  it('is a call of the whole grid, or a status', async () => {
    await ana.post('/grid/members', kim)
    const later = await inSeconds(600)
    const call = await ana.post('/grid/calls', { scheduled_at: later })
    expect([call.status, call.body.kind, call.body.command]).to.deep.equal([202, 'grid_call', 'call grid'])
    const status = await ana.post('/statuses', { body: 'Doors open', scheduled_at: later })
    expect([status.status, status.body.kind]).to.deep.equal([202, 'status'])
    expect(status.body.command).to.equal(`status *${ana.username} Doors open`)
    expect((await ana.get('/statuses')).body.items).to.deep.equal([])

    await world.moveClock(601)
    await world.settle()
    expect((await ana.get('/statuses')).body.items.map(({ body }: Json) => body)).to.deep.equal(['Doors open'])
    expect((await ana.get('/calls/active')).body.kind).to.equal('grid')
  })

  it('is cancelled while it waits, and not after that', async () => {
    const { body } = await callsKim(120)
    const bo = await world.person('Bo')
    expect(refusal(await bo.delete(`/scheduled-jobs/${body.id}`))).to.equal('404 not_found')
    const answers = await Promise.all([1, 2].map(() => ana.delete(`/scheduled-jobs/${body.id}`)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, 409])
    expect(refusal(await ana.delete(`/scheduled-jobs/${body.id}`))).to.equal('409 job_finished')
    await world.moveClock(130)
    await world.settle()
    expect(await hosted()).to.deep.equal([])
  })

  it('says that it is running while it is', async () => {
    const { body } = await callsKim(120)
    const { sql } = world.running.database
    // Whoever runs it has it in hand: as the database sees that from outside.
    await sql('scheduled_jobs')
      .where({ id: body.id })
      .update({ state: 'running', wake_at: new Date(Date.now() + 9e6) })
    expect(refusal(await ana.delete(`/scheduled-jobs/${body.id}`))).to.equal('409 job_running')
  })

  it('lies at least a minute ahead and at most a year', async () => {
    expect(refusal(await callsKim(-1))).to.equal('422 time_in_past')
    expect(refusal(await callsKim(30))).to.equal('422 time_in_past')
    expect((await callsKim(70)).status).to.equal(202)
    expect((await callsKim(364 * DAY)).status).to.equal(202)
    expect(refusal(await callsKim(366 * DAY))).to.equal('422 validation_failed')
  })

  it('is refused at once when it could not be done at all', async () => {
    const nobody = { contact_id: ana.user.id }
    expect(refusal(await callsKim(120, { to: [nobody] }))).to.equal('404 not_found')
    expect(refusal(await ana.post('/grid/calls', { scheduled_at: await inSeconds(120) }))).to.equal('422 grid_empty')
    await ana.post('/calls', { to: [kim] })
    expect((await callsKim(120)).status, 'another call may be over by then').to.equal(202)
  })

  it('is as much as the plan allows, also when it is asked for at once', async () => {
    await grant(ana, { limits: { maxScheduledJobs: 2 } })
    const answers = await Promise.all(Array.from({ length: 4 }, (_, index) => callsKim(1000 + index)))
    expect(answers.filter(({ status }) => status === 202)).to.have.lengthOf(2)
    expect(new Set(answers.flatMap(({ body }) => body.number ?? [])).size).to.equal(2)
    const other = answers.find(({ status }) => status !== 202)
    expect(other && refusal(other)).to.equal('403 plan_limit_reached')
  })

  it('is not done when it is too late for it, and its owner is told', async () => {
    const { body } = await callsKim(120)
    await world.moveClock(120 + 301)
    await world.settle()
    await world.textsArrive()
    expect(await hosted()).to.deep.equal([])
    expect(await jobs('failed')).to.deep.equal([{ ...body, status: 'failed', error: 'missed' }])
    const told = ana.phone.texts.filter(({ body: text }) => text.startsWith('Job 1 '))
    expect(told).to.have.lengthOf(1)
  })

  it('fails when it cannot be done by then, and its owner is told', async () => {
    await callsKim(120)
    await ana.delete(`/contacts/${kim.contact_id}`)
    await world.moveClock(121)
    await world.settle()
    await world.textsArrive()
    expect((await jobs('failed')).map(({ error }: Json) => error)).to.deep.equal(['target_gone'])
    expect(ana.phone.texts.at(-1)?.body).to.match(/^Job 1 \(.*, call @Kim\) was not done: /)
  })

  it('fails when its owner is on another call', async () => {
    await callsKim(120)
    await ana.post('/calls', { to: [kim] })
    await world.moveClock(121)
    await world.settle()
    expect((await jobs('failed')).map(({ error }: Json) => error)).to.deep.equal(['call_in_progress'])
  })

  it('is found by its time: what waits beside it is not read', async () => {
    const { sql } = world.running.database
    await callsKim(3600)
    const [job] = await sql('scheduled_jobs')
    const more = Array.from({ length: 2000 }, (_, at) => ({ ...job, id: newId(), number: at + 2 }))
    await sql.batchInsert('scheduled_jobs', more)
    await sql.raw('analyze scheduled_jobs')
    const asked: { sql: string; bindings: unknown[] }[] = []
    sql.on('query', (query) => asked.push(query))
    await world.running.database.write((unit) => schedule.takeDue(unit, 20))
    const [taking] = asked.filter(({ sql: text }) => text.includes('skip locked'))
    const client = new pg.Client({ connectionString: world.databaseUrl })
    await client.connect()
    const { rows } = await client.query(`explain ${taking?.sql}`, taking?.bindings)
    await client.end()
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).to.match(/Index Cond: \(wake_at <= /)
  })

  it('goes with its owner', async () => {
    await grant(ana, { plan: 'plus' })
    await callsKim(120)
    expect((await ana.ask('DELETE', '/me', { password: 'correct horse battery' })).status).to.equal(204)
    expect(await world.running.database.sql('scheduled_jobs')).to.deep.equal([])
  })
})
