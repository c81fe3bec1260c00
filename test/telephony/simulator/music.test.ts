import { expect } from 'chai'
import { ANA, acceptThenJoin, BO, CY, OURS, openWorld, response, type World } from './world.ts'

describe('people who wait for a room to start', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    acceptThenJoin(world.app, 'room', 'waitUrl="/wait"')
  })
  afterEach(() => world.close())

  const heardBy = (phone: string) => world.sim.handset(phone).heard.map(({ words }) => words)
  const call = async (phone: string) => {
    await world.call(phone)
    await world.advance(5)
  }

  it('hear what is behind the wait URL, once, then nothing', async () => {
    world.app.on('/wait', response('<Say>Please wait</Say>'))
    await call(ANA)
    await world.advance(600)
    expect(heardBy(ANA)).to.eql(['Press 1 to join.', 'Please wait'])
    expect(world.app.at('/wait').map(({ method, params }) => [method, params.To])).to.eql([['POST', ANA]])
  })

  it('hear it again and again when the document leads back to itself, until somebody comes', async () => {
    world.app.on('/wait', response('<Say>Wait</Say><Pause length="10"/><Redirect/>'))
    await call(ANA)
    await world.advance(28)
    expect(world.app.at('/wait')).to.have.length(3)
    await call(BO)
    const before = world.app.at('/wait').length
    await world.advance(60)
    expect(world.app.at('/wait')).to.have.length(before)
    expect(heardBy(ANA).at(-1)).to.equal('beep')
  })

  it('hear a file as well, which is fetched once', async () => {
    world.app.on('/wait', { type: 'audio/wav', bytes: wav(12) })
    acceptThenJoin(world.app, 'room', 'waitUrl="/wait" waitMethod="GET"')
    await call(ANA)
    expect(heardBy(ANA).at(-1)).to.equal(`${world.app.url}/wait`)
    expect(world.app.at('/wait').map(({ method }) => method)).to.eql(['GET'])
  })

  it('hear nothing when the wait URL is empty', async () => {
    acceptThenJoin(world.app, 'room', 'waitUrl=""')
    await call(ANA)
    expect(heardBy(ANA)).to.eql(['Press 1 to join.'])
  })

  it('are out again when there is nothing behind the wait URL', async () => {
    world.app.on('/wait', { status: 404 })
    await call(ANA)
    expect(world.told('/left', 'DialCallStatus')).to.eql(['failed'])
    expect(world.violations()).to.eql([`11200 ${world.app.url}/wait: answered 404`])
  })

  it('may not be asked anything meanwhile', async () => {
    world.app.on('/wait', response('<Gather action="/key"/>'))
    await call(ANA)
    expect(world.violations()).to.eql([`13238 ${world.app.url}/wait: <Gather> is not for people who wait`])
  })

  it('end a circle of documents that takes no time', async () => {
    world.app.on('/wait', response('<Redirect/>'))
    await call(ANA)
    expect(world.app.at('/wait').length).to.be.below(30)
    expect(world.violations()[0]).to.match(/^11200 .*without end/)
  })

  it('hear the music of the Participants API, and other music when it is changed', async () => {
    world.app.on('/wait', response('<Say>Wait</Say>')).on('/other', response('<Say>Still waiting</Say>'))
    const rooms = { conferenceStatusCallback: `${world.app.url}/room`, conferenceStatusCallbackEvent: ['modify'] }
    const ana = await world.client
      .conferences('call')
      .participants.create({ from: OURS, to: ANA, earlyMedia: false, waitUrl: `${world.app.url}/wait`, ...rooms })
    await world.advance(3)
    expect(heardBy(ANA)).to.eql(['Wait'])
    await world.client
      .conferences(ana.conferenceSid)
      .participants(ana.callSid)
      .update({ waitUrl: `${world.app.url}/other` })
    await world.advance(3)
    expect(heardBy(ANA)).to.eql(['Wait', 'Still waiting'])
    expect(world.told('/room', 'StatusCallbackEvent')).to.eql(['participant-modify'])
  })

  it('do not make an automatic clock run', async () => {
    await world.close()
    world = await openWorld({ clock: 'auto' })
    world.app.on('/voice', response('<Dial><Conference waitUrl="/wait">room</Conference></Dial>'))
    const isWaiting = new Promise<void>((resolve) => {
      world.app.on('/wait', () => {
        resolve()
        return response('<Pause length="10"/><Redirect/>')
      })
    })
    await world.call(ANA)
    await isWaiting
    for (let look = 0; look < 50; look++) await world.client.calls.list()
    expect(world.app.at('/wait')).to.have.length(1)
  })
})

