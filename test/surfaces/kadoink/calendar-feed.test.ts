import { expect } from 'chai'
import * as fc from 'fast-check'
import { DateTime } from 'luxon'
import { byId } from '#domain/accounts'
import * as calendar from '#domain/calendar'
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
    const asked = { headers: { 'If-None-Match': first.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' } }
    expect((await fetch(url, asked)).status).to.equal(304)
    await plans({ starts_at: '2027-04-01T20:00:00Z' })
    expect((await fetch(url, asked)).status).to.equal(200)
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
      expect([...line].filter((character) => character < ' ')).to.deep.equal([])
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
    expect(lines.find((line) => /^RDATE:.*Z/.test(line))).to.match(/^RDATE:20270314T073000Z,20280312T073000Z/)
  })

  it('takes place there exactly when it does here, whatever is planned and however strictly its rules are read', async () => {
    const { database } = world.running
    const url = await open()
    const owner = await database.read((view) => byId(view, ana.user.id))
    if (!owner) throw new Error('Ana is gone.')
    const rich = { ...owner, limits: { maxCalendarEvents: 1000 } }
    for (const { removed, ...wanted } of fc.sample(planned, { numRuns: MANY, seed: Date.now() })) {
      await database.write(async (unit) => {
        const event = await calendar.create(unit, rich, { title: 'Gig', ...wanted })
        const times = firstOf(calendar.occurrencesIn(event, { from: event.startsAt, to: UNTIL }), 81)
        const taken = new Set(event.repeat === 'none' ? [] : removed.flatMap((turn) => times[turn] ?? []))
        for (const { startsAt } of taken) await calendar.removeOccurrence(unit, rich, event.id, startsAt)
      })
    }
    const lines = unfolded(await (await fetch(url)).text())
    const events = await database.read((view) => calendar.readFeed(view, url.slice(-47, -4)))
    expect(events).to.have.length(MANY)
    for (const event of events ?? []) {
      const at = lines.indexOf(`UID:${event.id}@kadoink`)
      const theirs = readBack(lines.slice(at, lines.indexOf('END:VEVENT', at)), event.timezone)
      const window = { from: new Date('2000-01-01T00:00:00Z'), to: UNTIL }
      const ours = [...calendar.occurrencesIn(event, window)].map(({ startsAt }) => startsAt.toISOString())
      expect(theirs, JSON.stringify(event)).to.deep.equal(ours)
    }
  })

  it('knows the clocks of every zone that it names', async () => {
    const url = await open()
    await plans({ starts_at: '2026-01-05T14:00:00Z', timezone: 'America/New_York', repeat: 'daily' })
    const lines = unfolded(await (await fetch(url)).text())
    const from = lines.indexOf('BEGIN:DAYLIGHT')
    expect(lines.slice(from + 1, from + 4)).to.deep.equal([
      'DTSTART:20250309T020000',
      'TZOFFSETFROM:-0500',
      'TZOFFSETTO:-0400',
    ])
    expect(lines[from + 4]).to.match(/^RDATE:20260308T020000,20270314T020000,/)
  })
})

const UNTIL = new Date('2029-06-01T00:00:00Z')
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu']

/** So many are read back each time; reading as strictly as that takes long. */
const MANY = 80

/** Around the changes of clocks, the ends of months and of years, rather more often than elsewhere. */
const day = fc.oneof(
  fc.constantFrom('2026-01-31', '2024-02-29', '2026-12-31', '2025-11-02', '2026-03-07', '2026-10-25', '2026-11-01'),
  fc.integer({ min: 0, max: 900 }).map((days) => DateTime.utc(2024, 6, 1).plus({ days }).toFormat('yyyy-MM-dd')),
)

/** Something to plan: when, how it comes round, and which of its times are taken away. */
const planned = fc
  .record({
    timezone: fc.constantFrom(...ZONES),
    repeat: fc.constantFrom(...calendar.REPEATS),
    day,
    minutes: fc.integer({ min: 0, max: 47 }).map((half) => half * 30),
    isSecondFold: fc.boolean(),
    isAllDay: fc.boolean(),
    removed: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 2 }),
  })
  .map(({ timezone, repeat, day, minutes, isSecondFold, isAllDay, removed }) => {
    const local = DateTime.fromISO(day, { zone: timezone }).plus({ minutes: isAllDay ? 0 : minutes })
    const possible = local.getPossibleOffsets().sort((one, other) => one.toMillis() - other.toMillis())
    const start = (isSecondFold ? possible.at(-1) : possible[0]) ?? local
    const comes = repeat === 'weekdays' && local.weekday > 5 ? 'daily' : repeat
    return { timezone, repeat: comes, startsAt: start.toJSDate(), isAllDay, removed }
  })

function firstOf<Thing>(things: Iterable<Thing>, most: number): Thing[] {
  const first: Thing[] = []
  for (const thing of things) if (first.push(thing) >= most) break
  return first
}

function unfolded(text: string): string[] {
  return text.replaceAll('\r\n ', '').split('\r\n')
}

/**
 * When the one event of a file takes place, read as strictly as RFC 5545 has it: what falls on no day, or on a time that
 * clocks skip, is left out.
 */
function readBack(event: readonly string[], zone: string): string[] {
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
  for (const wall of rule.FREQ ? walls(read(first), rule) : [read(first)]) {
    const at = removed.has(wall.toMillis()) ? undefined : moment(wall)
    if (at !== undefined && at < UNTIL.getTime()) found.add(at)
  }
  return [...found]
    .filter((at) => at < UNTIL.getTime())
    .sort((one, other) => one - other)
    .map((at) => new Date(at).toISOString())
}

/** The times on the wall that a rule names, from its first on. */
function walls(first: DateTime, rule: Record<string, string>): DateTime[] {
  const found: DateTime[] = []
  const days = rule.BYDAY?.split(',').map((day) => ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].indexOf(day) + 1)
  const dates = rule.BYMONTHDAY?.split(',').map(Number)
  const last = DateTime.fromJSDate(UNTIL, { zone: 'UTC' }).plus({ days: 2 })
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
