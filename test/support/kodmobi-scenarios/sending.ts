import { isDeepStrictEqual } from 'node:util'
import { codeAt, onTelegram, Project } from '#test/kodmobi'
import { refused, type Scenario, withCode } from './model.ts'

/** How codes are asked for and sent. */
export const SENDING: readonly Scenario[] = [
  {
    name: 'a code goes by WhatsApp to who has never been asked, when nothing else is said',
    async tell({ asker, world, phone }) {
      const usual = asker.of(await Project.begin(world, { channels: ['sms', 'whatsapp'] }))
      const { data } = await usual.create(phone)
      const code = await codeAt(world, phone, 'whatsapp')
      const texts = world.carrier.handset(`+${phone}`).texts.length
      return [data.sent_to, texts, (await usual.check(data.session_id, code)).status]
    },
    ends: ['whatsapp', 0, 200],
  },
  {
    name: 'a channel waits a minute, and says for how long; the code that comes then is the one that counts',
    async tell(scene) {
      const { asker, world, phone } = scene
      const { id, code } = await withCode(scene)
      // The text has taken a second.
      await world.moveClock(17)
      const early = await asker.send(id, 'sms')
      const channel = await asker.channel(id, 'sms')
      await world.moveClock(42)
      const sent = await asker.send(id, 'sms')
      const second = await codeAt(world, phone)
      const old = second === code ? undefined : await asker.check(id, code)
      const good = await asker.check(id, second)
      return [
        refused(early),
        early.retryAfter === String(early.params.timeout),
        channel.data.timeout === early.params.timeout,
        [sent.status, sent.data.session_id === id, sent.data.channel.type, sent.data.channel.timeout],
        old?.status ?? 400,
        good.status,
      ]
    },
    ends: [[429, 'ERROR_MESSAGE_ATTEMPT', { timeout: 42 }, '42'], true, true, [200, true, 'sms', 60], 400, 200],
  },
  {
    name: 'under one key a code is sent once, however often it is asked for, and the same is said again',
    async tell({ asker, world, phone }) {
      const sent = (name: string) => ({ headers: { 'Idempotency-Key': `${name}-${phone}` } })
      const first = await asker.create(phone, { type: 'sms' }, sent('create'))
      const again = await asker.create(phone, { type: 'sms' }, sent('create'))
      const id = first.data.session_id
      const other = await asker.send(id, 'whatsapp', {}, sent('send'))
      const twice = await asker.send(id, 'whatsapp', {}, sent('send'))
      const another = await asker.send(id, 'telegram', {}, sent('send'))
      await world.textsArrive()
      const { texts, whatsApps } = world.carrier.handset(`+${phone}`)
      return [
        isDeepStrictEqual(first, again),
        isDeepStrictEqual(other, twice),
        refused(another),
        [other.status, texts.length, whatsApps.length],
      ]
    },
    ends: [true, true, [409, 'ERROR_BAD_REQUEST', {}], [200, 1, 1]],
  },
  {
    name: 'the same phone has the same session while it lives, and gets no second code within the minute',
    async tell(scene) {
      const { asker, world, phone } = scene
      const { id } = await withCode(scene)
      const again = await asker.create(phone, { type: 'sms' })
      await world.textsArrive()
      const texts = world.carrier.handset(`+${phone}`).texts.length
      await world.moveClock(181)
      const later = await asker.create(phone, { type: 'sms' })
      return [again.status, again.data.session_id === id, again.data.sent_to, texts, later.data.session_id === id]
    },
    ends: [200, true, 'sms', 1, false],
  },
  {
    name: 'a phone is the same however it is written',
    async tell({ asker, phone }) {
      const [area, first, second, third] = [phone.slice(1, 4), phone.slice(4, 7), phone.slice(7, 9), phone.slice(9)]
      const written = [
        phone,
        `+${phone}`,
        `+7 ${area} ${first} ${second} ${third}`,
        ` 7 ${area} ${first} ${second} ${third}`,
        `8${phone.slice(1)}`,
        `8 (${area}) ${first}-${second}-${third}`,
      ]
      const sessions = new Set<string>()
      for (const number of written) sessions.add((await asker.create(number, { send: false })).data.session_id)
      return sessions.size
    },
    ends: 1,
  },
  {
    name: 'Telegram reaches who has opened the bot, and says to others where it is',
    async tell({ asker, world, phone }) {
      const { data } = await asker.create(phone, { send: false })
      const before = await asker.channel(data.session_id, 'telegram')
      const closed = await asker.send(data.session_id, 'telegram')
      const ana = await onTelegram(world, phone)
      const after = await asker.channel(data.session_id, 'telegram')
      const sent = await asker.send(data.session_id, 'telegram')
      const checked = await asker.check(data.session_id, await ana.code())
      const { link, ...params } = closed.params
      return [
        [before.data.is_active, before.data.link === link, /^https?:/.test(link)],
        [closed.status, closed.word, params],
        [after.data.is_active, after.data.link],
        [sent.status, sent.data.channel.type],
        checked.status,
      ]
    },
    ends: [[false, true, true], [403, 'ERROR_USER_NOT_AUTHORIZE_ON_CHANNEL', {}], [true, null], [200, 'telegram'], 200],
  },
  {
    name: 'the channel by which most codes have come back goes first',
    async tell({ asker, world, phone }) {
      const ana = await onTelegram(world, phone)
      const first = await asker.create(phone, { type: 'telegram' })
      await asker.check(first.data.session_id, await ana.code())
      await world.moveClock(181)
      const second = await asker.create(phone)
      return [first.data.sent_to, second.data.sent_to]
    },
    ends: ['telegram', 'telegram'],
  },
  {
    name: 'a session can be begun without a code',
    async tell({ asker, world, phone }) {
      const { status, data } = await asker.create(phone, { send: false })
      await world.textsArrive()
      const texts = world.carrier.handset(`+${phone}`).texts.length
      const sent = await asker.send(data.session_id, 'sms')
      const checked = await asker.check(data.session_id, await codeAt(world, phone))
      return [status, data.sent_to, texts, sent.status, checked.status]
    },
    ends: [200, 'none', 0, 200, 200],
  },
  {
    name: 'a code may be given: in plain digits, or encrypted with the secret key',
    async tell({ asker, world, phone }) {
      const ends: unknown[] = []
      for (const code of [
        '004821',
        asker.project.encrypted('7310'),
        asker.project.encrypted('55123', 'camellia-128-cbc'),
      ]) {
        const number = String(Number(phone) + ends.length * 10_000_019)
        const { data } = await asker.create(number, { type: 'sms', code })
        const texted = await codeAt(world, number)
        ends.push([texted, (await asker.check(data.session_id, texted)).status])
      }
      const foreign = (await Project.begin(world)).encrypted('7310')
      for (const code of ['123', '1234567', 'abcd', 'aes_256_cbc_00', foreign]) {
        ends.push(refused(await asker.create(phone, { type: 'sms', code })))
      }
      return ends
    },
    ends: [
      ['004821', 200],
      ['7310', 200],
      ['55123', 200],
      ...Array.from({ length: 5 }, () => [400, 'ERROR_BAD_REQUEST', {}, ['code']]),
    ],
  },
]
