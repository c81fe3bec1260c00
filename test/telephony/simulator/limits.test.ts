import { expect } from 'chai'
import { ANA, acceptThenJoin, BO, CY, OURS, openWorld, response, type World } from './world.ts'

const codeOf = (order: Promise<unknown>) =>
  order.then(
    () => null,
    (error: { code: number }) => error.code,
  )

describe('an account with two calls at once', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld({ concurrentCalls: 2 })
    acceptThenJoin(world.app, 'room')
    world.sim.configureNumber(OURS, { voiceUrl: `${world.app.url}/incoming` })
  })
  afterEach(() => world.close())

  it('gets no third, until one of them is over', async () => {
    expect(await codeOf(world.call(ANA))).to.equal(null)
    expect(await codeOf(world.call(BO))).to.equal(null)
    expect(await codeOf(world.call(CY))).to.equal(10004)
    await world.advance(5)
    world.sim.handset(ANA).hangUp()
    expect(await codeOf(world.call(CY))).to.equal(null)
  })

  it('gets no third person into a room, and no room for a person it cannot have', async () => {
    for (const phone of [ANA, BO]) await world.call(phone)
    const third = world.client.conferences('other').participants.create({ from: OURS, to: CY })
    expect(await codeOf(third)).to.equal(16021)
    expect(world.sim.conferences()).to.eql([])
  })

  it('is busy for who calls it, and for who is put through', async () => {
    await world.call(ANA)
    world.app.on('/incoming', response(`<Dial action="/after">${CY}</Dial>`))
    world.app.on('/after', response('<Hangup/>'))
    world.sim.handset(BO).dial(OURS)
    await world.advance(5)
    expect(world.told('/after', 'DialCallStatus')).to.eql(['failed'])
    await world.call(BO)
    world.sim.handset(CY).dial(OURS)
    await world.advance(1)
    expect(world.sim.handset(CY).calls.at(-1)?.status).to.equal('busy')
  })
})

describe('a queue of calls', () => {
  it('takes a day of them and no more', async () => {
    const world = await openWorld({ callsPerSecond: 1 / 43_200 })
    world.app.on('/voice', response('<Hangup/>'))
    const orders = []
    for (const phone of [ANA, BO, CY, ANA]) orders.push(await codeOf(world.call(phone)))
    expect(orders).to.eql([null, null, null, 22005])
    expect(await codeOf(world.client.conferences('room').participants.create({ from: OURS, to: BO }))).to.equal(22005)
    await world.advance(43_201)
    expect(await codeOf(world.call(BO))).to.equal(null)
    await world.close()
  })
})

describe('the magic numbers that calls come from', () => {
  for (const [from, code] of [
    ['+15005550001', 21212],
    ['+15005550006', null],
    ['+15005550007', 21210],
    ['+15005550008', 21210],
    ['5550001', 21212],
  ] as const) {
    it(`${from} ${code === null ? 'may be called from' : `is refused with ${code}`}`, async () => {
      const world = await openWorld()
      const answer = await world.rest('Calls.json', { form: { To: ANA, From: from, Url: `${world.app.url}/voice` } })
      expect(((await answer.json()) as { code?: number }).code ?? null).to.equal(code)
      await world.close()
    })
  }
})

describe('a circle of texts', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.sim.configureNumber(OURS, { smsUrl: `${world.app.url}/sms` })
    world.app.on('/sms', response('<Message statusCallback="/delivery">Pong</Message>'))
  })
  afterEach(() => world.close())

  async function ping(times: number, everySeconds: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      world.sim.handset(ANA).text(OURS, 'Ping')
      await world.advance(everySeconds)
    }
  }

  it('is broken after thirty quick replies, for thirty seconds', async () => {
    await ping(32, 2)
    const failed = world.app.at('/delivery').filter(({ params }) => params.MessageStatus === 'failed')
    expect(failed.map(({ params }) => params.ErrorCode)).to.eql(['14107', '14107'])
    expect(world.sim.handset(ANA).texts).to.have.length(30)
    expect(world.violations().every((violation) => violation.startsWith('14107'))).to.equal(true)
    await world.advance(30)
    await ping(1, 2)
    expect(world.sim.handset(ANA).texts).to.have.length(31)
  })

  it('is none when the replies take their time, or go to other people', async () => {
    await ping(32, 30)
    for (let person = 0; person < 32; person++) {
      world.sim.handset(`+1555200${String(person).padStart(4, '0')}`).text(OURS, 'Ping')
    }
    await world.advance(2)
    expect(world.app.at('/delivery').filter(({ params }) => params.MessageStatus === 'failed')).to.eql([])
  })

  it('has no more than ten replies to one message', async () => {
    world.app.on('/sms', response(...Array.from({ length: 12 }, () => '<Message>Pong</Message>')))
    await ping(1, 2)
    expect(world.sim.handset(ANA).texts).to.have.length(10)
    expect(world.violations()[0]).to.match(/^14109 12 replies/)
  })
})

describe('opting out', () => {
  it('of a toll-free number is not undone by YES', async () => {
    const free = '+18885550001'
    const world = await openWorld({ numbers: [OURS, free] })
    const send = (from: string) => codeOf(world.client.messages.create({ to: ANA, from, body: 'x' }))
    for (const [word, code] of [
      ['STOP', 21610],
      ['YES', 21610],
      ['UNSTOP', null],
    ] as const) {
      world.sim.handset(ANA).text(free, word)
      await world.advance(2)
      expect(await send(free), word).to.equal(code)
    }
    world.sim.handset(ANA).text(OURS, 'STOP')
    world.sim.handset(ANA).text(OURS, 'YES')
    await world.advance(2)
    expect(await send(OURS)).to.equal(null)
    await world.close()
  })

  it('is told of and fails later, with Advanced Opt-Out', async () => {
    const world = await openWorld({ advancedOptOut: true })
    world.sim.configureNumber(OURS, { smsUrl: `${world.app.url}/sms` })
    world.app.on('/sms', response())
    for (const word of ['hello', 'stop', 'info']) world.sim.handset(ANA).text(OURS, word)
    await world.advance(2)
    expect(world.told('/sms', 'OptOutType')).to.eql(['', 'STOP', 'HELP'])
    const before = world.sim.handset(ANA).texts.length
    const { sid } = await world.client.messages.create({
      to: ANA,
      from: OURS,
      body: 'x',
      statusCallback: `${world.app.url}/delivery`,
    })
    await world.advance(2)
    expect(world.app.at('/delivery').map(({ params }) => [params.MessageStatus, params.ErrorCode])).to.eql([
      ['failed', '21610'],
    ])
    expect((await world.client.messages(sid).fetch()).errorCode).to.equal(21610)
    expect(world.sim.handset(ANA).texts).to.have.length(before)
    await world.close()
  })
})
