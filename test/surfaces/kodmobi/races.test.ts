import { expect } from 'chai'
import { codeAt, freshPhone, Project, wrongFor } from '#test/kodmobi'
import type { Answer } from '#test/people'
import { World } from '#test/world'

/** What an answer says, in one word: `ok`, or the name of its refusal. */
const said = ({ status, body }: Answer): string => (status === 200 ? 'ok' : String(body.sys_message))

describe('Requests to kod.mobi that come at the same moment', () => {
  let world: World
  let project: Project

  before(async () => {
    world = await World.start()
    project = await Project.begin(world)
  })
  after(() => world.end())

  const create = (phone: string, type = 'sms') => project.ask('/api/v2/message/create', { asked: { phone, type } })
  const check = (session_id: string, code: string) =>
    project.ask('/api/v2/message/check', { asked: { session_id, code } })

  it('are three tries together when they guess, wherever the right one stands among them', async () => {
    for (const place of [0, 19, 49]) {
      const phone = freshPhone()
      const { session_id } = (await create(phone)).body.data
      const code = await codeAt(world, phone)
      const guesses = Array.from({ length: 50 }, (_, at) => (at === place ? code : wrongFor(code)))
      const answers = (await Promise.all(guesses.map((guess) => check(session_id, guess)))).map(said)
      const count = (word: string) => answers.filter((answer) => answer === word).length
      expect(count('ok') + count('ERROR_MESSAGE_WRONG_CODE') + count('ERROR_SESSION_EXPIRED')).to.equal(50)
      expect([count('ok'), count('ERROR_MESSAGE_WRONG_CODE')]).to.be.deep.oneOf([
        [1, 0],
        [1, 1],
        [1, 2],
        [0, 3],
      ])
      expect(said(await check(session_id, code)), 'afterwards').to.equal('ERROR_SESSION_EXPIRED')
    }
  })

  it('are three tries together when the right one comes twentieth, after all that came before it', async () => {
    const phone = freshPhone()
    const { session_id } = (await create(phone)).body.data
    const code = await codeAt(world, phone)
    const before = await Promise.all(Array.from({ length: 19 }, () => check(session_id, wrongFor(code))))
    expect(before.map(said).filter((answer) => answer === 'ERROR_MESSAGE_WRONG_CODE')).to.have.length(3)
    const counts = before.filter(({ status }) => status === 400).map(({ body }) => body.error_params.count)
    expect(counts.sort()).to.deep.equal([0, 1, 2])
    expect(said(await check(session_id, code))).to.equal('ERROR_SESSION_EXPIRED')
  })

  it('share one session and one code when they create', async () => {
    const phone = freshPhone()
    const opened = await Promise.all([1, 2, 3, 4, 5].map(() => create(phone)))
    expect(opened.map(said)).to.deep.equal(['ok', 'ok', 'ok', 'ok', 'ok'])
    expect(new Set(opened.map(({ body }) => body.data.session_id)).size).to.equal(1)
    expect(new Set(opened.map(({ body }) => body.data.sent_to))).to.deep.equal(new Set(['sms']))
    await world.textsArrive()
    expect(world.carrier.handset(`+${phone}`).texts).to.have.length(1)
  })

  it('follow one another when one checks and one sends anew: the old code is good or it is not', async () => {
    for (let round = 0; round < 4; round++) {
      const phone = freshPhone()
      const { session_id } = (await create(phone)).body.data
      const code = await codeAt(world, phone)
      const [checked, sent] = await Promise.all([
        check(session_id, code),
        project.ask('/api/v2/message/send', { asked: { session_id, type: 'whatsapp', code: '98765' } }),
      ])
      expect([said(checked), said(sent)]).to.be.deep.oneOf([
        ['ok', 'ERROR_SESSION_EXPIRED'],
        ['ERROR_MESSAGE_WRONG_CODE', 'ok'],
      ])
    }
  })

  it('send one code by one channel when they send anew', async () => {
    const phone = freshPhone()
    const { session_id } = (await create(phone, 'sms')).body.data
    const again = { asked: { session_id, type: 'whatsapp' } }
    const sent = await Promise.all([1, 2, 3].map(() => project.ask('/api/v2/message/send', again)))
    expect(sent.map(said).sort()).to.deep.equal(['ERROR_MESSAGE_ATTEMPT', 'ERROR_MESSAGE_ATTEMPT', 'ok'])
  })

  it('use a token up once', async () => {
    const phone = freshPhone()
    const { session_id } = (await create(phone)).body.data
    const { verify_token } = (await check(session_id, await codeAt(world, phone))).body.data
    const used = await Promise.all(
      [1, 2, 3, 4].map(() => project.askAsServer('/v1/message/verify', { method: 'POST', asked: { verify_token } })),
    )
    expect(used.filter(({ status }) => status === 200)).to.have.length(1)
  })

  it('are five sessions in an hour together', async () => {
    const phone = freshPhone()
    for (let turn = 0; turn < 4; turn++) {
      const opened = await project.ask('/api/v2/message/create', { asked: { phone, send: false } })
      expect(said(opened)).to.equal('ok')
      await world.moveClock(181)
    }
    expect((await Promise.all([1, 2, 3].map(() => create(phone)))).map(said)).to.deep.equal(['ok', 'ok', 'ok'])
    await world.moveClock(181)
    const refused = await Promise.all([1, 2, 3].map(() => create(phone)))
    expect(new Set(refused.map(said))).to.deep.equal(new Set(['ERROR_PHONE_BLOCKED']))
  })
})
