import { expect } from 'chai'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { Reader } from '#kit/reader'
import {
  nextTime,
  printMoment,
  printRecurrence,
  type Recurrence,
  readDuration,
  readMoment,
  readRecurrence,
  sayMoment,
  WEEKDAYS,
} from '#kit/when'

const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Africa/Cairo', 'Australia/Lord_Howe', 'Asia/Kathmandu']
/** A Friday afternoon in New York. */
const NOW = new Date('2026-11-27T15:00:00-05:00')

/** A moment as somebody in New York reads their clock; what is left of the text behind it. */
function moment(text: string, now = NOW, zone = 'America/New_York'): string {
  const reader = new Reader(text)
  const read = readMoment(reader, { now, zone, country: null })
  return `${read ? printMoment(read, zone) : 'none'}|${reader.rest()}`
}

describe('A moment that somebody writes', () => {
  const cases: Readonly<Record<string, string>> = {
    '5pm hi': '2026-11-27T17:00-05:00|hi',
    '5:30 p.m. hi': '2026-11-27T17:30-05:00|hi',
    '3pm': '2026-11-28T15:00-05:00|',
    '14:59': '2026-11-28T14:59-05:00|',
    noon: '2026-11-28T12:00-05:00|',
    midnight: '2026-11-28T00:00-05:00|',
    '12am': '2026-11-28T00:00-05:00|',
    '12pm': '2026-11-28T12:00-05:00|',
    'fri 18:00, x': '2026-11-27T18:00-05:00|, x',
    'Fri 2pm': '2026-12-04T14:00-05:00|',
    'fri, 6pm': '2026-11-27T18:00-05:00|',
    fri: '2026-12-04T09:00-05:00|',
    saturday: '2026-11-28T09:00-05:00|',
    'thurs noon': '2026-12-03T12:00-05:00|',
    '6pm tomorrow x': '2026-11-28T18:00-05:00|x',
    tonight: '2026-11-27T20:00-05:00|',
    'tonight 9pm': '2026-11-27T21:00-05:00|',
    tmrw: '2026-11-28T09:00-05:00|',
    'today 2pm': '2026-11-27T14:00-05:00|',
    '12/24 5pm': '2026-12-24T17:00-05:00|',
    '11/26': '2027-11-26T09:00-05:00|',
    '2/29 noon': '2028-02-29T12:00-05:00|',
    '2026-12-24 17:30': '2026-12-24T17:30-05:00|',
    '2026-12-24T17:30+01:00 x': '2026-12-24T11:30-05:00|x',
  }
  for (const [text, expected] of Object.entries(cases)) {
    it(`"${text}" is ${expected.split('|')[0]}`, () => expect(moment(text)).to.equal(expected))
  }

  it('is none when it names no moment, and then nothing of the text is taken', () => {
    for (const text of [
      '5',
      'soon',
      '25:00',
      '13pm',
      '0am',
      '5:60pm',
      '13/1',
      '2026-02-30',
      'frisbee',
      'monkey 5pm',
      'to',
      '5pmx',
      '',
    ]) {
      expect(moment(text), text).to.equal(`none|${text}`)
    }
  })

  it('that the clocks skip comes when they have gone on; of one they show twice, it is the first', () => {
    const spring = new Date('2026-03-07T12:00:00-05:00')
    expect(moment('3/8 2:30am', spring)).to.equal('2026-03-08T03:30-04:00|')
    expect(moment('11/1 1:30am', spring)).to.equal('2026-11-01T01:30-04:00|')
    expect(moment('12am', new Date('2026-04-23T20:00:00Z'), 'Africa/Cairo'), 'a day that begins at one').to.equal(
      '2026-04-24T01:00+03:00|',
    )
  })

  it('is said with its day of the week where that can mean no other day, also after a day that began at one', () => {
    for (const [zone, today] of [
      ['Africa/Cairo', '2026-04-24T12:00'],
      ['America/New_York', '2026-03-08T12:00'],
      ['UTC', '2026-06-05T12:00'],
    ] as const) {
      const now = DateTime.fromISO(today, { zone })
      const said = (days: number) => sayMoment(now.plus({ days }).toJSDate(), zone, now.toJSDate())
      for (const days of [-6, 0, 6]) expect(said(days)).to.equal(now.plus({ days }).toFormat("ccc '12:00 PM'"))
      for (const days of [-7, 7]) expect(said(days)).to.equal(now.plus({ days }).toFormat("LLL d '12:00 PM'"))
    }
  })

  it('is written so that it is read as the same again, in every zone', () => {
    const anyTime = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(anyTime, fc.constantFrom(...ZONES), (date, zone) => {
        const whole = new Date(Math.floor(date.getTime() / 1000) * 1000)
        const reader = new Reader(printMoment(whole, zone))
        expect(readMoment(reader, { now: NOW, zone, country: null })?.getTime()).to.equal(whole.getTime())
        expect(reader.isAtEnd).to.equal(true)
      }),
    )
  })

  it('without a day is the next time the clock shows it, never past and less than 25 hours and a bit away', () => {
    const anyNow = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(anyNow, fc.constantFrom(...ZONES), fc.nat(23), fc.nat(59), (now, zone, hour, minute) => {
        const text = `${hour}:${String(minute).padStart(2, '0')}`
        const read = readMoment(new Reader(text), { now, zone, country: null })
        const ahead = ((read?.getTime() ?? 0) - now.getTime()) / 3_600_000
        expect(ahead).to.be.above(0).and.at.most(26)
      }),
    )
  })
})

