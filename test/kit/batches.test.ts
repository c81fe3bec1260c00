import { expect } from 'chai'
import { Batch } from '#kit/batch'
import { Unavailable } from '#kit/fault'
import { Gate } from '#test/realtime-surface'

describe('Batches', () => {
  /** Work that waits to be let go; tells which items it was given together. */
  function patient(options: { most?: number; lanes?: number } = {}) {
    const taken: string[][] = []
    const gates: Gate[] = []
    const batch = new Batch<string, string>({
      most: options.most ?? 10,
      lanes: options.lanes ?? 1,
      work: async (items) => {
        taken.push([...items])
        const gate = new Gate()
        gates.push(gate)
        await gate.opened
        return items.map((item) => item.toUpperCase())
      },
    })
    const begun = async (count: number) => {
      while (gates.length < count) await new Promise(setImmediate)
    }
    return { batch, taken, gates, begun }
  }

  it('take at once what comes alone, and together what comes meanwhile', async () => {
    const { batch, taken, gates, begun } = patient()
    const first = batch.add('a')
    await begun(1)
    const others = ['b', 'c', 'd'].map((item) => batch.add(item))
    gates[0]?.open()
    expect(await first).to.equal('A')
    await begun(2)
    gates[1]?.open()
    expect(await Promise.all(others)).to.deep.equal(['B', 'C', 'D'])
    expect(taken).to.deep.equal([['a'], ['b', 'c', 'd']])
  })

  it('hold no more than so many, and go side by side in so many lanes', async () => {
    const { batch, taken, gates, begun } = patient({ most: 2, lanes: 2 })
    const all = ['a', 'b', 'c', 'd', 'e'].map((item) => batch.add(item))
    await begun(2)
    expect(taken).to.deep.equal([
      ['a', 'b'],
      ['c', 'd'],
    ])
    gates[1]?.open()
    await begun(3)
    for (const gate of gates) gate.open()
    expect(await Promise.all(all)).to.deep.equal(['A', 'B', 'C', 'D', 'E'])
    expect(taken).to.have.lengthOf(3)
  })

  it('do not let one that fails take the others with it', async () => {
    let tries = 0
    const batch = new Batch<number, number>({
      most: 10,
      lanes: 1,
      work: async (items) => {
        tries++
        if (items.includes(3)) throw new Error('Three is too many.')
        return items.map((item) => item * 2)
      },
    })
    const results = await Promise.allSettled([1, 2, 3, 4].map((item) => batch.add(item)))
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
    ).to.deep.equal([2, 4, 'Error: Three is too many.', 8])
    expect(tries).to.equal(5)
    expect(await batch.add(5)).to.equal(10)
  })

  it('are refused as a whole, and at once, while the database is away', async () => {
    let tries = 0
    const batch = new Batch<number, number>({
      most: 10,
      lanes: 1,
      work: async () => {
        tries++
        throw Unavailable()
      },
    })
    const results = await Promise.allSettled([1, 2, 3].map((item) => batch.add(item)))
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected'])
    expect(tries).to.equal(1)
  })
})
