import { expect } from 'chai'
import { Passage } from '#telephony/passage'

describe('A passage', () => {
  it('lets so many through at once, the others in the order in which they came', async () => {
    const passage = new Passage(2)
    const entered: number[] = []
    const leave = new Map<number, () => void>()
    const passing = [0, 1, 2, 3, 4].map((one) => {
      return passage.pass(() => {
        entered.push(one)
        return new Promise<number>((resolve) => leave.set(one, () => resolve(one)))
      })
    })
    expect(entered).to.deep.equal([0, 1])
    leave.get(1)?.()
    expect(await passing[1]).to.equal(1)
    expect(entered).to.deep.equal([0, 1, 2])
    for (const one of [0, 2, 3, 4]) {
      leave.get(one)?.()
      await passing[one]
    }
    expect(entered).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('is free again after something has gone wrong inside', async () => {
    const passage = new Passage(1)
    const broken = passage.pass(async () => {
      throw new Error('stumbled')
    })
    const next = passage.pass(async () => 'through')
    expect(await broken.catch((error: Error) => error.message)).to.equal('stumbled')
    expect(await next).to.equal('through')
    expect(await passage.pass(async () => 'again')).to.equal('again')
  })
})
