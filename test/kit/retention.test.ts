import { expect } from 'chai'
import pg from 'pg'
import { MovableClock } from '#kit/clock'
import { comparePositions } from '#kit/event'
import { horizon, ORIGIN, outboxState, readChannels, readEvents } from '#kit/outbox'
import { keepPartitions, tidy } from '#kit/retention'
import type { Database } from '#kit/unit'
import { Waker } from '#kit/waker'
import { dropDatabase, freshDatabase } from '#test/database'
import { openDatabase, readableLog } from '#test/kit-place'
import { emit } from '#test/kit-relay'

const DAY = 86_400

describe('The outbox keeps a week', () => {
  let url: string
  let database: Database
  let clock: MovableClock

  beforeEach(async () => {
    url = await freshDatabase()
    clock = new MovableClock()
    database = openDatabase(url, { clock })
  })
  afterEach(async () => {
    await database.close()
    await dropDatabase(url)
  })

  const keep = () => database.write(keepPartitions)
  const count = (number: number) => database.write(async (unit) => emit(unit, number))
  const partitions = async (): Promise<readonly string[]> => {
    const { rows } = await database.sql.raw(
      `select relname from pg_class join pg_inherits on inhrelid = pg_class.oid
        where inhparent = 'events'::regclass order by relname`,
    )
    return rows.map((row: { relname: string }) => row.relname.replace('events_', ''))
  }
  const day = (offset: number) =>
    new Date(clock.now().getTime() + offset * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '')
  const numbers = async (): Promise<readonly number[]> => {
    const stretch = { after: ORIGIN, until: await horizon(database.sql), limit: 100 }
    const events = await readEvents(database.sql, ['thing.counted'], stretch)
    expect(await readChannels(database.sql, ['numbers'], stretch)).to.have.length(events.length)
    return events.map(({ data }) => (data as { number: number }).number)
  }

  it('has a partition for today and the next three days, made once by however many ask', async () => {
    await Promise.all([keep(), keep(), keep()])
    expect(await partitions()).to.deep.equal([day(0), day(1), day(2), day(3), 'default'])
  })

  it('drops days older than a week, and says so in the floor', async () => {
    await keep()
    await count(1)
    await count(2)
    const [last] = (await readEvents(database.sql, ['thing.counted'], await all())).slice(-1)
    clock.advance(3 * DAY)
    await count(3)
    await keep()
    expect(await numbers()).to.deep.equal([1, 2, 3])
    expect((await outboxState(database.sql)).floor).to.deep.equal(ORIGIN)

    clock.advance(5 * DAY)
    await keep()
    expect(await numbers()).to.deep.equal([3])
    const { floor } = await outboxState(database.sql)
    expect(comparePositions(floor, last?.position ?? ORIGIN)).to.equal(0)
    expect((await partitions()).every((name) => name === 'default' || name >= day(-7))).to.equal(true)
  })

  it('leaves a day alone whose events lie in the default partition already', async () => {
    await count(1)
    await keep()
    expect(await partitions()).to.deep.equal([day(1), day(2), day(3), 'default'])
    await count(2)
    expect(await numbers()).to.deep.equal([1, 2])
  })

  it('drops what the default partition holds too, once it is a week old', async () => {
    await count(1)
    clock.advance(8 * DAY)
    await keep()
    expect(await numbers()).to.deep.equal([])
    expect(comparePositions((await outboxState(database.sql)).floor, ORIGIN)).to.be.above(0)
  })

  it('tidies the ledgers, but never an order whose fate is unknown', async () => {
    const at = clock.now()
    const row = { effect: 'e', facts: '{}', claimed_at: at, updated_at: at }
    await database.sql('orders').insert([
      { ...row, key: 'old', state: 'sent' },
      { ...row, key: 'lost', state: 'unknown' },
    ])
    await database.sql('receipts').insert({ key: 'fact', heard_at: at })
    clock.advance(6 * DAY)
    await database.write(tidy)
    expect(await database.sql('orders').pluck('key')).to.have.length(2)
    clock.advance(2 * DAY)
    await database.write(tidy)
    expect(await database.sql('orders').pluck('key')).to.deep.equal(['lost'])
    expect(await database.sql('receipts')).to.have.length(0)
  })

  async function all() {
    return { after: ORIGIN, until: await horizon(database.sql), limit: 100 }
  }
})

describe('The waker', () => {
  it('tells of many commits in a row once, and of the next one again', async () => {
    const url = await freshDatabase()
    const database = openDatabase(url)
    const waker = new Waker(() => database.sql, readableLog().log)
    let locals = 0
    waker.local = { wake: () => void locals++, leading: false }
    const listener = new pg.Client({ connectionString: url })
    await listener.connect()
    await listener.query('listen kadoink_outbox')
    let told = 0
    let onTold = () => {}
    listener.on('notification', () => {
      told++
      onTold()
    })
    const next = () =>
      new Promise<void>((resolve) => {
        onTold = resolve
      })
    for (const commits of [50, 1]) {
      const heard = next()
      for (let commit = 0; commit < commits; commit++) waker.wake()
      await heard
    }
    expect([told, locals]).to.deep.equal([2, 51])
    await listener.end()
    await database.close()
    await dropDatabase(url)
  })
})
