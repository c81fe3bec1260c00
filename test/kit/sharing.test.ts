import { expect } from 'chai'
import { z } from 'zod'
import { defineSurface, type Endpoint, type Method, type MountedSurface } from '#kit/endpoint'
import { openApi } from '#kit/openapi'
import { assertUnambiguous } from '#kit/routes'
import { Place } from '#test/kit-place'
import { small } from '#test/kit-surface'

/** A second surface, which answers between the endpoints of the small one, and in a house of its own. */
const guest = defineSurface({
  ...small,
  name: 'guest',
  mounts: ['/small/guests', '/guest', '/ping'],
  crossOrigin: { headers: ['x-key', 'content-type'], rememberedSeconds: 7200 },
  schemes: { ...small.schemes, kept: { ...small.schemes.named, keptFromPages: true, shown: 'the kept key' } },
  renderFault: (fault, refused) => ({
    ...small.renderFault(fault),
    body: { guest: fault.type.code, path: refused?.path, word: refused?.query.word ?? refused?.body },
  }),
  describeFault: ({ code }) => ({ name: code.toUpperCase(), says: 'No.' }),
})

const common = { tag: 'Things', status: 200, auth: 'none', limit: 'plenty' } as const
const reply = z.object({ which: z.string() })
const answer = (which: string) => ({ ...common, summary: which, reply, handle: async () => ({ which }) })

const ours = [
  small.endpoint({ ...answer('thing'), method: 'GET', path: '/{thing}' }),
  small.endpoint({ ...answer('part'), method: 'GET', path: '/guests/{part}' }),
  small.endpoint({ ...answer('made'), method: 'POST', path: '/guests/said' }),
]
const theirs = [
  guest.endpoint({
    ...common,
    method: 'GET',
    also: ['POST'],
    mounts: ['/small', '/guest'],
    path: '/guests/say',
    aliases: ['/guests/tell'],
    summary: 'Say a word',
    mode: 'write',
    body: z.object({ word: z.string().max(5), loud: z.stringbool().or(z.boolean()).default(false) }),
    reply,
    async handle({ unit, body }) {
      await unit.sql('notes').insert({ text: body.word })
      return { which: body.loud ? body.word.toUpperCase() : body.word }
    },
  }),
  guest.endpoint({ ...answer('said'), method: 'GET', mounts: ['/small'], path: '/guests/said' }),
  guest.endpoint({ ...answer('pong'), method: 'GET', mounts: [''], path: '/ping' }),
  guest.endpoint({ ...answer('hidden'), method: 'GET', path: '/hidden', mounts: ['/guest'], auth: 'kept' }),
]
const mounted: MountedSurface = { surface: guest, endpoints: theirs }

describe('Two surfaces below one base path', () => {
  let place: Place

  before(async () => {
    place = await Place.open(ours, { others: [mounted] })
  })
  after(() => place.close())

  const ask = async (method: string, path: string, sent: Parameters<Place['ask']>[2] = {}) => {
    const { status, body, headers } = await place.ask(method, path, sent)
    return { status, body, allow: headers.get('allow'), headers }
  }

  it('answer each their own, and of what both could answer, the one that names it', async () => {
    expect((await ask('GET', '/small/anything')).body.which).to.equal('thing')
    expect((await ask('GET', '/small/guests/any')).body.which).to.equal('part')
    expect((await ask('GET', '/small/guests/said')).body.which).to.equal('said')
    expect((await ask('POST', '/small/guests/said')).body.which).to.equal('made')
    expect((await ask('GET', '/ping')).body.which).to.equal('pong')
    expect((await ask('GET', '/s/guests/say')).body.which, 'a mount that is not theirs').to.equal('part')
  })

  it('refuse what nobody answers by whose mount is the closest, in its words', async () => {
    const rows = [
      ['/small/a/b', 'error'],
      ['/small/guests/a/b', 'guest'],
      ['/guest', 'guest'],
      ['/ping/pong', 'guest'],
      ['/guest/guests/said', 'guest'],
      ['/s/a/b/c', 'error'],
    ] as const
    for (const [path, name] of rows) {
      const { status, body } = await ask('GET', path)
      expect([status, body[name]], path).to.deep.equal([404, 'not_found'])
    }
    expect((await place.ask('GET', '/pings')).text).to.equal('Not Found')
  })

  it('name the methods of both where both answer, and do by HEAD only what reads', async () => {
    const shared = await ask('DELETE', '/small/guests/said')
    expect([shared.status, shared.allow]).to.deep.equal([405, 'GET, HEAD, POST'])
    const said = await ask('PUT', '/guest/guests/say')
    expect([said.status, said.allow, said.body.guest]).to.deep.equal([405, 'GET, POST', 'method_not_allowed'])
    const head = await ask('HEAD', '/guest/guests/say?word=head')
    expect([head.status, head.allow]).to.deep.equal([405, 'GET, POST'])
    expect(await place.notes()).not.to.include('head')
    expect((await ask('HEAD', '/ping')).status).to.equal(200)
  })

  it('are asked the same by GET and by POST, and say no in the same way', async () => {
    expect((await ask('GET', '/small/guests/say?word=one&loud=true')).body.which).to.equal('ONE')
    expect((await ask('POST', '/guest/guests/tell', { body: { word: 'two', loud: true } })).body.which).to.equal('TWO')
    expect((await ask('GET', '/guest/guests/tell?word=three')).body.which).to.equal('three')
    expect(await place.notes()).to.include.members(['one', 'two', 'three'])
    const long = await ask('GET', '/guest/guests/say?word=too+long')
    expect([long.status, long.body.word]).to.deep.equal([422, 'too long'])
    const body = { word: 'too long' }
    const posted = await ask('POST', '/guest/guests/say', { body })
    expect([posted.status, posted.body.word, posted.body.path]).to.deep.equal([422, body, '/guest/guests/say'])
    expect((await ask('GET', '/guest/guests/say?word=%00')).status).to.equal(422)
    expect((await ask('GET', '/guest/guests/say?word=a&word=b')).status).to.equal(422)
    expect((await ask('POST', '/guest/guests/say', { body: '{' })).status).to.equal(400)
    expect((await ask('POST', '/guest/guests/say', { body: `{"word":"${'x'.repeat(2000)}"}` })).status).to.equal(413)
  })

  const headersOf = async (method: string, path: string, more: Record<string, string> = {}) =>
    (await ask(method, path, { headers: { Origin: 'https://any.example', ...more } })).headers
  const preflight = (path: string, method: string) =>
    headersOf('OPTIONS', path, { 'Access-Control-Request-Method': method })

  it('let in pages of other origins each by their own rules, even at one address', async () => {
    const said = await preflight('/small/guests/said', 'GET')
    expect(said.get('access-control-allow-origin')).to.equal('*')
    expect(said.get('access-control-allow-headers')).to.equal('x-key,content-type')
    expect(said.get('access-control-max-age')).to.equal('7200')
    expect(said.get('access-control-allow-credentials')).to.equal(null)
    expect((await preflight('/small/guests/said', 'POST')).get('access-control-allow-origin')).to.equal(null)
    expect((await preflight('/small/anything', 'GET')).get('access-control-allow-origin')).to.equal(null)
    for (const path of ['/guest/guests/say', '/guest/guests/say?word=too+long', '/guest/nowhere']) {
      expect((await headersOf('GET', path)).get('access-control-allow-origin'), path).to.equal('*')
    }
    expect((await headersOf('GET', '/small/a/b')).get('access-control-allow-origin')).to.equal(null)
  })

  it('keep pages away from what belongs to servers', async () => {
    const asked = await ask('OPTIONS', '/guest/hidden', {
      headers: { Origin: 'https://any.example', 'Access-Control-Request-Method': 'GET' },
    })
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).to.deep.equal([405, null])
    expect((await headersOf('GET', '/guest/hidden')).get('access-control-allow-origin')).to.equal(null)
  })
})

