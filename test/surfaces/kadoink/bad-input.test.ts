import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import type { Endpoint } from '#kit/endpoint'
import {
  ask,
  Crowd,
  declared,
  fieldsOf,
  GOOD,
  GOOD_QUERIES,
  methodsByPath,
  nameOf,
  pathOf,
  raw,
} from '#test/kadoink-endpoints'
import { complaints, refusal } from '#test/kadoink-refusals'
import type { Person, Visitor } from '#test/people'
import { World } from '#test/world'

const { endpoints } = declared
const withBody = endpoints.filter(({ body }) => body)
const JSON_TYPE = { 'Content-Type': 'application/json' }

describe('Bad input', () => {
  let world: World
  let crowd: Crowd
  let ana: Person

  before(async () => {
    world = await World.start()
    crowd = new Crowd(world)
    ana = await world.person('Ana')
  })
  after(() => world.end())

  const good = (endpoint: Endpoint) => GOOD[nameOf(endpoint)]

  describe('to each endpoint', () => {
    it('is looked for with one good body for each that takes a body', () => {
      expect(Object.keys(GOOD)).to.have.members(withBody.map(nameOf))
      for (const endpoint of withBody) expect(endpoint.body?.safeParse(good(endpoint)).success).to.equal(true)
    })

    for (const endpoint of endpoints.filter(({ auth }) => auth !== 'none' && auth !== 'optional')) {
      it(`${nameOf(endpoint)} wants a token that is still good`, async () => {
        const visitor = world.visitor()
        expect(refusal(await ask(visitor, endpoint, good(endpoint)))).to.equal('401 unauthorized')
        visitor.token = 'kdk_0000000000000000000000000000000000000000000'
        expect(refusal(await ask(visitor, endpoint, good(endpoint)))).to.equal('401 unauthorized')
      })
    }

    it('is refused with a token that was revoked, wherever a token counts', async () => {
      const bo = await world.person('Bo')
      await bo.post('/auth/logout')
      for (const endpoint of endpoints.filter(({ auth }) => auth !== 'none')) {
        expect(refusal(await ask(bo, endpoint, good(endpoint))), nameOf(endpoint)).to.equal('401 unauthorized')
      }
    })

    it('finds the gate shut while the mobile is unverified: at those endpoints that have it, and no others', async () => {
      const gated = endpoints.filter(({ gates }) => gates.includes('mobile'))
      const eve = await crowd.unverified()
      for (const endpoint of gated) {
        expect(refusal(await ask(eve, endpoint, good(endpoint))), nameOf(endpoint)).to.equal('403 mobile_unverified')
      }
      const open = endpoints.filter(({ auth, gates, method }) => {
        return auth !== 'none' && auth !== 'optional' && !gates.length && method === 'GET'
      })
      for (const endpoint of open) expect((await ask(eve, endpoint)).status, nameOf(endpoint)).to.equal(200)
      expect(open.every(({ path }) => /^\/(auth|me|billing|commands\/guide)(\/|$)/.test(path))).to.equal(true)
      expect(gated.length + open.length).to.be.above(15)
    })

    for (const endpoint of endpoints.filter(({ params }) => params)) {
      it(`${nameOf(endpoint)} knows no id that is unknown or none`, async () => {
        const ids = [undefined, '1', 'x', '%00', '%zz', '..%2f..%2fme', "'", `${'0'.repeat(300)}`, '%E2%82', '{id}']
        for (const id of ids) {
          const visitor = await crowd.somebodyFor(endpoint)
          const answer = await ask(visitor, endpoint, good(endpoint), pathOf(endpoint, id))
          expect(refusal(answer), id).to.equal(
            endpoint.auth === 'optional' && visitor.token === null ? '401 stream_token_invalid' : '404 not_found',
          )
        }
      })
    }

    for (const endpoint of withBody) {
      it(`${nameOf(endpoint)} names the field that is of the wrong type`, async () => {
        const schema = endpoint.body
        const wrongs = [7, true, [], {}, '', 'x'.repeat(5000), [null], '2026-01-01T00:00:00Z']
        for (const field of schema ? fieldsOf(schema) : []) {
          for (const value of wrongs) {
            const body = { ...good(endpoint), [field]: value }
            if (schema?.safeParse(body).success) continue
            const answer = await ask(await crowd.somebodyFor(endpoint), endpoint, body)
            const named = Object.keys(complaints(answer))
            expect(
              named.every((name) => name.split('.')[0] === field),
              `${field}: ${JSON.stringify(named)}`,
            ).to.equal(true)
          }
        }
      })

      it(`${nameOf(endpoint)} wants an object as its body`, async () => {
        for (const body of ['[]', 'null', '"text"', '7', 'true', '[{}]']) {
          const answer = await ask(await crowd.somebodyFor(endpoint), endpoint, body)
          expect(complaints(answer), body).not.to.deep.equal({})
        }
      })

      it(`${nameOf(endpoint)} refuses what is no JSON, no UTF-8, packed, or of another type`, async () => {
        const path = `/api/v1${pathOf(endpoint)}`
        const body = JSON.stringify(good(endpoint))
        const { method } = endpoint
        for (const [expected, request] of [
          ['400 invalid_json', { headers: JSON_TYPE, body: `${body}}` }],
          ['400 invalid_json', { headers: JSON_TYPE, body: Buffer.from([0x22, 0xc3, 0x28, 0x22]) }],
          ['415 unsupported_media_type', { headers: { 'Content-Type': 'text/plain' }, body }],
          [
            '415 unsupported_media_type',
            { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
          ],
          [
            '415 unsupported_media_type',
            { headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, body: gzipSync(body) },
          ],
        ] as const) {
          const answer = await raw(await crowd.somebodyFor(endpoint), path, { method, ...request })
          expect(refusal(answer)).to.equal(expected)
        }
      })
    }

    for (const endpoint of endpoints.filter(({ query }) => query)) {
      it(`${nameOf(endpoint)} takes each query parameter once, and well formed`, async () => {
        const visitor = await crowd.somebodyFor(endpoint)
        const asked = (query: string) => {
          const rest = Object.entries(GOOD_QUERIES[nameOf(endpoint)] ?? {}).filter(([name]) => !query.startsWith(name))
          return ask(visitor, endpoint, undefined, `${pathOf(endpoint)}?${query}&${new URLSearchParams(rest)}`)
        }
        for (const field of endpoint.query ? fieldsOf(endpoint.query) : []) {
          for (const query of [`${field}=1&${field}=1`, `${field}=%00`, `${field}=${'1'.repeat(2000)}`]) {
            expect(complaints(await asked(query)), query).to.have.all.keys(field)
          }
        }
        const numbers = [
          'limit=0',
          'limit=101',
          'limit=',
          'limit=1.5',
          'limit=ten',
          'limit=1e1',
          'offset=-1',
          'offset=x',
        ]
        for (const query of numbers.filter((number) =>
          fieldsOf(endpoint.query as never).includes(number.split('=')[0] ?? ''),
        )) {
          expect(complaints(await asked(query)), query).to.have.all.keys(query.split('=')[0] ?? '')
        }
        const extra = await asked('nonsense=1&nonsense=%00')
        expect(extra.status, 'an unknown parameter changes nothing').not.to.equal(422)
      })
    }
  })

  describe('to any address', () => {
    it('is told that an unknown path is unknown, with or without a token', async () => {
      for (const path of ['', '/', '/nothing', '/me/nothing', '/contacts/x/y', '/%zz', '/__proto__', '/constructor']) {
        expect(refusal(await world.visitor().get(path)), path).to.equal('404 not_found')
        expect(refusal(await ana.get(path)), path).to.equal('404 not_found')
      }
    })

    it('is told which methods a path answers', async () => {
      for (const [path, methods] of methodsByPath()) {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].filter(
          (name) => !methods.has(name),
        )) {
          const answer = await world.visitor().ask(method, pathOf({ path }))
          expect(refusal(answer), `${method} ${path}`).to.equal('405 method_not_allowed')
          expect(answer.headers.get('allow')?.split(', '), path).to.have.members([...methods])
        }
      }
    })

    it('gets the id of its request back: its own when that is sane', async () => {
      const given = await ana.get('/me', { 'X-Request-Id': 'my-request-7' })
      expect(given.headers.get('x-request-id')).to.equal('my-request-7')
      for (const odd of ['short', 'x'.repeat(65), 'two words', '<script>']) {
        const { headers } = await ana.get('/nothing', { 'X-Request-Id': odd })
        expect(headers.get('x-request-id')).to.match(/^[\w-]{36}$/)
      }
    })

    it('gets the head alone for HEAD, also of a refusal', async () => {
      const head = await ana.ask('HEAD', '/me')
      expect([head.status, head.body]).to.deep.equal([200, ''])
      expect(head.headers.get('content-type')).to.match(/^application\/json/)
      const refused = await world.visitor().ask('HEAD', '/me')
      expect([refused.status, refused.body]).to.deep.equal([401, ''])
    })
  })

  describe('in a body', () => {
    const contact = async (body: string): Promise<{ status: number; name: string }> => {
      const { status, body: made } = await ana.post('/contacts', body)
      return { status, name: made.name }
    }
    const post = (visitor: Visitor, body: Uint8Array | ReadableStream<Uint8Array> | string, headers = JSON_TYPE) =>
      raw(visitor, '/api/v1/contacts', { body, headers })

    it('may be 256 KiB long and no longer, announced or not', async () => {
      const fill = (bytes: number) => JSON.stringify({ name: 'Bo', x: 'x'.repeat(bytes - 20) })
      expect(fill(256 * 1024)).to.have.length(256 * 1024)
      expect(complaints(await post(ana, fill(256 * 1024)))).to.have.all.keys('mobile')
      expect(refusal(await post(ana, fill(256 * 1024 + 1)))).to.equal('413 payload_too_large')
      const chunks = new Blob([fill(256 * 1024 + 1)]).stream()
      expect(refusal(await post(ana, chunks))).to.equal('413 payload_too_large')
    })

    it('takes a JSON type with parameters, and an absent body as an empty object', async () => {
      const typed = await post(ana, '{}', { 'Content-Type': 'Application/JSON; charset=utf-8' })
      expect(complaints(typed)).to.have.all.keys('name')
      expect(complaints(await ana.post('/contacts'))).to.have.all.keys('name')
      expect((await ana.patch('/me')).status).to.equal(200)
    })

    it('refuses null characters by the name of the field, and mends half surrogate pairs', async () => {
      const nul = await ana.post('/contacts', '{"name":"B\\u0000o","email":"bo@example.com"}')
      expect(complaints(nul)).to.have.all.keys('name')
      const made = await contact('{"name":"\\ud800Bo\\udc00","email":"bo@example.com"}')
      expect(made).to.deep.equal({ status: 201, name: '\ufffdBo\ufffd' })
      const half = { username: 'halfway', password: 'long enough', email: 'half@example.com', name: '\ud800' }
      expect((await world.visitor().post('/auth/register', half)).status, 'where a name waits as JSON').to.equal(202)
      expect((await contact('{"name":"\\ud83d\\ude00","email":"bo@example.com"}')).name).to.equal('😀')
      const path = `/contacts?q=${encodeURIComponent('😀')}`
      expect((await ana.get(path)).body.items).to.have.length(1)
      expect((await ana.get('/contacts?q=%ED%A0%80')).status, 'a surrogate in a query').to.equal(200)
    })

    it('survives nesting of any depth', async () => {
      const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
      expect(complaints(await ana.post('/contacts', deep(1000)))).to.have.all.keys('body')
      const nested = `{"name":"Bo","email":"bo@example.com","x":${deep(100_000)}}`
      expect((await ana.post('/contacts', nested)).status).to.be.oneOf([201, 400])
      const escaped = `{"name":"B\\u006f","email":"bo@example.com","x":${deep(100_000)}}`
      expect((await ana.post('/contacts', escaped)).status).to.be.oneOf([201, 400])
      expect(refusal(await ana.post('/contacts', '['.repeat(100_000)))).to.equal('400 invalid_json')
    })

    it('takes the last of two equal keys, and no key for more than a key', async () => {
      expect(await contact('{"name":"A","name":"B","email":"b@example.com"}')).to.include({ status: 201, name: 'B' })
      for (const key of ['__proto__', 'constructor', 'prototype']) {
        const poisoned = `{"${key}":{"name":"Evil","email":"e@example.com","isAdmin":true}}`
        expect(complaints(await ana.post('/contacts', poisoned)), key).to.have.any.keys('name')
        const escaped = poisoned.replace('Evil', 'Evi\\u006c')
        expect(complaints(await ana.post('/contacts', escaped)), key).to.have.any.keys('name')
      }
      expect(({} as { isAdmin?: boolean }).isAdmin).to.equal(undefined)
      const settings = '{"settings":{"__proto__":{"sms_inbox":true}}}'
      expect((await ana.patch('/me', settings)).body.settings.sms_inbox).to.equal(false)
    })
  })
})
