import { expect } from 'chai'
import { issue, resend } from '#domain/verification'
import { newId } from '#kit/id'
import { until } from '#test/server-process'
import { World } from '#test/world'

describe('A code of ours', () => {
  let world: World

  before(async () => {
    world = await World.start({}, { isOneTime: true })
  })
  after(() => world.end())

  /** Resolves when so many wait for a lock. */
  const waiting = (many: number) =>
    until(async () => {
      const { rows } = await world.running.database.sql.raw(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
      return rows.length === many
    })

  it('is asked for anew while it is sent once more, and neither waits for the other for ever', async () => {
    const { database } = world.running
    const question = { purpose: 'email', subject: newId(), destination: 'ana@example.com', channel: 'email' } as const
    const first = await database.write((unit) => issue(unit, question))
    await world.moveClock(31)

    let runs = 0
    const held = await database.sql.transaction()
    await held('challenges').where({ id: first.id }).forUpdate()
    const again = database.write((unit) => {
      runs++
      return resend(unit, ['email'], first.id)
    })
    await waiting(1)
    const anew = database.write((unit) => {
      runs++
      return issue(unit, question)
    })
    await waiting(2)
    await held.commit()
    const outcomes = await Promise.allSettled([again, anew])

    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected'])
    expect(runs, 'each at the first go').to.equal(2)
  })
})
