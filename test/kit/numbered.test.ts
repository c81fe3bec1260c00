import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { MovableClock } from '#kit/clock'
import { forgetSilent, Numbered } from '#kit/numbered'
import type { Database } from '#kit/unit'
import { dropDatabase, freshDatabase } from '#test/database'
import { openDatabase, readableLog } from '#test/kit-place'
import { until } from '#test/server-process'

describe('Numbered reports', () => {
  let url: string
  let database: Database
  let missed: string[]
  let watchers: Numbered[]
  const clock = new MovableClock()

  beforeEach(async () => {
    url = await freshDatabase()
    database = openDatabase(url, { clock })
    missed = []
    watchers = []
  })
  afterEach(async () => {
    await Promise.all(watchers.map((watcher) => watcher.stop()))
    await database.close()
    await dropDatabase(url)
  })

  /** Somebody who hears reports, in a process of their own. */
  function watcher(lateMs = 60, at = database): Numbered {
    const { log } = readableLog()
    const onMissing = (_: unknown, subject: string) => void missed.push(subject)
    const numbered = new Numbered({ database: at, log, onMissing, writeMs: 10, lateMs })
    numbered.start()
    watchers.push(numbered)
    return numbered
  }

  function hear(numbered: Numbered, subject: string, ...numbers: readonly number[]): void {
    for (const number of numbers) numbered.note(subject, number)
  }

  const written = async (subject: string) => (await database.sql('heard_numbers').where({ subject }).first())?.heard
  const isWritten = (subject: string, heard: string) => until(async () => (await written(subject)) === heard)
  /** Whatever was noted before this has been looked at. */
  async function allIsTold(numbered: Numbered): Promise<void> {
    const last = `the last word ${randomUUID()}`
    hear(numbered, last, 1, 3)
    await until(() => missed.includes(last))
    missed.splice(missed.indexOf(last), 1)
  }

  it('that are whole are missed by nobody, whether they begin at 0 or at 1, in whatever order they come', async () => {
    const numbered = watcher()
    hear(numbered, 'from 0', 3, 0, 2, 1, 1)
    hear(numbered, 'from 1', 2, 1, 3, 3)
    await allIsTold(numbered)
    expect(missed).to.deep.equal([])
    expect(await written('from 0')).to.equal('{[0,4)}')
  })

  it('that stay away are missed, once for each hole', async () => {
    const numbered = watcher()
    hear(numbered, 'inside', 0, 1, 3)
    hear(numbered, 'first', 2)
    await until(() => missed.length === 2)
    expect(missed).to.have.members(['inside', 'first'])
    hear(numbered, 'inside', 4)
    await allIsTold(numbered)
    expect(missed).to.have.lengthOf(2)
    hear(numbered, 'inside', 6)
    await until(() => missed.length === 3)
  })

  it('that are late are waited for', async () => {
    const patient = watcher(60_000)
    hear(patient, 'late', 0, 2)
    await isWritten('late', '{[0,1),[2,3)}')
    hear(patient, 'late', 1)
    await isWritten('late', '{[0,3)}')
    await allIsTold(watcher())
    expect(missed).to.deep.equal([])
  })

  it('that another process has heard are not missed', async () => {
    const [one, other] = [watcher(200), watcher(200)]
    hear(one, 'shared', 0, 2, 4)
    hear(other, 'shared', 1, 3, 5)
    await allIsTold(one)
    expect(missed).to.deep.equal([])
  })

  it('are missed by one process when several look', async () => {
    const all = Array.from({ length: 4 }, () => watcher())
    for (const numbered of all) hear(numbered, 'hole', 0, 5)
    await until(() => missed.length > 0)
    for (const numbered of all) await allIsTold(numbered)
    expect(missed).to.deep.equal(['hole'])
  })

  it('with a number that is none are left out', async () => {
    const numbered = watcher()
    hear(numbered, 'odd', Number.NaN, -1, 0.5, 2 ** 31, 0, 1)
    await allIsTold(numbered)
    expect(missed).to.deep.equal([])
    expect(await written('odd')).to.equal('{[0,2)}')
  })

  it('are written down before the process ends, and forgotten after an hour of silence', async () => {
    const numbered = new Numbered({ database, log: readableLog().log, onMissing: () => {}, writeMs: 60_000 })
    numbered.start()
    numbered.note('old', 0)
    await numbered.stop()
    clock.advance(1_800)
    hear(watcher(), 'young', 0)
    await isWritten('young', '{[0,1)}')
    clock.advance(1_801)
    await database.write(forgetSilent)
    expect(await database.sql('heard_numbers').pluck('subject')).to.deep.equal(['young'])
  })

  it('do no harm when the database is away', async () => {
    const { log, lines } = readableLog()
    const nowhere = openDatabase('postgres://127.0.0.1:1/nowhere', { log })
    const numbered = new Numbered({ database: nowhere, log, onMissing: () => {}, writeMs: 60_000 })
    numbered.start()
    numbered.note('lost', 0)
    await numbered.stop()
    await nowhere.close()
    expect(JSON.stringify(lines)).to.include('could not be written down')
  })
})
