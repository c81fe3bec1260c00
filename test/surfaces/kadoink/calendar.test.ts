import { expect } from 'chai'
import { forget, portable } from '#domain/calendar'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('The calendar', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  async function plans(body: Json, person = ana): Promise<Json> {
    const answer = await person.post('/calendar/events', { title: 'Gig', ...body })
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201)
    return answer.body
  }
  async function shows(from: string, to: string, more = ''): Promise<Json> {
    const answer = await ana.get(`/calendar/events?from=${from}&to=${to}&limit=100${more}`)
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    return answer.body
  }
  async function starts(from: string, to: string): Promise<string[]> {
    return (await shows(from, to)).items.map(({ starts_at }: Json) => starts_at)
  }
  /** What is wrong with which field. */
  async function wrong(body: Json, path?: string): Promise<Json> {
    const answer = path
      ? await ana.patch(path, body)
      : await ana.post('/calendar/events', { title: 'Gig', starts_at: '2027-03-01T20:00:00Z', ...body })
    expect(refusal(answer), JSON.stringify(body)).to.equal('422 validation_failed')
    return Object.keys(answer.body.error.fields)
  }

  it('keeps what is planned, under numbers of one’s own', async () => {
    const event = await plans({ title: ' Gig at Bell’s ', starts_at: '2027-03-01T20:00:00.900+01:00', notes: '' })
    const { id, created_at, updated_at, ...rest } = event
    expect(rest).to.deep.equal({
      number: 1,
      title: 'Gig at Bell’s',
      notes: null,
      location: null,
      starts_at: '2027-03-01T19:00:00Z',
      ends_at: null,
      all_day: false,
      timezone: 'UTC',
      repeat: 'none',
      reminder_minutes: null,
      remind_via: ['push'],
      action: null,
      scheduled_job_id: null,
      occurrence_at: null,
    })
    expect(created_at).to.equal(updated_at)
    expect((await plans({ starts_at: '2027-02-01T20:00:00Z' })).number).to.equal(2)
    const { items, has_more } = await shows('2027-01-01T00:00:00Z', '2027-12-01T00:00:00Z')
    expect([items.map(({ number }: Json) => number), has_more]).to.deep.equal([[2, 1], false])
    expect(items[1]).to.deep.equal(event)
    expect((await ana.get('/billing/entitlements')).body.usage.max_calendar_events).to.equal(2)
    expect(id).to.be.a('string')
  })

  it('shows what is on now and the next ninety days, a part at a time, and no more than a year', async () => {
    const now = Date.parse((await ana.get('/home')).body.server_time)
    const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString()
    await plans({ title: 'Over', starts_at: inDays(-2), ends_at: inDays(-1) })
    await plans({ title: 'On', starts_at: inDays(-1), ends_at: inDays(1) })
    await plans({ title: 'Soon', starts_at: inDays(89) })
    await plans({ title: 'Far', starts_at: inDays(91) })
    const titles = async (query = '') =>
      (await ana.get(`/calendar/events${query}`)).body.items.map(({ title }: Json) => title)
    expect(await titles()).to.deep.equal(['On', 'Soon'])
    expect((await ana.get('/calendar/events?limit=1')).body.has_more).to.equal(true)
    expect(await titles('?limit=1&offset=1')).to.deep.equal(['Soon'])
    expect((await ana.get('/home')).body.events.items.map(({ title }: Json) => title)).to.deep.equal([
      'On',
      'Soon',
      'Far',
    ])
    const year = `from=2027-01-01T00:00:00Z&to=2028-01-02T00:00:00Z`
    expect((await ana.get(`/calendar/events?${year}`)).status).to.equal(200)
    for (const query of [
      'from=2027-01-01T00:00:00Z&to=2028-01-03T00:00:00Z',
      'from=2027-01-01T00:00:00Z&to=2027-01-01T00:00:00Z',
      'to=2001-01-01T00:00:00Z',
      'from=2027-01-01T00:00:00',
      'from=2027-01-01',
      'from=soon',
      'offset=10001',
      'before_id=1',
    ]) {
      expect(refusal(await ana.get(`/calendar/events?${query}`)), query).to.equal('422 validation_failed')
    }
  })

  it('ends with the century, also for whoever looks beyond', async () => {
    await plans({ title: 'Run', starts_at: '2099-12-30T20:00:00Z', ends_at: '2099-12-31T10:00:00Z', repeat: 'daily' })
    const starts = async (query: string) => {
      const { status, body } = await ana.get(`/calendar/events?${query}`)
      expect(status, query).to.equal(200)
      return body.items.map(({ occurrence_at }: Json) => occurrence_at)
    }
    const last = ['2099-12-30T20:00:00Z', '2099-12-31T20:00:00Z']
    expect(await starts('from=2099-12-01T00:00:00Z')).to.deep.equal(last)
    expect(await starts('from=2100-01-01T01:00:00Z')).to.deep.equal(last.slice(1))
    for (const from of ['2100-02-01T00:00:00Z', '9999-12-30T00:00:00Z']) {
      expect(await starts(`from=${from}`)).to.deep.equal([])
    }
  })

  it('keeps its time on the wall when the clocks are changed, in New York as in Berlin', async () => {
    await plans({ starts_at: '2027-03-13T09:00:00-05:00', timezone: 'America/New_York', repeat: 'daily' })
    expect(await starts('2027-03-13T00:00:00Z', '2027-03-16T00:00:00Z')).to.deep.equal([
      '2027-03-13T14:00:00Z',
      '2027-03-14T13:00:00Z',
      '2027-03-15T13:00:00Z',
    ])
    await ana.delete(`/calendar/events/${(await shows('2027-03-13T00:00:00Z', '2027-03-14T00:00:00Z')).items[0].id}`)
    await plans({ starts_at: '2026-10-18T10:00:00+02:00', timezone: 'Europe/Berlin', repeat: 'weekly' })
    expect(await starts('2026-10-20T00:00:00Z', '2026-11-02T00:00:00Z')).to.deep.equal([
      '2026-10-25T09:00:00Z',
      '2026-11-01T09:00:00Z',
    ])
  })

  it('comes an hour later where the clocks skip its time, and once where they show it twice', async () => {
    await plans({ starts_at: '2027-03-12T02:30:00-05:00', timezone: 'America/New_York', repeat: 'daily' })
    expect(await starts('2027-03-13T12:00:00Z', '2027-03-16T00:00:00Z')).to.deep.equal([
      '2027-03-14T07:30:00Z',
      '2027-03-15T06:30:00Z',
    ])
    expect(await starts('2027-11-06T12:00:00Z', '2027-11-08T12:00:00Z')).to.deep.equal([
      '2027-11-07T07:30:00Z',
      '2027-11-08T07:30:00Z',
    ])
    const twice = await plans({ starts_at: '2027-11-05T01:30:00-04:00', timezone: 'America/New_York', repeat: 'daily' })
    const times = (await shows('2027-11-06T12:00:00Z', '2027-11-08T12:00:00Z')).items.filter(
      ({ id }: Json) => id === twice.id,
    )
    expect(times.map(({ starts_at }: Json) => starts_at)).to.deep.equal([
      '2027-11-07T05:30:00Z',
      '2027-11-08T06:30:00Z',
    ])
  })

  it('comes on the last day of a month that has none like it, and of February in the years that have no 29th', async () => {
    await plans({ starts_at: '2027-12-31T22:00:00Z', repeat: 'monthly' })
    expect(await starts('2027-12-01T00:00:00Z', '2028-05-01T00:00:00Z')).to.deep.equal([
      '2027-12-31T22:00:00Z',
      '2028-01-31T22:00:00Z',
      '2028-02-29T22:00:00Z',
      '2028-03-31T22:00:00Z',
      '2028-04-30T22:00:00Z',
    ])
    await plans({ starts_at: '2028-02-29T08:00:00Z', repeat: 'yearly' })
    expect((await starts('2029-02-28T00:00:00Z', '2029-03-01T00:00:00Z'))[0]).to.equal('2029-02-28T08:00:00Z')
    expect((await starts('2032-02-29T00:00:00Z', '2032-03-01T00:00:00Z'))[0]).to.equal('2032-02-29T08:00:00Z')
  })

  it('comes on weekdays only, over the end of a year, and begins on one', async () => {
    await plans({ starts_at: '2026-12-30T07:00:00Z', repeat: 'weekdays' })
    expect(await starts('2026-12-30T00:00:00Z', '2027-01-06T00:00:00Z')).to.deep.equal(
      ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-04', '2027-01-05'].map((day) => `${day}T07:00:00Z`),
    )
    expect(await wrong({ starts_at: '2027-01-02T07:00:00Z', repeat: 'weekdays' })).to.deep.equal(['starts_at'])
  })

  it('has days that last from midnight to midnight where they are, as long as they are there', async () => {
    const day = await plans({ starts_at: '2027-03-14T15:00:00-04:00', all_day: true, timezone: 'America/New_York' })
    expect([day.starts_at, day.ends_at]).to.deep.equal(['2027-03-14T05:00:00Z', '2027-03-15T04:00:00Z'])
    const trip = { starts_at: '2027-10-30T00:00:00+02:00', ends_at: '2027-10-31T12:00:00+01:00', all_day: true }
    const two = await plans({ ...trip, timezone: 'Europe/Berlin' })
    expect([two.starts_at, two.ends_at]).to.deep.equal(['2027-10-29T22:00:00Z', '2027-10-31T23:00:00Z'])
    const moved = await ana.patch(`/calendar/events/${two.id}`, { timezone: 'UTC' })
    expect([moved.body.starts_at, moved.body.ends_at]).to.deep.equal(['2027-10-30T00:00:00Z', '2027-11-01T00:00:00Z'])
  })

  it('takes nothing that cannot be', async () => {
    expect(await wrong({ ends_at: '2027-03-01T19:00:00Z' })).to.deep.equal(['ends_at'])
    expect(await wrong({ ends_at: '2027-03-01T19:00:00Z', all_day: true })).to.deep.equal(['ends_at'])
    expect(await wrong({ starts_at: '2027-03-01T20:00:00' })).to.deep.equal(['starts_at'])
    expect(await wrong({ starts_at: '2101-03-01T20:00:00Z' })).to.deep.equal(['starts_at'])
    expect(await wrong({ starts_at: '1969-03-01T20:00:00Z' })).to.deep.equal(['starts_at'])
    expect(await wrong({ ends_at: '2028-04-01T19:00:00Z' })).to.deep.equal(['ends_at'])
    expect(await wrong({ ends_at: '2027-03-02T20:00:01Z', repeat: 'daily' })).to.deep.equal(['ends_at'])
    expect(await wrong({ timezone: 'Mars/Olympus' })).to.deep.equal(['timezone'])
    expect(await wrong({ repeat: 'hourly' })).to.deep.equal(['repeat'])
    expect(await wrong({ reminder_minutes: 40_321 })).to.deep.equal(['reminder_minutes'])
    expect(await wrong({ remind_via: [] })).to.deep.equal(['remind_via'])
    expect(await wrong({ action: { type: 'text', body: 'hi' } })).to.deep.equal(['action.to'])
    expect(await wrong({ action: { type: 'text', to: 'mom', body: 'hi' } })).to.deep.equal(['action.to'])
    expect(await wrong({ action: { type: 'status' } })).to.deep.equal(['action.body'])
    expect(await wrong({ starts_at: '2026-01-01T00:00:00Z', action: { type: 'grid_call' } })).to.deep.equal([
      'starts_at',
    ])
    const event = await plans({ starts_at: '2027-03-01T20:00:00Z', ends_at: '2027-03-01T21:00:00Z' })
    expect(await wrong({ starts_at: '2027-03-01T22:00:00Z' }, `/calendar/events/${event.id}`)).to.deep.equal([
      'ends_at',
    ])
  })

  it('does something when an event begins, to people there are, and on tags of one’s own', async () => {
    await ana.knows('Mom', '+15551230001')
    const bo = await world.person('Bo')
    const starts_at = '2027-03-01T20:00:00Z'
    const event = await plans({
      starts_at,
      action: { type: 'text', to: '@mom, (555) 123-0002,@"Mom"', ktag: 'ignored', body: ', Doors open' },
    })
    expect(event.action).to.deep.equal({
      type: 'text',
      to: '@mom,+15551230002,@"Mom"',
      ktag: null,
      body: 'Doors open',
    })
    const status = await plans({ starts_at, action: { type: 'status', ktag: `*${ana.username}`, body: 'Hi' } })
    expect(status.action).to.deep.equal({ type: 'status', to: null, ktag: ana.username, body: 'Hi' })
    expect((await plans({ starts_at, action: { type: 'grid_call' } })).action.to).to.equal(null)
    const answers = await Promise.all(
      [
        { type: 'call', to: '@nobody' },
        { type: 'text', to: '#nothing', body: 'hi' },
        { type: 'text', to: '*no_such_tag', body: 'hi' },
        { type: 'status', ktag: 'no_such_tag', body: 'hi' },
        { type: 'status', ktag: bo.username, body: 'hi' },
      ].map((action) => ana.post('/calendar/events', { title: 'Gig', starts_at, action })),
    )
    const missing = '404 not_found'
    expect(answers.map(refusal)).to.deep.equal([missing, missing, missing, missing, '403 not_tag_owner'])
    const daily = { title: 'Gig', starts_at, repeat: 'daily', action: { type: 'grid_call' } }
    expect(refusal(await ana.post('/calendar/events', daily))).to.equal('403 plan_limit_reached')
    await grant(ana, { plan: 'plus' })
    expect((await ana.post('/calendar/events', daily)).status).to.equal(201)
  })

  it('is changed field by field, by PATCH and by PUT, and tells all devices', async () => {
    const socket = await ana.socket({ topics: ['calendar'] })
    const told: Json[] = []
    // What is told shows the event as it is by then: each change is heard before the next one is made.
    const isTold = async () => told.push(await socket.until('event'))
    const event = await plans({ starts_at: '2027-03-01T20:00:00Z', notes: 'Bring cables', reminder_minutes: 30 })
    await isTold()
    const path = `/calendar/events/${event.id}`
    const edited = await ana.patch(path, { title: 'Concert', notes: null, number: 9, id: 'x' })
    expect(edited.body).to.deep.include({ ...event, title: 'Concert', notes: null, updated_at: edited.body.updated_at })
    await isTold()
    const put = await ana.ask('PUT', path, { location: 'Bell’s', reminder_minutes: null })
    expect(put.body).to.include({ title: 'Concert', location: 'Bell’s', reminder_minutes: null })
    await isTold()
    expect((await ana.delete(path)).status).to.equal(204)
    await isTold()
    expect(refusal(await ana.patch(path, { title: 'x' }))).to.equal('404 not_found')
    expect(refusal(await ana.delete(path))).to.equal('404 not_found')
    expect(told.map(({ topic, event: name, data }) => [topic, name, data.event?.title ?? data.id])).to.deep.equal([
      ['calendar', 'calendar.event_created', 'Gig'],
      ['calendar', 'calendar.event_updated', 'Concert'],
      ['calendar', 'calendar.event_updated', 'Concert'],
      ['calendar', 'calendar.event_deleted', event.id],
    ])
  })

  it('loses one time of what comes round, which stays away when the event is moved', async () => {
    const event = await plans({ starts_at: '2027-03-01T20:00:00Z', repeat: 'daily' })
    const path = `/calendar/events/${event.id}`
    const away = (at: string) => ana.delete(`${path}?occurrence_at=${at}`)
    expect((await away('2027-03-02T20:00:00Z')).status).to.equal(204)
    for (const at of ['2027-03-02T20:00:00Z', '2027-03-03T20:00:01Z', '2027-02-28T20:00:00Z']) {
      expect(refusal(await away(at)), at).to.equal('404 not_found')
    }
    expect(refusal(await away('tomorrow'))).to.equal('422 validation_failed')
    const [from, to] = ['2027-03-01T00:00:00Z', '2027-03-04T00:00:00Z']
    expect(await starts(from, to)).to.deep.equal(['2027-03-01T20:00:00Z', '2027-03-03T20:00:00Z'])
    await ana.patch(path, { starts_at: '2027-03-01T21:00:00Z' })
    expect(await starts(from, to)).to.deep.equal(['2027-03-01T21:00:00Z', '2027-03-03T21:00:00Z'])
    expect((await shows(from, to)).items[1].occurrence_at).to.equal('2027-03-03T21:00:00Z')
    expect((await away('2027-03-01T21:00:00Z')).status).to.equal(204)
    expect(await starts(from, to)).to.deep.equal(['2027-03-03T21:00:00Z'])
    const once = await plans({ starts_at: '2027-06-01T20:00:00Z' })
    const only = `/calendar/events/${once.id}?occurrence_at=2027-06-01T20:00:00Z`
    expect((await ana.delete(only)).status).to.equal(204)
    expect(refusal(await ana.patch(`/calendar/events/${once.id}`, {}))).to.equal('404 not_found')
  })

  it('holds as many events as the plan allows, also when two are planned at once', async () => {
    await grant(ana, { limits: { maxCalendarEvents: 3 } })
    const body = { title: 'Gig', starts_at: '2027-03-01T20:00:00Z' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => ana.post('/calendar/events', body)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 201, 201, 403, 403])
    const { items } = await shows('2027-01-01T00:00:00Z', '2027-12-01T00:00:00Z')
    expect(items.map(({ number }: Json) => number).sort()).to.deep.equal([1, 2, 3])
  })

  it('loses nothing when two edit it, or two take times away, at once', async () => {
    const event = await plans({ starts_at: '2027-03-01T20:00:00Z', repeat: 'daily' })
    const path = `/calendar/events/${event.id}`
    const days = ['02', '03', '04', '05']
    await Promise.all([
      ana.patch(path, { title: 'Concert' }),
      ana.patch(path, { location: 'Bell’s' }),
      ...days.map((day) => ana.delete(`${path}?occurrence_at=2027-03-${day}T20:00:00Z`)),
    ])
    expect((await ana.patch(path, {})).body).to.include({ title: 'Concert', location: 'Bell’s' })
    expect(await starts('2027-03-01T00:00:00Z', '2027-03-07T00:00:00Z')).to.deep.equal([
      '2027-03-01T20:00:00Z',
      '2027-03-06T20:00:00Z',
    ])
  })

  it('answers at once whatever it is asked of a thousand events that come every day', async () => {
    await grant(ana, { plan: 'plus' })
    const event = await plans({ starts_at: '1970-01-01T20:00:00Z', repeat: 'daily', timezone: 'Europe/Berlin' })
    await world.running.database.sql.raw(
      `insert into calendar_events (id, owner_id, number, title, starts_at, is_all_day, timezone, repeat, remind_via, created_at, updated_at)
       select gen_random_uuid(), owner_id, n, title, starts_at, is_all_day, timezone, repeat, remind_via, created_at, updated_at
         from calendar_events, generate_series(2, 1000) as n where id = ?`,
      [event.id],
    )
    const startedAt = performance.now()
    const { items, has_more } = await shows('2098-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '&offset=9900')
    expect([items.length, has_more]).to.deep.equal([100, true])
    expect(items[0].starts_at).to.equal('2098-01-10T20:00:00Z')
    expect(performance.now() - startedAt).to.be.below(2_000)
  })

  it('goes with its owner, who can take it along', async () => {
    const { id } = await plans({ starts_at: '2027-03-01T20:00:00Z', notes: 'Mine' })
    const { database } = world.running
    const kept = await database.read((view) => portable(view, ana.user.id))
    expect(kept).to.have.length(1)
    expect(kept[0]).to.deep.include({ id, notes: 'Mine', starts_at: '2027-03-01T20:00:00.000Z' })
    await database.write((unit) => forget(unit, ana.user.id))
    expect((await shows('2027-01-01T00:00:00Z', '2027-12-01T00:00:00Z')).items).to.deep.equal([])
  })
})
