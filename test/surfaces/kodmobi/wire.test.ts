import { expect } from 'chai'
import * as realms from '#domain/realms'
import { methodsOf, referencePath } from '#kit/openapi'
import { askAt, codeAt, freshIp, freshPhone, Project } from '#test/kodmobi'
import { declared } from '#test/kodmobi-endpoints'
import { World } from '#test/world'

const PAGE = 'https://shop.example'

describe('The kod.mobi API, on the wire,', () => {
  let world: World
  let project: Project

  before(async () => {
    world = await World.start({ CORS_ORIGINS: 'https://app.example' }, { isOneTime: true })
    project = await Project.begin(world)
  })
  after(() => world.end())

  it('has ids as ULIDs: the 128 bits of what the database has, in either case, with letters that look alike', async () => {
    for (let session = 0; session < 5; session++) {
      const phone = freshPhone()
      const { body } = await project.ask('/session/create', { method: 'POST', asked: { to: phone, send: false } })
      const [id] = await world.running.database
        .sql('challenges')
        .where({ destination: `+${phone}` })
        .pluck('id')
      expect(body.session_id).to.equal(ulid(id))
      for (const written of [
        body.session_id.toLowerCase(),
        body.session_id.replaceAll('0', 'O').replaceAll('1', 'l'),
      ]) {
        const channels = await project.ask('/session/channels', { asked: { session_id: written } })
        expect(channels.status, written).to.equal(200)
      }
      for (const none of [`8${body.session_id.slice(1)}`, body.session_id.slice(1), `${body.session_id}0`, id]) {
        expect((await project.ask('/session/channels', { asked: { session_id: none } })).status, none).to.equal(404)
      }
    }
    // The first example of the specification of ULIDs is 1469918176385 ms.
    expect(ulid('01563df3-6481-0000-0000-000000000000')).to.match(/^01ARYZ6S41/)
  })

  it('takes numbers as its own clients write them into an address', async () => {
    const digits = freshPhone()
    const [area, first, second, third] = [digits.slice(1, 4), digits.slice(4, 7), digits.slice(7, 9), digits.slice(9)]
    const sessions = new Set<string>()
    for (const phone of [
      `%2B7+${area}+${first}+${second}+${third}`,
      `+7${digits.slice(1)}`,
      `+7+${area}+${first}+${second}+${third}`,
      `%2B${digits}`,
      `8${digits.slice(1)}`,
      digits,
    ]) {
      const { status, body } = await project.ask(`/api/v1/message/create?phone=${phone}&send=false&lang=en`)
      expect(status, phone).to.equal(200)
      sessions.add(body.data.session_id)
    }
    const posted = await project.ask('/v1/message/create', {
      method: 'POST',
      asked: { phone: Number(digits), send: false },
    })
    sessions.add(posted.body.data.session_id)
    expect(sessions.size).to.equal(1)
  })

  it('takes the key from its header alone', async () => {
    const phone = freshPhone()
    const inQuery = await askAt(world, '/api/v2/message/create', { asked: { phone, 'x-api-key': project.publicKey } })
    const inBody = await askAt(world, '/session/create', {
      method: 'POST',
      asked: { to: phone, 'x-api-key': project.publicKey },
    })
    const asBearer = await askAt(world, '/session/channels', {
      headers: { Authorization: `Bearer ${project.publicKey}` },
    })
    expect([inQuery.status, inBody.status, asBearer.status]).to.deep.equal([401, 401, 401])
    expect(inQuery.body).to.deep.equal({
      success: false,
      error: 'Unauthorized. Your API key is wrong.',
      error_params: {},
      status: 401,
      sys_message: 'ERROR_ACCESS_DENIED',
    })
    expect((await project.ask('/session/channels', { key: project.publicKey.toUpperCase() })).status).to.equal(200)
  })

  it('lets nobody in by a key that was replaced, or of a project that is disabled, wherever they ask', async () => {
    const { database } = world.running
    const [closed, moved] = [await Project.begin(world), await Project.begin(world)]
    await database.write(async (unit) => {
      await realms.setDisabled(unit, closed.realm, true)
      await realms.rotate(unit, moved.realm, 'public')
      await realms.rotate(unit, moved.realm, 'secret')
    })
    const keys = [closed.publicKey, closed.secretKey, moved.publicKey, moved.secretKey, null]
    for (const endpoint of declared.endpoints) {
      const path = referencePath(endpoint).replace('{id}', '1')
      for (const method of methodsOf(endpoint)) {
        for (const key of keys) {
          const { status, body } = await askAt(world, path, { method, key })
          expect([status, body.sys_message], `${method} ${path}`).to.deep.equal([401, 'ERROR_ACCESS_DENIED'])
        }
        const { status } = await project.ask(path, { method })
        if (endpoint.auth === 'secret_key') expect(status, path).to.equal(403)
        else expect(status, path).not.to.be.oneOf([401, 403])
      }
    }
    await database.write((unit) => realms.setDisabled(unit, closed.realm, false))
    expect((await closed.ask('/v2/settings')).status).to.equal(200)
  })

  it('is asked for nothing by HEAD that would send a code', async () => {
    const phone = freshPhone()
    const head = await project.ask('/api/v2/message/create', { method: 'HEAD', asked: { phone, type: 'sms' } })
    expect([head.status, head.headers.get('allow')]).to.deep.equal([405, 'GET, POST'])
    await world.textsArrive()
    expect(world.carrier.handset(`+${phone}`).texts).to.have.length(0)
    expect((await project.ask('/v2/settings', { method: 'HEAD' })).status).to.equal(200)
  })

  it('refuses what nobody answers in its own words, and leaves to Kadoink what is below Kadoink', async () => {
    for (const path of ['/api/v2', '/api/v2/nope', '/api/v1/message', '/api/v1/message/nope', '/v1/x/y']) {
      const { status, body } = await project.ask(path)
      expect([status, body.success, body.sys_message], path).to.deep.equal([404, false, 'ERROR_BAD_REQUEST'])
    }
    for (const path of ['/v2/nope', '/session', '/session/x', '/verify/x', '/manual', '/manual/message']) {
      const { status, body } = await project.ask(path)
      expect([status, 'success' in body, body.sys_message], path).to.deep.equal([404, false, 'ERROR_BAD_REQUEST'])
    }
    for (const path of ['/api/v1/nope', '/api/v1/messages', '/nope', '/v3/x', '/verification']) {
      const { status, body } = await project.ask(path)
      expect([status, body.error.code], path).to.deep.equal([404, 'not_found'])
    }
    const wrong = await project.ask('/session/create')
    expect([wrong.status, wrong.headers.get('allow'), wrong.body.status]).to.deep.equal([405, 'POST', 405])
    expect((await project.ask('/api/v1/contacts')).body.error.code, 'still Kadoink').to.equal('unauthorized')
  })

  it('refuses bodies that are none, each family in its own words', async () => {
    for (const [path, isBare] of [
      ['/api/v2/message/create', false],
      ['/session/create', true],
    ] as const) {
      const send = async (body: string, headers: Record<string, string> = {}) => {
        const { status, body: said } = await project.ask(path, { method: 'POST', asked: body, headers })
        expect(['success' in said, said.sys_message], body.slice(0, 20)).to.deep.equal([!isBare, 'ERROR_BAD_REQUEST'])
        return status
      }
      expect(await send('{')).to.equal(400)
      expect(await send('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' })).to.equal(415)
      expect(await send('{}', { 'Content-Encoding': 'gzip' })).to.equal(415)
      expect(await send(`{"phone":"${'7'.repeat(20_000)}"}`)).to.equal(413)
      for (const odd of ['[]', 'null', '"x"', '7', '{"__proto__":{"phone":"79522966236"}}']) {
        expect(await send(odd), odd).to.equal(400)
      }
    }
  })

  it('complains about every field by its name, whatever stands in it', async () => {
    const wrongs = [[], {}, true, 'x'.repeat(5000), '\u0000']
    for (const endpoint of declared.endpoints.filter(({ body }) => body)) {
      const path = referencePath(endpoint)
      const shape = (endpoint.body as unknown as { shape: object }).shape
      for (const field of Object.keys(shape).filter((name) => name !== 'lang')) {
        for (const wrong of wrongs) {
          const asked = {
            phone: freshPhone(),
            to: freshPhone(),
            session_id: 'x',
            code: '1234',
            verify_token: 'x',
            [field]: wrong,
          }
          const more = { type: 'sms', channel: 'sms', [field]: wrong }
          const { status, body } = await project.askAsServer(path, { method: 'POST', asked: { ...asked, ...more } })
          if (endpoint.body?.safeParse({ ...asked, ...more }).success && wrong !== '\u0000') continue
          expect([status, Object.keys(body.errors)], `${path} ${field}`).to.deep.equal([400, [field]])
          expect(body.error).to.equal(body.errors[field][0])
        }
      }
    }
  })

  describe('for pages of any origin,', () => {
    const preflight = (path: string, method: string) =>
      fetch(world.url + path, {
        method: 'OPTIONS',
        headers: {
          Origin: PAGE,
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'x-api-key,x-cf-turnstile-token',
        },
      })

    it('says before they ask that they may, and what they may send', async () => {
      for (const [path, method] of [
        ['/api/v1/message/create?phone=%2B7+952+296+62+36', 'GET'],
        ['/api/v2/message/send', 'GET'],
        ['/v1/message/check', 'POST'],
        ['/api/v2/channel/check', 'GET'],
        ['/v2/create', 'POST'],
        ['/session/channels', 'GET'],
        ['/v2/settings', 'GET'],
      ] as const) {
        const { status, headers } = await preflight(path, method)
        expect([status, headers.get('access-control-allow-origin')], path).to.deep.equal([204, '*'])
        const allowed = headers.get('access-control-allow-headers')?.split(',')
        expect(allowed).to.include.members([
          'x-api-key',
          'content-type',
          'accept',
          'accept-language',
          'x-cf-turnstile-token',
        ])
        expect(headers.get('access-control-allow-methods')).to.include(method)
        expect(headers.get('access-control-allow-credentials')).to.equal(null)
        expect(headers.get('access-control-max-age')).to.equal('7200')
      }
    })

    it('lets them read answers and refusals alike', async () => {
      const headers = { Origin: PAGE }
      const answers = [
        await project.ask('/v2/settings', { headers }),
        await project.ask('/api/v2/message/create', { headers, asked: { phone: 'x' } }),
        await project.ask('/api/v2/message/create', { headers, key: null }),
        await project.ask('/api/v2/nowhere', { headers }),
        await project.ask('/v2/create', { headers, method: 'POST', asked: '{' }),
        await project.ask('/v2/create', { headers, method: 'DELETE' }),
      ]
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 400, 401, 404, 400, 405])
      for (const { headers: said } of answers) {
        expect(said.get('access-control-allow-origin')).to.equal('*')
        expect(said.get('access-control-expose-headers')).to.include('Retry-After')
      }
    })

    it('says nothing where a secret key is wanted, and leaves Kadoink to its own origins', async () => {
      for (const [path, method] of [
        ['/verify', 'POST'],
        ['/v1/message/verify', 'POST'],
        ['/manual/send', 'POST'],
        ['/manual/channels', 'GET'],
        ['/manual/message/1', 'GET'],
        ['/api/v1/contacts', 'GET'],
      ] as const) {
        const { headers } = await preflight(path, method)
        expect(headers.get('access-control-allow-origin'), path).to.equal(null)
      }
      const asked = await project.askAsServer('/manual/channels', { headers: { Origin: PAGE } })
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).to.deep.equal([200, null])
    })
  })

  it('counts what pages ask by address, and what servers ask by key', async () => {
    const ip = freshIp()
    const phone = freshPhone()
    const asked = { phone, send: false }
    for (let request = 0; request < 60; request++) {
      expect((await project.ask('/api/v2/message/create', { asked, ip })).status).to.equal(200)
    }
    const refused = await project.ask('/v2/create', { method: 'POST', asked: { to: phone, send: false }, ip })
    expect([refused.status, refused.body.sys_message]).to.deep.equal([429, 'ERROR_MESSAGE_ATTEMPT'])
    expect(refused.headers.get('retry-after')).to.equal(String(refused.body.error_params.timeout))
    expect(refused.body.error_params.timeout).to.be.within(3000, 3600)
    expect((await project.ask('/api/v2/message/create', { asked })).status, 'from elsewhere').to.equal(200)
    expect((await project.askAsServer('/api/v2/message/create', { asked, ip })).status, 'a server').to.equal(200)
  })

  it('asks e-mail addresses too, where it asks for `to`', async () => {
    const to = `ana${freshPhone()}@example.com`
    const made = await project.ask('/session/create', { method: 'POST', asked: { to: to.toUpperCase() } })
    expect([made.status, made.body.sent_to]).to.deep.equal([200, 'email'])
    expect(made.body.channels.map(({ type }: { type: string }) => type)).to.deep.equal(['email'])
    const [letter] = await world.mail(to)
    const code = /\b\d{4}\b/.exec(letter?.subject ?? letter?.text ?? '')?.[0]
    const asked = { session_id: made.body.session_id, code }
    const checked = await project.ask('/session/check', { method: 'POST', asked })
    expect(checked.status).to.equal(200)
    const { body } = await project.askAsServer('/verify', { method: 'POST', asked: checked.body })
    expect(body).to.deep.equal({ phone: null, email: to, to, is_test: false })
    const bad = await project.ask('/session/create', { method: 'POST', asked: { to: 'ana@' } })
    expect(bad.body.errors).to.deep.equal({ to: ['That is not an e-mail address.'] })
    expect((await project.ask('/api/v2/message/create', { asked: { phone: to } })).status).to.equal(400)
  })

  it('says what a page needs to know, and how channels stand for a session', async () => {
    const phone = freshPhone()
    const { body: settings } = await project.ask('/v2/settings?session_id=')
    expect(settings).to.deep.equal({
      language: 'en',
      project: { name: project.realm.name },
      code: { length: 4, digits: true, letters: false },
      challenge: { enabled: false, api_key: null },
    })
    const { body: all } = await project.ask('/session/channels')
    expect(all.map(({ type }: { type: string }) => type)).to.include.members(['sms', 'telegram', 'email'])
    const { body: made } = await project.ask('/v2/create', { method: 'POST', asked: { to: phone, type: 'sms' } })
    const { body: own } = await project.ask('/v2/channels', { asked: { session_id: made.session_id } })
    expect(own).to.deep.equal(made.channels)
    const sms = own.find(({ type }: { type: string }) => type === 'sms')
    expect(sms).to.deep.include({ name: 'SMS', is_active: true, timeout: 60, link: null })
    const icon = await fetch(sms.image_url)
    expect([icon.status, icon.headers.get('content-type')]).to.deep.equal([200, 'image/svg+xml'])
    expect((await fetch(`${world.url}/kodmobi/icons/constructor.svg`)).status).to.equal(404)
    const lives = new Date(made.session_expired_at).getTime() - world.carrier.clock.now().getTime()
    expect(lives).to.equal(180_000)
    const { body: russian } = await project.ask('/v2/settings', { headers: { 'Accept-Language': 'ru' } })
    expect(russian.language).to.equal('ru')
    expect((await codeAt(world, phone)).length).to.equal(4)
  })
})

/** A ULID by the book: 130 bits, five at a time. */
function ulid(id: string): string {
  const bits = [...id.replaceAll('-', '')].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
  const fives = `00${bits.join('')}`.match(/.{5}/g) ?? []
  return fives.map((five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number.parseInt(five, 2)]).join('')
}