describe('How long from now', () => {
  const seconds = (text: string) => {
    const reader = new Reader(text)
    return [readDuration(reader), reader.rest()]
  }

  it('is said in minutes, hours, days and weeks, several of them added up', () => {
    expect(seconds('2h call grid')).to.deep.equal([7200, 'call grid'])
    expect(seconds('1h 30m, x')).to.deep.equal([5400, ', x'])
    expect(seconds('1h30min x')).to.deep.equal([5400, 'x'])
    expect(seconds('3 days x')).to.deep.equal([259_200, 'x'])
    expect(seconds('1 week')).to.deep.equal([604_800, ''])
  })

  it('is none when nothing of the kind stands there', () => {
    for (const text of ['h', '2', '2 moons', '0m', 'x 2h']) expect(seconds(text)[0], text).to.equal(undefined)
  })
})

describe('What comes round', () => {
  const anyRule: fc.Arbitrary<Recurrence> = fc.record({
    on: fc.constantFrom('day', 'weekday', ...WEEKDAYS),
    time: fc.tuple(fc.nat(23), fc.nat(59)).map((both) => both.map((part) => String(part).padStart(2, '0')).join(':')),
  })

  it('is written so that it is read as the same again', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        expect(readRecurrence(new Reader(printRecurrence(rule)))).to.deep.equal(rule)
      }),
    )
    expect(readRecurrence(new Reader('Weekday at 9am'))).to.deep.equal({ on: 'weekday', time: '09:00' })
    expect(readRecurrence(new Reader('fridays at 9am'))).to.equal(undefined)
    expect(readRecurrence(new Reader('day 9am'))).to.equal(undefined)
  })

  it('comes on its days, one after the other, at its local time but where the clocks skip it', () => {
    const anyStart = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(anyRule, anyStart, fc.constantFrom(...ZONES), (rule, start, zone) => {
        let last = start
        for (let turn = 0; turn < 8; turn++) {
          const next = nextTime(rule, zone, last)
          expect(next.getTime()).to.be.above(last.getTime())
          const local = DateTime.fromJSDate(next, { zone })
          if (rule.on === 'weekday') expect(local.weekday).to.be.at.most(5)
          else if (rule.on !== 'day') expect(WEEKDAYS[local.weekday - 1]).to.equal(rule.on)
          const isSkipped = !DateTime.fromISO(`${local.toISODate()}T${rule.time}`, { zone })
            .toFormat('HH:mm')
            .startsWith(rule.time)
          if (!isSkipped) expect(local.toFormat('HH:mm')).to.equal(rule.time)
          last = next
        }
      }),
      { numRuns: 60 },
    )
  })

  it('comes after midnight where the clocks skip the end of a day, whenever it is looked for', () => {
    const rule: Recurrence = { on: 'day', time: '23:30' }
    const skipped = new Date('2026-03-29T00:30:00-01:00')
    for (const after of ['2026-03-28T22:00:00-02:00', '2026-03-29T00:10:00-01:00']) {
      expect(nextTime(rule, 'America/Nuuk', new Date(after))).to.deep.equal(skipped)
    }
    expect(nextTime(rule, 'America/Nuuk', skipped)).to.deep.equal(new Date('2026-03-29T23:30:00-01:00'))
  })

  it('at half past two comes every day of the year, also on the day when there is no half past two', () => {
    const rule: Recurrence = { on: 'day', time: '02:30' }
    let [last, times] = [new Date('2026-01-01T00:00:00-05:00'), 0]
    while (last < new Date('2027-01-01T00:00:00-05:00')) {
      last = nextTime(rule, 'America/New_York', last)
      times++
    }
    expect(times - 1).to.equal(365)
  })
})
