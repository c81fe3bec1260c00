import { expect } from 'chai'
import { ANA, OURS, openWorld, response, type World } from './world.ts'

describe('webhooks', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  it('are signed, form-encoded, and name their sender', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    await world.call(ANA, { url: `${world.app.url}/voice?a=1&b=two%20words#rc=2` })
    await world.advance(5)

    const [hit] = world.app.at('/voice')
    expect(world.app.forgeries).to.eql([])
    expect(hit?.headers['user-agent']).to.equal('TwilioProxy/1.1')
    expect(hit?.headers['content-type']).to.match(/^application\/x-www-form-urlencoded/)
    expect(hit?.headers['i-twilio-idempotency-token']).to.be.a('string')
    expect(hit?.params).to.include({ a: '1', b: 'two words', ApiVersion: '2010-04-01' })
  })

  it('are signed over the query when they are GETs', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    await world.call(ANA, { method: 'GET', statusCallbackMethod: 'GET' })
    await world.advance(5)
    expect(world.app.at('/voice').map(({ method }) => method)).to.eql(['GET'])
    expect(world.app.at('/status').map(({ method }) => method)).to.eql(['GET', 'GET', 'GET', 'GET'])
  })

  it('are not repeated after a 500, unless the fragment says so; then with the same token', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    world.app.on('/status', { status: 500 })
    const once = { statusCallbackEvent: ['completed'] }
    await world.call(ANA, once)
    await world.advance(5)
    expect(world.app.at('/status')).to.have.length(1)
    await world.call(ANA, { ...once, statusCallback: `${world.app.url}/status#rc=3&rp=all` })
    await world.advance(5)

    const repeated = world.app.at('/status').slice(1)
    expect(repeated).to.have.length(4)
    expect(new Set(repeated.map(({ headers }) => headers['i-twilio-idempotency-token'])).size).to.equal(1)
    expect(world.violations()).to.have.length(2)
    expect(world.violations().every((violation) => violation.startsWith('11200'))).to.equal(true)
  })

  it('give up on who never answers', async () => {
    world.app.on('/voice', { never: true })
    world.app.on('/fallback', response('<Say>Plan B</Say>'))
    await world.call(ANA, { url: `${world.app.url}/voice#rt=100`, fallbackUrl: `${world.app.url}/fallback` })
    await world.advance(5)

    expect(world.app.at('/fallback')[0]?.params).to.include({
      ErrorCode: '11200',
      ErrorUrl: `${world.app.url}/voice#rt=100`,
    })
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Plan B'])
    expect(world.violations()[0]).to.match(/^11200 .*read time-out/)
  })

  it('say sorry and hang up when neither the document nor its fallback can be had', async () => {
    world.app.on('/voice', { status: 503 })
    await world.call(ANA)
    await world.advance(5)
    expect(world.sim.handset(ANA).heard[0]?.words).to.match(/application error/)
    expect(world.sim.calls()[0]?.status).to.equal('completed')
    expect(world.violations()).to.have.length(1)
  })

  for (const [what, answer, code] of [
    ['JSON', { type: 'application/json', body: '{}' }, '12300'],
    ['broken XML', { type: 'text/xml', body: '<Response><Say>' }, '12100'],
    ['another root', { type: 'text/xml', body: '<Reply/>' }, '12100'],
    ['an unknown verb', response('<Sing>la</Sing>'), '12200'],
    ['an unknown attribute', response('<Say loudness="11">la</Say>'), '12200'],
    ['a verb at the wrong place', response('<Dial><Say>x</Say></Dial>'), '12200'],
  ] as const) {
    it(`object to ${what} with ${code}`, async () => {
      world.app.on('/voice', answer)
      await world.call(ANA)
      await world.advance(20)
      expect(world.violations()).to.have.length(1)
      expect(world.violations()[0]?.startsWith(code)).to.equal(true)
    })
  }

  for (const [status, method, params] of [
    [301, 'GET', 0],
    [302, 'GET', 0],
    [303, 'GET', 0],
    [307, 'POST', 20],
  ] as const) {
    it(`follow a ${status} as a browser does, and sign what they ask there`, async () => {
      world.app.on('/voice', { status, location: '/moved/voice?a=1' })
      world.app.on('/moved/voice', response('<Redirect>next</Redirect>'))
      world.app.on('/moved/next', response('<Hangup/>'))
      await world.call(ANA)
      await world.advance(5)
      const [hit] = world.app.at('/moved/voice')
      expect(hit?.method).to.equal(method)
      expect(Object.keys(hit?.params ?? {}).length).to.be.at.least(params + 1)
      expect(hit?.params.CallSid !== undefined).to.equal(method === 'POST')
      expect(world.app.at('/moved/next')).to.have.length(1)
      expect(world.app.forgeries).to.eql([])
    })
  }

  it('bring status callbacks to where they were redirected to', async () => {
    world.app.on('/voice', response('<Hangup/>'))
    world.app.on('/status', { status: 307, location: '/moved' })
    await world.call(ANA)
    await world.advance(5)
    expect(world.told('/moved', 'SequenceNumber')).to.eql(['0', '1', '2', '3'])
  })

  for (const [what, answer, code] of [
    ['a redirect without a place', { status: 302 }, '11216'],
    ['a redirect to something that is no URL', { status: 302, location: 'http://[' }, '11216'],
    ['a redirect of another kind', { status: 308, location: '/voice' }, '11216'],
    ['a redirect round in a circle', { status: 302, location: '/voice' }, '11215'],
    ['a redirect to the world outside', { status: 302, location: 'https://example.com/' }, '11205'],
    ['a document of more than 64 kB', response(`<Say>${'x'.repeat(70_000)}</Say>`), '11750'],
    ['an address that is none', response('<Redirect>http://[</Redirect>'), '11100'],
    ['a value that is none', response('<Pause length="two"/>'), '12200'],
    ['a flag in words', response('<Dial><Conference muted="yes">room</Conference></Dial>'), '12200'],
    ['an event that is none', response('<Dial><Conference statusCallbackEvent="all">r</Conference></Dial>'), '12200'],
    ['sound that is none', { type: 'audio/wav', body: '<Response/>' }, '12300'],
  ] as const) {
    it(`object to ${what} with ${code}`, async () => {
      world.app.on('/voice', answer)
      await world.call(ANA)
      await world.advance(20)
      expect(world.violations()[0]?.slice(0, 5)).to.equal(code)
    })
  }

  it('need an absolute URL where the document has none itself', async () => {
    await world.client.calls.create({ to: ANA, from: OURS, twiml: response('<Redirect>/next</Redirect>') })
    await world.advance(5)
    expect(world.violations()).to.eql(['11100 /next: not an absolute URL: /next'])
  })

  it('never leave this machine', async () => {
    await world.call(ANA, { url: 'http://192.0.2.1/voice', statusCallback: 'https://example.com/status' })
    await world.advance(5)
    expect(world.violations().every((violation) => violation.includes('not a loopback address'))).to.equal(true)
  })

  it('resolve relative URLs against the document, and end a circle of documents', async () => {
    world.app.on('/deep/voice', response('<Redirect>next</Redirect>'))
    world.app.on('/deep/next', response('<Redirect>next</Redirect>'))
    await world.call(ANA, { url: `${world.app.url}/deep/voice` })
    await world.advance(5)
    expect(world.app.at('/deep/next').length).to.be.greaterThan(50)
    expect(world.violations()).to.have.length(1)
    expect(world.sim.calls()[0]?.status).to.equal('completed')
  })
})

describe('a network that sorts queries', () => {
  it('asks for the sorted one, and signs the other', async () => {
    const world = await openWorld({ quirks: { sortsQueries: true } })
    world.app.on('/voice', response('<Redirect>/next?b=2&amp;a=1</Redirect>'))
    world.app.on('/next', response('<Hangup/>'))
    await world.call(ANA)
    await world.advance(5)
    expect(world.app.at('/next')[0]?.url).to.match(/next\?a=1&b=2$/)
    expect(world.app.forgeries).to.eql([`${world.app.url}/next?a=1&b=2`])
    world.app.forgeries.length = 0
    await world.close()
  })
})

describe('a public address', () => {
  it('is signed as it is, and reached on loopback', async () => {
    const routes: Record<string, string> = {}
    const world = await openWorld({ routes })
    world.app.publicUrl = 'https://kadoink.example'
    routes['https://kadoink.example'] = world.app.url
    world.sim.configureNumber(OURS, { voiceUrl: 'https://kadoink.example/voice' })
    world.app.on('/voice', response('<Hangup/>'))
    world.sim.handset(ANA).dial(OURS)
    await world.advance(5)

    expect(world.app.at('/voice')).to.have.length(1)
    await world.close()
  })
})
