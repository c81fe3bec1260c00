import { expect } from 'chai'
import { choose, numberFor, receive } from '#domain/texts'
import { MovableClock } from '#kit/clock'
import { newId } from '#kit/id'
import { createLog } from '#kit/log'
import { Database } from '#kit/unit'
import { ringsOf } from '#test/calls-stage'
import { handedOver, receivedBy, say, textsTo } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

const SECOND = '+15005550016'
const LONDON = '+442071838750'
const POOL: readonly [string, ...string[]] = [ACCOUNT.number, SECOND, LONDON]

describe('Of several numbers of ours', () => {
  let world: World
  let phone: string

  before(async () => {
    world = await World.start({ TWILIO_NUMBERS: POOL.join(','), COUNTRIES: '*' })
  })
  after(() => world.end())
  beforeEach(() => {
    phone = world.freshNumber()
  })

  const senders = (to: string) => handedOver(world, to).map(({ from }) => from)
  const write = (to: string, body = 'Hello') => {
    world.carrier.handset(phone).text(to, body)
    return world.textsArrive()
  }

  it('a phone always hears from the same one', async () => {
    for (const body of ['One', 'Two', 'x'.repeat(2000)]) await say(world, phone, body)
    await world.pass(3)
    expect(new Set(senders(phone)).size).to.equal(1)
    expect(senders(phone)).to.have.lengthOf(4)
  })

  it('phones hear from one of their country, and from each about as often as from the others', () => {
    const phones = Array.from({ length: 600 }, (_, index) => `+1212555${String(index).padStart(4, '0')}`)
    const chosen = phones.map((one) => choose(POOL, one))
    expect(chosen.filter((number) => number === ACCOUNT.number)).to.have.length.within(240, 360)
    expect(chosen.filter((number) => number === SECOND)).to.have.length.within(240, 360)
    expect(choose(POOL, '+447700900123')).to.equal(LONDON)
    expect(POOL).to.include(choose(POOL, '+393331234567'))

    // Without one number, only those who heard from it change.
    const after = phones.map((one) => choose([ACCOUNT.number, LONDON], one))
    for (const [index, number] of chosen.entries()) {
      if (number !== SECOND) expect(after[index]).to.equal(number)
    }
  })

  it('the one that somebody texts is the one that answers, from then on', async () => {
    for (const number of [SECOND, ACCOUNT.number, SECOND]) {
      await write(number)
      await say(world, phone, 'Hello yourself')
      await world.textsArrive()
      expect(senders(phone).at(-1)).to.equal(number)
    }
  })

  it('the same one texts a code, reads a code aloud, and rings', async () => {
    await write(SECOND)
    const ana = await world.person('Ana')
    ana.phone.text(SECOND, 'Hello')
    await world.textsArrive()
    await ana.post('/calls', { to: [{ mobile: phone, name: 'Bo' }] })
    await world.pass(6)
    expect(ringsOf(world, ana.mobile).map(({ from }) => from)).to.deep.equal([SECOND])
    expect(ringsOf(world, phone).map(({ from }) => from)).to.deep.equal([SECOND])
    await ana.delete('/calls/active')
    await world.settle()

    const mobile = phone
    const username = `z${mobile.slice(-6)}`
    await world.visitor().post('/auth/register', { username, name: 'Z', mobile, password: 'correct horse battery' })
    await world.textsArrive()
    expect(senders(mobile).at(-1)).to.equal(SECOND)
  })

  it('one that is not ours any more is replaced, and what waits goes from another', async () => {
    await write(SECOND)
    const fewer = databaseOf([ACCOUNT.number, LONDON])
    try {
      expect(await fewer.write((unit) => numberFor(unit, phone))).to.equal(ACCOUNT.number)
    } finally {
      await fewer.close()
    }
    await say(world, phone, 'From another number')
    await world.textsArrive()
    expect(senders(phone).at(-1)).to.equal(ACCOUNT.number)
  })

  it('two that are asked for at the same moment are one', async () => {
    const asked = Array.from({ length: 10 }, () => {
      return world.running.database.write((unit) => numberFor(unit, phone))
    })
    expect(new Set(await Promise.all(asked)).size).to.equal(1)
  })

  it('none is chosen by a text to a number that is not ours, from a short code, or without a sender', async () => {
    const { database } = world.running
    for (const from of ['72345', 'ACME Bank', '', '+1', 'x'.repeat(500), 'a\0b']) {
      const carrierId = `SM${newId().replaceAll('-', '')}`
      const { id } = await database.write((unit) => receive(unit, { carrierId, from, to: SECOND, body: 'Hi\0 \ud83d' }))
      const [row] = await database.sql('texts').where({ id })
      expect(row).to.include({ status: 'received', body: 'Hi \ufffd', keyword: null })
      expect(await database.sql('correspondents').where({ phone: row.phone })).to.deep.equal([])
    }
    await database.write((unit) => {
      return receive(unit, {
        carrierId: `SM${newId().replaceAll('-', '')}`,
        from: phone,
        to: '+15005550099',
        body: 'Hi',
      })
    })
    await say(world, phone, 'Hi')
    await world.textsArrive()
    expect(POOL).to.include(senders(phone)[0])
    expect(receivedBy(world, phone)).to.deep.equal(['Hi'])
    expect((await textsTo(world, phone))[0].our_number).to.equal(senders(phone)[0])
  })

  /** The same database, as a server sees it that has other numbers. */
  function databaseOf(numbers: readonly [string, ...string[]]): Database {
    return new Database({
      url: world.databaseUrl,
      poolSize: 2,
      clock: new MovableClock(),
      site: { ...site(), numbers },
      log: createLog('silent'),
    })
  }

  function site() {
    return {
      publicUrl: '',
      realtimeUrl: '',
      keys: null as never,
      countries: 'all' as const,
      spendPerHour: 50,
      callsPerSecond: 1,
      portalUrl: null,
      returnHosts: new Set<string>(),
      telegramLink: null,
      whatsAppNumber: null,
    }
  }
})
