import { expect } from 'chai'
import { type Fault, InternalError } from '#kit/fault'
import { possibleFaults } from '#kit/openapi'
import { freshPhone, Project } from '#test/kodmobi'
import { declared } from '#test/kodmobi-endpoints'
import { World } from '#test/world'

const isRussian = (text: string) => /[а-яё]/i.test(text)

describe('What kod.mobi says, in English and in Russian,', () => {
  let world: World
  let project: Project

  before(async () => {
    world = await World.start()
    project = await Project.begin(world)
  })
  after(() => world.end())

  /** Whether a refusal of a bad phone is in Russian. */
  const speaksRussian = async (asked: object, headers: Record<string, string> = {}, method = 'GET') => {
    const { body } = await project.ask('/api/v2/message/create', { method, asked: { phone: 'x', ...asked }, headers })
    expect(isRussian(body.error)).to.equal(isRussian(body.errors.phone[0]))
    return isRussian(body.error)
  }

  it('has words for every refusal that an endpoint declares', () => {
    const says = (fault: Fault, language: string) => {
      const request = {
        id: 'x',
        ip: 'x',
        userAgent: null,
        authorization: null,
        headers: { 'accept-language': language },
      }
      const { body } = declared.surface.renderFault(fault, { request, path: '/v2', query: {}, body: undefined })
      return body as { error: string; sys_message: string }
    }
    for (const endpoint of declared.endpoints) {
      for (const type of possibleFaults(declared.surface, endpoint)) {
        const [english, russian] = [says(type(), 'en'), says(type(), 'ru')]
        expect([isRussian(english.error), isRussian(russian.error)], type.code).to.deep.equal([false, true])
        expect(english.sys_message)
          .to.match(/^ERROR_[A-Z_]+$/)
          .and.equal(russian.sys_message)
        expect(english.sys_message === 'ERROR_SERVER', type.code).to.equal(type === InternalError)
      }
    }
  })

  it('goes by `lang`, else by what is accepted, else is English', async () => {
    expect(await speaksRussian({})).to.equal(false)
    expect(await speaksRussian({ lang: 'ru' })).to.equal(true)
    expect(await speaksRussian({ lang: 'ru' }, {}, 'POST')).to.equal(true)
    expect(await speaksRussian({ lang: 'RU-ru' })).to.equal(true)
    expect(await speaksRussian({ lang: 'en' }, { 'Accept-Language': 'ru' })).to.equal(false)
    expect(await speaksRussian({ lang: 'de' }, { 'Accept-Language': 'ru' })).to.equal(true)
    expect(await speaksRussian({ lang: ['ru'] }, {}, 'POST')).to.equal(false)
    for (const [header, russian] of [
      ['ru', true],
      ['ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7', true],
      ['en-US,en;q=0.9,ru;q=0.8', false],
      ['de,ru;q=0.3,en;q=0.2', true],
      ['en;q=0.2, ru;q=0.8', true],
      ['ru;q=0', false],
      ['rum', false],
      ['*', false],
      [',;q=,ru', true],
    ] as const) {
      expect(await speaksRussian({}, { 'Accept-Language': header }), header).to.equal(russian)
    }
  })

  it('holds for every complaint about a field', async () => {
    const asked = async (path: string, body: object) => {
      const answer = await project.askAsServer(path, { method: 'POST', asked: { lang: 'ru', ...body } })
      expect(answer.status, JSON.stringify(body)).to.equal(400)
      return Object.values<string[]>(answer.body.errors).flat()
    }
    const phone = freshPhone()
    const said = [
      await asked('/session/create', {}),
      await asked('/session/create', { to: [] }),
      await asked('/session/create', { to: 'x'.repeat(500) }),
      await asked('/session/create', { to: 'x' }),
      await asked('/session/create', { to: 'x@' }),
      await asked('/session/create', { to: '+78005553535' }),
      await asked('/session/create', { to: '+15551234567' }),
      await asked('/session/create', { to: phone, type: 'pigeon' }),
      await asked('/session/create', { to: phone, send: 'perhaps' }),
      await asked('/session/create', { to: phone, code: 'x' }),
      await asked('/session/create', { to: phone, code: 'aes_256_cbc_00' }),
      await asked('/session/send', { session_id: 'x' }),
      await asked('/session/check', { session_id: 'x', code: '' }),
      await asked('/manual/send', { to: phone, channel: 'sms', callback_url: 'javascript:x' }),
      await asked('/manual/send', { to: phone, channel: 'sms', provider_id: 'pigeon' }),
    ].flat()
    const unread = { headers: { 'Accept-Language': 'ru' }, asked: { phone: '\u0000' } }
    said.push((await project.ask('/api/v2/message/create', unread)).body.error)
    const key = { 'Idempotency-Key': 'x'.repeat(65), 'Accept-Language': 'ru' }
    said.push((await project.ask('/api/v2/message/create', { headers: key, asked: { phone } })).body.error)
    for (const sentence of said) expect(isRussian(sentence), sentence).to.equal(true)
    const closed = (await Project.begin(world, { takesPlainCodes: false })).ask('/session/create', {
      method: 'POST',
      asked: { to: phone, code: '1234', lang: 'ru' },
    })
    expect(isRussian((await closed).body.errors.code[0])).to.equal(true)
  })

  it('holds for channels and for the codes themselves', async () => {
    const phone = freshPhone()
    const { body } = await project.ask('/api/v2/message/create', { asked: { phone, type: 'sms', lang: 'ru' } })
    for (const { description } of body.data.client_channels) expect(isRussian(description)).to.equal(true)
    const { body: english } = await project.ask('/session/channels')
    for (const { description } of english) expect(isRussian(description)).to.equal(false)
  })
})
