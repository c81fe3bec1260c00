import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import {
  startTelegramSimulator,
  type TelegramAccount,
  TelegramError,
  type TelegramSimulator,
  telegramBot,
} from '#gateways/telegram'
import { systemClock } from '#kit/clock'
import type { Json } from '#test/people'
import { onStandIn, type Telegrammer, telegramHeader, telegrammer } from '#test/telegram'
import { World } from '#test/world'

describe('Our bot on Telegram', () => {
  let world: World
  let ana: Telegrammer

  before(async () => {
    // Time stands still until somebody moves it: who is answered once in three seconds is so however slow the machine.
    world = await World.start({}, { isOneTime: true })
  })
  after(() => world.end())
  beforeEach(() => {
    ana = telegrammer(world)
  })
  afterEach(async () => {
    await onStandIn(world, 'PUT', '/fault', { kind: 'busy', times: 0 })
    await onStandIn(world, 'PUT', '/webhooks', { isHeld: false, isDoubled: false })
  })

  const texts = async (person: Telegrammer) => (await person.heard()).map(({ text }) => text)
  const isHeld = (held: boolean) => onStandIn(world, 'PUT', '/webhooks', { isHeld: held })
  const release = async (isReversed: boolean) => {
    await onStandIn(world, 'POST', '/webhooks/release', { isReversed })
    await world.settle()
  }

  it('is listened to as soon as the server is up, and tells who comes what it is for', async () => {
    await ana.start()
    expect((await texts(ana))[0]).to.match(/^This bot sends you one-time codes/)
    expect(await ana.button()).to.equal('Share my number')
    expect(await ana.isReached()).to.equal(false)
  })

  it('speaks Russian with who speaks it', async () => {
    await ana.join('ru-RU')
    expect((await texts(ana)).map((text) => text.slice(0, 8))).to.deep.equal(['Этот бот', 'Готово: '])
  })

  it('knows the phone of who has shared it, and takes the button away', async () => {
    await ana.join()
    expect(await ana.isReached()).to.equal(true)
    expect((await texts(ana))[1]).to.match(/^Done/)
    expect(await ana.button()).to.equal(null)
  })

  it('believes nobody who shares the number of another', async () => {
    const bo = telegrammer(world)
    await ana.start()
    await world.pass(3)
    await ana.share({ phone: bo.phone, of: bo.phone })
    await world.pass(3)
    await ana.share({ phone: bo.phone, of: 'nobody' })
    expect(await ana.isReached(bo.phone)).to.equal(false)
    expect((await texts(ana)).filter((text) => text.startsWith('That is not your own'))).to.have.lengthOf(2)
    expect(await ana.button()).to.equal('Share my number')
  })

  it('takes no number that is none', async () => {
    await ana.start()
    await world.pass(3)
    await ana.share({ phone: '+0', of: ana.phone })
    expect(await texts(ana)).to.have.lengthOf(2)
    expect(await ana.isReached()).to.equal(false)
  })

  it('hears once what is told twice', async () => {
    await onStandIn(world, 'PUT', '/webhooks', { isDoubled: true })
    await ana.join()
    await world.pass(3)
    await ana.share({ of: 'nobody' })
    expect(await texts(ana)).to.have.lengthOf(3)
  })

  it('answers who says the same again and again once in three seconds', async () => {
    for (let time = 0; time < 5; time++) await ana.start()
    for (let time = 0; time < 5; time++) await ana.share({ of: 'nobody' })
    expect(await texts(ana)).to.have.lengthOf(1)
    await world.pass(3)
    await ana.start()
    expect(await texts(ana)).to.have.lengthOf(2)
    for (let time = 0; time < 5; time++) await ana.share()
    expect((await texts(ana)).slice(2)).to.have.lengthOf(1)
    await world.pass(3)
    for (let time = 0; time < 5; time++) await ana.share()
    expect(await texts(ana)).to.have.lengthOf(4)
  })

  it('forgets who blocks it, and knows them again when they share their number again', async () => {
    await ana.join()
    await ana.block()
    expect(await ana.isReached()).to.equal(false)
    await ana.join()
    expect(await ana.isReached()).to.equal(true)
  })

  for (const seconds of [0, 5]) {
    it(`goes by what happened and not by what arrives, ${seconds} seconds apart`, async () => {
      await ana.start()
      await isHeld(true)
      await ana.share()
      await world.pass(seconds)
      await ana.block()
      await release(true)
      expect(await ana.isReached()).to.equal(false)

      await isHeld(true)
      await ana.start()
      await ana.share()
      await world.pass(seconds)
      await ana.block()
      await world.pass(seconds)
      await ana.start()
      await ana.share()
      await release(true)
      expect(await ana.isReached()).to.equal(true)
    })
  }

  it('is not led back to a chat by what happened there before it was blocked', async () => {
    const headers = await telegramHeader(world)
    const [id, date] = [await ana.id(), 1_900_000_000]
    await ana.start()
    for (const [earlier, later] of [
      [
        { update_id: 900, date },
        { update_id: 20, date: date + 1 },
      ],
      [
        { update_id: 901, date: date + 2 },
        { update_id: 902, date: date + 2 },
      ],
    ] as const) {
      await knock(blocked(id, later), headers)
      await knock(shared(id, ana.phone, earlier), headers)
      await world.settle()
      expect(await ana.isReached()).to.equal(false)
    }
    await knock(shared(id, ana.phone, { update_id: 903, date: date + 2 }), headers)
    await world.settle()
    expect(await ana.isReached()).to.equal(true)
  })

  it('moves a phone to who shared it last, however late the earlier one is heard of', async () => {
    const later = telegrammer(world)
    await ana.join()
    await later.start()
    // The number is theirs now: Telegram says so.
    await later.share({ phone: ana.phone, of: later.phone })
    expect([await ana.isReached(), await later.isReached(ana.phone)]).to.deep.equal([false, true])

    const [first, second] = [telegrammer(world), telegrammer(world)]
    await isHeld(true)
    await first.share()
    await world.pass(1)
    await second.share({ phone: first.phone, of: second.phone })
    await world.pass(1)
    await second.block()
    await release(true)
    expect([await first.isReached(), await second.isReached(first.phone)]).to.deep.equal([false, false])
  })

  it('knows the number that somebody has now, and not the one before, although another has it since', async () => {
    const [later, other] = [telegrammer(world), telegrammer(world)]
    await ana.join()
    await isHeld(true)
    await ana.share({ phone: other.phone, of: ana.phone })
    await world.pass(1)
    await later.share({ phone: other.phone, of: later.phone })
    await release(true)
    expect(await later.isReached(other.phone)).to.equal(true)
    expect([await ana.isReached(other.phone), await ana.isReached()]).to.deep.equal([false, false])
  })

  it('leads a phone to one chat when several share it at once', async () => {
    const people = [ana, telegrammer(world), telegrammer(world), telegrammer(world)]
    const ids = await Promise.all(people.map((person) => person.id()))
    const headers = await telegramHeader(world)
    const now = Math.floor(Date.now() / 1000) + 10_000
    const answers = await Promise.all(
      ids.map((id, index) => knock(shared(id, ana.phone, { update_id: 10 + index, date: now }), headers)),
    )
    expect(answers).to.deep.equal([200, 200, 200, 200])
    const reached = await Promise.all(people.map((person) => person.isReached(ana.phone)))
    expect(reached).to.deep.equal([false, false, false, true])
  })

  it('hears nothing of groups, of other bots and of what it does not know', async () => {
    const headers = await telegramHeader(world)
    const id = await ana.id()
    const own = shared(id, ana.phone, { update_id: 1 })
    const message = own.message
    const others: Json[] = [
      { ...own, message: { ...message, chat: { id, type: 'group' } } },
      { ...own, message: { ...message, chat: { id: id + 1, type: 'private' } } },
      { ...own, message: { ...message, from: { ...message.from, is_bot: true } } },
      { ...own, message: { ...message, date: undefined } },
      { ...own, update_id: '1' },
      { update_id: 1, edited_message: message },
      { update_id: 1 },
      [],
      null,
    ]
    for (const other of others) expect(await knock(other, headers)).to.equal(200)
    expect(await ana.isReached()).to.equal(false)
    expect(await knock(own, headers)).to.equal(200)
    expect(await ana.isReached()).to.equal(true)
  })

  it('believes nobody but Telegram', async () => {
    const update = shared(await ana.id(), ana.phone, { update_id: 2 })
    expect(await knock(update, {})).to.equal(403)
    expect(await knock(update, { 'X-Telegram-Bot-Api-Secret-Token': 'a'.repeat(64) })).to.equal(403)
    expect(await ana.isReached()).to.equal(false)
    const headers = await telegramHeader(world)
    expect(await knock('{', headers)).to.equal(400)
    expect(await knock({ ...update, padding: 'x'.repeat(1_100_000) }, headers)).to.equal(413)
    const asked = await fetch(`${world.url}/webhooks/telegram`)
    expect([asked.status, asked.headers.get('Allow')]).to.deep.equal([405, 'POST'])
  })

  it('waits when Telegram has heard enough, and says it then', async () => {
    await onStandIn(world, 'PUT', '/fault', { kind: 'busy', times: 1, method: 'sendMessage', seconds: 1 })
    await ana.start()
    expect(await texts(ana)).to.have.lengthOf(1)
  })

  it('says nothing twice when the answer is lost', async () => {
    await onStandIn(world, 'PUT', '/fault', { kind: 'silent', times: 1, method: 'sendMessage' })
    await ana.start()
    expect(await texts(ana)).to.have.lengthOf(1)
    await onStandIn(world, 'PUT', '/fault', { kind: 'error', times: 1, method: 'sendMessage' })
    await ana.share()
    expect(await texts(ana)).to.have.lengthOf(1)
    expect(await ana.isReached()).to.equal(true)
  })

  it('learns from a refusal that it was blocked', async () => {
    await ana.join()
    await isHeld(true)
    await ana.block()
    expect(await ana.isReached()).to.equal(true)
    await world.pass(3)
    await knock(shared(await ana.id(), '', { update_id: 3 }), await telegramHeader(world))
    await world.settle()
    expect(await ana.isReached()).to.equal(false)
  })

  it('is shown where it is on a bare machine', async () => {
    const { control_url, bot_url } = (await (await fetch(`${world.url}/dev/telegram`)).json()) as Json
    expect(((await (await fetch(control_url)).json()) as Json).stand_in).to.equal('Telegram')
    expect(await (await fetch(bot_url)).text())
      .to.include('@codes_bot')
      .and.include('Your number')
    const mine = `${bot_url}?phone=${encodeURIComponent(ana.phone)}`
    const press = (act: string, headers = {}) =>
      fetch(mine.replace('?', `/${act}?`), { method: 'POST', redirect: 'manual', headers })
    expect((await press('start', { Origin: 'https://elsewhere.example' })).status).to.equal(403)
    expect((await press('start')).status).to.equal(303)
    await world.settle()
    expect(await (await fetch(mine)).text())
      .to.include('This bot sends you')
      .and.include('Share my number')
    await press('share')
    await world.settle()
    expect(await (await fetch(mine)).text())
      .to.include('Done: codes')
      .and.include('Block the bot')
    expect(await ana.isReached()).to.equal(true)
  })

  async function knock(update: Json, headers: Record<string, string>): Promise<number> {
    const body = typeof update === 'string' ? update : JSON.stringify(update)
    const answer = await fetch(`${world.url}/webhooks/telegram`, { method: 'POST', headers, body })
    return answer.status
  }
})

