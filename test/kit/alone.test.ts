import { expect } from 'chai'
import { alone } from '#kit/alone'
import type { Database } from '#kit/unit'
import { dropDatabase, freshDatabase } from '#test/database'
import { openDatabase } from '#test/kit-place'
import { Gate } from '#test/realtime-surface'

describe('Work that one process does at a time', () => {
  const LOCK = 4_711
  let url: string
  let database: Database

  before(async () => {
    url = await freshDatabase()
    database = openDatabase(url)
  })
  after(async () => {
    await database.close()
    await dropDatabase(url)
  })

  /** Begin work that goes on until it is let go. */
  function begin(lock = LOCK): { done: Promise<boolean>; begun: Promise<void>; go: () => void } {
    const [begun, go] = [new Gate(), new Gate()]
    const done = alone(url, lock, async () => {
      begun.open()
      await go.opened
    })
    return { done, begun: begun.opened, go: () => go.open() }
  }

  it('is left to whoever is at it, and free again afterwards', async () => {
    const first = begin()
    await first.begun
    expect(await alone(url, LOCK, async () => expect.fail('Two at once.'))).to.equal(false)
    expect(await alone(url, LOCK + 1, async () => {})).to.equal(true)
    first.go()
    expect(await first.done).to.equal(true)
    expect(await alone(url, LOCK, async () => {})).to.equal(true)
  })

  it('is free again when it fails, and says how', async () => {
    const failure = await alone(url, LOCK, () => Promise.reject(new Error('Out of tea.'))).catch((error) => error)
    expect(failure.message).to.equal('Out of tea.')
    expect(await alone(url, LOCK, async () => {})).to.equal(true)
  })

  it('is free again when the connection of whoever was at it is cut', async () => {
    const first = begin()
    await first.begun
    await database.sql.raw(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kadoink alone'",
    )
    while (!(await alone(url, LOCK, async () => {})));
    first.go()
    expect(await first.done).to.equal(true)
  })

  it('says that the database is away', async () => {
    const failure = await alone('postgres://127.0.0.1:1/nowhere', LOCK, async () => {}).catch((error) => error)
    expect(failure.code).to.equal('ECONNREFUSED')
  })
})
