import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import * as codes from '#domain/codes'
import * as realms from '#domain/realms'
import { message, tidy } from '#domain/verification'
import type { Fault } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { ACCOUNT, World } from '#test/world'

describe('The codes of a project', () => {
  let world: World
  let serial = 0

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const write = <Result>(work: (unit: Unit) => Promise<Result>) => world.running.database.write(work)

  /** A project of its own. */
  async function project(settings: realms.WantedSettings = {}): Promise<realms.NewRealm> {
    serial++
    const made = await write((unit) =>
      realms.create(unit, {
        name: `Project ${serial}`,
        settings: { channels: ['sms', 'whatsapp', 'email'], ...settings },
      }),
    )
    return made
  }

  /** A Russian number that no other test has; they lie apart. */
  function freshPhone(): string {
    serial++
    return `+7952${String((1_000_000 + serial * 10_007) % 10_000_000).padStart(7, '0')}`
  }

  /** The word of the fault that something ends with. */
  async function refusal(work: Promise<unknown>): Promise<Fault> {
    return work.then(
      () => expect.fail('It was not refused.'),
      (fault: Fault) => fault,
    )
  }

  /** The code that a session waits for. */
  async function codeOf({ id }: codes.CodeSession): Promise<string> {
    const { database } = world.running
    const { sends } = await database.sql('challenges').where({ id }).first('sends')
    const found = await database.read((view) => message(view, id, sends))
    return found?.code ?? ''
  }

  /** `done`, or the word of the fault that something ends with. */
  async function outcome(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'done',
      (fault: Fault) => fault.type.code,
    )
  }

  /** Ask for a code, of a number that no other test has unless it says so. */
  const opens = (realm: realms.Realm, wanted: Partial<codes.WantedSession>) =>
    write((unit) => codes.open(unit, realm, { to: freshPhone(), ...wanted }))
  const checks = (realm: realms.Realm, { id: sessionId }: codes.CodeSession, code: string) =>
    write((unit) => codes.check(unit, realm, { sessionId, code }))

  /** Ask for a code and give it back. */
  async function passes(realm: realms.Realm, wanted: Partial<codes.WantedSession>): Promise<codes.CodeSession> {
    const { session } = await opens(realm, wanted)
    await checks(realm, session, await codeOf(session))
    return session
  }

  const wrong = (code: string) => (code === '0000' ? '1111' : '0000')

  it('are sent, come back once, and give a token that works once', async () => {
    const { realm } = await project()
    const { session, channels } = await write((unit) => codes.open(unit, realm, { to: freshPhone(), channel: 'sms' }))
    expect(session.sentTo).to.equal('sms')
    expect(channels.map(({ type, timeoutSeconds }) => [type, timeoutSeconds])).to.deep.equal([
      ['sms', 60],
      ['whatsapp', 0],
    ])
    const code = await codeOf(session)
    expect(code).to.match(/^\d{4}$/)
    const { verifyToken } = await write((unit) => codes.check(unit, realm, { sessionId: session.id, code }))
    const again = await refusal(write((unit) => codes.check(unit, realm, { sessionId: session.id, code })))
    expect(again.type).to.equal(codes.SessionExpired)

    const proven = await write((unit) => codes.exchange(unit, realm, verifyToken))
    expect(proven).to.deep.equal({ destination: session.destination, kind: 'phone', isTest: false })
    expect((await refusal(write((unit) => codes.exchange(unit, realm, verifyToken)))).type).to.equal(codes.TokenUnknown)
  })

  it('bear three wrong ones, however many come at once', async () => {
    const { realm } = await project()
    const { session } = await write((unit) => codes.open(unit, realm, { to: freshPhone() }))
    const code = await codeOf(session)
    const guesses = Array.from({ length: 50 }, (_, at) => (at === 19 ? code : wrong(code)))
    const outcomes = await Promise.all(
      guesses.map((guess) =>
        write((unit) => codes.check(unit, realm, { sessionId: session.id, code: guess })).then(
          () => 'right',
          (fault: Fault) => fault.type.code,
        ),
      ),
    )
    const count = (word: string) => outcomes.filter((outcome) => outcome === word).length
    expect(count('right') + count('wrong_code') + count('session_expired')).to.equal(50)
    expect(
      [count('right'), count('wrong_code')],
      'spent by three, unless the right one was among the first',
    ).to.be.deep.oneOf([0, 1, 2].map((tries) => [1, tries]).concat([[0, 3]]))
  })

  it('bear a guess and a new code at the same moment: one of the two comes first, and the try is counted once', async () => {
    for (let round = 0; round < 5; round++) {
      const { realm } = await project()
      const { session } = await opens(realm, { channel: 'sms' })
      const code = await codeOf(session)
      const [checked, sent] = await Promise.all([
        outcome(write((unit) => codes.check(unit, realm, { sessionId: session.id, code }))),
        outcome(
          write((unit) => codes.send(unit, realm, { sessionId: session.id, channel: 'whatsapp', code: '98765' })),
        ),
      ])
      expect([checked, sent]).to.be.deep.oneOf([
        ['done', 'session_expired'],
        ['wrong_code', 'done'],
      ])
    }
  })

  it('are asked for in one session, also when several ask at once: one code is sent', async () => {
    const { realm } = await project()
    const to = freshPhone()
    const opened = await Promise.all([1, 2, 3, 4].map(() => opens(realm, { to, channel: 'sms' })))
    expect(new Set(opened.map(({ session }) => session.id)).size).to.equal(1)
    await world.textsArrive()
    expect(world.carrier.handset(to).texts).to.have.length(1)
  })

  it('live for three minutes, each that is sent anew; the one before stops working', async () => {
    const { realm } = await project()
    const { session } = await opens(realm, { channel: 'sms' })
    const first = await codeOf(session)
    await world.moveClock(170)
    await write((unit) =>
      codes.send(unit, realm, { sessionId: session.id, channel: 'sms', code: first === '12345' ? '54321' : '12345' }),
    )
    await world.moveClock(20)
    expect(await outcome(checks(realm, session, first))).to.equal('wrong_code')
    expect(await outcome(checks(realm, session, '12345'))).to.equal('done')

    const other = await opens(realm, {})
    const code = await codeOf(other.session)
    await world.moveClock(181)
    expect(await outcome(checks(realm, other.session, code))).to.equal('session_expired')
    expect(await outcome(write((unit) => codes.send(unit, realm, { sessionId: other.session.id })))).to.equal(
      'session_expired',
    )
    expect(
      await outcome(world.running.database.read((view) => codes.channelsOf(view, realm, other.session.id))),
    ).to.equal('session_expired')
  })

  it('wait a minute for each channel, which other channels and other projects do not', async () => {
    const [{ realm }, { realm: another }] = [await project(), await project()]
    const to = freshPhone()
    const { session } = await opens(realm, { to, channel: 'sms' })
    const early = await refusal(write((unit) => codes.send(unit, realm, { sessionId: session.id, channel: 'sms' })))
    expect(early.type).to.equal(codes.SentTooEarly)
    expect(early.retryAfterSeconds).to.be.within(58, 60)
    const { session: again, channels } = await opens(realm, { to, channel: 'sms' })
    expect(again.id, 'asked for again').to.equal(session.id)
    expect(channels[0]?.timeoutSeconds).to.be.within(58, 60)
    expect((await opens(another, { to, channel: 'sms' })).session.sentTo).to.equal('sms')
    expect(
      (await write((unit) => codes.send(unit, realm, { sessionId: session.id, channel: 'whatsapp' }))).session.sentTo,
    ).to.equal('whatsapp')
    await world.moveClock(61)
    expect(
      (await write((unit) => codes.send(unit, realm, { sessionId: session.id, channel: 'sms' }))).channel
        .timeoutSeconds,
    ).to.equal(60)
  })

  it('are asked for without being sent; no code fits until one is', async () => {
    const { realm } = await project()
    const { session, channels } = await opens(realm, { isSent: false })
    expect([session.sentTo, channels[0]?.timeoutSeconds]).to.deep.equal([null, 0])
    expect((await refusal(checks(realm, session, '0000'))).details).to.deep.equal({ count: 2 })
    const sent = await write((unit) => codes.send(unit, realm, { sessionId: session.id, code: '2468' }))
    expect(sent.session.sentTo).to.equal('whatsapp')
    expect(await outcome(checks(realm, session, '2468'))).to.equal('done')
  })

  it('are asked of a phone five times an hour', async () => {
    const [{ realm }, { realm: another }] = [await project(), await project()]
    const to = freshPhone()
    for (let turn = 0; turn < 5; turn++) {
      await opens(realm, { to, isSent: false })
      await world.moveClock(181)
    }
    const refused = await refusal(opens(realm, { to, isSent: false }))
    expect(refused.type).to.equal(codes.PhoneBlocked)
    expect(refused.retryAfterSeconds).to.be.within(3600 - 5 * 182, 3600 - 5 * 181)
    expect(await outcome(opens(another, { to, isSent: false })), 'by another project').to.equal('done')
    await world.moveClock(3600 - 5 * 181)
    expect(await outcome(opens(realm, { to, isSent: false }))).to.equal('done')
  })

  it('are asked of nobody for an hour who has spent three sessions with wrong ones', async () => {
    const [{ realm }, { realm: another }] = [await project(), await project()]
    const to = freshPhone()
    let last = ''
    for (let turn = 0; turn < 3; turn++) {
      const { session } = await opens(realm, { to, isSent: false })
      for (const count of [2, 1, 0]) {
        expect((await refusal(checks(realm, session, '0000'))).details).to.deep.equal({ count })
      }
      if (turn < 2) expect(await outcome(checks(realm, session, '0000'))).to.equal('session_expired')
      last = session.id
    }
    expect((await refusal(opens(realm, { to }))).retryAfterSeconds).to.be.within(3590, 3600)
    expect(await outcome(write((unit) => codes.check(unit, realm, { sessionId: last, code: '1' })))).to.equal(
      'phone_blocked',
    )
    expect(await outcome(opens(another, { to })), 'by another project').to.equal('done')
    await world.moveClock(3600)
    expect(await outcome(opens(realm, { to }))).to.equal('done')
  })

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

  it('that are only tried out are sent nowhere, cost nothing, and are shown to who has the secret key', async () => {
    const { realm } = await project({ channels: ['sms'], rules: { paidSendsPerHour: 0 } })
    const to = freshPhone()
    const owned = await opens(realm, { to, isTest: true, isOwner: true })
    expect(owned.testCode).to.match(/^\d{4}$/)
    const stranger = await opens(realm, { isTest: true })
    expect([stranger.testCode, stranger.session.isTest]).to.deep.equal([null, true])
    await world.textsArrive()
    expect(world.carrier.handset(to).texts).to.deep.equal([])
    const { verifyToken, isTest } = await checks(realm, owned.session, owned.testCode ?? '')
    expect(isTest).to.equal(true)
    expect((await write((unit) => codes.exchange(unit, realm, verifyToken))).isTest).to.equal(true)
    expect(await outcome(opens(realm, {})), 'in earnest').to.equal('wrong_balance')
  })

  it('stay with their project: sessions, tokens and messages of another are unknown', async () => {
    const [{ realm }, { realm: another }] = [await project(), await project()]
    const { session } = await opens(realm, {})
    const code = await codeOf(session)
    expect(await outcome(checks(another, session, code))).to.equal('session_not_found')
    expect(await outcome(write((unit) => codes.send(unit, another, { sessionId: session.id })))).to.equal(
      'session_not_found',
    )
    const { verifyToken } = await checks(realm, session, code)
    expect(await outcome(write((unit) => codes.exchange(unit, another, verifyToken)))).to.equal('token_unknown')
    await world.moveClock(181)
    expect(await outcome(write((unit) => codes.exchange(unit, realm, verifyToken))), 'too late').to.equal(
      'token_unknown',
    )
  })

  it('cost a project no more than it may spend in an hour, however many are asked for at once', async () => {
    const { realm } = await project({ channels: ['sms', 'email'], rules: { paidSendsPerHour: 3 } })
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(opens(realm, {}))))
    expect(outcomes.filter((one) => one === 'done')).to.have.length(3)
    expect(outcomes.filter((one) => one === 'wrong_balance')).to.have.length(5)
    expect(await outcome(opens(realm, { to: 'free@example.com' }))).to.equal('done')
  })

  it('are not sent to numbers that lie together and whose codes do not come back, whichever project asks', async () => {
    const [{ realm }, { realm: another }] = [await project({ channels: ['sms', 'email'] }), await project()]
    const near = (last: number) => `+7999111${String(last).padStart(4, '0')}`
    for (let last = 0; last < 20; last++) await opens(realm, { to: near(last) })
    await world.moveClock(180)
    for (const of of [realm, another]) {
      const refused = await refusal(opens(of, { to: near(20), channel: 'sms' }))
      expect(refused.type).to.equal(codes.Blocked)
      expect(refused.retryAfterSeconds).to.be.greaterThan(11 * 3600)
    }
    expect(await outcome(opens(realm, {})), 'elsewhere').to.equal('done')
  })

  it('that whoever asks for them knows prove nothing by coming back, and are few to numbers that lie together', async () => {
    const { realm } = await project({ channels: ['sms', 'whatsapp'] })
    const near = (last: number) => `+7999333${String(last).padStart(4, '0')}`
    for (let last = 0; last < 20; last++) {
      const { session } = await opens(realm, { to: near(last), channel: 'sms' })
      // A pumper has another code sent that they know, to make it look as if the one before had come back.
      const given = { sessionId: session.id, channel: 'whatsapp', code: '1234' } as const
      if (last < 10) await write((unit) => codes.send(unit, realm, given))
      if (last < 10) await checks(realm, session, '1234')
    }
    await world.moveClock(180)
    expect(await outcome(opens(realm, { to: near(20) })), 'none has come back').to.equal('blocked')

    const far = (last: number) => `+7999444${String(last).padStart(4, '0')}`
    for (let last = 0; last < 60; last++) await opens(realm, { to: far(last), code: '1234' })
    await world.moveClock(3601)
    expect(await outcome(opens(realm, { to: far(60), code: '1234' }))).to.equal('blocked')
    expect(await outcome(opens(realm, { to: far(60), code: '1234', isOwner: true })), 'its server').to.equal('done')
    expect(await outcome(opens(realm, { to: far(61) })), 'a code of ours').to.equal('done')
  })

  it('that their project compares itself are not missed when they do not come back', async () => {
    const { realm } = await project({ channels: ['sms'] })
    const near = (last: number) => `+7999222${String(last).padStart(4, '0')}`
    for (let last = 0; last < 20; last++) {
      await write((unit) => codes.sendManually(unit, realm, { to: near(last), channel: 'sms' }))
    }
    await world.moveClock(180)
    expect(await outcome(opens(realm, { to: near(20) }))).to.equal('done')
  })

  it('that are sent by hand move forward only, and end once, by the last word or by silence', async () => {
    const { realm } = await project()
    const { database } = world.running
    const sent = async () => {
      // Nobody hears of it, so that nobody but this test says what becomes of it.
      const { no } = await write((unit) =>
        codes.sendManually({ ...unit, emit: () => {} }, realm, { to: freshPhone(), channel: 'sms' }),
      )
      return { no, ...(await database.sql('manual_messages').where({ no }).first('id')) }
    }
    const report = (id: string, status: codes.ManualStatus, error: string | null = null) =>
      write((unit) => codes.reportManual(unit, id, { status, error }))
    const status = async (no: number) => (await database.read((view) => codes.manualMessage(view, realm, no))).status
    const endings = (id: string) =>
      database.sql('events').where({ name: 'manual_message.finished' }).whereRaw(`data ->> 'message_id' = ?`, [id])

    const [told, silent, unsent] = [await sent(), await sent(), await sent()]
    await report(told.id, 'sent')
    await report(told.id, 'sending')
    expect(await status(told.no)).to.equal('sent')
    await Promise.all([report(told.id, 'delivered'), report(told.id, 'delivered'), report(told.id, 'failed', '30003')])
    await report(told.id, 'failed', '30003')
    expect(await endings(told.id)).to.have.length(1)

    await report(silent.id, 'sent')
    await write(codes.finishSilent)
    expect(await endings(silent.id)).to.have.length(0)
    await world.moveClock(3601)
    await write(codes.finishSilent)
    expect([await status(silent.no), await status(unsent.no)]).to.deep.equal(['sent', 'failed'])
    expect(await endings(silent.id)).to.have.length(1)
  })

  it('are forgotten once no limit looks back to them', async () => {
    const { realm } = await project()
    const { session } = await opens(realm, { channel: 'sms' })
    await checks(realm, session, await codeOf(session))
    await opens(realm, { isSent: false })
    const { sql } = world.running.database
    const kept = async () => ({
      sessions: await sql('challenges').where({ realm_id: realm.id }),
      sends: await sql('code_sends').where({ realm_id: realm.id }),
      tokens: await sql('code_tokens').where({ realm_id: realm.id }),
      recipients: await sql('code_recipients').where({ realm_id: realm.id }),
    })
    const tidyAll = async () => {
      await write(tidy)
      await write(codes.tidy)
    }
    await world.moveClock(86_400)
    await tidyAll()
    expect(Object.values(await kept()).map(({ length }) => length)).to.deep.equal([2, 1, 1, 2])
    await world.moveClock(2 * 86_400)
    await tidyAll()
    expect(Object.values(await kept()).map(({ length }) => length)).to.deep.equal([0, 0, 0, 1])
    await world.moveClock(180 * 86_400)
    await tidyAll()
    expect((await kept()).recipients).to.have.length(0)
  })

  it('are sent by hand for a project that compares them itself, which is given them encrypted', async () => {
    const { realm, secretKey } = await project()
    const [{ realm: another }, to] = [await project(), freshPhone()]
    const made = await write((unit) =>
      codes.sendManually(unit, realm, { to, channel: 'sms', code: '778899', callbackUrl: 'https://shop.example/told' }),
    )
    expect(made.status).to.equal('queued')
    const key = createHash('sha256').update(secretKey).digest('base64').slice(0, 32)
    const [, iv = '', hidden = ''] = /^aes_256_cbc_([0-9a-f]{32})([0-9a-f]+)$/.exec(made.code ?? '') ?? []
    const decipher = createDecipheriv('aes-256-cbc', key, Buffer.from(iv, 'hex'))
    expect(decipher.update(hidden, 'hex', 'utf8') + decipher.final('utf8')).to.equal('778899')
    const shown = () => world.running.database.read((view) => codes.manualMessage(view, realm, made.no))
    expect((await shown()).code).to.equal(null)
    expect(await outcome(world.running.database.read((view) => codes.manualMessage(view, another, made.no)))).to.equal(
      'message_not_found',
    )
    expect(
      await outcome(write((unit) => codes.sendManually(unit, realm, { to, channel: 'sms', providerId: 'x' }))),
    ).to.equal('validation_failed')
    expect(await outcome(write((unit) => codes.sendManually(unit, realm, { to, channel: 'sms' })))).to.equal(
      'sent_too_early',
    )
  })
})
