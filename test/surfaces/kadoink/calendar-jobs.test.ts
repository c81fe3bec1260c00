import { expect } from 'chai'
import { planDue } from '#domain/calendar'
import { mailPerson } from '#test/kadoink-accounts'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

const DAY = 86_400

describe('What is done for an event by itself', () => {
  let world: World
  let ana: Person

  beforeEach(async () => {
    world = await World.start()
    ana = await world.person('Ana')
  })
  afterEach(() => world.end())

  const inSeconds = async (seconds: number) => {
    const { body } = await ana.get('/home')
    return new Date(Date.parse(body.server_time) + seconds * 1000).toISOString().replace(/\.\d+/, '')
  }
  async function plans(seconds: number, body: Json): Promise<Json> {
    const answer = await ana.post('/calendar/events', { title: 'Gig', starts_at: await inSeconds(seconds), ...body })
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201)
    return answer.body
  }
  const jobs = async (status = 'scheduled'): Promise<Json[]> => {
    return (await ana.get(`/scheduled-jobs?status=${status}`)).body.items
  }
  async function passes(seconds: number): Promise<void> {
    await world.moveClock(seconds)
    await world.settle()
    await world.textsArrive()
  }
  const reminders = () =>
    world.carrier.handset(ana.mobile).texts.flatMap(({ body }) => (body.includes('Gig') ? body : []))

  it('reminds in the ways that were chosen, once, and is seen among the jobs until then', async () => {
    const socket = await ana.socket({ topics: ['calendar'] })
    const event = await plans(3600, { reminder_minutes: 30, remind_via: ['push', 'sms'], location: 'Bell’s' })
    const [job, ...others] = await jobs()
    expect(others).to.deep.equal([])
    expect(job).to.include({ kind: 'reminder', source: 'calendar', calendar_event_id: event.id, status: 'scheduled' })
    expect(Date.parse(job?.run_at)).to.equal(Date.parse(event.starts_at) - 1_800_000)
    expect(event.scheduled_job_id).to.equal(job?.id)
    await passes(1700)
    expect(reminders()).to.deep.equal([])
    await passes(101)
    await world.textsArrive()
    expect(reminders()).to.have.length(1)
    expect(reminders()[0]).to.match(/^\w{3} \d+:\d\d [AP]M: Gig \(Bell.s\)$/)
    await socket.until('event')
    expect((await socket.until('event')).event).to.equal('calendar.reminder')
    expect((await ana.patch(`/calendar/events/${event.id}`, {})).body.scheduled_job_id).to.equal(null)
    await passes(3600)
    expect(reminders()).to.have.length(1)
  })

  it('reminds again each time that an event comes round, and not when that time was taken away', async () => {
    const event = await plans(DAY + 3600, { repeat: 'daily', reminder_minutes: 60, remind_via: ['sms'] })
    const times = (await ana.get('/calendar/events?limit=3')).body.items.map(({ starts_at }: Json) => starts_at)
    await ana.delete(`/calendar/events/${event.id}?occurrence_at=${times[1]}`)
    await passes(DAY + 1)
    expect(reminders()).to.have.length(1)
    const [next] = await jobs()
    expect(Date.parse(next?.run_at)).to.equal(Date.parse(times[2]) - 3_600_000)
    expect((await ana.get('/home')).body.events.items[0].scheduled_job_id).to.equal(next?.id)
    await passes(DAY)
    expect(reminders()).to.have.length(1)
    await passes(DAY)
    expect(reminders()).to.have.length(2)
    expect(await jobs()).to.have.length(1)
  })

  it('posts what was to be said when the event begins, and says when it could not be done', async () => {
    const event = await plans(120, { action: { type: 'grid_call' } })
    const [job] = await jobs()
    expect(job).to.include({ kind: 'grid_call', command: 'call grid', calendar_event_id: event.id })
    expect(job?.run_at).to.equal(event.starts_at)
    await passes(121)
    const [failed] = await jobs('failed')
    expect(failed).to.include({ id: job?.id, status: 'failed' })
    expect((await ana.get('/calendar/events')).body.items).to.have.length(0)
  })

  it('is moved, dropped and taken up again as the event is edited', async () => {
    const event = await plans(7200, { reminder_minutes: 30 })
    const path = `/calendar/events/${event.id}`
    const later = await inSeconds(10_800)
    const moved = await ana.patch(path, { starts_at: later, title: 'Concert' })
    const [job] = await jobs()
    expect(moved.body.scheduled_job_id).to.equal(event.scheduled_job_id)
    expect(job).to.include({ id: event.scheduled_job_id, summary: 'remind Concert' })
    expect(Date.parse(job?.run_at)).to.equal(Date.parse(later) - 1_800_000)
    expect((await ana.patch(path, { reminder_minutes: null })).body.scheduled_job_id).to.equal(null)
    expect((await jobs('cancelled')).map(({ id }) => id)).to.deep.equal([job?.id])
    const again = (await ana.patch(path, { reminder_minutes: 10 })).body.scheduled_job_id
    expect(again).to.be.a('string')
    expect((await ana.delete(`/scheduled-jobs/${again}`)).status).to.equal(204)
    // What its owner has cancelled does not come back because of other words.
    expect((await ana.patch(path, { title: 'Gig' })).body.scheduled_job_id).to.equal(null)
    expect((await ana.patch(path, { reminder_minutes: 20 })).body.scheduled_job_id).to.be.a('string')
    expect((await ana.delete(path)).status).to.equal(204)
    expect(await jobs()).to.deep.equal([])
  })

  it('cannot be changed while it is being done', async () => {
    const event = await plans(7200, { reminder_minutes: 30 })
    const path = `/calendar/events/${event.id}`
    const running = { state: 'running', wake_at: new Date(Date.now() + 60_000) }
    await world.running.database.sql('scheduled_jobs').where({ id: event.scheduled_job_id }).update(running)
    expect(refusal(await ana.delete(path))).to.equal('409 job_running')
    expect(refusal(await ana.patch(path, { reminder_minutes: 10 }))).to.equal('409 job_running')
    expect((await ana.patch(path, { notes: 'Bring cables' })).status).to.equal(200)
  })

  it('is scheduled when it has come within a year, however far ahead the event is', async () => {
    const event = await plans(400 * DAY, { reminder_minutes: 0, remind_via: ['sms'] })
    expect([event.scheduled_job_id, await jobs()]).to.deep.equal([null, []])
    await passes(50 * DAY)
    await planDue(world.running.database)
    expect(await jobs()).to.have.length(1)
  })

  it('reminds a mailbox that was proved', async () => {
    const bo = await mailPerson(world)
    const { database } = world.running
    const mobile = world.freshNumber()
    await database.sql('users').where({ id: bo.user.id }).update({ mobile, mobile_verified_at: new Date() })
    const body = { title: 'Gig', starts_at: await inSeconds(180), reminder_minutes: 1, remind_via: ['email'] }
    expect((await bo.post('/calendar/events', body)).status).to.equal(201)
    await passes(150)
    const letters = await world.mail(bo.user.email)
    expect(letters.filter(({ subject }) => subject.endsWith(': Gig'))).to.have.length(1)
  })

  it('leaves no job behind, and sends nothing twice, when an event is deleted while its reminder falls due', async () => {
    const events = [await plans(180, { reminder_minutes: 1, remind_via: ['sms'] })]
    for (let turn = 0; turn < 5; turn++) events.push(await plans(180, { reminder_minutes: 1, remind_via: ['sms'] }))
    expect(await jobs()).to.have.length(6)
    await world.moveClock(121)
    const answers = await Promise.all(events.map(({ id }) => ana.delete(`/calendar/events/${id}`)))
    await world.settle()
    await world.textsArrive()
    for (const { status } of answers) expect([204, 409]).to.include(status)
    expect(await jobs()).to.deep.equal([])
    expect(reminders().length).to.be.at.most(6)
  })

  it('again and again is for those whose plan has it', async () => {
    const starts_at = await inSeconds(7200)
    const body = { title: 'Gig', starts_at, repeat: 'weekly', action: { type: 'grid_call' } }
    expect(refusal(await ana.post('/calendar/events', body))).to.equal('403 plan_limit_reached')
    await grant(ana, { plan: 'plus' })
    expect((await ana.post('/calendar/events', body)).status).to.equal(201)
    await grant(ana, { limits: { maxScheduledJobs: 1 } })
    expect(refusal(await ana.post('/calendar/events', body))).to.equal('403 plan_limit_reached')
    expect((await ana.get('/calendar/events')).body.items.length).to.be.above(1)
  })

  it('is planned by text as well', async () => {
    const says = async (text: string) => (await ana.post('/commands', { text })).body
    const planned = await says("event new tomorrow 8pm Gig at Bell's")
    expect(planned.reply).to.match(/^Event 1: \w{3} 8:00 PM Gig at Bell's$/)
    expect(planned.result.data.title).to.equal("Gig at Bell's")
    expect((await says(planned.canonical)).result.data.starts_at).to.equal(planned.result.data.starts_at)
    expect((await says('events')).reply).to.match(/^1 \w{3} 8:00 PM Gig at Bell's, 2 \w{3} 8:00 PM Gig at Bell's$/)
    expect((await says('event drop 2')).reply).to.equal('Event 2 is deleted.')
    expect(refusal(await ana.post('/commands', { text: 'event drop 2' }))).to.equal('404 not_found')
    const past = await ana.post('/commands', { text: 'event new 2020-01-01 8pm Gig' })
    expect(refusal(past)).to.equal('422 time_in_past')
    expect((await says('events')).result.data).to.have.length(1)
  })
})
