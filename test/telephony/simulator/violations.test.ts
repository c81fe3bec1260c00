import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { contract } from '#test/contract'
import { ACCOUNT as ITS_ACCOUNT, World as ServerWorld } from '#test/world'
import { ANA, OURS, openWorld, response, type World } from './world.ts'

const ROOT = join(import.meta.dirname, '../../..')

describe('breaches of the rules', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
    world.app.on('/voice', response('<Hangup/>'))
    world.sim.configureNumber(OURS, { voiceUrl: `${world.app.url}/voice`, smsUrl: `${world.app.url}/sms` })
  })
  afterEach(() => world.close())

  it('are none when nothing is broken', async () => {
    world.app.on('/sms', response('<Message>Hello</Message>'))
    await world.call(ANA)
    world.sim.handset(ANA).dial(OURS)
    world.sim.handset(ANA).text(OURS, 'Hi')
    await world.advance(10)
    expect(world.violations()).to.eql([])
  })

  async function comeBy(path: '/voice' | '/sms'): Promise<void> {
    if (path === '/voice') world.sim.handset(ANA).dial(OURS)
    else world.sim.handset(ANA).text(OURS, 'Hi')
    await world.advance(10)
  }

  for (const path of ['/voice', '/sms'] as const) {
    for (const [what, answer, code] of [
      ['broken TwiML', { type: 'text/xml', body: '<Response><Say>' }, '12100'],
      ['a document with another root', { type: 'text/xml', body: '<html/>' }, '12100'],
      ['nothing at all', { status: 200 }, '12300'],
      ['a page', { type: 'text/html', body: '<p>It works</p>' }, '12300'],
      ['a failure', { status: 500 }, '11200'],
      ['a refusal', { status: 403 }, '11200'],
    ] as const) {
      it(`are kept when ${path} answers ${what}: ${code}`, async () => {
        world.app.on(path, answer)
        await comeBy(path)
        expect(world.violations()).to.have.length(1)
        expect(world.violations()[0]?.startsWith(code)).to.equal(true)
      })
    }
  }

  for (const [path, document, violation] of [
    ['/voice', '<Message>Hello</Message>', '<Message> is not allowed in <Response>'],
    ['/voice', '<Hangup loudly="true"/>', "<Hangup> has no attribute 'loudly'"],
    ['/voice', '<Gather><Dial/></Gather>', '<Dial> is not allowed in <Gather>'],
    ['/sms', '<Say>Hello</Say>', '<Say> is not allowed in <Response>'],
    ['/sms', '<Message colour="red">Hello</Message>', "<Message> has no attribute 'colour'"],
    ['/sms', '<Message><Play/></Message>', '<Play> is not allowed in <Message>'],
  ] as const) {
    it(`are kept when ${path} answers ${document}: 12200`, async () => {
      world.app.on(path, response(document))
      await comeBy(path)
      expect(world.violations()).to.eql([`12200 ${violation} (${world.app.url}${path})`])
    })
  }

  it('are kept when a status callback is refused, or nobody is there: 11200, 11205', async () => {
    world.app.on('/status', { status: 404 })
    await world.call(ANA, { statusCallbackEvent: ['completed'] })
    await world.advance(5)
    await world.call(ANA, { statusCallback: 'http://127.0.0.1:1/status', statusCallbackEvent: ['completed'] })
    await world.advance(5)
    expect(world.violations().map((violation) => violation.slice(0, 5))).to.eql(['11200', '11205'])
  })

  it('are told to who wants to know, as they happen', async () => {
    const told: string[] = []
    const other = await openWorld({ onViolation: (breach) => told.push(breach) })
    await other.rest('Calls.json?Colour=red')
    expect(told).to.eql(["unknown query parameter 'Colour' on ListCall"])
    expect(other.violations()).to.eql(told)
    await other.close()
  })
})

describe('a world in which rules were broken', () => {
  it('fails the run of its tests, though each of them is content', async () => {
    const tsx = ['--import', 'tsx', '--conditions=source']
    const mocha = ['node_modules/mocha/bin/mocha.js', '--no-config', '--exit', '--timeout', '20000']
    const fixture = 'test/telephony/simulator/broken-on-purpose.ts'
    const run = promisify(execFile)(process.execPath, [...tsx, ...mocha, fixture], { cwd: ROOT })
    const { code, stdout } = (await run.catch((error: unknown) => error)) as { code: number; stdout: string }
    expect(code).to.equal(2)
    expect(stdout).to.include('12200 <Sing> is not allowed in <Response>')
    expect(stdout).to.include("unknown parameter 'Colour' on CreateMessage")
    expect(stdout).to.match(/1 passing[\s\S]*2 failing/)
  }).timeout(60_000)

  it('cannot be ended without a word', async () => {
    const world = await ServerWorld.start()
    const authorization = `Basic ${btoa(`${ITS_ACCOUNT.sid}:${ITS_ACCOUNT.token}`)}`
    const path = `/2010-04-01/Accounts/${ITS_ACCOUNT.sid}/Messages.json`
    const form = { To: ANA, From: ITS_ACCOUNT.number, Body: 'Hi', Colour: 'red' }
    await fetch(world.carrier.url + path, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    })
    const end = await world.end().catch((error: Error) => error.message)
    expect(end).to.include("unknown parameter 'Colour' on CreateMessage")
    if (contract()) expect(end).to.match(/CreateMessage: must NOT have additional properties .*Colour/)
  }).timeout(60_000)
})
