import { expect } from 'chai'
import { ANA, acceptThenJoin, BO, OURS, openWorld, response, type World } from './world.ts'

describe('what goes wrong in life', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.app.on('/voice', response('<Say>Hello</Say>'))
  })
  afterEach(() => world.close())

  const sequence = () => world.told('/status', 'SequenceNumber')

  it('loses callbacks', async () => {
    world.sim.faults.callbacks({ lose: 1 })
    const { sid } = await world.call(ANA)
    await world.advance(10)
    expect(sequence()).to.eql([])
    expect(world.sim.timeline(sid).filter(({ what }) => what === 'callback lost')).to.have.length(4)
  })

  it('doubles callbacks, with one token', async () => {
    world.sim.faults.callbacks({ duplicate: 1 })
    await world.call(ANA)
    await world.advance(10)
    expect(sequence()).to.eql(['0', '0', '1', '1', '2', '2', '3', '3'])
    expect(new Set(world.app.at('/status').map(({ headers }) => headers['i-twilio-idempotency-token'])).size).to.equal(
      4,
    )
  })

  it('shuffles callbacks, the same way for the same seed', async () => {
    const orders: (readonly string[])[] = []
    for (const seed of [7, 7, 8]) {
      const other = await openWorld({ seed })
      other.app.on('/voice', response('<Say>Hello</Say>'))
      other.sim.faults.callbacks({ shuffle: true })
      for (const phone of [ANA, BO, ANA]) await other.call(phone)
      await other.advance(20)
      orders.push(other.app.at('/status').map(({ params }) => `${params.To}${params.SequenceNumber}`))
      await other.close()
    }
    expect(orders[0]).to.have.length(12)
    expect(orders[0]).to.eql(orders[1])
    expect(orders[0]).not.to.eql(orders[2])
  })

  it('delays callbacks, but not documents', async () => {
    world.sim.faults.callbacks({ delaySeconds: 60 })
    await world.call(ANA)
    await world.advance(10)
    expect(sequence()).to.eql([])
    expect(world.app.at('/voice')).to.have.length(1)
    await world.advance(60)
    expect(sequence()).to.have.length(4)
  })

  it('refuses the next requests with 429 and 500, and does nothing for them', async () => {
    world.sim.faults.rest({ status429: 1, status500: 1 })
    const status = () =>
      world.call(ANA).then(
        () => 201,
        (error: { status: number }) => error.status,
      )
    expect([await status(), await status(), await status()]).to.eql([429, 500, 201])
    expect(world.sim.calls()).to.have.length(1)
  })

  it('does what it was asked and never answers', async () => {
    world.sim.faults.rest({ timeoutAfterEffect: 1 })
    const outcome = await world.client.messages
      .create({ to: ANA, from: OURS, body: 'Once' })
      .catch((error: Error) => error)
    await world.advance(2)
    expect(outcome).to.be.instanceOf(Error)
    expect(world.sim.handset(ANA).texts.map(({ body }) => body)).to.eql(['Once'])
    expect(await world.client.messages.list({ to: ANA })).to.have.length(1)
  }).timeout(10_000)

  it('transcribes as late as it is told to', async () => {
    world.sim.faults.transcriptions('late', { afterSeconds: 600 })
    world.app.on('/voice', response('<Record transcribe="true" transcribeCallback="/text" action="/done"/>'))
    world.app.on('/done', response('<Hangup/>'))
    world.sim.handset(ANA).script({ steps: [{ leaveVoicemail: { seconds: 5, text: 'Hi' } }] })
    await world.call(ANA)
    await world.advance(500)
    expect(world.app.at('/text')).to.eql([])
    await world.advance(200)
    expect(world.told('/text', 'TranscriptionText')).to.eql(['Hi'])
  })

  it('dates things wrongly', async () => {
    world.sim.faults.clockSkewSeconds = 3600
    const { dateCreated } = await world.call(ANA)
    expect((dateCreated.getTime() - world.sim.clock.now().getTime()) / 1000).to.be.closeTo(3600, 1)
  })
})

describe('open questions about Twilio', () => {
  it('can be answered either way', async () => {
    const world = await openWorld({
      quirks: { conferenceSequenceFrom: 0, earlyMediaJoins: false, dialActionAfterHangUp: false },
    })
    acceptThenJoin(world.app, 'room')
    await world.call(ANA)
    await world.advance(5)
    world.sim.handset(ANA).hangUp()
    await world.sim.settle()
    expect(world.told('/room', 'SequenceNumber')[0]).to.equal('0')
    expect(world.app.at('/left')).to.eql([])
    await world.client.conferences('other').participants.create({ from: OURS, to: BO })
    await world.advance(1)
    expect(world.sim.conferences().at(-1)?.participants[0]?.isConnected).to.equal(false)
    await world.close()
  })
})
