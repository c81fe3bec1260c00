import { expect } from 'chai'
import pg from 'pg'
import { comparePositions } from '#kit/event'
import { horizon, ORIGIN, outboxState, readHeard } from '#kit/outbox'
import { Relay } from '#kit/relay'
import { openDatabase, readableLog } from '#test/kit-place'
import { effect, emit } from '#test/kit-relay'
import { startPostgres } from '#test/realtime-database'
import { doors, endDatabase, World } from '#test/realtime-world'

describe('A restored database', function () {
  this.timeout(60_000)
  let here: Awaited<ReturnType<typeof startPostgres>>
  let there: Awaited<ReturnType<typeof startPostgres>>

  before(async () => {
    here = await startPostgres()
    there = await startPostgres()
  })
  after(async () => {
    await here.stop()
    await there.stop()
    await endDatabase()
  })

  const named = (url: string, name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href

  async function run(url: string, sql: string, values: unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return (await client.query(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  async function stateOf(url: string) {
    const database = openDatabase(url)
    try {
      return await outboxState(database.sql)
    } finally {
      await database.close()
    }
  }

  /** What a dump takes and a restore puts back. */
  async function restore(from: string, to: string): Promise<void> {
    await run(to, 'delete from outbox_state')
    for (const table of ['events', 'event_channels', 'outbox_state', 'consumers']) {
      const rows = await run(from, `select to_jsonb(${table}) as row from ${table}`)
      for (const { row } of rows) {
        const sql = `insert into ${table} overriding system value select * from jsonb_populate_record(null::${table}, $1)`
        await run(to, sql, [JSON.stringify(row)])
      }
    }
    await run(to, `select setval(pg_get_serial_sequence('events', 'seq'), 1000)`)
  }

  it('is the one that it was while it stays where it is, whoever looks', async () => {
    await run(here.url, `create role clerk login password 'x' in role pg_read_all_data, pg_write_all_data`)
    const { epoch } = await stateOf(here.url)
    const clerk = Object.assign(new URL(here.url), { username: 'clerk', password: 'x' }).href

    expect((await stateOf(here.url)).epoch).to.equal(epoch)
    expect((await stateOf(clerk)).epoch).to.equal(epoch)
    const many = await Promise.all(Array.from({ length: 8 }, () => stateOf(here.url)))
    expect(new Set(many.map((state) => state.epoch))).to.deep.equal(new Set([epoch]))
  })

  it('has another epoch when it is a copy in the same cluster, one for all who come at once', async () => {
    const { epoch } = await stateOf(here.url)
    await run(named(here.url, 'postgres'), 'create database copy template kadoink')
    const copies = await Promise.all(Array.from({ length: 8 }, () => stateOf(named(here.url, 'copy'))))

    expect(new Set(copies.map((state) => state.epoch)).size).to.equal(1)
    expect(copies[0]?.epoch).not.to.equal(epoch)
    expect((await stateOf(here.url)).epoch).to.equal(epoch)
  })

  it('goes on where it was in a cluster that has counted fewer transactions: nothing is stuck, skipped or out of order', async () => {
    await burn(here.url, 5_000)
    const before = openDatabase(here.url)
    const count = (database: typeof before, number: number) => database.write(async (unit) => emit(unit, number))
    const heard: number[] = []
    const relayOn = (database: typeof before, url: string) => {
      const relay = new Relay({ database, url, consumers: [effect((number) => void heard.push(number))], log })
      relay.start()
      return relay
    }
    const { log } = readableLog()
    await count(before, 1)
    const first = relayOn(before, here.url)
    await first.untilSettled()
    await first.stop()
    await count(before, 2)
    const { epoch } = await outboxState(before.sql)
    const old = await horizon(before.sql)
    await before.close()
    await restore(here.url, there.url)

    const after = openDatabase(there.url)
    await count(after, 3)
    const second = relayOn(after, there.url)
    await count(after, 4)
    await second.untilSettled()
    const events = await readHeard(after.sql, { after: ORIGIN, until: await horizon(after.sql), limit: 100 })
    const positions = events.map(({ position }) => position)
    await second.stop()
    const state = await outboxState(after.sql)
    await after.close()

    expect(heard).to.deep.equal([1, 2, 3, 4])
    expect(state.epoch).not.to.equal(epoch)
    expect(positions).to.deep.equal([...positions].sort(comparePositions))
    expect(comparePositions(positions.at(-1) ?? ORIGIN, old)).to.be.above(0)
  })

  for (const door of doors) {
    it(`lets nobody resume across it: apps begin afresh, and hear what follows, through the ${door} door`, async () => {
      const source = await World.start({ url: here.url })
      const ana = source.person()
      const app = await source.app(door, ana)
      await app.hello()
      await source.send(ana, 'before')
      await app.until('event', ({ event }) => event === 'account.noted')
      const { surface } = source
      await source.stop()
      const copy = `copy_${door}`
      await run(named(here.url, 'postgres'), `create database ${copy} template kadoink`)

      const world = await World.start({ url: named(here.url, copy), surface })
      try {
        const again = await world.app(door, ana)
        again.say({ type: 'hello', id: 1, cursor: app.cursor })
        const resync = await again.until('resync')
        await again.until('live')
        await world.send(ana, 'after')
        await again.until('event')

        expect(resync.reason).to.equal('cursor_unknown')
        expect(again.notes).to.deep.equal(['after'])
      } finally {
        await world.stop()
      }
    })

    it(`closes the sockets that were open when it took the other's place, through the ${door} door`, async () => {
      const world = await World.start({ url: here.url })
      try {
        const ana = world.person()
        const app = await world.app(door, ana)
        await app.hello()
        await world.send(ana, 'before')
        await app.until('event', ({ event }) => event === 'account.noted')
        // As after a restore in place: everything says the same but where it lives.
        await run(here.url, `update outbox_state set home = 'elsewhere'`)
        await run(
          here.url,
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'kadoink' and pid <> pg_backend_pid()`,
        )
        await eventually(() => world.send(ana, 'after'))

        expect((await app.ended).code).to.equal(1001)
        const again = await world.app(door, ana)
        again.say({ type: 'hello', id: 1, cursor: app.cursor })
        expect((await again.until('resync')).reason).to.equal('cursor_unknown')
      } finally {
        await world.stop()
      }
    })
  }

  /** Let a cluster count transactions. */
  async function burn(url: string, transactions: number): Promise<void> {
    await run(
      url,
      `do $$ begin for number in 1..${transactions} loop perform pg_current_xact_id(); commit; end loop; end $$`,
    )
  }

  /** Whatever the database's connections were cut in the middle of is tried again, as an app would. */
  async function eventually(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work()
      } catch {
        await horizonOf()
      }
    }
  }
  const horizonOf = () => run(here.url, 'select 1')
})
