import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { hears, onCall, ringsOf } from '#test/calls-stage'
import { agree, crowd, holdOrders, mostInASecond } from '#test/dialling-stage'
import type { Person } from '#test/people'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { World } from '#test/world'

describe('A server that is killed while people wait to be rung', function () {
  this.timeout(90_000)

  let born: World
  let mortal: MortalWorld
  let dataDir: string
  const people: Person[] = []

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-killed-'))
    born = await World.start({ DATA_DIR: dataDir })
    for (const name of ['Ana', 'Eve']) people.push(await born.person(name))
    for (const person of people) await agree(born, person, { maxCallParticipants: 60, legsPerTenMinutes: 60 })
    mortal = await handOver(born, dataDir, { CALLS_PER_SECOND: '2' })
  })
  after(async () => {
    await mortal.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  function next(): Person {
    const person = people.shift()
    if (!person) throw new Error('Nobody else has been born.')
    return mortal.person(person)
  }

  const pass = (seconds: number) => born.carrier.clock.advance(seconds)
  const turns = (wanted: Record<string, unknown>) => mortal.database.sql('ring_turns').where(wanted)

  it('between a turn and its order gives the order when it is back, once', async () => {
    const ana = next()
    const socket = await ana.socket()
    const guest = born.freshNumber()
    await ana.post('/calls', { to: [{ mobile: guest, name: 'Bo' }] })
    await hears(socket, 'Ana', 'ringing')

    const holder = await holdOrders(mortal.database)
    await pass(3)
    await until(async () => (await turns({ owner: ana.user.id, state: 'released', is_urgent: false })).length === 1)
    await mortal.server.kill()
    await holder.rollback()
    expect(await mortal.database.sql('orders').whereRaw(`facts->>'to' = ?`, [guest])).to.be.empty
    expect(ringsOf(mortal.world, guest)).to.be.empty

    await mortal.server.start()
    const after = await ana.socket({ cursor: socket.cursor })
    await hears(after, 'Bo', 'ringing')
    await pass(3)
    await hears(after, 'Bo', 'joined')
    expect(ringsOf(mortal.world, guest)).to.have.lengthOf(1)
    expect(await turns({ owner: ana.user.id }).pluck('state')).to.deep.equal(['done', 'done'])
  })

  it('goes on where the queue stood, at the same rate', async () => {
    const eve = next()
    const socket = await eve.socket()
    const guests = crowd(born, 10)
    const rung = () => guests.map(({ mobile }) => ringsOf(mortal.world, mobile).length)
    await eve.post('/calls', { to: guests })
    await hears(socket, 'Eve', 'ringing')
    await pass(3)
    await hears(socket, 'Guest 3', 'ringing')
    await mortal.server.kill()
    expect(rung().slice(5)).to.deep.equal([0, 0, 0, 0, 0])

    await mortal.server.start()
    const after = await eve.socket({ cursor: socket.cursor })
    await hears(after, 'Guest 10', 'ringing')
    expect(rung()).to.deep.equal(guests.map(() => 1))
    const times: Date[] = await turns({ owner: eve.user.id }).orderBy('released_at').pluck('released_at')
    expect(times).to.have.lengthOf(11)
    expect(mostInASecond(times.map((time) => time.getTime()))).to.equal(2)
    await pass(3)
    await hears(after, 'Guest 10', 'joined')
    expect(Object.values(await onCall(eve))).to.deep.equal(Array.from({ length: 11 }, () => 'joined'))
  })
})
