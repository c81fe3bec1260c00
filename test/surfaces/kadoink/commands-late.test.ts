import { expect } from 'chai'
import { sameTime } from '#test/calls-stage'
import type { Json, Person } from '#test/people'
import { reconcile, serverTime } from '#test/reconcile-stage'
import { receivedBy } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('A text that reaches us late', () => {
  let world: World
  let ana: Person
  let mom: string

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    mom = world.freshNumber()
    await ana.post('/contacts', { name: 'Mom', mobile: mom, nickname: 'mom' })
    await world.pass(2)
    await sameTime(world)
    const ahead = world.carrier.clock.now().getTime() - (await serverTime(world)).getTime()
    if (ahead > 0) await world.moveClock(Math.ceil(ahead / 1000))
    await reconcile(world)
  })

  /** Text us while nobody hears it, and be found in the carrier's list so many seconds later; gives what is answered. */
  async function found(seconds: number, phone: string, ...bodies: readonly string[]): Promise<readonly string[]> {
    world.carrier.configureNumber(ACCOUNT.number, { smsUrl: null })
    for (const body of bodies) {
      world.carrier.handset(phone).text(ACCOUNT.number, body)
      await world.pass(1)
    }
    world.carrier.configureNumber(ACCOUNT.number, { smsUrl: `${world.url}/webhooks/twilio/sms` })
    const before = receivedBy(world, phone).length
    await world.moveClock(seconds)
    expect(await reconcile(world)).to.include({ text: bodies.length })
    await world.textsArrive()
    await world.textsArrive()
    return receivedBy(world, phone).slice(before)
  }
  const kept = (phone: string): Promise<readonly Json[]> =>
    world.running.database.sql('texts').where({ phone, direction: 'in' }).orderBy('created_at')
  const runs = (): Promise<readonly Json[]> =>
    world.running.database.sql('command_runs').where({ user_id: ana.user.id }).orderBy('id')
  const isOnCall = async () => (await ana.get('/calls/active')).status === 200

  it('by hours is kept and not done, and its sender is told so, once', async () => {
    const answers = await found(3 * 3600, ana.mobile, 'call @mom', '@mom hi', 'contact add Zoe 555-777-0001')
    expect(answers).to.deep.equal([
      'Your text "call @mom" reached us too late and was not done. Send again what you still want.',
    ])
    expect((await kept(ana.mobile)).map(({ body }) => body)).to.deep.equal([
      'call @mom',
      '@mom hi',
      'contact add Zoe 555-777-0001',
    ])
    expect(await runs()).to.deep.equal([])
    expect(await isOnCall()).to.equal(false)
    expect(receivedBy(world, mom)).to.deep.equal([])
    expect((await ana.get('/contacts')).body.items).to.have.length(1)
    // What is said from now on is done at once, whatever lies behind.
    expect(await reconcile(world)).to.deep.equal({})
    ana.phone.text(ACCOUNT.number, 'contact add Zoe 555-777-0001')
    await world.textsArrive()
    await world.textsArrive()
    expect(receivedBy(world, ana.mobile).at(-1)).to.equal('Zoe saved as @zoe.')
  })

  it('by six minutes rings no phone, and is done where it rings none', async () => {
    const answers = await found(360, ana.mobile, 'call @mom', 'in 2h call @mom', '@mom hi')
    expect(answers.map((answer) => answer.split(' ')[0])).to.have.members(['Your', 'Job', 'Sent'])
    expect(await isOnCall()).to.equal(false)
    expect(receivedBy(world, mom)[0]).to.match(/: hi\n/)
    expect((await ana.get('/scheduled-jobs')).body.items[0]).to.include({ kind: 'call', source: 'sms' })
  })

  it('by six minutes is no answer any more to whether a call is meant', async () => {
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) {
      await ana.post('/contacts', { name, mobile: world.freshNumber(), nickname: `${name}x` })
    }
    const { body } = await ana.post('/commands', { text: 'call @Ax,@Bx,@Cx,@Dx,@Ex,@Fx' })
    expect(body.status).to.equal('confirm_required')
    expect((await found(360, ana.mobile, 'ok'))[0]).to.match(/^Your text "ok" reached us too late/)
    expect(await isOnCall()).to.equal(false)
  })

  it('by four minutes is done as if it had come in time', async () => {
    expect(await found(240, ana.mobile, 'call @mom')).to.deep.equal(['Calling you now, then Mom.'])
    expect(await isOnCall()).to.equal(true)
    await ana.delete('/calls/active')
  })

  it('reaches nobody else: not whoever has texted that phone, nor the owner of a tag', async () => {
    await ana.post('/commands', { text: '@mom call me' })
    await world.textsArrive()
    expect(await found(3600, mom, 'In a minute', `*${ana.username} Where are you?`)).to.deep.equal([
      'Your text "In a minute" reached us too late and was not done. Send again what you still want.',
    ])
    expect((await ana.get('/inbox')).body.items).to.deep.equal([])
  })

  it('is obeyed all the same when it is STOP, and answered by nobody', async () => {
    expect(await found(3 * 3600, ana.mobile, 'STOP')).to.deep.equal([])
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(true)
  })
})
