import { expect } from 'chai'
import fc from 'fast-check'
import { monthOf } from '#domain/billing'

const month = (from: string | null, at: string) => {
  const { startsAt, endsAt } = monthOf({ monthsFrom: from === null ? null : new Date(from) }, new Date(at))
  return [startsAt.toISOString(), endsAt.toISOString()].map((moment) => moment.replace(':00.000Z', 'Z'))
}

describe('The month of an account', () => {
  it('is the calendar’s, UTC, while nothing is paid', () => {
    expect(month(null, '2026-11-22T09:12:00Z')).to.deep.equal(['2026-11-01T00:00Z', '2026-12-01T00:00Z'])
    expect(month(null, '2026-12-31T23:59:59.999Z')).to.deep.equal(['2026-12-01T00:00Z', '2027-01-01T00:00Z'])
    expect(month(null, '2027-01-01T00:00:00Z')).to.deep.equal(['2027-01-01T00:00Z', '2027-02-01T00:00Z'])
  })

  it('begins with the billing period on a paid plan', () => {
    expect(month('2026-11-20T15:30Z', '2026-11-22T09:12:00Z')).to.deep.equal(['2026-11-20T15:30Z', '2026-12-20T15:30Z'])
    expect(month('2026-11-20T15:30Z', '2027-02-20T15:29:59Z')).to.deep.equal(['2027-01-20T15:30Z', '2027-02-20T15:30Z'])
    expect(month('2026-11-20T15:30Z', '2027-02-20T15:30:00Z')).to.deep.equal(['2027-02-20T15:30Z', '2027-03-20T15:30Z'])
  })

  it('begins on the last day of a month that has no such day, and on the day itself again after that', () => {
    expect(month('2026-01-31T10:00Z', '2026-02-28T09:00:00Z')).to.deep.equal(['2026-01-31T10:00Z', '2026-02-28T10:00Z'])
    expect(month('2026-01-31T10:00Z', '2026-03-30T10:00:00Z')).to.deep.equal(['2026-02-28T10:00Z', '2026-03-31T10:00Z'])
    expect(month('2024-01-31T10:00Z', '2024-02-29T10:00:00Z')).to.deep.equal(['2024-02-29T10:00Z', '2024-03-31T10:00Z'])
  })

  it('holds every moment, and touches the next one', () => {
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(moment, moment, (from, at) => {
        const { startsAt, endsAt } = monthOf({ monthsFrom: from }, at)
        expect(startsAt <= at && at < endsAt).to.equal(true)
        expect(monthOf({ monthsFrom: from }, endsAt).startsAt).to.deep.equal(endsAt)
      }),
    )
  })
})
