import { Readable } from 'node:stream'
import { expect } from 'chai'
import { z } from 'zod'
import { Bytes, type Endpoint } from '#kit/endpoint'
import { assertUnambiguous } from '#kit/routes'
import { Place } from '#test/kit-place'
import { small } from '#test/kit-surface'

const common = { tag: 'Routes', summary: 'Say which', status: 200, auth: 'none', limit: 'plenty' } as const
const reply = z.object({ which: z.string() })

/** An endpoint that says which it is. */
function route(method: 'GET' | 'POST', path: string, aliases: Endpoint['aliases'] = []): Endpoint {
  const which = `${method} ${path}`
  return small.endpoint({ ...common, method, path, aliases, summary: which, reply, handle: async () => ({ which }) })
}

const endpoints = [
  route('GET', '/a/{x}'),
  route('GET', '/a/b'),
  route('POST', '/a/b'),
  route('GET', '/a/{x}/c'),
  route('GET', '/a/b/{y}'),
  route('GET', '/c/d'),
  route('GET', '/c/{x}'),
  route('POST', '/old', ['PUT', '/older']),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/strict/{x}',
    params: z.object({ x: z.uuid() }),
    reply,
    handle: async ({ params }) => ({ which: params.x }),
  }),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/bytes',
    reply: Bytes,
    handle: async () => ({ status: 206, headers: { 'Content-Type': 'audio/wav' }, body: Buffer.from('RIFF') }),
  }),
  small.endpoint({
    ...common,
    method: 'GET',
    path: '/stream',
    reply: Bytes,
    handle: async () => ({ status: 200, headers: {}, body: Readable.from(['one ', 'two']) }),
  }),
  small.endpoint({ ...common, method: 'POST', path: '/nothing', status: 204, async handle() {} }),
  small.endpoint({ ...common, method: 'POST', path: '/accepted', status: 202, async handle() {} }),
]

describe('Routes', () => {
  let place: Place

  before(async () => {
    place = await Place.open(endpoints)
  })
  after(() => place.close())

  const which = async (method: string, path: string) => (await place.ask(method, path)).body?.which

  it('are found by what is most special, in whatever order they are declared', async () => {
    expect(await which('GET', '/small/a/b')).to.equal('GET /a/b')
    expect(await which('GET', '/small/a/z')).to.equal('GET /a/{x}')
    expect(await which('GET', '/small/c/d')).to.equal('GET /c/d')
    expect(await which('GET', '/small/c/z')).to.equal('GET /c/{x}')
    expect(await which('GET', '/small/a/b/c')).to.equal('GET /a/b/{y}')
    expect(await which('GET', '/small/a/z/c')).to.equal('GET /a/{x}/c')
  })

  it('are the same at every mount, and nothing else is answered', async () => {
    expect(await which('GET', '/s/a/b')).to.equal('GET /a/b')
    expect((await place.ask('GET', '/smaller/a/b')).text).to.equal('Not Found')
    const { status, body } = await place.ask('GET', '/small/nowhere')
    expect([status, body.error]).to.deep.equal([404, 'not_found'])
  })

  it('answer their aliases too', async () => {
    expect(await which('POST', '/small/older')).to.equal('POST /old')
    expect(await which('PUT', '/small/old')).to.equal('POST /old')
  })

  it('say which methods they answer', async () => {
    const wrong = await place.ask('DELETE', '/small/a/b')
    expect([wrong.status, wrong.body.error, wrong.headers.get('allow')]).to.deep.equal([
      405,
      'method_not_allowed',
      'GET, HEAD, POST',
    ])
    const odd = await place.ask('OPTIONS', '/small/old')
    expect([odd.status, odd.headers.get('allow')]).to.deep.equal([405, 'POST, PUT'])
    const head = await place.ask('HEAD', '/small/old')
    expect([head.status, head.headers.get('allow')]).to.deep.equal([405, 'POST, PUT'])
  })

  it('answer HEAD as they answer GET, without the body', async () => {
    const get = await place.ask('GET', '/small/a/b')
    const head = await place.ask('HEAD', '/small/a/b')
    expect([head.status, head.text]).to.deep.equal([200, ''])
    expect(head.headers.get('content-length')).to.equal(get.headers.get('content-length'))
    expect((await place.ask('HEAD', '/small/stream')).text).to.equal('')
  })

  it('know nothing of parameters that make no sense', async () => {
    expect((await place.ask('GET', '/small/strict/not-an-id')).body.error).to.equal('not_found')
    expect((await place.ask('GET', '/small/strict/%E0%A4%A')).status).to.be.oneOf([400, 404])
    expect((await place.ask('GET', '/small/a/%00')).status).to.be.oneOf([200, 400, 404])
  })

  it('answer bytes as they are told, and JSON that nobody keeps', async () => {
    const bytes = await place.ask('GET', '/small/bytes')
    expect([bytes.status, bytes.text, bytes.headers.get('content-type')]).to.deep.equal([206, 'RIFF', 'audio/wav'])
    expect((await place.ask('GET', '/small/stream')).text).to.equal('one two')
    const json = await place.ask('GET', '/small/a/b')
    expect(json.headers.get('cache-control')).to.equal('no-store')
    expect(json.headers.get('content-type')).to.equal('application/json; charset=utf-8')
  })

  it('answer nothing with the status they declare', async () => {
    const nothing = await place.ask('POST', '/small/nothing')
    expect([nothing.status, nothing.text]).to.deep.equal([204, ''])
    const accepted = await place.ask('POST', '/small/accepted')
    expect([accepted.status, accepted.text]).to.deep.equal([202, ''])
  })

  it('give a sane request id back, and a fresh one for an odd one', async () => {
    const sane = await place.ask('GET', '/small/a/b', { headers: { 'X-Request-Id': 'request-0001' } })
    expect(sane.headers.get('x-request-id')).to.equal('request-0001')
    const odd = await place.ask('GET', '/small/a/b', { headers: { 'X-Request-Id': 'a b' } })
    expect(odd.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/)
  })
})

describe('A surface refuses to start', () => {
  const mounted = (...routes: Endpoint[]) => [{ surface: small, endpoints: routes }]

  it('when two endpoints could answer the same request', () => {
    const clash = () => assertUnambiguous(mounted(route('GET', '/a/{x}'), route('GET', '/a/{y}')))
    expect(clash).to.throw('small: "GET /a/{y}" and small: "GET /a/{x}" both answer GET /small/a/{}.')
    const aliases = () => assertUnambiguous(mounted(route('POST', '/a', ['PUT']), route('POST', '/b', ['PUT', '/a'])))
    expect(aliases).to.throw('both answer POST /small/a')
  })

  it('and starts when they are told apart by a method or a fixed part', () => {
    expect(() => assertUnambiguous(mounted(...endpoints))).to.not.throw()
  })
})
