import { freshPhone, onTelegram, Project } from '#test/kodmobi'
import { DENIED, refused, type Scenario, UNKNOWN_SESSION } from './model.ts'

/** Whom and what is refused. */
export const REFUSING: readonly Scenario[] = [
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
        ends.push(refused(await asker.check(UNKNOWN_SESSION, '1234', {}, { key })))
        ends.push(refused(await asker.exchange('token', { key })))
      }
      const asPage = await asker.exchange('token', { key: publicKey })
      const asServer = await asker.create(phone, { send: false }, { key: secretKey })
      return [ends, refused(asPage), asServer.status]
    },
    ends: [Array.from({ length: 15 }, () => DENIED), [403, 'ERROR_ACCESS_DENIED', {}], 200],
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
    name: 'a project spends in an hour what it may, and what costs nothing goes on',
    async tell({ asker, world, phone }) {
      const poor = asker.of(
        await Project.begin(world, { channels: ['sms', 'telegram'], rules: { paidSendsPerHour: 1 } }),
      )
      const first = await poor.create(phone, { type: 'sms' })
      const other = freshPhone()
      const { status, word, params, retryAfter } = await poor.create(other, { type: 'sms' })
      await onTelegram(world, other)
      return [
        first.status,
        [status, word, retryAfter === String(params.timeout), params.timeout > 0 && params.timeout <= 3600],
        (await poor.create(other, { type: 'telegram' })).status,
      ]
    },
    ends: [200, [403, 'ERROR_WRONG_BALANCE', true, true], 200],
  },
  {
    name: 'what is asked must be there, and be what it is',
    async tell({ asker, phone }) {
      const ends: unknown[] = []
      ends.push(refused(await asker.create('')))
      ends.push(refused(await asker.create(phone, { send: 'perhaps' })))
      ends.push(refused(await asker.create('7'.repeat(300))))
      ends.push(refused(await asker.check('', '1234')))
      ends.push(refused(await asker.check(UNKNOWN_SESSION, '')))
      ends.push(refused(await asker.check(UNKNOWN_SESSION, ' \t')))
      ends.push(refused(await asker.send('', 'sms')))
      return ends
    },
    ends: [['whom'], ['send'], ['whom'], ['session_id'], ['code'], ['code'], ['session_id']].map((fields) => [
      400,
      'ERROR_BAD_REQUEST',
      {},
      fields,
    ]),
  },
]
