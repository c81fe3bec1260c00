import { expect } from 'chai'
import * as fc from 'fast-check'
import { DateTime } from 'luxon'
import { type CalendarEvent, occurrencesIn, REPEATS } from '#domain/calendar'
import { presentCalendar } from '#surfaces/kadoink/presenters/icalendar'
import { refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

describe('The address of a calendar', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const open = async (): Promise<string> => (await ana.post('/calendar/feed')).body.url
  const plans = async (body: Json) => (await ana.post('/calendar/events', { title: 'Gig', ...body })).body

  it('is there once it is asked for, is another one each time, and is taken away', async () => {
    expect((await ana.get('/calendar/feed')).body).to.deep.equal({ url: null, created_at: null })
    const made = await ana.post('/calendar/feed')
    expect(made.status).to.equal(201)
    expect(made.body.url).to.match(/^http.*\/calendar\/[0-9A-Za-z]{43}\.ics$/)
    expect((await ana.get('/calendar/feed')).body).to.deep.equal(made.body)
    expect((await fetch(made.body.url)).status).to.equal(200)
    const other = await open()
    expect(other).not.to.equal(made.body.url)
    expect([(await fetch(made.body.url)).status, (await fetch(other)).status]).to.deep.equal([404, 200])
    expect((await ana.delete('/calendar/feed')).status).to.equal(204)
    expect((await ana.delete('/calendar/feed')).status).to.equal(204)
    expect((await fetch(other)).status).to.equal(404)
    const bo = await world.person('Bo')
    expect((await bo.get('/calendar/feed')).body.url).to.equal(null)
    expect(refusal(await world.visitor().get('/calendar/feed'))).to.equal('401 unauthorized')
  })

  it('gives a file that nobody on the way keeps, and that is not sent again while it is the same', async () => {
    const url = await open()
    await plans({ starts_at: '2027-03-01T20:00:00Z' })
    const first = await fetch(url)
    expect(first.headers.get('content-type')).to.equal('text/calendar; charset=utf-8')
    expect(first.headers.get('cache-control')).to.equal('private, no-cache')
    const etag = first.headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { 'If-None-Match': etag } })).status).to.equal(304)
    await plans({ starts_at: '2027-04-01T20:00:00Z' })
    expect((await fetch(url, { headers: { 'If-None-Match': etag } })).status).to.equal(200)
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
    expect((await fetch(url)).status).to.equal(404)
  })

  it('leads to everything planned, whatever stands in it, in lines that every program takes', async () => {
    const url = await open()
    const notes = `Bring; cables, \\ and\r\n\u0007“${'ü🎸'.repeat(60)}”\nBEGIN:VEVENT`
    const { id } = await plans({ title: 'Gig, loud; late', notes, starts_at: '2027-03-01T20:00:00Z' })
    const text = await (await fetch(url)).text()
    expect(text.endsWith('END:VCALENDAR\r\n')).to.equal(true)
    const raw = text.split('\r\n')
    for (const line of raw) {
      expect(line).not.to.match(/[\r\n\u0000-\u0008\u000b-\u001f]/)
      expect(Buffer.byteLength(line)).to.be.at.most(75)
      // A fold within a character would have become a character of its own.
      expect(line).not.to.include('\ufffd')
    }
    const lines = unfolded(text)
    expect(lines).to.include(`UID:${id}@kadoink`)
    expect(lines).to.include('SUMMARY:Gig\\, loud\\; late')
    expect(lines).to.include(`DESCRIPTION:Bring\\; cables\\, \\\\ and\\n“${'ü🎸'.repeat(60)}”\\nBEGIN:VEVENT`)
    expect(lines).to.include('DTSTART:20270301T200000Z')
    expect(lines.filter((line) => line === 'BEGIN:VEVENT')).to.have.length(1)
  })

  it('says what comes round by the clocks of its zone, and what was taken away', async () => {
    const url = await open()
    const gig = { starts_at: '2027-03-12T02:30:00-05:00', timezone: 'America/New_York', repeat: 'daily' }
    const { id } = await plans({ ...gig, ends_at: '2027-03-12T03:30:00-05:00' })
    await ana.delete(`/calendar/events/${id}?occurrence_at=2027-03-16T06:30:00Z`)
    await plans({ starts_at: '2028-02-29T12:00:00Z', all_day: true, repeat: 'yearly' })
    const lines = unfolded(await (await fetch(url)).text())
    expect(lines).to.include.members([
      'TZID:America/New_York',
      'DTSTART;TZID=America/New_York:20270312T023000',
      'DURATION:PT3600S',
      'RRULE:FREQ=DAILY',
      'EXDATE;TZID=America/New_York:20270316T023000',
      'DTSTART;VALUE=DATE:20280229',
      'DTEND;VALUE=DATE:20280301',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1',
    ])
    expect(lines.find((line) => line.startsWith('RDATE:'))).to.match(/^RDATE:20270314T073000Z,20280312T073000Z/)
  })
})

