import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createLog } from '#kit/log'
import { createTwilioCarrier, reconcileOrders } from '#telephony'
import { hears, onCall, phoneThat, ringsOf, stepsHeard } from '#test/calls-stage'
import type { Person } from '#test/people'
import { handOver, type MortalWorld, until } from '#test/server-process'
import { ACCOUNT, World } from '#test/world'

describe('A server that is killed', () => {
  let born: World
  let mortal: MortalWorld
  let dataDir: string
  let ana: Person
  let bo: Person

  const people: Person[] = []

  before(async function () {
    this.timeout(60_000)
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-killed-'))
    born = await World.start({ DATA_DIR: dataDir })
    for (const name of ['Ana', 'Bo', 'Ana', 'Bo', 'Ana', 'Bo']) people.push(await born.person(name))
    mortal = await handOver(born, dataDir)
  })
  beforeEach(() => {
    ana = nextPerson()
    bo = nextPerson()
  })
  after(async () => {
    await mortal.end()
    await rm(dataDir, { recursive: true, force: true })
  })

  function nextPerson(): Person {
    const person = people.shift()
    if (!person) throw new Error('Nobody else has been born.')
    return mortal.person(person)
  }

  const pass = (seconds: number) => born.carrier.clock.advance(seconds)

  it('in mid-call loses nothing: the call goes on, nobody is rung twice, the app resumes without a gap', async () => {
    const cy = phoneThat(born, { answer: { after: 25 } })
    const di = phoneThat(born, { answer: { after: 5 } })
    const before = await ana.socket()
    const beginning = before.cursor
    await ana.post('/calls', {
      to: [
        { mobile: bo.mobile, name: 'Bo' },
        { mobile: cy, name: 'Cy' },
        { mobile: di, name: 'Di' },
      ],
    })
    await hears(before, 'Ana', 'ringing')
    await pass(3)
    await until(() => ['Bo', 'Cy', 'Di'].every((name) => stepsHeard(before)[name]?.includes('ringing')))
    await pass(3)
    await until(() => stepsHeard(before).Bo?.includes('joined') ?? false)

    await mortal.server.kill()
    await before.ended
    // Di picks up while nobody is there to say anything; all that the carrier tells of it is lost.
    await pass(10)
    expect(ringsOf(mortal.world, di)[0]?.endedAt).not.to.equal(null)
    await mortal.server.start()

    const after = await ana.socket({ cursor: before.cursor })
    // Coming up, the server asks the carrier what it was not told.
    await hears(after, 'Di', 'no_answer')
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'ringing', Di: 'no_answer' })
    await pass(15)
    await hears(after, 'Cy', 'joined')
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined', Di: 'no_answer' })
    for (const number of [ana.mobile, bo.mobile, cy, di])
      expect(ringsOf(mortal.world, number), number).to.have.lengthOf(1)

    const whole = await ana.socket({ cursor: beginning })
    const ids = [...new Set([...before.events, ...after.events].map(({ id }) => id))]
    expect(ids).to.deep.equal(whole.events.map(({ id }) => id))
    const cursors = [...before.events, ...after.events].map(({ cursor }) => cursor)
    expect(cursors).to.deep.equal([...cursors].sort())
    expect((await ana.delete('/calls/active')).status).to.equal(204)
  })

  it('after it has given an order, and before it heard the answer, does not give it again', async () => {
    ana.phone.script({ noAnswer: true })
    const socket = await ana.socket()
    await ana.post('/calls', { to: [{ mobile: bo.mobile, name: 'Bo' }] })
    await hears(socket, 'Ana', 'ringing')
    await ana.delete('/calls/active')
    await until(() => ringsOf(mortal.world, ana.mobile)[0]?.status === 'canceled')

    born.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
    born.carrier.faults.callbacks({ lose: 1 })
    await ana.post('/calls', { to: [{ mobile: bo.mobile, name: 'Bo' }] })
    await until(() => ringsOf(mortal.world, ana.mobile).length === 2)
    await mortal.server.kill()
    born.carrier.faults.clear()
    await mortal.server.start()

    await until(async () => (await states()).includes('unknown'))
    mortal.clock.advance(6)
    const carrier = createTwilioCarrier({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      apiBase: born.carrier.url,
      publicUrl: mortal.server.url,
      log: createLog('silent'),
    })
    await reconcileOrders(mortal.database, carrier)
    expect(await states()).to.deep.equal(['sent', 'sent'])
    expect((await ana.get('/calls/active')).status).to.equal(200)
    expect((await ana.delete('/calls/active')).status).to.equal(204)
    await until(() => ringsOf(mortal.world, ana.mobile)[1]?.status === 'canceled')
    expect(ringsOf(mortal.world, ana.mobile)).to.have.lengthOf(2)
  })

  /** How the orders to ring the host stand. */
  async function states(): Promise<readonly string[]> {
    return mortal.database.read((view) =>
      view
        .sql('orders')
        .where({ effect: 'dialer' })
        .andWhereRaw("facts->>'to' = ?", [ana.mobile])
        .orderBy('claimed_at')
        .pluck('state'),
    )
  }

  it('in peace (SIGTERM) tells the sockets when to come back, ends with 0 in time, and leaves the call alone', async () => {
    const sockets = [await ana.socket({ door: 'ws' }), await ana.socket({ door: 'uws' })]
    const socket = await ana.socket()
    await ana.post('/calls', { to: [{ mobile: bo.mobile, name: 'Bo' }] })
    await hears(socket, 'Ana', 'ringing')
    await pass(3)
    await hears(socket, 'Bo', 'ringing')
    await pass(4)
    await hears(socket, 'Bo', 'joined')

    const began = performance.now()
    mortal.server.signal('SIGTERM')
    for (const one of sockets) {
      const bye = await one.until('bye')
      expect(bye).to.include({ reason: 'restart' })
      expect(bye.retry_after_ms).to.be.within(0, 10_000)
      if (one === sockets[0]) mortal.server.signal('SIGTERM')
      expect((await one.ended).code).to.equal(1012)
    }
    expect(await mortal.server.exited).to.deep.equal({ code: 0, signal: null })
    expect(performance.now() - began).to.be.below(25_000)

    await mortal.server.start()
    const after = await ana.socket({ cursor: socket.cursor })
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    bo.phone.hangUp()
    await pass(0)
    await hears(after, 'Bo', 'left')
    expect(ringsOf(mortal.world, bo.mobile)).to.have.lengthOf(1)
  })
})