describe('people on hold', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    acceptThenJoin(world.app, 'room')
    for (const phone of [ANA, BO]) await world.call(phone)
    await world.advance(5)
  })
  afterEach(() => world.close())

  async function ana() {
    const [room] = await world.client.conferences.list({ friendlyName: 'room' })
    return world.client.conferences(room?.sid ?? '').participants('p-0101')
  }

  it('hear music until they are not', async () => {
    world.app.on('/music', response('<Play digits="123"/><Pause length="10"/><Redirect/>'))
    const hold = { hold: true, holdUrl: `${world.app.url}/music`, holdMethod: 'POST' }
    await (await ana()).update(hold)
    await world.advance(25)
    await (await ana()).update({ hold: false })
    await world.advance(60)
    expect(world.app.at('/music').map(({ method }) => method)).to.eql(['POST', 'POST', 'POST'])
  })

  it('hear other music when it is changed, and none once they have left', async () => {
    world.app.on('/music', response('<Pause length="10"/><Redirect/>'))
    world.app.on('/other', response('<Pause length="10"/><Redirect/>'))
    await (await ana()).update({ hold: true, holdUrl: `${world.app.url}/music` })
    await world.sim.settle()
    await (await ana()).update({ holdUrl: `${world.app.url}/other` })
    await world.advance(15)
    await (await ana()).remove()
    await world.advance(60)
    expect(world.app.at('/music')).to.have.length(1)
    expect(world.app.at('/other')).to.have.length(2)
  })
})

describe('the beep of a room', () => {
  for (const [beep, heard] of [
    ['true', ['beep', 'beep']],
    ['false', []],
    ['onEnter', ['beep']],
    ['onExit', ['beep']],
  ] as const) {
    it(`with beep="${beep}"`, async () => {
      const world = await openWorld()
      const join = (attribute: string) => response(`<Dial><Conference ${attribute}>room</Conference></Dial>`)
      world.app.on('/voice', ({ params }) => join(params.To === CY ? `beep="${beep}"` : 'beep="false"'))
      for (const phone of [ANA, BO, CY]) await world.call(phone)
      await world.advance(5)
      world.sim.handset(CY).hangUp()
      await world.sim.settle()
      expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(heard)
      await world.close()
    })
  }
})

describe('who is coached', () => {
  it('is in the room, and not on hold', async () => {
    const world = await openWorld()
    acceptThenJoin(world.app, 'room')
    for (const phone of [ANA, BO]) await world.call(phone)
    await world.advance(5)
    const [room] = await world.client.conferences.list({ friendlyName: 'room' })
    const people = world.client.conferences(room?.sid ?? '').participants
    const bo = await people('p-0102').fetch()
    const refusal = (update: Promise<unknown>) =>
      update.then(
        () => null,
        (error: { code: number }) => error.code,
      )
    const coach = (callSidToCoach: string) => refusal(people('p-0101').update({ coaching: true, callSidToCoach }))

    expect(await coach(`CA${'0'.repeat(32)}`)).to.equal(16028)
    await people('p-0102').update({ hold: true })
    expect(await coach(bo.callSid)).to.equal(16027)
    await people('p-0102').update({ hold: false })
    expect(await coach(bo.callSid)).to.equal(null)
    expect(await refusal(people('p-0101').update({ coaching: true }))).to.equal(20001)

    world.app.on('/voice', response(`<Dial action="/left"><Conference coach="CA0">room</Conference></Dial>`))
    await world.call(CY)
    await world.advance(5)
    expect(world.told('/left', 'DialCallStatus')).to.eql(['failed'])
    expect(world.violations()).to.eql(["13240 there is no CA0 to coach in 'room'"])
    await world.close()
  })
})

/** A WAV file of silence. */
function wav(seconds: number): Buffer {
  const header = Buffer.from('524946460000000057415645666d74201000000001000100401f0000803e00000200100064617461', 'hex')
  const size = Buffer.alloc(4)
  size.writeUInt32LE(seconds * 16_000)
  return Buffer.concat([header, size, Buffer.alloc(seconds * 16_000)])
}
