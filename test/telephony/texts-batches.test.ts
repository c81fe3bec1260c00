import { expect } from 'chai'
import { delivery, queueBatch } from '#domain/texts'
import { newId } from '#kit/id'
import { receivedBy, say, textsTo } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('Texts to many', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')
  const batch = (batchId: string, phones: readonly string[], body = 'Doors open at 8') =>
    world.running.database.write((unit) => queueBatch(unit, { batchId, body, purpose: 'status' }, phones))
  const numbers = (batchId: string) => world.running.database.read((view) => delivery(view, batchId))

  it('say how they fared', async () => {
    const [bo, cy, di, eve] = [0, 1, 2, 3].map(() => world.freshNumber()) as [string, string, string, string]
    world.carrier.handset(cy).script({ undelivered: 30005 })
    world.carrier.handset(di).text(ACCOUNT.number, 'STOP')
    await world.textsArrive()
    const id = newId()
    await batch(id, [bo, cy, di])
    expect(await numbers(id)).to.deep.equal({ recipients: 3, sent: 0, failed: 0, skipped: 1 })
    await world.textsArrive()
    await batch(id, [eve])
    expect(await numbers(id)).to.deep.equal({ recipients: 4, sent: 1, failed: 1, skipped: 1 })
    await world.textsArrive()
    expect(await numbers(id)).to.deep.equal({ recipients: 4, sent: 2, failed: 1, skipped: 1 })
    expect(receivedBy(world, di)).to.deep.equal([])
    expect(await numbers(newId())).to.deep.equal({ recipients: 0, sent: 0, failed: 0, skipped: 0 })
  })

  it('reach everybody once, though the batch is queued twice at the same moment and names people twice', async () => {
    const phones = Array.from({ length: 30 }, () => world.freshNumber())
    const id = newId()
    await Promise.all([batch(id, [...phones, ...phones]), batch(id, phones), batch(id, [...phones].reverse())])
    await world.textsArrive()
    await batch(id, phones)
    await world.textsArrive()
    for (const one of phones) expect(receivedBy(world, one)).to.deep.equal(['Doors open at 8'])
    expect(await numbers(id)).to.deep.equal({ recipients: 30, sent: 30, failed: 0, skipped: 0 })
  })

  it('count people, not parts: who misses one part has missed it', async () => {
    const [bo, cy] = [world.freshNumber(), world.freshNumber()]
    world.carrier.handset(cy).script({ undelivered: 30005 })
    const id = newId()
    await batch(id, [bo, cy], words(500))
    await world.pass(3)
    expect(receivedBy(world, bo)).to.have.lengthOf(3)
    expect(await numbers(id)).to.deep.equal({ recipients: 2, sent: 1, failed: 1, skipped: 0 })
  })

  it('are counted in a moment, ten thousand of them', async () => {
    const id = newId()
    const phone = world.freshNumber()
    await say(world, phone, 'One of many')
    await world.textsArrive()
    const [one] = await textsTo(world, phone)
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      ...one,
      id: newId(),
      carrier_id: null,
      phone: `+1556${String(index).padStart(7, '0')}`,
      batch_id: id,
      status: ['delivered', 'sent', 'failed', 'skipped'][index % 4],
    }))
    await world.running.database.sql.batchInsert('texts', rows, 500)
    await world.running.database.sql.raw('analyze texts')
    const began = performance.now()
    expect(await numbers(id)).to.deep.equal({ recipients: 10_000, sent: 5_000, failed: 2_500, skipped: 2_500 })
    expect(performance.now() - began).to.be.below(500)
  })
})
