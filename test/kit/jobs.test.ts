import { expect } from 'chai'
import { defineJob, Jobs } from '#kit/job'
import type { Database } from '#kit/unit'
import { dropDatabase, freshDatabase } from '#test/database'
import { openDatabase, readableLog } from '#test/kit-place'
import { Way } from '#test/kit-wire'
import { Gate } from '#test/realtime-surface'

describe('Jobs', () => {
  let url: string
  let database: Database
  let jobs: Jobs | undefined
  const { log, lines } = readableLog()

  beforeEach(async () => {
    url = await freshDatabase()
    database = openDatabase(url)
  })
  afterEach(async () => {
    await jobs?.stop()
    jobs = undefined
    await database.close()
    await dropDatabase(url)
  })

  /** Start a job that comes round every second; gives a way to wait for its next run. */
  function comesRound(run: () => Promise<void> = async () => {}, at = url): () => Promise<void> {
    let onRun = () => {}
    const job = defineJob('round', 1, async () => {
      onRun()
      await run()
    })
    jobs = new Jobs({ url: at, jobs: [job], log })
    jobs.start()
    return () =>
      new Promise((resolve) => {
        onRun = resolve
      })
  }

  it('come round, also after one has failed', async () => {
    let runs = 0
    const ran = comesRound(async () => {
      runs++
      throw new Error('Out of tea.')
    })
    await ran()
    await ran()
    expect(runs).to.be.at.least(2)
    expect(JSON.stringify(lines)).to.include('Out of tea.')
  })

  it('live on when every connection is cut', async () => {
    const ran = comesRound()
    await ran()
    // A job whose worker is cut off in the middle comes back when its lock is over, after a minute.
    while (await database.sql('agenda_jobs').whereNotNull('locked_at').first());
    await database.sql.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'kadoink jobs'`,
    )
    await ran()
    await ran()
  })

  it('begin once the database is there', async () => {
    const way = await Way.to(url, { isOpen: false })
    const ran = comesRound(undefined, way.url)
    await way.mend()
    await ran()
    await jobs?.stop()
    jobs = undefined
    await way.cut()
  })

  it('are finished, and no others begun, when they are told to stop', async () => {
    const finish = new Gate()
    let [runs, ends] = [0, 0]
    const ran = comesRound(async () => {
      runs++
      await finish.opened
      ends++
    })
    await ran()
    const stopped = jobs?.stop()
    finish.open()
    await stopped
    expect([runs, ends]).to.deep.equal([1, 1])
    jobs = undefined
  })
})
