import { expect } from 'chai'
import { sameTime } from '#test/calls-stage'
import { onKeypad } from '#test/kadoink-voicemail'
import type { Json, Person } from '#test/people'
import { carrierOf, deaf, reconcile, reconcilerOf, serverTime } from '#test/reconcile-stage'
import { ACCOUNT, World } from '#test/world'

describe('What the carrier told while nobody heard it', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    // What was texted to her is delivered.
    await world.pass(2)
    await sameTime(world)
    const ahead = world.carrier.clock.now().getTime() - (await serverTime(world)).getTime()
    if (ahead > 0) await world.moveClock(Math.ceil(ahead / 1000))
    await reconcile(world)
  })
  afterEach(() => {
    world.carrier.faults.clear()
    world.carrier.configureNumber(ACCOUNT.number, { smsUrl: `${world.url}/webhooks/twilio/sms` })
  })

  const optedOut = async () => (await ana.get('/me')).body.gate.sms_opted_out
  const inbox = async (): Promise<Json[]> => (await ana.get('/inbox')).body.items
  const confirmed = async (source: string): Promise<Date> => {
    const row = await world.running.database.sql('confirmed_moments').where({ source }).first()
    return row.confirmed_at
  }

  /** Ana texts us, and the text is announced to nobody. */
  function texts(body: string): string {
    world.carrier.configureNumber(ACCOUNT.number, { smsUrl: null })
    return ana.phone.text(ACCOUNT.number, body)
  }

  /** Somebody speaks after Ana's tone and hangs up, and nobody is told of the recording. */
  async function speaks(seconds: number): Promise<void> {
    await deaf(world, () => speaksTo(ana, seconds))
  }

  async function speaksTo({ username }: Person, seconds: number): Promise<void> {
    world.carrier.handset(world.freshNumber()).dial(ACCOUNT.number, {
      steps: [{ press: `${onKeypad(username)}#` }, { leaveVoicemail: { seconds } }, { wait: 1, hangUp: true }],
    })
    await world.pass(seconds + 6)
  }

  describe('of texts', () => {
    it('arrives: a text that came in is taken in once, whatever it says', async () => {
      texts('STOP')
      await world.pass(1)
      expect(await optedOut()).to.equal(false)

      expect(await reconcile(world)).to.include({ text: 1 })
      expect(await optedOut()).to.equal(true)
      expect(await reconcile(world)).to.deep.equal({})
    })

    it('arrives in the order in which it was said', async () => {
      for (const word of ['START', 'STOP', 'START', 'STOP']) {
        texts(word)
        await world.pass(2)
      }
      expect(await reconcile(world)).to.include({ text: 4 })
      expect(await optedOut()).to.equal(true)
    })

    it('arrives once when it is announced and asked for at the same moment', async () => {
      const sid = ana.phone.text(ACCOUNT.number, 'STOP')
      await Promise.all([world.settle(), reconcilerOf(world).run()])
      await world.settle()
      const rows = await world.running.database.sql('texts').where({ carrier_id: sid })
      expect(rows).to.have.lengthOf(1)
    })

    it('says how far those have come that we sent, also when that takes a while', async () => {
      const status = async () =>
        (await world.running.database.sql('texts').where({ purpose: 'welcome' }).orderBy('created_at', 'desc').first())
          .status
      await deaf(world, async () => {
        await world.person('Fay')
        await world.pass(2)
      })
      expect(await status()).to.equal('sending')
      const carrier = carrierOf(world)
      const slow = {
        ...carrier,
        textsSince: async (since: Date, part = {}) =>
          (await carrier.textsSince(since, part)).map((one) => ({
            ...one,
            status: one.status === 'delivered' ? 'sent' : one.status,
          })),
      }
      expect(await reconcile(world, slow)).to.have.property('delivery')
      expect(await status()).to.equal('sent')

      // The list goes on, and the text is not forgotten.
      for (let minute = 0; minute < 4; minute++) {
        await world.pass(60)
        await world.moveClock(60)
        texts('Hello')
        expect(await reconcile(world, slow)).to.include({ text: 1 })
      }
      expect(await reconcile(world)).to.have.property('delivery')
      expect(await status()).to.equal('delivered')
    })
  })

  describe('of recordings', () => {
    it('arrives: a voicemail of which nothing was told is in the inbox once, with its sound', async () => {
      await speaks(7)
      expect(await inbox()).to.deep.equal([])

      expect(await reconcile(world)).to.deep.equal({ recording: 1 })

      const [message, ...others] = await inbox()
      expect(others).to.deep.equal([])
      expect(message).to.include({ kind: 'voicemail' })
      expect(message.media[0]).to.include({ duration_seconds: 7 })
      expect(await reconcile(world)).to.deep.equal({})
    })

    it('waits while somebody still speaks, however long', async () => {
      await deaf(world, async () => {
        world.carrier.handset(world.freshNumber()).dial(ACCOUNT.number, {
          steps: [{ press: `${onKeypad(ana.username)}#` }, { leaveVoicemail: { seconds: 50 } }, { hangUp: true }],
        })
        await world.pass(30)
        expect(world.carrier.recordings().map(({ status }) => status)).to.include('in-progress')
        // The list goes on meanwhile.
        await speaksTo(await world.person('Eve'), 5)
        expect(await reconcile(world)).to.include({ recording: 1 })
        await world.pass(200)
      })
      expect(await inbox()).to.deep.equal([])
      expect(await reconcile(world)).to.include({ recording: 1 })
      expect((await inbox())[0].media[0]).to.include({ duration_seconds: 50 })
    })

    it('is no message when nothing was said, and does not stay at the carrier', async () => {
      await speaks(1)
      expect(world.carrier.recordings()).to.have.lengthOf(1)
      expect(await reconcile(world)).to.deep.equal({ recording: 1 })
      expect(await inbox()).to.deep.equal([])
      expect(world.carrier.recordings()).to.deep.equal([])
      expect(await reconcile(world)).to.deep.equal({})
    })
  })

  describe('is looked for', () => {
    it('though one record bears a date that lies ahead', async () => {
      world.carrier.faults.set({ clockSkewSeconds: 3_600 })
      texts('Hello')
      await world.pass(1)
      expect(await reconcile(world)).to.include({ text: 1 })
      world.carrier.faults.clear()
      texts('Goodbye')
      await world.pass(1)
      expect(await reconcile(world)).to.include({ text: 1 })
    })

    it('in stretches that each are applied before the moment moves: what is cut off goes on where it was', async () => {
      const count = 30
      for (let index = 0; index < count; index++) {
        texts(`Hello ${index}`)
        await world.pass(4)
      }
      await world.moveClock(count * 4)
      const before = await confirmed('texts')
      const carrier = carrierOf(world)
      const asked: string[] = []
      let isDown = true
      // Ten at a time is much for this one, and it goes away in the middle.
      const small = {
        ...carrier,
        textsSince: async (since: Date, part = {}) => {
          if (isDown && asked.length >= 6) throw new Error('The carrier is away.')
          asked.push(since.toISOString())
          const found = await carrier.textsSince(since, part)
          const copies = found.length > 10 ? Math.ceil(1_001 / found.length) : 1
          return Array.from({ length: copies }, () => found).flat()
        },
      }
      await reconcilerOf(world, small)
        .run()
        .then(
          () => expect.fail('It went well.'),
          () => {},
        )
      const between = await confirmed('texts')
      expect(between.getTime()).to.be.above(before.getTime())
      const known = async () =>
        (await world.running.database.sql('texts').where({ phone: ana.mobile, direction: 'in' })).length
      expect(await known()).to.be.within(1, count - 1)

      isDown = false
      asked.length = 0
      await reconcile(world, small)
      expect(await known()).to.equal(count)
      expect(asked[0]).to.equal(new Date(between.getTime() - 120_000).toISOString())
    })

    it('by one at a time', async () => {
      const [one, other] = [reconcilerOf(world), reconcilerOf(world)]
      const results = await Promise.all([one.run(), other.run()])
      expect(results.filter((result) => result === null)).to.have.lengthOf(1)
    })

    it('of the rest as well when the carrier does not answer to one question', async () => {
      texts('STOP')
      await world.pass(1)
      const broken = { ...carrierOf(world), openRooms: () => Promise.reject(new Error('Out of order.')) }
      const failure = await reconcilerOf(world, broken)
        .run()
        .catch((error: unknown) => error)
      expect(failure).to.be.an.instanceOf(AggregateError)
      expect((failure as AggregateError).errors.map(String)).to.deep.equal([
        'Error: The rooms could not all be reconciled.',
      ])
      expect(await optedOut()).to.equal(true)
    })
  })
})

describe('A carrier whose clock is ten minutes behind ours', () => {
  let world: World

  before(async () => {
    world = await World.start()
    await world.settle()
    world.carrier.faults.set({ clockSkewSeconds: -600 })
  })
  after(() => world.end())

  it('is understood all the same, from the first day on', async () => {
    const ana = await world.person('Ana')
    world.carrier.configureNumber(ACCOUNT.number, { smsUrl: null })
    for (const word of ['STOP', 'START', 'STOP']) {
      ana.phone.text(ACCOUNT.number, word)
      await world.pass(1)
      expect(await reconcile(world)).to.include({ text: 1 })
    }
    expect((await ana.get('/me')).body.gate.sms_opted_out).to.equal(true)
  })
})
