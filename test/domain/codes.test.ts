import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import * as codes from '#domain/codes'
import * as realms from '#domain/realms'
import { message } from '#domain/verification'
import type { Fault } from '#kit/fault'
import type { Unit } from '#kit/unit'
import { World } from '#test/world'

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
    expect(count('wrong_code')).to.be.at.most(3)
    expect(count('right') === 1 || count('wrong_code') === 3).to.equal(true)
  })

  it('are asked for in one session, also when two ask at once', async () => {
    const { realm } = await project()
    const to = freshPhone()
    const opened = await Promise.all(
      [1, 2, 3, 4].map(() => write((unit) => codes.open(unit, realm, { to, channel: 'sms' }))),
    )
    expect(new Set(opened.map(({ session }) => session.id)).size).to.equal(1)
    await world.textsArrive()
    expect(world.carrier.handset(to).texts).to.have.length(1)
  })

  it('may be given, in plain text or encrypted with the secret key', async () => {
    const { realm, secretKey } = await project()
    const key = createHash('sha256').update(secretKey).digest('base64').slice(0, 32)
    const encrypted = (prefix: string, cipher: string, bytes: number) => {
      const iv = randomBytes(16)
      const made = createCipheriv(cipher, key.slice(0, bytes), iv)
      return `${prefix}${iv.toString('hex')}${Buffer.concat([made.update('4711'), made.final()]).toString('hex')}`
    }
    for (const code of [
      '4711',
      encrypted('aes_256_cbc_', 'aes-256-cbc', 32),
      encrypted('camellia_128_cbc_', 'camellia-128-cbc', 16),
    ]) {
      const { session } = await write((unit) => codes.open(unit, realm, { to: freshPhone(), code }))
      expect(await codeOf(session)).to.equal('4711')
    }
    const bad = await refusal(write((unit) => codes.open(unit, realm, { to: freshPhone(), code: 'aes_256_cbc_00' })))
    expect(bad.fields).to.have.property('code')
  })
})