describe('The document of a surface with several base paths', () => {
  // biome-ignore lint/suspicious/noExplicitAny: it is read as a tool would read it.
  const document: any = JSON.parse(JSON.stringify(openApi(mounted)))

  it('holds whole paths, each once, and names the other ones', () => {
    expect(document.servers).to.deep.equal([{ url: '/' }])
    expect(Object.keys(document.paths)).to.have.members([
      '/small/guests/say',
      '/small/guests/said',
      '/ping',
      '/guest/hidden',
    ])
    expect(document.paths['/small/guests/say'].get.description).to.match(
      /answered at `\/small\/guests\/tell`, `\/guest\/guests\/say`, `\/guest\/guests\/tell`\.$/,
    )
    expect(document.paths['/ping'].get.description).not.to.include('answered at')
  })

  it('holds both methods, with what is asked where it stands, and refusals by the name that clients know', () => {
    const { get, post } = document.paths['/small/guests/say']
    expect([get.operationId, post.operationId]).to.deep.equal(['getSmallGuestsSay', 'postSmallGuestsSay'])
    expect(
      get.parameters.map(({ name, required }: { name: string; required: boolean }) => [name, required]),
    ).to.deep.equal([
      ['word', true],
      ['loud', false],
    ])
    expect(get).not.to.have.property('requestBody')
    expect(post.parameters).to.deep.equal([])
    expect(post.requestBody.content['application/json'].schema.properties).to.have.keys('word', 'loud')
    expect(get.responses).not.to.have.property('413')
    expect(post.responses['413'].description).to.equal('`PAYLOAD_TOO_LARGE`')
    expect(document.paths['/guest/hidden'].get.description).to.match(/^Takes the kept key\./)
  })
})

describe('Surfaces refuse to start', () => {
  const route = (
    surface: typeof small,
    method: Method,
    path: string,
    more: { mounts?: readonly string[] } = {},
  ): Endpoint => surface.endpoint({ ...answer(`${method} ${path}`), method, path, ...more })
  const start =
    (...guests: Endpoint[]) =>
    () =>
      assertUnambiguous([
        { surface: small, endpoints: ours },
        { surface: guest, endpoints: guests },
      ])
  // biome-ignore lint/suspicious/noExplicitAny: its further scheme does not matter here.
  const other = guest as any

  it('when endpoints of two could answer the same request', () => {
    expect(start(...theirs)).not.to.throw()
    expect(start(route(other, 'GET', '/guests/{other}', { mounts: ['/small'] }))).to.throw(
      'guest: "GET /guests/{other}" and small: "part" both answer GET /small/guests/{}.',
    )
    expect(start(route(other, 'PUT', '/guests/{other}', { mounts: ['/small'] }))).not.to.throw()
  })

  it('when two have one mount, or an endpoint stands below none', () => {
    const twin = { ...guest, name: 'twin', mounts: ['/s'] }
    expect(() =>
      assertUnambiguous([
        { surface: small, endpoints: [] },
        { surface: twin, endpoints: [] },
      ]),
    ).to.throw('twin and small both answer what is asked below /s.')
    expect(start(route(other, 'GET', '/a', { mounts: ['/elsewhere'] }))).to.throw('below none of its surface')
  })

  it('when a page of one hides an endpoint of another', () => {
    const page = { path: '/pin{rest}' } as NonNullable<MountedSurface['pages']>[number]
    const both = [{ surface: small, endpoints: [], pages: [page] }, mounted]
    expect(() => assertUnambiguous(both)).to.throw('/pin{rest} is a page in the middle of /ping')
  })
})
