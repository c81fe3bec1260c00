import { expect } from 'chai'
import { ANA, BO, CY, OURS, openWorld, response, type World } from './world.ts'

describe('a caller who is put through', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.sim.configureNumber(OURS, { voiceUrl: `${world.app.url}/incoming` })
    world.app.on('/after', response('<Hangup/>'))
    for (const phone of [BO, CY]) world.sim.handset(phone).script({ steps: [{ wait: 10, hangUp: true }] })
  })
  afterEach(() => world.close())

  async function dial(verb: string, seconds = 60): Promise<void> {
    world.app.on('/incoming', response(verb))
    world.sim.handset(ANA).dial(OURS)
    await world.advance(seconds)
  }
  const outcome = () => world.app.at('/after')[0]?.params
  const legs = () => world.sim.calls().filter(({ direction }) => direction === 'outbound-dial')

  it('reaches the second number only when the first does not answer, if they are dialled in sequence', async () => {
    const numbers = `<Number>+15551230002</Number><Number>${BO}</Number><Number>${CY}</Number>`
    await dial(`<Dial action="/after" sequential="true">${numbers}</Dial>`)
    expect(legs().map(({ to, status }) => [to, status])).to.eql([
      ['+15551230002', 'busy'],
      [BO, 'completed'],
    ])
    expect(outcome()).to.include({ DialCallStatus: 'completed', DialBridged: 'true' })
  })

  it('is bridged once the called have pressed what they were asked for', async () => {
    world.app.on('/screen', response('<Gather numDigits="1" action="/key"><Say>Press 1</Say></Gather><Hangup/>'))
    world.app.on('/key', response('<Say>Connecting</Say>'))
    world.sim.handset(BO).script({ steps: [{ onPrompt: '1' }, { wait: 5, hangUp: true }] })
    await dial(`<Dial action="/after"><Number url="/screen">${BO}</Number></Dial>`)
    expect(world.sim.handset(BO).heard.map(({ words }) => words)).to.eql(['Press 1', 'Connecting'])
    expect(world.told('/screen', 'ParentCallSid')).to.eql([world.sim.handset(ANA).calls[0]?.sid])
    expect(outcome()).to.include({ DialCallStatus: 'completed', DialBridged: 'true' })
  })

  it('is not bridged with who presses nothing', async () => {
    world.app.on('/screen', response('<Gather numDigits="1" action="/key"><Say>Press 1</Say></Gather><Hangup/>'))
    world.sim.handset(BO).script({ silent: true })
    await dial(`<Dial action="/after"><Number url="/screen">${BO}</Number></Dial>`)
    expect(outcome()).to.include({ DialBridged: 'false' })
    expect(legs().map(({ status }) => status)).to.eql(['completed'])
  })

  it('reaches a number of the United States in any spelling', async () => {
    await dial('<Dial action="/after">(555) 123-0102</Dial>')
    expect(legs().map(({ to, status }) => [to, status])).to.eql([[BO, 'completed']])
  })

  for (const [number, code] of [
    ['12345', '13223'],
    ['+15005550001', '13224'],
    ['+15005550002', '13224'],
    ['+15005550003', '13227'],
    ['+15005550004', '13225'],
  ] as const) {
    it(`does not reach ${number}: ${code}`, async () => {
      await dial(`<Dial action="/after"><Number>${number}</Number></Dial>`)
      expect(outcome()).to.include({ DialCallStatus: 'failed' })
      expect(world.violations()[0]?.startsWith(code)).to.equal(true)
    })
  }

  it('may show a number of ours, but none of somebody else', async () => {
    await dial(`<Dial action="/after" callerId="${OURS}">${BO}</Dial>`)
    expect(legs()[0]?.from).to.equal(OURS)
    await dial(`<Dial action="/after" callerId="+15559999999">${BO}</Dial>`)
    expect(world.violations()[0]).to.match(/^13214/)
    expect(legs()[1]?.status).to.equal('failed')
  })

  it('is recorded on two channels from the first ring, when asked for', async () => {
    await dial(
      `<Dial action="/after" record="record-from-ringing-dual" recordingStatusCallback="/recorded">${BO}</Dial>`,
    )
    expect(world.app.at('/recorded')[0]?.params).to.include({ RecordingDuration: '12', RecordingChannels: '2' })
    expect(outcome()?.RecordingUrl).to.equal(world.app.at('/recorded')[0]?.params.RecordingUrl)
  })

  it('hears of a machine beside the call, by amdStatusCallback', async () => {
    const amd = 'machineDetection="Enable" amdStatusCallback="/amd"'
    await dial(`<Dial><Number ${amd}>+15551230007</Number></Dial>`, 20)
    expect(world.told('/amd', 'AnsweredBy')).to.eql(['machine_start'])
  })

  it('breaks a rule by detecting without a callback, and by names of the Calls API', async () => {
    await dial(`<Dial><Number machineDetection="Enable" asyncAmd="true">${BO}</Number></Dial>`, 20)
    expect(world.violations().map((violation) => violation.slice(0, 5))).to.eql(['21263', '21262'])
  })

  it('lets the called hear tones first', async () => {
    await dial(`<Dial><Number sendDigits="ww12">${BO}</Number></Dial>`, 20)
    expect(world.sim.handset(BO).heard.map(({ words }) => words)).to.eql(['ww12'])
    const [leg] = legs()
    expect(world.sim.timeline(leg?.sid ?? '').map(({ what }) => what)).to.include('play')
  })

  it('cannot be put into a room and through to numbers at once', async () => {
    await dial(`<Dial><Conference>room</Conference><Number>${BO}</Number></Dial>`, 10)
    expect(world.violations().map((violation) => violation.slice(0, 5))).to.eql(['13000'])
  })
})

