import { expect } from 'chai'
import fc from 'fast-check'
import { type Cursor, decodeCursor, encodeCursor } from '#realtime'

describe('A cursor', () => {
  const hex = fc.integer({ min: 0, max: 0xffff_ffff }).map((number) => number.toString(16).padStart(8, '0'))
  const place = fc.bigInt({ min: 0n, max: 0x7fff_ffff_ffff_ffffn })
  const cursors: fc.Arbitrary<Cursor> = fc.record({
    epoch: hex,
    position: fc.record({ xid: place, seq: place }),
    scope: hex,
    part: fc.integer({ min: 0, max: 0x7fff }),
    isShared: fc.boolean(),
  })

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(decodeCursor(encodeCursor(cursor))).to.deep.equal(cursor)
      }),
    )
  })

  it('sorts as text as its place does', () => {
    const close = fc.record({ xid: fc.bigInt({ min: 0n, max: 300n }), seq: fc.bigInt({ min: 0n, max: 300n }) })
    fc.assert(
      fc.property(cursors, close, close, (cursor, a, b) => {
        const isBefore = a.xid < b.xid || (a.xid === b.xid && a.seq < b.seq)
        const [first, second] = [a, b].map((position) => encodeCursor({ ...cursor, position }))
        expect((first ?? '') < (second ?? '')).to.equal(isBefore)
      }),
    )
  })

  it('is nothing else: any other text of its length is no cursor, or writes itself again', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'-09AZ_az~'), minLength: 35, maxLength: 35 })
    fc.assert(
      fc.property(letters, (text) => {
        const cursor = decodeCursor(`c_${text}`)
        if (cursor) expect(encodeCursor(cursor)).to.equal(`c_${text}`)
      }),
    )
  })
})
