import { expect } from 'chai'
import { CallChanged } from '#domain/calls'
import { callEnded, callWith } from '#test/calls-stage'
import type { Json, Person } from '#test/people'
import type { Client } from '#test/realtime-client'
import { World } from '#test/world'

describe('A transaction that commits late', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  for (const door of ['ws', 'uws'] as const) {
    it(`is told of at the ${door} door all the same, behind a quicker one, and a resume between them misses neither`, async () => {
      ana = await world.person('Ana')
      const { id } = await callWith(ana, [{ mobile: world.freshNumber(), name: 'Bo' }])
      await world.settle()
      const [listening, leaving] = [await ana.socket({ door }), await ana.socket({ door })]

      const slow = gate()
      const begun = gate()
      const late = world.running.database.write(async (unit) => {
        // Its place in the outbox is taken here, long before it commits.
        await unit.sql.raw('select pg_current_xact_id()')
        unit.emit(CallChanged, facts(id, 'late'), [`user:${ana.user.id}`])
        begun.open()
        await slow.opened
      })
      await begun.opened
      for (const word of ['first', 'second']) {
        await world.running.database.write(async (unit) => {
          unit.emit(CallChanged, facts(id, word), [`user:${ana.user.id}`])
        })
      }
      await leaving.cut()
      slow.open()
      await late

      await heard(listening, 3)
      expect(words(listening)).to.have.members(['late', 'first', 'second'])
      const cursors = listening.events.map(({ cursor }) => cursor)
      expect(new Set(cursors).size).to.equal(3)
      expect(cursors).to.deep.equal([...cursors].sort())

      const back = await ana.socket({ door, cursor: leaving.cursor })
      expect([...new Set([...words(leaving), ...words(back)])]).to.have.members(['late', 'first', 'second'])
      await ana.delete('/calls/active')
      await callEnded(listening)
    })
  }
})

/** Something that is waited for until it is opened. */
function gate(): { open(): void; readonly opened: Promise<void> } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

/** The call as it is, with a word by which the event can be told from others. */
function facts(call_id: string, word: string) {
  return {
    call_id,
    status: 'in_progress',
    privacy: 'private',
    started_at: null,
    ended_at: null,
    end_reason: word,
  } as const
}

/** The words that a socket has heard, in order. */
function words(socket: Client): readonly string[] {
  return socket.events.filter(({ event }) => event === 'call.updated').map(({ data }) => (data.call as Json).end_reason)
}

/** Wait until a socket has heard so many words. */
async function heard(socket: Client, count: number): Promise<void> {
  while (words(socket).length < count) await socket.until('event')
}
