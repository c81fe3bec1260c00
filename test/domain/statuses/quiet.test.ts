import { expect } from 'chai'
import { quietUntil } from '#domain/statuses'

describe('Quiet hours', () => {
  const NIGHT = { start: '22:00', end: '07:30' }
  const until = (now: string, timezone: string, hours: { start: string; end: string } | null) =>
    quietUntil(new Date(now), hours && { timezone, ...hours })?.toISOString() ?? null

  for (const [what, now, timezone, hours, expected] of [
    ['nobody’s', '2026-06-11T23:00:00Z', 'UTC', null, null],
    ['have not begun', '2026-06-11T21:59:59Z', 'UTC', NIGHT, null],
    ['begin on the minute', '2026-06-11T22:00:00Z', 'UTC', NIGHT, '2026-06-12T07:30:00.000Z'],
    ['go on after midnight', '2026-06-12T00:00:00Z', 'UTC', NIGHT, '2026-06-12T07:30:00.000Z'],
    ['last until just before the end', '2026-06-12T07:29:59Z', 'UTC', NIGHT, '2026-06-12T07:30:00.000Z'],
    ['are over on the minute', '2026-06-12T07:30:00Z', 'UTC', NIGHT, null],
    [
      'are those of where somebody is',
      '2026-06-12T05:00:00Z',
      'America/Los_Angeles',
      NIGHT,
      '2026-06-12T14:30:00.000Z',
    ],
    ['may be on another day there', '2026-06-11T23:30:00Z', 'Asia/Kolkata', NIGHT, '2026-06-12T02:00:00.000Z'],
    ['by day', '2026-06-11T13:00:00Z', 'UTC', { start: '12:00', end: '14:00' }, '2026-06-11T14:00:00.000Z'],
    ['by day, but not at night', '2026-06-11T23:00:00Z', 'UTC', { start: '12:00', end: '14:00' }, null],
    ['of no length', '2026-06-11T12:00:00Z', 'UTC', { start: '12:00', end: '12:00' }, null],
    [
      'end an hour earlier when clocks go forward',
      '2026-03-08T06:30:00Z',
      'America/New_York',
      { start: '01:00', end: '06:00' },
      '2026-03-08T10:00:00.000Z',
    ],
    [
      'end an hour later when clocks go back',
      '2026-11-01T04:30:00Z',
      'America/New_York',
      { start: '00:00', end: '06:00' },
      '2026-11-01T11:00:00.000Z',
    ],
    [
      'end at a time that a spring night leaves out',
      '2026-03-08T06:30:00Z',
      'America/New_York',
      { start: '01:00', end: '02:30' },
      '2026-03-08T07:30:00.000Z',
    ],
  ] as const) {
    it(`${what}: ${now} in ${timezone}`, () => expect(until(now, timezone, hours)).to.equal(expected))
  }
})
