import { expect } from 'chai'
import { queue } from '#domain/texts'
import { newId } from '#kit/id'
import { createLog } from '#kit/log'
import { createMetrics } from '#kit/metrics'
import { ageTexts, reconcileOrders, tidyTexts } from '#telephony'
import { sameTime } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import { carrierOf, handedOver, receivedBy, say, statusesTo, textsTo, wake } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('Texts', () => {
  let world: World
  let phone: string

  before(async () => {
    world = await World.start({ CARRIER_TIMEOUT_MS: '300' })
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    phone = world.freshNumber()
    await sameTime(world)
  })

  const upkeep = () => ({ database: world.running.database, log: createLog('silent'), metrics: createMetrics() })
  const handset = () => world.carrier.handset(phone)
  const now = async () => (await world.running.database.read(async ({ now }) => now)).getTime()
  const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')
  const report = (name: string, sid: string, MessageStatus: string, more = {}) =>
    knockSigned(
      world,
      `/webhooks/twilio/sms/status?text=${name}`,
      { MessageSid: sid, MessageStatus, ...more },
      ACCOUNT.token,
    )

  it('arrive, and it is known that they have', async () => {
    await say(world, phone, 'Doors open at 8')
    await world.textsArrive()
    expect(receivedBy(world, phone)).to.deep.equal(['Doors open at 8'])
    const [text] = await textsTo(world, phone)
    expect(text).to.include({ status: 'delivered', our_number: ACCOUNT.number, segments: 1, attempt: 1, part: 1 })
    expect(text.carrier_id).to.equal(handedOver(world, phone)[0]?.sid)
  })

  it('come to the same end when reports are doubled, shuffled and late', async () => {
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 2 })
    for (let index = 0; index < 5; index++) await say(world, phone, `Number ${index}`)
    await world.pass(10)
    expect(await statusesTo(world, phone)).to.deep.equal(Array(5).fill('delivered'))
    expect([...receivedBy(world, phone)].sort()).to.deep.equal([0, 1, 2, 3, 4].map((index) => `Number ${index}`))
  })

  it('with curly quotes and a dash go plain, where that halves what they cost', async () => {
    await say(world, phone, 'It’s on — see you “there”')
    await say(world, phone, 'It’s on 😀')
    await world.textsArrive()
    expect(receivedBy(world, phone)).to.have.members(['It\'s on - see you "there"', 'It’s on 😀'])
  })

  it('that nobody can store or send as they are lose only what breaks them', async () => {
    await say(world, phone, 'a\0b \ud83d c')
    await world.textsArrive()
    expect(receivedBy(world, phone)).to.deep.equal(['ab \ufffd c'])
  })

  describe('too long for one', () => {
    it('arrive as parts in order, each handed over after the one before was accepted', async () => {
      world.carrier.faults.rest({ ofOrders: true, status429: 2 })
      const all = words(900)
      await say(world, phone, all)
      await world.pass(3)
      const parts = receivedBy(world, phone)
      expect(parts.length).to.be.above(4)
      expect(parts.map((part) => part.slice(0, 5))).to.deep.equal(
        parts.map((_, index) => `(${index + 1}/${parts.length})`),
      )
      expect(parts.map((part) => part.replace(/^\(\d\/\d\) /, '')).join('')).to.equal(all)
      expect(await statusesTo(world, phone)).to.deep.equal(parts.map(() => 'delivered'))
    })

    it('wait for a part whose answer was lost, and go on when the carrier has told of it', async () => {
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ delaySeconds: 2 })
      await say(world, phone, words(500))
      await world.settle()
      expect(handedOver(world, phone)).to.have.lengthOf(1)
      expect(await statusesTo(world, phone)).to.deep.equal(['queued', 'queued', 'queued'])
      await world.pass(6)
      expect(await statusesTo(world, phone)).to.deep.equal(['delivered', 'delivered', 'delivered'])
      expect(handedOver(world, phone)).to.have.lengthOf(3)
    })

    it('wait for a part whose answer was lost, until the carrier’s list shows it', async () => {
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ lose: 1 })
      await say(world, phone, words(500))
      await world.settle()
      await world.moveClock(6)
      await reconcileOrders(world.running.database, carrierOf(world))
      await world.settle()
      await world.textsArrive()
      expect(receivedBy(world, phone)).to.have.lengthOf(3)
    })

    it('stop at a part that is refused: nobody gets the end of something', async () => {
      const refused = '+15005550002'
      await say(world, refused, words(500))
      await world.settle()
      expect((await textsTo(world, refused)).map(({ status, reason }) => [status, reason])).to.deep.equal([
        ['failed', null],
        ['failed', 'part_failed'],
        ['failed', 'part_failed'],
      ])
      expect(handedOver(world, refused)).to.be.empty
    })
  })

  describe('that do not arrive', () => {
    it('since the phone is off, are sent once more after five minutes', async () => {
      handset().script({ undelivered: 30003 })
      await say(world, phone, 'Hello?')
      await world.textsArrive()
      expect((await textsTo(world, phone))[0]).to.include({ status: 'queued', attempt: 2, error_code: 30003 })
      await wake(world)
      expect(handedOver(world, phone)).to.have.lengthOf(1)

      handset().script({})
      await world.moveClock(301)
      await wake(world)
      expect(receivedBy(world, phone)).to.deep.equal(['Hello?'])
      expect((await textsTo(world, phone))[0]).to.include({ status: 'delivered', attempt: 2 })
    })

    it('since the phone stays off, are not sent a third time', async () => {
      handset().script({ undelivered: 30003 })
      await say(world, phone, 'Hello?')
      await world.textsArrive()
      for (let round = 0; round < 3; round++) {
        await world.moveClock(301)
        await wake(world)
      }
      expect(handedOver(world, phone)).to.have.lengthOf(2)
      expect((await textsTo(world, phone))[0]).to.include({ status: 'undelivered', attempt: 2, error_code: 30003 })
    })

    it('are not taken for sent by late words of their first try', async () => {
      handset().script({ undelivered: 30003 })
      const id = await say(world, phone, 'Hello?')
      await world.textsArrive()
      const [first] = handedOver(world, phone)
      await report(id ?? '', first?.sid ?? '', 'delivered')
      expect(await statusesTo(world, phone)).to.deep.equal(['queued'])
      await world.moveClock(301)
      await Promise.all([wake(world), wake(world)])
      expect(handedOver(world, phone)).to.have.lengthOf(2)
    })

    for (const code of [30004, 30005, 30006, 30007, 30008, 30034, 30450]) {
      it(`with ${code}, are not sent again, and the number is kept`, async () => {
        handset().script({ undelivered: code })
        await say(world, phone, 'Hello?')
        await world.textsArrive()
        await world.moveClock(301)
        await wake(world)
        expect(handedOver(world, phone)).to.have.lengthOf(1)
        expect((await textsTo(world, phone))[0]).to.include({ status: 'undelivered', attempt: 1, error_code: code })
        const events = await world.running.database.sql('events').where({ name: 'text.failed' }).pluck('data')
        expect(events.filter((data) => data.phone === phone)).to.deep.equal([
          { text_id: (await textsTo(world, phone))[0].id, phone, purpose: 'test', error_code: code },
        ])
      })
    }

    it('are no codes: nobody waits five minutes for one', async () => {
      handset().script({ undelivered: 30003 })
      await register(phone)
      await world.textsArrive()
      await world.moveClock(301)
      await wake(world)
      expect(handedOver(world, phone)).to.have.lengthOf(1)
      expect((await textsTo(world, phone))[0]).to.include({ purpose: 'code', status: 'undelivered', error_code: 30003 })
    })
  })

  describe('whose order was lost', () => {
    it('are handed over again once the carrier’s list does not know them, and only then', async () => {
      world.carrier.faults.rest({ ofOrders: true, status500: 1 })
      await say(world, phone, 'Hello')
      await world.settle()
      await world.moveClock(6)
      await reconcile()
      expect(handedOver(world, phone)).to.be.empty
      await world.moveClock(20)
      await reconcile()
      await world.textsArrive()
      expect(receivedBy(world, phone)).to.deep.equal(['Hello'])
      expect((await textsTo(world, phone))[0]).to.include({ status: 'delivered', attempt: 2 })
    })

    it('arrive once when they were taken, however often they are looked for', async () => {
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ lose: 1 })
      await say(world, phone, 'Hello')
      await world.settle()
      for (const seconds of [6, 20, 700]) {
        await world.moveClock(seconds)
        await reconcile()
        await wake(world)
      }
      expect(receivedBy(world, phone)).to.deep.equal(['Hello'])
    })

    it('with the process that had claimed it are handed over by the next one, once the list does not know them', async () => {
      // As it is when a process is killed between claiming and sending: the claim stands, and the event comes again.
      await world.running.database.write(async (unit) => {
        const key = await queue(unit, { phone, body: 'Hello', purpose: 'test' })
        const facts = JSON.stringify({ to: phone, text_id: key })
        const times = { claimed_at: unit.now, updated_at: unit.now }
        await unit.sql('orders').insert({ effect: 'texter', key, state: 'sending', facts, ...times })
      })
      await world.textsArrive()
      expect(handedOver(world, phone)).to.be.empty
      await world.moveClock(26)
      await Promise.all([reconcile(), reconcile()])
      await world.textsArrive()
      expect(receivedBy(world, phone)).to.deep.equal(['Hello'])
    })

    async function reconcile(): Promise<void> {
      await reconcileOrders(world.running.database, carrierOf(world))
      await world.settle()
    }
  })

  it('that the texter gave up on are looked at again, and go out once', async () => {
    await say(world, phone, 'Later')
    await world.settle()
    // As it is once the event was parked: nothing is claimed, and no event will come.
    const other = world.freshNumber()
    await world.running.database.sql('texts').insert({
      ...(await textsTo(world, phone))[0],
      id: newId(),
      phone: other,
      carrier_id: null,
      status: 'queued',
      rank: 0,
      due_at: new Date((await now()) + 600_000),
    })
    await wake(world)
    expect(receivedBy(world, other)).to.deep.equal([])
    await world.moveClock(601)
    await Promise.all([wake(world), wake(world)])
    expect(receivedBy(world, other)).to.deep.equal(['Later'])
  })

  it('that could not be handed over in time fail, and are not sent after that', async () => {
    world.carrier.faults.rest({ ofOrders: true, status500: 1 })
    await say(world, phone, 'The train leaves in five minutes', { validSeconds: 300 })
    await world.settle()
    await world.moveClock(3601)
    await ageTexts(upkeep())
    expect((await textsTo(world, phone))[0]).to.include({ status: 'failed', reason: 'expired' })
    await reconcileOrders(world.running.database, carrierOf(world))
    await wake(world)
    expect(handedOver(world, phone)).to.be.empty
  })

  it('whose end is never reported are unconfirmed after a day, until it is', async () => {
    world.carrier.faults.callbacks({ lose: 1 })
    const id = await say(world, phone, 'Are you there?')
    await world.textsArrive()
    await ageTexts(upkeep())
    expect(await statusesTo(world, phone)).to.deep.equal(['sending'])
    await world.moveClock(86_401)
    const { metrics, ...tools } = upkeep()
    await ageTexts({ ...tools, metrics })
    expect(await statusesTo(world, phone)).to.deep.equal(['unconfirmed'])
    expect(await metrics.registry.metrics()).to.match(/kadoink_texts_aged_total\{how="unconfirmed"\} [1-9]/)

    const [message] = handedOver(world, phone)
    await report(id ?? '', message?.sid ?? '', 'sent')
    expect(await statusesTo(world, phone)).to.deep.equal(['unconfirmed'])
    await report(id ?? '', message?.sid ?? '', 'delivered')
    expect(await statusesTo(world, phone)).to.deep.equal(['delivered'])
  })

  it('with a code leave no word of it behind', async () => {
    await register(phone)
    await world.textsArrive()
    const code = world.codeOn(phone)
    expect(code).to.match(/^\d{6}$/)
    const [text] = await textsTo(world, phone)
    expect(text).to.include({ purpose: 'code', body: null, status: 'delivered' })
    const rows = await world.running.database.sql.raw(`select texts::text as row from texts where phone = ?`, [phone])
    const orders = await world.running.database.sql.raw(`select orders::text as row from orders`)
    const kept = [...rows.rows, ...orders.rows].map(({ row }) => row).join('\n')
    expect(kept).to.include(phone)
    expect(kept).not.to.match(new RegExp(`(?<!\\d)${code}(?!\\d)`))
  })

  it('are dropped after ninety days, however many there are', async () => {
    await say(world, phone, 'Old')
    await world.textsArrive()
    const [old] = await textsTo(world, phone)
    const before = new Date((await now()) - 91 * 86_400_000)
    const rows = Array.from({ length: 2_500 }, () => ({ ...old, id: newId(), carrier_id: null, created_at: before }))
    await world.running.database.sql.batchInsert('texts', rows, 500)
    const { sql } = world.running.database
    const gone = world.freshNumber()
    await sql('correspondents').insert({ phone: gone, our_number: ACCOUNT.number, chosen_at: before })
    await sql('correspondents').where({ phone }).update({ chosen_at: before })
    await tidyTexts(upkeep())
    expect((await textsTo(world, phone)).map(({ id }) => id)).to.deep.equal([old.id])
    expect(await sql('correspondents').whereIn('phone', [phone, gone]).pluck('phone')).to.deep.equal([phone])
  })

  async function register(mobile: string): Promise<void> {
    const username = `new${mobile.slice(-6)}`
    await world.visitor().post('/auth/register', { username, name: 'New', mobile, password: 'correct horse battery' })
  }
})
