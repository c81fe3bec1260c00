import { expect } from 'chai'
import type { HandsetScript } from '#simulator'
import { callEnded, onCall, ringsOf, statuses } from '#test/calls-stage'
import type { Person } from '#test/people'
import { World } from '#test/world'

describe('Starting a call', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  it('rings the host first and the guests only once the host has pressed 1', async () => {
    const number = world.freshNumber()
    const bo = await ana.knows('Bo', number)
    const { status, body } = await ana.post('/calls', { to: [bo] })
    expect(status).to.equal(201)
    expect(body.status).to.equal('dialing')
    expect(statuses(body)).to.deep.equal({ Ana: 'queued', Bo: 'queued' })

    await world.pass(2)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'screening', Bo: 'queued' })
    expect(ringsOf(world, number)).to.be.empty
    await world.pass(60)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
    expect((await ana.get('/calls/active')).body.status).to.equal('in_progress')
    expect(ringsOf(world, number)).to.have.lengthOf(1)
  })

  const hosts: readonly [string, HandsetScript, number, string][] = [
    ['is busy', { busy: true }, 3, 'host_busy'],
    ['cannot be reached', { fail: 404 }, 3, 'host_failed'],
    ['does not answer', { noAnswer: true }, 35, 'host_no_answer'],
    ['picks up and hangs up', { steps: [{ wait: 2, hangUp: true }] }, 6, 'host_no_answer'],
    ['picks up and presses nothing', { silent: true }, 60, 'host_no_answer'],
    ['only ever presses 2', { decline: true }, 60, 'host_no_answer'],
    ['has an answering machine', { machine: { greetingSeconds: 5 } }, 60, 'host_no_answer'],
  ]
  for (const [what, script, seconds, reason] of hosts) {
    it(`ends with ${reason} when the host ${what}, and rings nobody else`, async () => {
      const number = world.freshNumber()
      const bo = await ana.knows('Bo', number)
      const socket = await ana.socket()
      ana.phone.script(script)

      await ana.post('/calls', { to: [bo] })
      await world.pass(seconds)

      const ended = await callEnded(socket)
      expect(ended).to.include({ status: 'ended', end_reason: reason, started_at: null })
      expect(ended.participants[1]).to.include({ name: 'Bo', status: 'no_answer', reason: 'call_ended' })
      expect((await ana.get('/calls/active')).status).to.equal(404)
      expect(ringsOf(world, number)).to.be.empty
      expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
    })
  }

  it('asks the host again when another key is pressed', async () => {
    const bo = await ana.knows('Bo', world.freshNumber())
    ana.phone.script({ steps: [{ onPrompt: '7' }, { onPrompt: '1', wait: 1 }] })
    await ana.post('/calls', { to: [bo] })
    await world.pass(10)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
  })

  it('calls each number once, however often it is named, and never the host again', async () => {
    const number = world.freshNumber()
    const bo = await ana.knows('Bo', number)
    const { body } = await ana.post('/calls', { to: [bo, { mobile: number }, { mobile: ana.mobile }, bo] })
    expect(statuses(body)).to.deep.equal({ Ana: 'queued', Bo: 'queued' })

    const nobody = await (await world.person()).post('/calls', { to: [{ mobile: 'not a number' }] })
    expect(nobody.status).to.equal(422)
    const eve = await world.person('Eve')
    const alone = await eve.post('/calls', { to: [{ mobile: eve.mobile }] })
    expect(alone.status).to.equal(422)
    expect(alone.body.error.code).to.equal('validation_failed')
    expect((await eve.post('/calls', { to: [bo] })).body.error.code).to.equal('not_found')
    expect((await eve.get('/calls/active')).status).to.equal(404)
  })

  it('replays a start under the same Idempotency-Key, and refuses the key for another one', async () => {
    const [first, second] = [world.freshNumber(), world.freshNumber()]
    const key = { 'Idempotency-Key': 'call-bo-1' }
    const placed = await ana.post('/calls', { to: [{ mobile: first }] }, key)
    const again = await ana.post('/calls', { to: [{ mobile: first }] }, key)
    expect([placed.status, again.status]).to.deep.equal([201, 201])
    expect(again.body).to.deep.equal(placed.body)

    const other = await ana.post('/calls', { to: [{ mobile: second }] }, key)
    expect(other.status).to.equal(409)
    expect(other.body.error.code).to.equal('idempotency_conflict')

    await world.pass(10)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
    expect(ringsOf(world, first)).to.have.lengthOf(1)
    expect(ringsOf(world, second)).to.be.empty
  })

  it('places one call when twin requests with one Idempotency-Key come at once', async () => {
    const number = world.freshNumber()
    const key = { 'Idempotency-Key': 'twins' }
    const start = () => ana.post('/calls', { to: [{ mobile: number }] }, key)
    const answers = await Promise.all([start(), start(), start()])
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).to.equal(1)
    await world.pass(10)
    expect(ringsOf(world, ana.mobile)).to.have.lengthOf(1)
  })

  it('allows six starts in ten minutes, whatever became of them, and says when the next may come', async () => {
    const bo = await ana.knows('Bo', world.freshNumber())
    const answers = []
    for (let count = 0; count < 7; count++) {
      answers.push(await ana.post('/calls', { to: [bo] }))
      await ana.delete('/calls/active')
    }
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201, 201, 201, 429])
    const refused = answers.at(-1)
    expect(refused?.body.error.code).to.equal('rate_limited')
    expect(Number(refused?.headers.get('retry-after'))).to.be.within(1, 600)
    expect((await (await world.person()).post('/calls', { to: [{ mobile: world.freshNumber() }] })).status).to.equal(
      201,
    )
  })
})
