import { expect } from 'chai'
import { codeAt, freshPhone, onTelegram, Project, wrongFor } from '#test/kodmobi'
import { Asker, FAMILIES, type Outcome } from '#test/kodmobi-families'
import { World } from '#test/world'

/** What a scenario plays with. */
interface Scene {
  readonly world: World
  readonly asker: Asker
  readonly phone: string
}

/** A story, and how it ends: the same by whatever family it is told. */
interface Scenario {
  readonly name: string
  tell(scene: Scene): Promise<unknown>
  readonly ends: unknown
}

/** The end of a refusal: its status, its word, and what it is about. */
const refused = ({ status, word, params, fields, retryAfter }: Outcome) =>
  [status, word, params, fields, retryAfter].filter((part) => part !== undefined)

const unknownSession = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const gone = [410, 'ERROR_SESSION_EXPIRED', {}]
const missing = [404, 'ERROR_MESSAGE_NOT_FOUND', {}]
const denied = [401, 'ERROR_ACCESS_DENIED', {}]

/** A session whose code has come by text. */
async function withCode({ world, asker, phone }: Scene): Promise<{ id: string; code: string }> {
  const { data } = await asker.create(phone, { type: 'sms' })
  return { id: data.session_id, code: await codeAt(world, phone) }
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a good code passes once, and its token names the phone once, to its own project',
    async tell(scene) {
      const { asker, world, phone } = scene
      const { id, code } = await withCode(scene)
      const { status, data } = await asker.check(id, code)
      const stranger = asker.of(await Project.begin(world))
      const foreign = await stranger.exchange(data.verify_token)
      const person = await asker.exchange(data.verify_token)
      return [
        [status, data.is_test],
        refused(await asker.check(id, code)),
        refused(foreign),
        [person.status, person.data.phone === phone, person.data.to === `+${phone}`, person.data.email],
        refused(await asker.exchange(data.verify_token)),
      ]
    },
    ends: [[200, false], gone, missing, [200, true, true, null], missing],
  },
  {
    name: 'a token is good for three minutes',
    async tell(scene) {
      const { id, code } = await withCode(scene)
      const { data } = await scene.asker.check(id, code)
      await scene.world.moveClock(181)
      return refused(await scene.asker.exchange(data.verify_token))
    },
    ends: missing,
  },
  {
    name: 'wrong codes are counted down, and then the right one is no good either',
    async tell(scene) {
      const { id, code } = await withCode(scene)
      const ends: unknown[] = []
      for (const typed of [wrongFor(code), 'abcd', wrongFor(code), code]) {
        ends.push(refused(await scene.asker.check(id, typed)))
      }
      return ends
    },
    ends: [
      [400, 'ERROR_MESSAGE_WRONG_CODE', { count: 2 }],
      [400, 'ERROR_MESSAGE_WRONG_CODE', { count: 1 }],
      [400, 'ERROR_MESSAGE_WRONG_CODE', { count: 0 }],
      gone,
    ],
  },
  {
    name: 'a session ends after three minutes',
    async tell(scene) {
      const { asker, world } = scene
      const { id, code } = await withCode(scene)
      await world.moveClock(181)
      return [
        refused(await asker.check(id, code)),
        refused(await asker.send(id, 'sms')),
        refused(await asker.channel(id, 'sms')),
      ]
    },
    ends: [gone, gone, gone],
  },
  {
    name: 'a channel waits a minute, and says for how long; the code that comes then is the one that counts',
    async tell(scene) {
      const { asker, world, phone } = scene
      const { id, code } = await withCode(scene)
      await world.moveClock(18)
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
    name: 'nobody knows a session that is none, or of another project',
    async tell(scene) {
      const { asker, world } = scene
      const { id, code } = await withCode(scene)
      const stranger = asker.of(await Project.begin(world))
      const ends: unknown[] = []
      for (const [who, session] of [
        [asker, unknownSession],
        [asker, 'x'],
        [asker, '9'.repeat(26)],
        [stranger, id],
      ] as const) {
        ends.push(refused(await who.check(session, code)))
        ends.push(refused(await who.send(session, 'sms')))
        ends.push(refused(await who.channel(session, 'sms')))
      }
      return [ends, (await asker.check(id, code)).status]
    },
    ends: [Array.from({ length: 12 }, () => missing), 200],
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
    name: 'what is no phone is complained about where it stands',
    async tell({ asker }) {
      const ends: unknown[] = []
      for (const number of ['12345', 'abc', '+7952', '9522966236', '+', '7'.repeat(60)]) {
        ends.push(refused(await asker.create(number)))
      }
      return ends
    },
    ends: Array.from({ length: 6 }, () => [400, 'ERROR_BAD_REQUEST', {}, ['whom']]),
  },
  {
    name: 'three spent sessions block a phone for an hour, in this project alone',
    async tell(scene) {
      const { asker, world, phone } = scene
      for (let session = 0; session < 3; session++) {
        const { data } = await asker.create(phone, { type: 'sms' })
        for (let guess = 0; guess < 3; guess++) await asker.check(data.session_id, 'none')
      }
      const blocked = await asker.create(phone, { type: 'sms' })
      const elsewhere = await asker.of(await Project.begin(world)).create(phone, { send: false })
      await world.moveClock(3600)
      return [refused(blocked), elsewhere.status, (await asker.create(phone, { send: false })).status]
    },
    ends: [[403, 'ERROR_PHONE_BLOCKED', { timeout: 3600 }, '3600'], 200, 200],
  },
  {
    name: 'a phone has five sessions in an hour',
    async tell({ asker, world, phone }) {
      const statuses: unknown[] = []
      for (let session = 0; session < 6; session++) {
        statuses.push((await asker.create(phone, { send: false })).word ?? 200)
        await world.moveClock(181)
      }
      return statuses
    },
    ends: [200, 200, 200, 200, 200, 'ERROR_PHONE_BLOCKED'],
  },
  {
    name: 'without a key, or with a wrong one, nobody is let in',
    async tell({ asker, world, phone }) {
      const { publicKey, secretKey } = await Project.begin(world)
      const wrong = publicKey.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
      const ends: unknown[] = []
      for (const key of [null, '', 'x', wrong, `${publicKey} `.repeat(2)]) {
        ends.push(refused(await asker.create(phone, {}, { key })))
        ends.push(refused(await asker.check(unknownSession, '1234', {}, { key })))
        ends.push(refused(await asker.exchange('token', { key })))
      }
      const asPage = await asker.exchange('token', { key: publicKey })
      const asServer = await asker.create(phone, { send: false }, { key: secretKey })
      return [ends, refused(asPage), asServer.status]
    },
    ends: [Array.from({ length: 15 }, () => denied), [403, 'ERROR_ACCESS_DENIED', {}], 200],
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
    name: 'a project sends by the channels that it has',
    async tell({ asker, world, phone }) {
      const texts = asker.of(await Project.begin(world, { channels: ['sms'] }))
      const letters = asker.of(await Project.begin(world, { channels: ['email'] }))
      const { data } = await texts.create(phone, { send: false })
      const pigeon = await asker.create(phone, { type: 'pigeon' })
      return [
        refused(await texts.create(phone, { type: 'telegram' })),
        refused(await texts.send(data.session_id, 'telegram')),
        data.channels.map(({ type }: { type: string }) => type),
        refused(await letters.create(phone)),
        refused(pigeon),
      ]
    },
    ends: [
      [400, 'ERROR_PROJECT_HAS_NO_CHANNEL', {}],
      [400, 'ERROR_PROJECT_HAS_NO_CHANNEL', {}],
      ['sms'],
      [400, 'ERROR_PROJECT_HAS_NO_CHANNELS', {}],
      [400, 'ERROR_BAD_REQUEST', {}, ['type']],
    ],
  },
  {
    name: 'a project sends to the countries that it names',
    async tell({ asker, world }) {
      const abroad = asker.of(await Project.begin(world, { countries: ['RU', 'US'] }))
      return [
        refused(await asker.create('+15551234567')),
        (await abroad.create('+15551234567', { send: false })).status,
        refused(await asker.create('+7 900 555 00 11 2')),
      ]
    },
    ends: [[400, 'ERROR_CHANNEL_NOT_ALLOWED_COUNTRY', {}, ['whom']], 200, [400, 'ERROR_BAD_REQUEST', {}, ['whom']]],
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
  {
    name: 'a test sends nothing, shows its code to the secret key alone, and says to the end that it is one',
    async tell({ asker, world, phone }) {
      const page = await asker.create(phone, { type: 'sms', is_test: true })
      await world.moveClock(60)
      const key = asker.project.secretKey
      const server = await asker.send(page.data.session_id, 'sms', { is_test: true }, { key })
      await world.textsArrive()
      const checked = await asker.check(page.data.session_id, server.data.test_code)
      const person = await asker.exchange(checked.data.verify_token)
      return [
        [page.status, 'test_code' in page.data],
        [server.status, /^\d{4}$/.test(server.data.test_code)],
        world.carrier.handset(`+${phone}`).texts.length,
        [checked.status, checked.data.is_test, person.data.is_test],
      ]
    },
    ends: [[200, false], [200, true], 0, [200, true, true]],
  },
  {
    name: 'codes are as long as the project says',
    async tell({ asker, world, phone }) {
      const long = asker.of(await Project.begin(world, { codeLength: 6 }))
      const { data } = await long.create(phone, { type: 'sms' })
      const code = await codeAt(world, phone)
      return [code.length, (await long.check(data.session_id, `${code.slice(0, 3)} ${code.slice(3)}`)).status]
    },
    ends: [6, 200],
  },
  {
    name: 'what is asked must be there, and be what it is',
    async tell({ asker, phone }) {
      const ends: unknown[] = []
      ends.push(refused(await asker.create('')))
      ends.push(refused(await asker.create(phone, { send: 'perhaps' })))
      ends.push(refused(await asker.create('7'.repeat(300))))
      ends.push(refused(await asker.check('', '1234')))
      ends.push(refused(await asker.check(unknownSession, '')))
      ends.push(refused(await asker.send('', 'sms')))
      return ends
    },
    ends: [['whom'], ['send'], ['whom'], ['session_id'], ['code'], ['session_id']].map((fields) => [
      400,
      'ERROR_BAD_REQUEST',
      {},
      fields,
    ]),
  },
]

describe('Every family of the kod.mobi API', () => {
  let world: World
  let projects: ReadonlyMap<string, Project>

  before(async () => {
    world = await World.start({ SPEND_PER_HOUR: '100000' })
    projects = new Map(await Promise.all(FAMILIES.map(async ({ name }) => [name, await Project.begin(world)] as const)))
  })
  after(() => world.end())

  for (const { name, tell, ends } of SCENARIOS) {
    describe(`answers that ${name}:`, () => {
      for (const family of FAMILIES) {
        it(family.name, async () => {
          const asker = new Asker(family, projects.get(family.name) as Project)
          expect(await tell({ world, asker, phone: freshPhone() })).to.deep.equal(ends)
        })
      }
    })
  }
})