describe('a file that is played', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.app.on('/voice', response('<Play loop="2">/sound</Play><Say>Then</Say>'))
  })
  afterEach(() => world.close())

  const heard = () => world.sim.handset(ANA).heard.map(({ words }) => words)
  const mp3 = (kilobits: number, seconds: number) => {
    const frame = Buffer.concat([Buffer.from([0xff, 0xfb, kilobits === 128 ? 0x90 : 0x50, 0xc4]), Buffer.alloc(413)])
    const bytes = (kilobits * 1000 * seconds) / 8
    return Buffer.concat(Array.from({ length: Math.ceil(bytes / frame.length) }, () => frame))
  }

  for (const [kilobits, seconds] of [
    [128, 6],
    [64, 3],
  ] as const) {
    it(`is fetched once, and takes ${seconds} seconds for ${kilobits} kbit/s of MP3`, async () => {
      world.app.on('/sound', { type: 'audio/mpeg', bytes: mp3(kilobits, seconds) })
      await world.call(ANA)
      await world.advance(2 + 2 * seconds - 1)
      expect(heard()).to.eql([`${world.app.url}/sound`, `${world.app.url}/sound`])
      await world.advance(2)
      expect(heard().at(-1)).to.equal('Then')
      expect(world.app.at('/sound').map(({ method }) => method)).to.eql(['GET'])
    })
  }

  for (const [what, answer, violation] of [
    ['that is not there', { status: 404 }, /^11200 <Play> .* answered 404/],
    ['that is a page', { type: 'text/html', body: '<p>Sorry</p>' }, /^13420 /],
    ['that is not what it says', { type: 'audio/mpeg', body: '<p>Sorry</p>' }, /^13420 /],
    ['that is not what it says, either', { type: 'audio/wav', body: 'RIFFFF' }, /^13420 /],
  ] as const) {
    it(`${what} is skipped, and kept as a violation`, async () => {
      world.app.on('/sound', answer)
      await world.call(ANA)
      await world.advance(10)
      expect(heard()).to.eql(['Then'])
      expect(world.violations()).to.have.length(1)
      expect(world.violations()[0]).to.match(violation)
    })
  }

  it('may be all that a webhook answers', async () => {
    world.app.on('/voice', { type: 'audio/mpeg', bytes: mp3(128, 6) })
    await world.call(ANA)
    await world.advance(20)
    expect(heard()).to.eql([`${world.app.url}/voice`])
    expect(world.sim.calls()[0]?.seconds).to.be.closeTo(6, 1)
  })

  it('is not fetched where the network does not go', async () => {
    world.app.on('/voice', response('<Play>https://example.com/a.mp3</Play>'))
    await world.call(ANA)
    await world.advance(20)
    expect(heard()).to.eql(['https://example.com/a.mp3'])
  })
})
