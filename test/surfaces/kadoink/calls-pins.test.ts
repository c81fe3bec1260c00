import { expect } from 'chai'
import { freePin, tidyPinTries } from '#domain/calls'
import { callWith } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('PINs of open calls', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    await world.running.database.sql('pin_tries').delete()
  })

  /** Dial in from a phone and enter digits at each question. */
  async function enter(phone: string, ...entries: readonly string[]): Promise<void> {
    const steps = entries.map((digits) => ({ onPrompt: `${digits}#`, wait: 1 }))
    world.carrier.handset(phone).dial(ACCOUNT.number, { steps })
    await world.pass(3 * entries.length + 1)
    world.carrier.handset(phone).hangUp()
    await world.pass(1)
  }

  const openCall = async (host: Person): Promise<Json> =>
    callWith(host, [{ mobile: world.freshNumber(), name: 'Cy' }], { privacy: 'open' })

  /** Digits like a PIN that open nothing. */
  const wrong = (pin: string, off: number): string => String((Number(pin) + off) % 1_000_000).padStart(6, '0')

  /** How many are or were on Ana's call. */
  const size = async (): Promise<number> => (await ana.get('/calls/active')).body.participants.length

  /** Whether somebody with a fresh phone is let in. */
  async function letsIn(pin: string, phone = world.freshNumber()): Promise<boolean> {
    const before = await size()
    await enter(phone, pin)
    return (await size()) > before
  }

  describe('are drawn', () => {
    /** From here on, so many times the database finds that another open call has just taken the PIN that was drawn. */
    async function othersAreFaster(taken: string, times: number): Promise<void> {
      await world.running.database.sql.raw(`
        create sequence draws;
        create function faster() returns trigger language plpgsql as $$
          begin
            if new.pin is not null and nextval('draws') <= ${times} then new.pin := '${taken}'; end if;
            return new;
          end $$;
        create trigger faster before insert or update of pin on calls for each row execute function faster()`)
    }

    afterEach(async () => {
      await world.running.database.sql.raw(
        'drop trigger if exists faster on calls; drop function if exists faster; drop sequence if exists draws',
      )
    })

    it('again when another open call has just taken them: at the start and when a call is opened', async () => {
      const { pin } = (await openCall(ana)).dial_in
      const [bo, eve] = [await world.person('Bo'), await world.person('Eve')]
      await callWith(eve, [{ mobile: world.freshNumber() }])
      await othersAreFaster(pin, 3)
      const started = await bo.post('/calls', { to: [{ mobile: world.freshNumber() }], privacy: 'open' })
      expect(started.status).to.equal(201)
      expect(started.body.dial_in.pin)
        .to.match(/^\d{6}$/)
        .and.not.equal(pin)

      await world.running.database.sql.raw('alter sequence draws restart')
      const opened = await eve.patch('/calls/active', { privacy: 'open' })
      expect(opened.status).to.equal(200)
      expect(opened.body.dial_in.pin)
        .to.match(/^\d{6}$/)
        .and.not.equal(pin)
      expect((await bo.post('/calls', { to: [{ mobile: world.freshNumber() }], privacy: 'open' })).status).to.equal(409)
    })

    it('until they mean neither an open call nor somebody’s tag', async () => {
      const { pin } = (await openCall(ana)).dial_in
      const { database } = world.running
      const { extension } = await database.sql('ktags').where({ owner_id: ana.user.id }).first('extension')
      const draws = [pin, extension, '424242']
      const drawn = await database.read((view) => freePin(view, () => draws.shift() ?? ''))
      expect(drawn).to.equal('424242')
    })
  })

  describe('that are wrong', () => {
    it('are counted by phone: after five, even the right one is like any other entry, for a quarter of an hour', async () => {
      const { pin } = (await openCall(ana)).dial_in
      const phone = world.freshNumber()
      await enter(phone, wrong(pin, 1), wrong(pin, 2), wrong(pin, 3))
      await enter(phone, wrong(pin, 4), wrong(pin, 5))
      expect(await letsIn(pin, phone)).to.equal(false)
      const words = world.carrier.handset(phone).heard.map((one) => one.words)
      expect(words.at(-1)).to.equal('Hi. Enter the tag or extension, then pound.')

      expect(await letsIn(pin)).to.equal(true)
      await world.moveClock(901)
      expect(await letsIn(pin, phone)).to.equal(true)
    })

    it('are tags and extensions to nobody: only what could be a PIN and names nothing counts', async () => {
      const { pin } = (await openCall(ana)).dial_in
      const phone = world.freshNumber()
      const { extension } = await world.running.database
        .sql('ktags')
        .where({ owner_id: ana.user.id })
        .first('extension')
      for (let count = 0; count < 3; count++) await enter(phone, '99', '1234567', '0000')
      for (let count = 0; count < 3; count++) await enter(phone, extension)
      expect(await letsIn(pin, phone)).to.equal(true)
    })

    it('are so many tries when they come side by side', async () => {
      const { pin } = (await openCall(ana)).dial_in
      const phone = world.freshNumber()
      const guess = (digits: string, index: number) =>
        knockSigned(
          world,
          '/webhooks/twilio/voice/tag',
          { CallSid: `CA${String(index).padStart(32, '0')}`, From: phone, Digits: digits },
          ACCOUNT.token,
        )
      const guesses = [...Array.from({ length: 12 }, (_, index) => wrong(pin, index + 1)), pin]
      await Promise.all(guesses.slice(0, 12).map(guess))
      await guess(pin, 13)
      expect(await size()).to.equal(2)
      const { tries } = await world.running.database.sql('pin_tries').where({ key: phone }).first('tries')
      // The right one was one too many as well.
      expect(tries).to.equal(13)
    })

    it('are counted of everybody together, since a caller’s number can be made up', async () => {
      const { pin } = (await openCall(ana)).dial_in
      const at = new Date()
      await world.running.database
        .sql('pin_tries')
        .insert({ key: 'everybody', began_at: new Date(at.getTime() + 86_400_000), tries: 99 })
      expect(await letsIn(pin)).to.equal(true)
      await enter(world.freshNumber(), wrong(pin, 7))
      expect(await letsIn(pin)).to.equal(false)
      await world.running.database.write(tidyPinTries)
      expect(await world.running.database.sql('pin_tries').pluck('key')).to.include('everybody')
    })

    it('are forgotten in the end', async () => {
      const { pin } = (await openCall(ana)).dial_in
      await enter(world.freshNumber(), wrong(pin, 1))
      await world.moveClock(901)
      await world.running.database.write(tidyPinTries)
      expect(await world.running.database.sql('pin_tries').pluck('key')).to.deep.equal([])
    })
  })
})