describe('A calendar as other programs read it', () => {
  const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu']
  const YEAR = 2027

  it('takes place exactly when it does here: whatever is planned, and however strictly its rules are read', () => {
    const planned = fc.record({
      zone: fc.constantFrom(...ZONES),
      repeat: fc.constantFrom(...REPEATS),
      // Around the changes of clocks, the ends of months and of years, rather more often than elsewhere.
      day: fc.oneof(
        fc.constantFrom(
          '2026-01-31',
          '2024-02-29',
          '2026-12-31',
          '2025-11-02',
          '2026-03-07',
          '2026-10-25',
          '2026-11-01',
        ),
        fc.integer({ min: 0, max: 900 }).map((days) => DateTime.utc(2024, 6, 1).plus({ days }).toISODate()),
      ),
      minutes: fc.integer({ min: 0, max: 47 }).map((half) => half * 30),
      isSecondFold: fc.boolean(),
      isAllDay: fc.boolean(),
      removed: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 5 }),
    })
    fc.assert(
      fc.property(planned, ({ zone, repeat, day, minutes, isSecondFold, isAllDay, removed }) => {
        const local = DateTime.fromISO(day, { zone }).plus({ minutes: isAllDay ? 0 : minutes })
        fc.pre(repeat !== 'weekdays' || local.weekday <= 5)
        const possible = local.getPossibleOffsets().sort((one, other) => one.toMillis() - other.toMillis())
        const start = (isSecondFold ? possible.at(-1) : possible[0]) ?? local
        const whole = eventAt(start.toJSDate(), zone, repeat, isAllDay)
        const window = { from: new Date('2024-01-01'), to: new Date(Date.UTC(YEAR + 3, 0, 1)) }
        const all = [...occurrencesIn(whole, window)]
        const removedOn = [...new Set(removed.flatMap((turn) => all[turn]?.on ?? []))]
        const event = { ...whole, removedOn: repeat === 'none' ? [] : removedOn }

        const ours = [...occurrencesIn(event, window)].map(({ startsAt }) => startsAt.toISOString())
        const theirs = readBack(unfolded(presentCalendar([event], YEAR)), zone, window.to)
        expect(theirs).to.deep.equal(ours)
      }),
      { numRuns: 300 },
    )
  })

  it('knows the clocks of every zone that it names', () => {
    const lines = unfolded(
      presentCalendar([eventAt(new Date('2026-01-05T14:00:00Z'), 'America/New_York', 'daily', false)], YEAR),
    )
    const from = lines.indexOf('BEGIN:DAYLIGHT')
    expect(lines.slice(from + 1, from + 4)).to.deep.equal([
      'DTSTART:20250309T020000',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0400',
    ])
    expect(lines[from + 4]).to.match(/^RDATE:20260308T020000,20270314T020000,/)
  })
})

