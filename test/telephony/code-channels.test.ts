import { expect } from 'chai'
import * as codes from '#domain/codes'
import { optOut } from '#domain/texts'
import { reconcileOrders } from '#telephony'
import { sameTime } from '#test/calls-stage'
import { Project } from '#test/codes-stage'
import { deaf, reconcile } from '#test/reconcile-stage'
import { onStandIn, telegrammer } from '#test/telegram'
import { carrierOf, textsTo } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

describe('The code of a project', () => {
  let world: World
  let shop: Project
  let phone: string

  before(async () => {
    world = await World.start({ CARRIER_TIMEOUT_MS: '300', SPEND_PER_HOUR: '1000' })
    shop = await Project.in(world, {}, 'Pizza Nord')
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    phone = world.freshNumber()
    await sameTime(world)
  })

  const handset = () => world.carrier.handset(phone)
  const spent = async () => {
    const { database } = world.running
    return (await database.sql('spend').orderBy('at', 'desc').orderBy('order_key', 'desc').first())?.kind
  }

  it('comes by SMS, with the name of the project', async () => {
    const { session } = await shop.open(phone, { channel: 'sms', code: '0204', isOwner: true })
    await world.textsArrive()
    expect(handset().texts.map(({ body }) => body)).to.deep.equal([
      '0204 is your code for Pizza Nord. It works for 3 minutes. Tell it to nobody.',
    ])
    expect(await shop.check(session.id, '0204')).to.include({ isTest: false })
  })

  it('comes by mail, in Russian where that is spoken', async () => {
    const russian = await Project.in(world, { languages: ['ru', 'en'] }, 'Пицца')
    const to = `ivan${Date.now()}@example.com`
    await russian.open(to, { code: '0204', isOwner: true })
    expect((await world.mail(to))[0]).to.include({ subject: '0204 - ваш код для Пицца' })
  })

  it('is read out on the phone, in the language that was asked for', async () => {
    const russian = await Project.in(world, { languages: ['en', 'ru'] }, 'Nord')
    await russian.open(phone, { channel: 'voice', code: '020406', isOwner: true, language: 'ru' })
    await world.pass(8)
    const [first, again] = handset().heard.map(({ words }) => words)
    expect([first, again]).to.deep.equal(['Ваш код для Nord: 0, 2, 0, 4, 0, 6.', 'Ещё раз: 0, 2, 0, 4, 0, 6.'])
  })

  describe('by WhatsApp', () => {
    it('comes in the words that WhatsApp has approved, from our number there', async () => {
      const { session } = await shop.open(phone, { channel: 'whatsapp', code: '0204', isOwner: true })
      await world.textsArrive()
      expect(handset().texts).to.deep.equal([])
      expect(handset().whatsApps.map(({ from, body }) => [from, body])).to.deep.equal([
        [ACCOUNT.number, '0204 is your verification code.'],
      ])
      expect((await textsTo(world, phone))[0]).to.include({ network: 'whatsapp', status: 'delivered', body: null })
      expect(await spent()).to.equal('whatsapp')
      expect(await shop.check(session.id, '0204')).to.include({ isTest: false })
    })

    it('is Russian for who speaks it', async () => {
      const russian = await Project.in(world, { languages: ['ru'] })
      await russian.open(phone, { channel: 'whatsapp', code: '0204', isOwner: true })
      await world.textsArrive()
      expect(handset().whatsApps[0]?.body).to.equal('0204 — ваш код подтверждения.')
    })

    it('comes to who wants no texts of ours: that was said elsewhere', async () => {
      handset().text(ACCOUNT.number, 'STOP')
      await world.textsArrive()
      await shop.open(phone, { channel: 'whatsapp' })
      await world.textsArrive()
      expect(handset().whatsApps).to.have.lengthOf(1)
    })

    it('is told of when it has arrived and when it was read, in whatever order', async () => {
      handset().script({ readsAfter: 2 })
      world.carrier.faults.callbacks({ shuffle: 1, duplicate: 1 })
      const { no } = await shop.sendManually({ to: phone, channel: 'whatsapp' })
      await world.pass(6)
      expect(await shop.manual(no)).to.include({ status: 'delivered', error: null })
      expect(world.carrier.messages().find(({ to }) => to === `whatsapp:${phone}`)?.status).to.equal('read')
    })

    it('that cannot come leaves the way free to another channel at once', async () => {
      handset().script({ noWhatsApp: true })
      const { session } = await shop.open(phone, { channel: 'whatsapp' })
      await world.textsArrive()
      expect((await textsTo(world, phone))[0]).to.include({ status: 'undelivered', error_code: 63024 })
      const { channel, channels } = await shop.send(session.id, { channel: 'sms', code: '0204', isOwner: true })
      await world.textsArrive()
      expect(channel.type).to.equal('sms')
      expect(channels.find(({ type }) => type === 'whatsapp')?.timeoutSeconds).to.be.within(50, 60)
      expect(handset().texts[0]?.body).to.match(/^0204 /)
    })

    it('whose answer is lost is looked for where WhatsApp is listed, and not sent again', async () => {
      world.carrier.faults.rest({ ofOrders: true, timeoutAfterEffect: 1 })
      world.carrier.faults.callbacks({ lose: 1 })
      const { no } = await shop.sendManually({ to: phone, channel: 'whatsapp' })
      await world.settle()
      expect(await shop.manual(no)).to.include({ status: 'queued' })
      await world.moveClock(6)
      await reconcileOrders(world.running.database, carrierOf(world))
      expect((await textsTo(world, phone))[0]).to.include({ status: 'sending' })
      expect(await shop.manual(no)).to.include({ status: 'sending' })
      await world.textsArrive()
      expect(handset().whatsApps).to.have.lengthOf(1)
    })

    it('is nothing to answer: what people write there changes nothing here', async () => {
      handset().whatsApp(ACCOUNT.number, 'STOP')
      await world.textsArrive()
      const { database } = world.running
      expect(
        await database.sql('texts').where({ direction: 'in' }).andWhere('phone', 'like', '%whatsapp%'),
      ).to.deep.equal([])
      expect(await database.sql('opt_outs').where({ phone })).to.deep.equal([])
    })
  })

  describe('by Telegram', () => {
    it('comes to who has shared their number, to be copied by a touch', async () => {
      const ana = await telegrammer(world, phone).join()
      const { session } = await shop.open(phone, { channel: 'telegram', code: '0204', isOwner: true })
      expect((await ana.heard()).at(-1)).to.include({
        text: '0204 is your code for Pizza Nord. It works for 3 minutes. Tell it to nobody.',
      })
      expect(await ana.code()).to.equal('0204')
      expect(await shop.check(session.id, '0204')).to.include({ isTest: false })
    })

    it('is not asked for where nobody has; whoever shares their number meanwhile gets it', async () => {
      const { session, channels } = await shop.open(phone, { isSent: false })
      const telegram = channels.find(({ type }) => type === 'telegram')
      expect(telegram)
        .to.include({ isActive: false })
        .and.have.property('link')
        .that.matches(/codes_bot$/)
      const refused = await shop.send(session.id, { channel: 'telegram' }).catch((fault: Error) => fault)
      expect(refused).to.be.instanceOf(Error)
      const ana = await telegrammer(world, phone).join()
      await shop.send(session.id, { channel: 'telegram' })
      expect(await ana.code()).to.match(/^\d{4}$/)
    })

    it('is failed when they have blocked the bot and nobody has told us', async () => {
      const ana = await telegrammer(world, phone).join()
      await onStandIn(world, 'PUT', '/webhooks', { isHeld: true })
      await ana.block()
      const { no } = await shop.sendManually({ to: phone, channel: 'telegram' })
      expect(await shop.manual(no)).to.include({ status: 'failed', error: 'not_on_telegram' })
      expect(await ana.isReached()).to.equal(false)
      await onStandIn(world, 'POST', '/webhooks/release')
    })

    it('is said once although the answer is lost', async () => {
      const ana = await telegrammer(world, phone).join()
      await onStandIn(world, 'PUT', '/fault', { kind: 'silent', times: 1, method: 'sendMessage' })
      await shop.open(phone, { channel: 'telegram' })
      expect((await ana.heard()).filter(({ copyable }) => copyable.length > 0)).to.have.lengthOf(1)
    })
  })

  describe('that it compares itself', () => {
    it('is known to have arrived where somebody says so, and to have been sent where nobody does', async () => {
      const ana = await telegrammer(world, phone).join()
      const to = `ana${Date.now()}@example.com`
      const sms = await shop.sendManually({ to: phone, channel: 'sms' })
      const telegram = await shop.sendManually({ to: phone, channel: 'telegram' })
      const voice = await shop.sendManually({ to: phone, channel: 'voice' })
      const mail = await shop.sendManually({ to, channel: 'email' })
      await world.pass(3)
      expect(await ana.code()).to.match(/^\d{4}$/)
      const states = async () => {
        const all = await Promise.all([sms, telegram, voice, mail].map(({ no }) => shop.manual(no)))
        return all.map(({ status }) => status)
      }
      expect(await states()).to.deep.equal(['delivered', 'sent', 'sent', 'sent'])
      await world.pass(10)
      expect(await states(), 'once it has been read out').to.deep.equal(['delivered', 'sent', 'delivered', 'sent'])
    })

    it('has failed on a phone that nobody picked up, and is told of at once', async () => {
      for (const [script, error] of [
        [{ busy: true }, 'busy'],
        [{ noAnswer: true }, 'no_answer'],
        [{ fail: 404 }, 'unreachable'],
      ] as const) {
        phone = world.freshNumber()
        handset().script(script)
        const { no } = await shop.sendManually({ to: phone, channel: 'voice' })
        await world.pass(35)
        expect(await shop.manual(no), error).to.include({ status: 'failed', error })
      }
    })

    it('has failed when the phone is picked up too late for it', async () => {
      handset().script({ answer: { after: 25 } })
      const { no } = await shop.sendManually({ to: phone, channel: 'voice' })
      await world.pass(5)
      await world.moveClock(181)
      await world.pass(25)
      expect(handset().heard).to.deep.equal([])
      expect(await shop.manual(no)).to.include({ status: 'failed', error: 'expired' })
    })

    it('is known by asking the carrier when its reports were lost', async () => {
      const late = world.freshNumber()
      world.carrier.handset(late).script({ busy: true })
      const [read, missed] = await deaf(world, async () => {
        const sent = [phone, late].map((to) => shop.sendManually({ to, channel: 'voice' }))
        await Promise.all(sent)
        await world.pass(12)
        return Promise.all(sent)
      })
      const states = async () => {
        const all = await Promise.all([read, missed].map((message) => shop.manual(message?.no ?? 0)))
        return all.map(({ status, error }) => [status, error])
      }
      expect(await states()).to.deep.equal([
        ['sent', null],
        ['sent', null],
      ])
      await reconcile(world)
      expect(await states()).to.deep.equal([
        ['delivered', null],
        ['failed', 'busy'],
      ])
    })

    it('is sent in every chat of its own, although Telegram numbers the messages of each from the beginning', async () => {
      for (const to of [world.freshNumber(), world.freshNumber()]) {
        await telegrammer(world, to).join()
        const { no } = await shop.sendManually({ to, channel: 'telegram' })
        expect(await shop.manual(no)).to.include({ status: 'sent', error: null })
      }
    })

    it('may have been said on Telegram or not when the answer is lost, and that is what is told', async () => {
      await telegrammer(world, phone).join()
      await onStandIn(world, 'PUT', '/fault', { kind: 'silent', times: 1, method: 'sendMessage' })
      const { no } = await shop.sendManually({ to: phone, channel: 'telegram' })
      expect(await shop.manual(no)).to.include({ status: 'sending', error: null })
      await world.moveClock(3601)
      await world.running.database.write(codes.finishSilent)
      expect(await shop.manual(no)).to.include({ status: 'failed', error: 'unconfirmed' })
    })

    it('has failed where the carrier says so, with the carrier’s number', async () => {
      handset().script({ undelivered: 30006 })
      const { no } = await shop.sendManually({ to: phone, channel: 'sms' })
      await world.pass(2)
      expect(await shop.manual(no)).to.include({ status: 'failed', error: 'carrier_30006' })
    })

    it('has failed where texts are not wanted any more when it is to be sent', async () => {
      const { no } = await world.running.database.write(async (unit) => {
        const message = await codes.sendManually(unit, shop.realm, { to: phone, channel: 'sms' })
        await optOut(unit, phone)
        return message
      })
      expect(await shop.manual(no)).to.include({ status: 'failed', error: 'opted_out' })
    })

    it('has failed where nobody has WhatsApp', async () => {
      handset().script({ noWhatsApp: true })
      const { no } = await shop.sendManually({ to: phone, channel: 'whatsapp' })
      await world.textsArrive()
      expect(await shop.manual(no)).to.include({ status: 'failed', error: 'carrier_63024' })
    })
  })
})
