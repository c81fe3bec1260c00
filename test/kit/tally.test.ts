import { expect } from 'chai'
import { createLog } from '#kit/log'
import { Tally } from '#kit/tally'

describe('A tally', () => {
  const log = createLog('silent')

  it('writes down together what was counted, once, and again what could not be written', async () => {
    const written: Record<string, number>[] = []
    let isAway = true
    const tally = new Tally({
      log,
      everyMs: 60_000,
      write: async (counts) => {
        if (isAway) throw new Error('away')
        written.push(Object.fromEntries(counts))
      },
    })
    tally.count('a')
    tally.count('b')
    tally.count('a', 2)
    await tally.flush()
    isAway = false
    tally.count('b')
    await Promise.all([tally.flush(), tally.flush()])
    await tally.flush()
    expect(written).to.deep.equal([{ a: 3, b: 2 }])
  })

  it('writes by itself, and keeps nobody waiting who counts meanwhile', async () => {
    const written: Record<string, number>[] = []
    let release = () => {}
    const first = new Promise<void>((resolve) => {
      release = resolve
    })
    const begun = new Promise<void>((begin) => {
      const tally = new Tally({
        log,
        everyMs: 1,
        write: async (counts) => {
          written.push(Object.fromEntries(counts))
          if (written.length === 1) tally.count('later')
          if (written.length === 2) begin()
          await first
        },
      })
      tally.count('now')
    })
    release()
    await begun
    expect(written).to.deep.equal([{ now: 1 }, { later: 1 }])
  })
})