function eventAt(startsAt: Date, timezone: string, repeat: CalendarEvent['repeat'], isAllDay: boolean): CalendarEvent {
  const endsAt = isAllDay ? DateTime.fromJSDate(startsAt, { zone: timezone }).plus({ days: 1 }).startOf('day') : null
  const when = new Date('2026-01-01T00:00:00Z')
  return {
    ...{ id: 'e', number: 1, ownerId: 'o', title: 'Gig', notes: null, location: null, action: null },
    ...{ reminderMinutes: null, remindVia: [], removedOn: [], createdAt: when, updatedAt: when },
    ...{ startsAt, endsAt: endsAt?.toJSDate() ?? null, isAllDay, timezone, repeat },
  }
}

function unfolded(text: string): string[] {
  return text.replaceAll('\r\n ', '').split('\r\n')
}

/**
 * When the one event of a file takes place, read as strictly as RFC 5545 has it: what falls on no day, or on a time that
 * clocks skip, is left out.
 */
function readBack(lines: readonly string[], zone: string, to: Date): string[] {
  const event = lines.slice(lines.indexOf('BEGIN:VEVENT'), lines.indexOf('END:VEVENT'))
  const property = (name: string) => event.find((line) => new RegExp(`^${name}[:;]`).test(line))
  const values = (name: string) => property(name)?.split(':').at(-1)?.split(',') ?? []
  const [first = ''] = values('DTSTART')
  const isDay = first.length === 8
  const read = (value: string) =>
    value.endsWith('Z')
      ? DateTime.fromFormat(value, "yyyyMMdd'T'HHmmss'Z'", { zone: 'UTC' })
      : DateTime.fromFormat(value, isDay ? 'yyyyMMdd' : "yyyyMMdd'T'HHmmss", { zone: 'UTC' })
  /** The moment of a time on the wall, the first where it is shown twice; undefined where it is never shown. */
  const moment = (wall: DateTime): number | undefined => {
    const there = wall.setZone(zone, { keepLocalTime: true })
    if (!isDay && there.hour * 60 + there.minute !== wall.hour * 60 + wall.minute) return undefined
    return Math.min(...there.getPossibleOffsets().map((one) => one.toMillis()))
  }
  if (first.endsWith('Z') && property('RRULE') === undefined) return [read(first).toJSDate().toISOString()]
  const rule = Object.fromEntries(
    (property('RRULE')?.slice('RRULE:'.length) ?? '').split(';').map((part) => part.split('=')),
  )
  const removed = new Set(values('EXDATE').map((value) => read(value).toMillis()))
  const found = new Set(values('RDATE').map((value) => read(value).toMillis()))
  for (const wall of rule.FREQ ? walls(read(first), rule, to) : [read(first)]) {
    const at = removed.has(wall.toMillis()) ? undefined : moment(wall)
    if (at !== undefined && at < to.getTime()) found.add(at)
  }
  return [...found]
    .filter((at) => at < to.getTime())
    .sort((one, other) => one - other)
    .map((at) => new Date(at).toISOString())
}

/** The times on the wall that a rule names, from its first on. */
function walls(first: DateTime, rule: Record<string, string>, to: Date): DateTime[] {
  const found: DateTime[] = []
  const days = rule.BYDAY?.split(',').map((day) => ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].indexOf(day) + 1)
  const dates = rule.BYMONTHDAY?.split(',').map(Number)
  const last = DateTime.fromJSDate(to, { zone: 'UTC' }).plus({ days: 2 })
  for (let day = first; day < last; day = day.plus({ days: 1 })) {
    const end = day.daysInMonth ?? 31
    const fits = {
      DAILY: () => true,
      WEEKLY: () => (days ? days.includes(day.weekday) : day.weekday === first.weekday),
      MONTHLY: () => (dates ? day.day === Math.max(...dates.filter((date) => date <= end)) : day.day === first.day),
      YEARLY: () =>
        dates
          ? day.month === Number(rule.BYMONTH) && day.day === Math.max(...dates.filter((date) => date <= end))
          : day.month === first.month && day.day === first.day,
    }[rule.FREQ as 'DAILY']
    if (fits()) found.push(day)
  }
  return found
}
