import { expect } from 'chai'
import { found, giveUp, isClaimedId, noticeCutOff, type Order, place, unknownOrders } from '#kit/order'
import { firstTimes, isFirstTime } from '#kit/receipt'
import { Outbox } from '#test/kit-relay'
import { Gate } from '#test/realtime-surface'

describe('The ledger of orders', () => {
  let outbox: Outbox
  let sent: string[]

  before(async () => {
    outbox = await Outbox.open()
  })
  after(() => outbox.close())
  beforeEach(() => {
    sent = []
  })

  /** An order that goes well, but for what is said otherwise. */
  function order(key: string, changes: Partial<Order<string>> = {}): Order<string> {
    return {
      effect: 'test',
      key,
      facts: { to: '+15550001' },
      send: async () => {
        sent.push(key)
        return `id of ${key}`
      },
      externalId: (id) => id,
      judge: () => 'unknown',
      ...changes,
    }
  }
  const state = async (key: string) => (await outbox.database.sql('orders').where({ key }).first('state'))?.state
  const send = (key: string, changes?: Partial<Order<string>>) => place(outbox.database, order(key, changes))
  const failing = () => Promise.reject(new Error('Lost.'))

  it('sends once, however many ask at once, and whoever asks later', async () => {
    const together = new Gate()
    let arrived = 0
    const wanted = async () => {
      if (++arrived === 8) together.open()
      await together.opened
      return true
    }
    await Promise.all(Array.from({ length: 8 }, () => send('race', { wanted })))
    expect(await send('race')).to.equal('sent')
    expect(sent).to.deep.equal(['race'])
    expect(await isClaimedId(outbox.database.sql, 'test', 'id of race')).to.equal(true)
  })

  it('takes an order that a crash cut off for unknown, and never sends it again by itself', async () => {
    const crash = new Gate()
    const sending = send('crash', {
      send: async () => {
        sent.push('crash')
        await crash.opened
        return 'late id'
      },
    })
    while ((await state('crash')) !== 'sending');
    expect(await send('crash')).to.equal('unknown')
    expect(await send('crash')).to.equal('unknown')
    expect(sent).to.deep.equal(['crash'])

    crash.open()
    expect(await sending).to.equal('sent')
    expect(await state('crash')).to.equal('sent')
  })

  it('takes an order that has been under way for too long for unknown, though nobody comes back to it', async () => {
    const crash = new Gate()
    const sending = send('cut off', { send: () => crash.opened.then(() => 'later id') })
    while ((await state('cut off')) !== 'sending');
    const notice = (seconds: number) => outbox.database.write((unit) => noticeCutOff(unit, 'test', seconds))
    await notice(60)
    expect(await state('cut off')).to.equal('sending')
    await outbox.database.write((unit) => noticeCutOff(unit, 'another', 0))
    expect(await state('cut off')).to.equal('sending')
    await notice(0)
    expect(await state('cut off')).to.equal('unknown')
    crash.open()
    expect(await sending).to.equal('sent')
  })

  it('is free again when it was surely not done', async () => {
    const refusal = await send('retry', { send: failing, judge: () => 'retry' }).catch((error) => error)
    expect(refusal.message).to.equal('Lost.')
    expect(await state('retry')).to.equal(undefined)
    expect(await send('retry')).to.equal('sent')
  })

  it('notes what follows together with the outcome, once', async () => {
    const told: string[] = []
    const changes = {
      sent: async () => void told.push('sent'),
      failed: async () => void told.push('failed'),
      judge: () => 'refused' as const,
    }
    expect(await send('good', changes)).to.equal('sent')
    expect(await send('bad', { ...changes, send: failing })).to.equal('failed')
    expect(await send('bad', changes)).to.equal('failed')
    expect(told).to.deep.equal(['sent', 'failed'])
  })

  it('is not sent when it is not wanted any more', async () => {
    expect(await send('unwanted', { wanted: async () => false })).to.equal('unwanted')
    expect(await state('unwanted')).to.equal(undefined)
    expect(sent).to.deep.equal([])
  })

  it('lists what is unknown, and settles it once by what the other side says', async () => {
    await send('lost 1', { effect: 'lost', send: failing })
    await send('lost 2', { effect: 'lost', send: failing })
    const unknown = await unknownOrders(outbox.database.sql, 'lost', new Date(Date.now() + 1000))
    expect(unknown.map(({ key, facts }) => [key, facts])).to.deep.equal([
      ['lost 1', { to: '+15550001' }],
      ['lost 2', { to: '+15550001' }],
    ])
    expect(await unknownOrders(outbox.database.sql, 'lost', new Date(0))).to.deep.equal([])

    const settle = () =>
      Promise.all([
        outbox.database.write((unit) => found(unit, 'lost', 'lost 1', 'their id')),
        outbox.database.write((unit) => found(unit, 'lost', 'lost 1', 'their id')),
        outbox.database.write((unit) => giveUp(unit, 'lost', 'lost 2')),
      ])
    expect((await settle()).filter(Boolean)).to.have.length(2)
    expect((await settle()).filter(Boolean)).to.have.length(0)
    expect([await state('lost 1'), await state('lost 2')]).to.deep.equal(['sent', 'failed'])
  })

  it('gives the id of the other side to one order only', async () => {
    await send('taken', { externalId: () => 'the same' })
    await send('other', { send: failing })
    const again = outbox.database.write((unit) => found(unit, 'test', 'other', 'the same'))
    expect((await again.catch((error) => error)).constraint).to.equal('orders_one_per_external_id')
  })
})

describe('A receipt', () => {
  it('is given once, and not at all when its unit does not commit', async () => {
    const outbox = await Outbox.open()
    const hear = (after?: () => void) =>
      outbox.database.write(async (unit) => {
        const isFirst = await isFirstTime(unit, 'a fact')
        after?.()
        return isFirst
      })
    const dies = () => {
      throw new Error('A bug.')
    }
    await hear(dies).catch(() => {})
    const heard = await Promise.all([hear(), hear(), hear()])
    expect(heard.filter(Boolean)).to.have.length(1)
    await outbox.close()
  })

  it('is given to each of many facts, however often it is among them, and to none that was heard before', async () => {
    const outbox = await Outbox.open()
    const hear = (...keys: readonly string[]) => outbox.database.write((unit) => firstTimes(unit, keys))
    expect([...(await hear('a', 'b', 'a'))]).to.have.members(['a', 'b'])
    const both = await Promise.all([hear('b', 'c', 'd', 'a'), hear('d', 'a', 'c')])
    expect(both.flatMap((first) => [...first])).to.have.members(['c', 'd'])
    expect([...(await hear())]).to.deep.equal([])
    await outbox.close()
  })
})
