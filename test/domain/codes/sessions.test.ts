import { expect } from 'chai'
import * as codes from '#domain/codes'
import { tidy } from '#domain/verification'
import type { Fault } from '#kit/fault'
import { asking } from '#test/codes-stage'
import { World } from '#test/world'

describe('The codes of a project', () => {
  let world: World

  before(async () => {
    world = await World.start({}, { isOneTime: true })
  })
  after(() => world.end())

  const { write, project, freshPhone, refusal, codeOf, outcome, opens, checks } = asking(() => world)
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
    expect(early.retryAfterSeconds).to.equal(60)
    const { session: again, channels } = await opens(realm, { to, channel: 'sms' })
    expect(again.id, 'asked for again').to.equal(session.id)
    expect(channels[0]?.timeoutSeconds).to.equal(60)
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
    expect(refused.retryAfterSeconds).to.equal(3600 - 5 * 181)
    expect(await outcome(opens(another, { to, isSent: false })), 'by another project').to.equal('done')
    await world.moveClock(3600 - 5 * 181)
    expect(await outcome(opens(realm, { to, isSent: false }))).to.equal('done')
  })

  it('are asked of nobody for an hour who has spent three sessions with wrong ones', async () => {
    const [{ realm }, { realm: another }] = [await project(), await project()]
    const to = freshPhone()
    let last = ''
    for (let turn = 0; turn < 3; turn++) {
      const { session } = await opens(realm, { to, channel: 'sms' })
      for (const count of [2, 1, 0]) {
        expect((await refusal(checks(realm, session, 'none'))).details).to.deep.equal({ count })
      }
      if (turn < 2) expect(await outcome(checks(realm, session, 'none'))).to.equal('session_expired')
      last = session.id
    }
    const sealed = await world.running.database.sql('challenges').where({ realm_id: realm.id }).pluck('code_sealed')
    expect(sealed, 'what is spent is not kept').to.deep.equal([null, null, null])
    expect((await refusal(opens(realm, { to }))).retryAfterSeconds).to.equal(3600)
    expect(await outcome(write((unit) => codes.check(unit, realm, { sessionId: last, code: '1' })))).to.equal(
      'phone_blocked',
    )
    expect(await outcome(opens(another, { to })), 'by another project').to.equal('done')
    await world.moveClock(3600)
    expect(await outcome(opens(realm, { to }))).to.equal('done')
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
})