describe('What Telegram does not do', () => {
  const TOKEN = '123:a-token-that-nobody-else-may-see-at-all'
  const PHONE = '+15551230001'
  let standIn: TelegramSimulator
  let milliseconds = 0
  let chatId: string

  before(async () => {
    standIn = await startTelegramSimulator({ token: TOKEN, botName: 'codes_bot', clock: systemClock })
  })
  after(() => standIn.close())
  beforeEach(() => {
    const member = standIn.people.at(PHONE)
    Object.assign(member, { hasStarted: true, hasBlocked: false })
    chatId = String(member.id)
    standIn.meet('busy', 0)
  })

  const bot = (more: Partial<TelegramAccount> = {}) =>
    telegramBot({ token: TOKEN, apiBase: standIn.url, timeoutMs: 200, now: () => milliseconds, ...more })
  const why = (said: Promise<unknown>) =>
    said.then(
      () => 'said',
      (error: unknown) => (error instanceof TelegramError ? `${error.failure} ${error.code}` : String(error)),
    )
  const say = (to = chatId, by = bot(), text = 'hello') => why(by.say({ chatId: to, text }))

  it('is told apart by what may be done about it', async () => {
    expect(await say()).to.equal('said')
    expect(await say('700009999')).to.equal('gone 400')
    standIn.people.at(PHONE).hasBlocked = true
    expect(await say()).to.equal('gone 403')
    Object.assign(standIn.people.at(PHONE), { hasBlocked: false, hasStarted: false })
    expect(await say()).to.equal('gone 403')
    standIn.people.at(PHONE).hasStarted = true
    expect(await say(chatId, bot(), ' ')).to.equal('refused 400')
    expect(await say(chatId, bot({ token: '123:another' }))).to.equal('denied 401')
    for (const kind of ['away', 'hang', 'silent'] as const) {
      standIn.meet(kind, 1)
      expect(await say(), kind).to.equal('unknown null')
    }
    standIn.meet('error', 1)
    expect(await say()).to.equal('unknown 500')
  })

  it('is not asked for again before Telegram wants to hear of us', async () => {
    const one = bot()
    standIn.meet('busy', 1, '', 30)
    expect(await say(chatId, one)).to.equal('busy 429')
    milliseconds += 29_000
    const said = standIn.people.at(PHONE).heard.length
    expect(await say(chatId, one)).to.equal('busy 429')
    expect(standIn.people.at(PHONE).heard).to.have.lengthOf(said)
    milliseconds += 1_000
    expect(await say(chatId, one)).to.equal('said')
  })

  it('is told without a word of the token or the message', async () => {
    for (const apiBase of [`http://127.0.0.1:${await closedPort()}`, 'http://name.invalid', standIn.url]) {
      standIn.meet('away', apiBase === standIn.url ? 1 : 0)
      const error = await bot({ apiBase })
        .say({ chatId: '1', text: 'the text' })
        .catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(TelegramError)
      expect(JSON.stringify(error) + String(error) + (error as Error).stack).not.to.match(/a-token|the text/)
      expect((error as Error).cause).to.equal(undefined)
      if (apiBase !== standIn.url) expect(error).to.have.property('failure', 'busy')
    }
  })
})

function shared(id: number, phone: string, { update_id, date = 2_000_000_000 }: { update_id: number; date?: number }) {
  const contact = { phone_number: phone.slice(1), first_name: 'A', user_id: id }
  const from = { id, is_bot: false, first_name: 'A' }
  return { update_id, message: { message_id: 1, from, chat: { id, type: 'private' }, date, contact } }
}

function blocked(id: number, { update_id, date }: { readonly update_id: number; readonly date: number }) {
  const from = { id, is_bot: false, first_name: 'A' }
  const of = (status: string) => ({ status, user: { id: 1, is_bot: true, first_name: 'Codes' } })
  const my_chat_member = { from, chat: { id, type: 'private' }, date }
  return {
    update_id,
    my_chat_member: { ...my_chat_member, old_chat_member: of('member'), new_chat_member: of('kicked') },
  }
}

/** A port at which nobody answers. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
