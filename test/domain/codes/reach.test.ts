import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import * as codes from '#domain/codes'
import * as realms from '#domain/realms'
import { asking } from '#test/codes-stage'
import { ACCOUNT, World } from '#test/world'

describe('Whom the codes of a project reach, and what they are,', () => {
  let world: World

  before(async () => {
    world = await World.start({}, { isOneTime: true })
  })
  after(() => world.end())

  const { write, project, freshPhone, refusal, codeOf, outcome, opens, passes } = asking(() => world)

  it('go by the channel by which most have come back, else by WhatsApp, else by the first of the project', async () => {
    const { realm } = await project()
    const { realm: plain } = await project({ channels: ['voice', 'sms'] })
    expect((await opens(plain, {})).session.sentTo).to.equal('voice')
    const to = freshPhone()
    expect((await passes(realm, { to })).sentTo).to.equal('whatsapp')
    await world.moveClock(61)
    for (const _ of [1, 2]) {
      await passes(realm, { to, channel: 'sms' })
      await world.moveClock(61)
    }
    expect((await opens(realm, { to })).session.sentTo).to.equal('sms')
  })

  it('go only by channels that the project has and that reach them', async () => {
    const { realm } = await project({ channels: ['sms', 'telegram'] })
    expect(await outcome(opens(realm, { channel: 'whatsapp' }))).to.equal('project_has_no_channel')
    expect(await outcome(opens(realm, { channel: 'email' }))).to.equal('project_has_no_channel')
    expect(await outcome(opens(realm, { to: 'ana@example.com' }))).to.equal('project_has_no_channels')
    const { session } = await opens(realm, { channel: 'telegram' })
    expect(session.sentTo, 'they have not come to the bot').to.equal(null)
    const sent = await refusal(write((unit) => codes.send(unit, realm, { sessionId: session.id, channel: 'telegram' })))
    expect(sent.type).to.equal(codes.UserNotAuthorizedOnChannel)
    expect(sent.details.link).to.match(/^https?:/)
    const states = await world.running.database.read((view) => codes.channelsOf(view, realm, null))
    expect(states.map(({ type, isActive }) => [type, isActive])).to.deep.equal([
      ['sms', true],
      ['telegram', false],
    ])
  })

  it('go neither by WhatsApp nor by Telegram where the server is on neither', async () => {
    const bare = await World.start({ WHATSAPP_FROM: '', TELEGRAM_BOT_TOKEN: '' })
    try {
      const { database } = bare.running
      const { realm } = await database.write((unit) => realms.create(unit, { name: 'Bare' }))
      const view = { ...(await database.read(async (own) => own)) }
      const without = { ...view, site: { ...view.site, telegramLink: null } }
      expect((await codes.channelsOf(without, realm, null)).map(({ type }) => type)).to.deep.equal(['sms', 'email'])
    } finally {
      await bare.end()
    }
  })

  it('go to countries that there are, by the codes that they have', async () => {
    for (const countries of [['UK'], ['RU', 'XX'], ['ru'], []]) {
      const refused = await refusal(project({ countries }))
      expect([refused.type.code, Object.keys(refused.fields)[0]?.split('.')[0]], countries.join()).to.deep.equal([
        'validation_failed',
        'countries',
      ])
    }
    const { realm } = await project({ countries: ['GB', 'KZ'] })
    const changed = await refusal(write((unit) => realms.configure(unit, realm, { countries: ['UK'] })))
    expect(changed.fields.countries).to.include('UK')
  })

  it('go by no text to a phone that has texted STOP, until it texts START', async () => {
    const { realm } = await project({ channels: ['sms', 'whatsapp'] })
    const to = freshPhone()
    const phone = world.carrier.handset(to)
    phone.text(ACCOUNT.number, 'STOP')
    await world.pass(2)
    const { session, channels } = await opens(realm, { to, channel: 'sms' })
    expect(session.sentTo).to.equal(null)
    const sent = write((unit) => codes.send(unit, realm, { sessionId: session.id, channel: 'sms' }))
    expect(await outcome(sent)).to.equal('user_not_authorized_on_channel')
    expect(channels.map(({ type, isActive }) => [type, isActive])).to.deep.equal([
      ['sms', false],
      ['whatsapp', true],
    ])
    phone.text(ACCOUNT.number, 'START')
    await world.pass(2)
    expect((await opens(realm, { to, channel: 'sms' })).session.sentTo).to.equal('sms')
  })

  it('go to e-mail addresses, too', async () => {
    const { realm } = await project()
    const { session, channels } = await opens(realm, { to: ' Ana@Example.com ' })
    expect(session).to.include({ destination: 'ana@example.com', kind: 'email', sentTo: 'email' })
    expect(channels.map(({ type }) => type)).to.deep.equal(['email'])
    expect(await outcome(opens(realm, { to: 'ana@example.com', isPhone: true }))).to.equal('validation_failed')
    expect(await world.mail('ana@example.com')).to.have.length(1)
  })

  it('go to numbers however they are written', async () => {
    const { realm } = await project()
    const { realm: wide } = await project({ countries: ['RU', 'US', 'KZ'] })
    const read = async (of: realms.Realm, to: string) => (await opens(of, { to, isSent: false })).session.destination
    for (const to of [
      '+7 952 296 62 36',
      '79522966236',
      '8 (952) 296-62-36',
      ' 7 952 296 62 36',
      ' 79522966236',
      '+79522966236',
      '\u202a+7 (952) 296\u201162\u201136\u202c',
      '\u200e8\u2011952\u2011296\u201362\u201336',
      '８９５２２９６６２３６',
    ]) {
      expect(await read(realm, to), to).to.equal('+79522966236')
    }
    expect(await read(wide, '+1 (415) 555-0123')).to.equal('+14155550123')
    expect(await read(wide, ' 1 415 555 0123')).to.equal('+14155550123')
    expect(await read(wide, '77012345678')).to.equal('+77012345678')
    expect((await refusal(opens(realm, { to: '+14155550123' }))).type).to.equal(codes.ChannelNotAllowedCountry)
    for (const to of [
      '',
      '9522966236',
      '7952',
      '795229662361',
      '14155550123',
      'phone',
      '+7',
      '88005553535',
      '+7 952 296 62 3x',
    ]) {
      const refused = await refusal(opens(realm, { to }))
      expect([refused.type.code, Object.keys(refused.fields)], to).to.deep.equal(['validation_failed', ['phone']])
    }
  })

  it('may be given, in plain text or encrypted with the secret key', async () => {
    const { realm, secretKey } = await project()
    const key = createHash('sha256').update(secretKey).digest('base64').slice(0, 32)
    const encrypted = (prefix: string, cipher: string, bytes: number, code = '4711') => {
      const iv = randomBytes(16)
      const made = createCipheriv(cipher, key.slice(0, bytes), iv)
      return `${prefix}${iv.toString('hex')}${Buffer.concat([made.update(code), made.final()]).toString('hex')}`
    }
    const hidden = [
      encrypted('aes_256_cbc_', 'aes-256-cbc', 32),
      encrypted('camellia_128_cbc_', 'camellia-128-cbc', 16),
    ]
    for (const code of ['4711', ...hidden]) {
      expect(await codeOf((await opens(realm, { code })).session)).to.equal('4711')
    }
    const { realm: strict } = await project({ takesPlainCodes: false })
    expect(await outcome(opens(strict, { code: '4711' }))).to.equal('validation_failed')
    expect(await outcome(opens(strict, { code: '4711', isOwner: true }))).to.equal('done')
    const another = encrypted('aes_256_cbc_', 'aes-256-cbc', 32, '12a4')
    for (const code of ['123', '1234567', '12a4', 'aes_256_cbc_00', another, `${hidden[0]}00`, 'rot13_4711']) {
      const bad = await refusal(opens(realm, { code }))
      expect([bad.type.code, Object.keys(bad.fields)], code).to.deep.equal(['validation_failed', ['code']])
    }
  })
})
