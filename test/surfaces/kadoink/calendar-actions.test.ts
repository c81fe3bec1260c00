import { expect } from 'chai'
import { callEnded, inRoom, onCall, ringsOf } from '#test/calls-stage'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { newTag } from '#test/tags'
import { receivedBy } from '#test/texts-stage'
import { World } from '#test/world'

const DAY = 86_400

describe('What is done when an event begins', () => {
  let world: World
  let ana: Person
  let mom: string

  beforeEach(async () => {
    world = await World.start()
    ana = await world.person('Ana')
    mom = world.freshNumber()
    await ana.post('/contacts', { name: 'Mom', mobile: mom, nickname: 'mom' })
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
  async function edits({ id }: Json, body: Json): Promise<Json> {
    const answer = await ana.patch(`/calendar/events/${id}`, body)
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    return answer.body
  }
  const jobs = async (status = 'scheduled'): Promise<Json[]> => {
    return (await ana.get(`/scheduled-jobs?status=${status}`)).body.items
  }
  const job = async (id: string): Promise<Json | undefined> => (await jobs('all')).find((one) => one.id === id)
  async function passes(seconds: number): Promise<void> {
    await world.moveClock(seconds)
    await world.settle()
    await world.textsArrive()
    await world.textsArrive()
  }
  /** What Ana has texted to a phone. */
  const fromAna = (phone: string) =>
    receivedBy(world, phone).flatMap((body) => /^Ana \(\*\w+\): ([^\n]*)/.exec(body)?.[1] ?? [])
  const says = (body: string) => ({ action: { type: 'text', to: '@mom', body } })

  it('a text goes to the phone of whom it is for, then and once', async () => {
    const socket = await ana.socket({ topics: ['jobs'] })
    const event = await plans(3600, says('We begin'))
    expect(await job(event.scheduled_job_id)).to.include({
      ...{ kind: 'text', source: 'calendar', status: 'scheduled', summary: 'text @mom' },
      ...{ command: 'text @mom We begin', calendar_event_id: event.id, run_at: event.starts_at },
    })
    await passes(3590)
    expect(fromAna(mom)).to.deep.equal([])
    await passes(11)
    expect(fromAna(mom)).to.deep.equal(['We begin'])
    expect(await job(event.scheduled_job_id)).to.include({ status: 'done', error: null })
    await socket.until('event', ({ event: name }) => name === 'job.completed')
    await passes(DAY)
    expect(fromAna(mom)).to.deep.equal(['We begin'])
  })

  it('a text to several goes to each phone once, and into the inbox of whoever has an account', async () => {
    const bo = await world.person('Bo')
    const kim = world.freshNumber()
    await ana.post('/contacts', { name: 'Kim', mobile: kim, nickname: 'kim' })
    const ids = (await ana.get('/contacts')).body.items.map(({ id }: Json) => id)
    await ana.post('/groups', { name: 'band', contact_ids: ids })
    await plans(120, { action: { type: 'text', to: `#band, @mom, *${bo.username}`, body: 'We begin' } })
    await passes(121)
    expect([fromAna(mom), fromAna(kim)]).to.deep.equal([['We begin'], ['We begin']])
    const [message, ...others] = (await bo.get('/inbox')).body.items
    expect([message.body, message.from.user_id, others]).to.deep.equal(['We begin', ana.user.id, []])
  })

  it('a status is said on the tag, and texted to those who follow it', async () => {
    const bo = await world.person('Bo')
    const jazz = await newTag(ana)
    await bo.post(`/ktags/${jazz.id}/follow`)
    const event = await plans(120, { action: { type: 'status', ktag: jazz.name, body: 'Doors open' } })
    expect(await job(event.scheduled_job_id)).to.include({ kind: 'status', summary: `status *${jazz.name}` })
    expect((await bo.get('/feed')).body.items).to.deep.equal([])
    await passes(121)
    expect((await bo.get('/feed')).body.items[0]).to.include({ body: 'Doors open' })
    expect((await ana.get('/statuses')).body.items[0].ktag.id).to.equal(jazz.id)
    const texts = receivedBy(world, bo.mobile).filter((body) => body.includes('Doors open'))
    expect(texts).to.have.length(1)
    expect(texts[0]).to.contain(`*${jazz.name}`)
  })

  it('a status without a tag is said on the primary one', async () => {
    await plans(120, { action: { type: 'status', body: 'Doors open' } })
    await passes(121)
    const [said] = (await ana.get('/statuses')).body.items
    expect([said.body, said.ktag.id]).to.deep.equal(['Doors open', ana.user.primary_ktag.id])
  })

  it('words that begin like a tag, or like one more who is named, are said as they are', async () => {
    const bo = await world.person('Bo')
    const jazz = await newTag(ana)
    await grant(ana, { plan: 'plus' })
    for (const words of [
      `*${jazz.name} is closed`,
      `*${bo.username} plays tonight`,
      `\uff0a${jazz.name} opens again`,
    ]) {
      await plans(120, { action: { type: 'status', body: words } })
    }
    await plans(120, { action: { type: 'text', to: '@mom', body: `\u200b, *${bo.username} Hi` } })
    await passes(121)
    const said = (await ana.get('/statuses')).body.items.map(({ body, ktag }: Json) => `${ktag.name}: ${body}`)
    expect(said).to.have.members([
      `${ana.username}: *${jazz.name} is closed`,
      `${ana.username}: *${bo.username} plays tonight`,
      `${ana.username}: \uff0a${jazz.name} opens again`,
    ])
    expect(fromAna(mom)).to.deep.equal([`*${bo.username} Hi`])
    expect((await bo.get('/inbox')).body.items).to.deep.equal([])
  })

  it('a call rings its owner, then the others, until they talk', async () => {
    const socket = await ana.socket({ topics: ['call'] })
    const event = await plans(600, { action: { type: 'call', to: '@mom' } })
    await passes(590)
    expect(ringsOf(world, ana.mobile)).to.deep.equal([])
    await passes(11)
    await world.pass(10)
    expect([ringsOf(world, ana.mobile), ringsOf(world, mom)].map(({ length }) => length)).to.deep.equal([1, 1])
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Mom: 'joined' })
    const { body: call } = await ana.get('/calls/active')
    expect(inRoom(world, call)).to.have.members([ana.mobile, mom])
    expect(await job(event.scheduled_job_id)).to.include({ kind: 'call', status: 'done' })
    await ana.delete('/calls/active')
    await callEnded(socket)
  })

  it('a call of the grid rings everybody on it', async () => {
    const [{ id }] = (await ana.get('/contacts')).body.items
    await ana.post('/grid/members', { contact_id: id })
    await plans(120, { action: { type: 'grid_call' } })
    await passes(121)
    await world.pass(10)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Mom: 'joined' })
    expect((await ana.get('/calls/active')).body.kind).to.equal('grid')
    await ana.delete('/grid/calls')
    await world.pass(2)
  })

  it('follows the event when that is moved, later or earlier', async () => {
    const event = await plans(600, says('We begin'))
    const later = await edits(event, { starts_at: await inSeconds(1200) })
    expect(later.scheduled_job_id).to.equal(event.scheduled_job_id)
    await passes(700)
    expect(fromAna(mom)).to.deep.equal([])
    await edits(event, { starts_at: await inSeconds(90) })
    await passes(91)
    expect(fromAna(mom)).to.deep.equal(['We begin'])
    await passes(600)
    expect(fromAna(mom)).to.deep.equal(['We begin'])
  })

  it('is what it was made last: other words, something else, or nothing', async () => {
    const [one, other, third] = [await plans(600, says('A')), await plans(600, says('B')), await plans(600, says('C'))]
    await edits(one, says('We begin'))
    await edits(other, { action: { type: 'status', body: 'Doors open' } })
    expect((await edits(third, { action: null })).scheduled_job_id).to.equal(null)
    expect((await jobs()).map(({ kind }) => kind)).to.have.members(['text', 'status'])
    await passes(601)
    expect(fromAna(mom)).to.deep.equal(['We begin'])
    expect((await ana.get('/statuses')).body.items.map(({ body }: Json) => body)).to.deep.equal(['Doors open'])
  })

  it('comes round with the event, but not on a day that was taken away', async () => {
    await grant(ana, { plan: 'plus' })
    const event = await plans(DAY, { repeat: 'daily', ...says('We begin') })
    const times = (await ana.get('/calendar/events?limit=3')).body.items.map(({ starts_at }: Json) => starts_at)
    const removed = await ana.delete(`/calendar/events/${event.id}?occurrence_at=${times[1]}`)
    expect(removed.status).to.equal(204)
    const heard: number[] = []
    for (const seconds of [DAY + 1, DAY, DAY]) {
      await passes(seconds)
      heard.push(fromAna(mom).length)
    }
    expect(heard).to.deep.equal([1, 1, 2])
    // The day that is next is taken away after it was scheduled.
    const [next] = await jobs()
    await ana.delete(`/calendar/events/${event.id}?occurrence_at=${next?.run_at}`)
    await passes(DAY)
    expect(fromAna(mom)).to.have.length(2)
    await passes(DAY)
    expect(fromAna(mom)).to.have.length(3)
  })

  it('is left out when its only day is taken away', async () => {
    const event = await plans(120, says('We begin'))
    await ana.delete(`/calendar/events/${event.id}?occurrence_at=${event.starts_at}`)
    expect(await jobs()).to.deep.equal([])
    await passes(121)
    expect(fromAna(mom)).to.deep.equal([])
  })

  it('is not done once the event is deleted', async () => {
    const events = [
      await plans(120, says('We begin')),
      await plans(120, { action: { type: 'status', body: 'Doors open' } }),
      await plans(120, { action: { type: 'call', to: '@mom' } }),
    ]
    for (const { id } of events) expect((await ana.delete(`/calendar/events/${id}`)).status).to.equal(204)
    expect((await jobs('cancelled')).map(({ calendar_event_id }) => calendar_event_id)).to.have.members(
      events.map(({ id }) => id),
    )
    await passes(121)
    await world.pass(5)
    expect(fromAna(mom)).to.deep.equal([])
    expect((await ana.get('/statuses')).body.items).to.deep.equal([])
    expect(ringsOf(world, ana.mobile)).to.deep.equal([])
  })

  it('is not done when nobody was up at the time: a call after five minutes, a text after fifteen', async () => {
    await grant(ana, { plan: 'plus' })
    const call = await plans(600, { action: { type: 'call', to: '@mom' } })
    const text = await plans(600, says('We begin'))
    const daily = await plans(DAY, { repeat: 'daily', ...says('Every day') })
    await passes(600 + 360)
    expect(fromAna(mom)).to.deep.equal(['We begin'])
    expect(await job(text.scheduled_job_id)).to.include({ status: 'done' })
    expect(await job(call.scheduled_job_id)).to.include({ status: 'failed', error: 'missed' })
    expect(ringsOf(world, ana.mobile)).to.deep.equal([])
    expect(receivedBy(world, ana.mobile).at(-1)).to.match(/^Job \d+ \(.*call @mom\) was not done: Kadoink was not up/)
    await passes(DAY)
    expect(await job(daily.scheduled_job_id)).to.include({ status: 'failed', error: 'missed' })
    expect(fromAna(mom)).to.deep.equal(['We begin'])
    await passes(DAY - 900)
    expect(fromAna(mom)).to.deep.equal(['We begin', 'Every day'])
  })

  it('is held against what is so then: whoever is gone gets nothing, and the owner is told', async () => {
    const event = await plans(120, says('We begin'))
    const [{ id }] = (await ana.get('/contacts')).body.items
    await ana.delete(`/contacts/${id}`)
    await passes(121)
    expect(await job(event.scheduled_job_id)).to.include({ status: 'failed', error: 'target_gone' })
    expect(receivedBy(world, ana.mobile).at(-1)).to.match(/was not done: You have no contact @mom\.$/)
  })

  it('names who is there, and is done on tags of one’s own', async () => {
    const bo = await world.person('Bo')
    const starts_at = await inSeconds(600)
    const answers: string[] = []
    for (const action of [
      { type: 'text', to: '@nobody', body: 'Hi' },
      { type: 'text', to: '@mom' },
      { type: 'call', to: '#band' },
      { type: 'status', ktag: bo.username, body: 'Hi' },
    ]) {
      answers.push(refusal(await ana.post('/calendar/events', { title: 'Gig', starts_at, action })))
    }
    const names = ['404 not_found', '422 validation_failed', '404 not_found', '403 not_tag_owner']
    expect(answers).to.deep.equal(names)
    expect(await jobs()).to.deep.equal([])
  })
})
