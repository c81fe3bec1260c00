import { expect } from 'chai'
import { type Keyword, keywordOf, queueBatch, receive, received } from '#domain/texts'
import { newId } from '#kit/id'
import * as signals from '#telephony/text-signals'
import { sameTime } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import type { Person } from '#test/people'
import { until } from '#test/server-process'
import { handedOver, receivedBy, say, statusesTo, textsTo, wake } from '#test/texts-stage'
import { ACCOUNT, PASSWORD, World } from '#test/world'

const SECOND = '+15005550016'

describe('Who texts STOP', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start({ TWILIO_NUMBERS: `${ACCOUNT.number},${SECOND}`, CARRIER_TIMEOUT_MS: '300' })
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    await world.textsArrive()
    await sameTime(world)
  })

  const write = async (body: string, to = ACCOUNT.number) => {
    ana.phone.text(to, body)
    await world.textsArrive()
  }
  const isClaimed = async (phone: string) => (await textsTo(world, phone)).at(-1)?.claimed_at instanceof Date
  const isOptedOut = async () => (await ana.get('/me')).body.gate.sms_opted_out
  const newMessage = () => `SM${newId().replaceAll('-', '')}`
  /** Tell the server of a text that the simulated network itself knows nothing of. */
  const tell = (From: string, Body: string, more: Record<string, string> = {}) => {
    const form = { MessageSid: newMessage(), From, To: ACCOUNT.number, Body, ...more }
    return knockSigned(world, '/webhooks/twilio/sms', form, ACCOUNT.token)
  }
  /** Take in a text as it is found in the carrier's list, from so long ago. */
  const found = async (body: string, secondsAgo: number) => {
    const { database } = world.running
    const at = await database.read(async ({ now }) => new Date(now.getTime() - secondsAgo * 1000))
    return signals.texted(database, {
      carrierId: newMessage(),
      from: ana.mobile,
      to: ACCOUNT.number,
      body,
      at,
      media: [],
    })
  }

  it('gets nothing any more, from no number of ours, until START', async () => {
    await write('STOP')
    expect(await isOptedOut()).to.equal(true)
    expect(await say(world, ana.mobile, 'Still there?')).to.equal(null)
    await world.textsArrive()
    expect(receivedBy(world, ana.mobile).at(-1)).not.to.equal('Still there?')

    await write('START')
    expect(await isOptedOut()).to.equal(false)
    await say(world, ana.mobile, 'Welcome back')
    await world.textsArrive()
    expect(receivedBy(world, ana.mobile).at(-1)).to.equal('Welcome back')
  })

  it('gets no code either, and is told what to do', async () => {
    const mobile = world.freshNumber()
    world.carrier.handset(mobile).text(ACCOUNT.number, 'Stop')
    await world.textsArrive()
    const answer = await world
      .visitor()
      .post('/auth/register', { username: `x${mobile.slice(-6)}`, name: 'X', mobile, password: PASSWORD })
    expect(answer.status).to.equal(409)
    expect(answer.body.error.code).to.equal('sms_opted_out')
  })

  it('gets no code that was asked for just before', async () => {
    const mobile = world.freshNumber()
    world.carrier.faults.rest({ ofOrders: true, status429: 8 })
    await world
      .visitor()
      .post('/auth/register', { username: `y${mobile.slice(-6)}`, name: 'Y', mobile, password: PASSWORD })
    await until(() => isClaimed(mobile))
    await tell(mobile, 'STOP')
    await world.pass(2)
    expect(handedOver(world, mobile)).to.be.empty
    expect(await textsTo(world, mobile)).to.have.lengthOf(1)
    expect(await statusesTo(world, mobile)).to.deep.equal(['skipped'])
  })

  it('gets nothing of what waits for another try', async () => {
    ana.phone.script({ undelivered: 30003 })
    await say(world, ana.mobile, 'Are you there?')
    await world.textsArrive()
    expect((await statusesTo(world, ana.mobile)).at(-1)).to.equal('queued')
    await write('STOP')
    expect((await statusesTo(world, ana.mobile)).at(-1)).to.equal('skipped')
    ana.phone.script({})
    await world.moveClock(601)
    await wake(world)
    expect(receivedBy(world, ana.mobile)).not.to.include('Are you there?')
  })

  it('gets nothing that was queued at the same moment, no part of it', async () => {
    const batch = { batchId: newId(), body: 'x'.repeat(2000), purpose: 'status' }
    const stop = { carrierId: newMessage(), from: ana.mobile, to: SECOND, body: 'STOP' }
    await world.running.database.write(async (unit) => {
      await queueBatch(unit, batch, [ana.mobile])
      await receive(unit, stop)
    })
    await world.textsArrive()
    const parts = (await textsTo(world, ana.mobile)).filter(({ batch_id }) => batch_id === batch.batchId)
    expect(parts.map(({ status }) => status)).to.deep.equal(['skipped', 'skipped'])
  })

  it('gets nothing that was claimed and not taken yet: it is skipped at the next try', async () => {
    world.carrier.faults.rest({ ofOrders: true, status429: 8 })
    const before = handedOver(world, ana.mobile).length
    await say(world, ana.mobile, 'In a moment')
    await until(() => isClaimed(ana.mobile))
    // The network does not know of it: nobody but us stops it.
    await tell(ana.mobile, 'STOP')
    await world.pass(2)
    expect(handedOver(world, ana.mobile)).to.have.lengthOf(before)
    expect((await statusesTo(world, ana.mobile)).at(-1)).to.equal('skipped')
  })

  it('is believed when the carrier says so, at once or later', async () => {
    await say(world, '+15005550004', 'Hello')
    await world.settle()
    const [refused] = await textsTo(world, '+15005550004')
    expect(refused).to.include({ status: 'skipped', error_code: 21610, reason: 'opted_out' })
    expect(await say(world, '+15005550004', 'Hello')).to.equal(null)

    ana.phone.script({ undelivered: 21610 })
    await say(world, ana.mobile, 'Hello')
    await world.textsArrive()
    expect(await isOptedOut()).to.equal(true)
    expect((await textsTo(world, ana.mobile)).at(-1)).to.include({ status: 'skipped', error_code: 21610 })
  })

  it('and START later is not stopped by an old report of the carrier, nor by an old STOP that is found late', async () => {
    ana.phone.script({ undelivered: 21610 })
    world.carrier.faults.callbacks({ delaySeconds: 4 })
    await say(world, ana.mobile, 'Hello')
    await world.textsArrive()
    await write('START')
    await world.pass(5)
    expect((await textsTo(world, ana.mobile)).at(-1)).to.include({ status: 'skipped' })
    expect(await isOptedOut()).to.equal(false)
    await found('STOP', 300)
    expect(await isOptedOut()).to.equal(false)
    await found('STOP', 0)
    expect(await isOptedOut()).to.equal(true)
    await found('START', 300)
    expect(await isOptedOut()).to.equal(true)
  })

  it('is taken at the carrier’s word where it says what a text was, whatever the text says', async () => {
    expect(await tell(ana.mobile, 'Basta', { OptOutType: 'STOP' })).to.equal(200)
    expect(await isOptedOut()).to.equal(true)
    await tell(ana.mobile, 'START', { OptOutType: 'HELP' })
    expect(await isOptedOut()).to.equal(true)
    await tell(ana.mobile, 'Torna', { OptOutType: 'START' })
    expect(await isOptedOut()).to.equal(false)
  })

  it('or HELP is answered by the network alone: we note it and say nothing', async () => {
    const before = handedOver(world, ana.mobile).length
    const { id } = await found('Help', 0)
    await world.textsArrive()
    const text = await world.running.database.read((view) => received(view, id))
    expect(text).to.include({ keyword: 'help', body: 'Help', phone: ana.mobile })
    expect(handedOver(world, ana.mobile)).to.have.lengthOf(before)
  })

  describe('is one word', () => {
    const TOLL_FREE = '+18885550100'
    const meanings: readonly (readonly [string, string, Keyword | null])[] = [
      ...['STOP', 'stopall', 'Unsubscribe', 'CANCEL', 'end', 'Quit', 'revoke', 'OptOut'].map(
        (word) => [word, ACCOUNT.number, 'stop'] as const,
      ),
      ['  Stop \n', ACCOUNT.number, 'stop'],
      ['Stop.', ACCOUNT.number, 'stop'],
      ['STOP!!', ACCOUNT.number, 'stop'],
      ['Stop !', ACCOUNT.number, 'stop'],
      ['end', TOLL_FREE, 'stop'],
      ['STOP PLEASE', ACCOUNT.number, null],
      ['please stop', ACCOUNT.number, null],
      ['stop?', ACCOUNT.number, null],
      ['STOP STOP', ACCOUNT.number, null],
      ['Don’t stop', ACCOUNT.number, null],
      ['', ACCOUNT.number, null],
      ['START', ACCOUNT.number, 'start'],
      [' unstop ', ACCOUNT.number, 'start'],
      ['Yes', ACCOUNT.number, 'start'],
      ['Yes!', ACCOUNT.number, null],
      ['yes', TOLL_FREE, null],
      ['start', TOLL_FREE, 'start'],
      ['UNSTOP', TOLL_FREE, 'start'],
      ['help', ACCOUNT.number, 'help'],
      ['INFO', ACCOUNT.number, 'help'],
      ['help call', ACCOUNT.number, null],
    ]
    for (const [body, to, meaning] of meanings) {
      it(`${JSON.stringify(body)} to ${to === TOLL_FREE ? 'a toll-free number' : 'us'} means ${meaning ?? 'nothing'}`, () => {
        expect(keywordOf(body, to)).to.equal(meaning)
      })
    }
  })
})
