import { expect } from 'chai'
import { freshDatabase } from '#test/database'
import { exchange, Way } from '#test/kit-wire'
import { shakeHands } from '#test/realtime-handshake'
import { World } from '#test/world'

const METRICS_TOKEN = 'a-token-for-the-metrics'
const APP = 'https://app.example'

describe('The server', () => {
  let world: World

  before(async () => {
    world = await World.start({ METRICS_TOKEN, CORS_ORIGINS: APP, PUBLIC_URL: 'https://kadoink.example' })
  })
  after(() => world.end())

  const get = (path: string, headers: Record<string, string> = {}) => fetch(world.url + path, { headers })
  const scrape = async () => (await get('/metrics', { Authorization: `Bearer ${METRICS_TOKEN}` })).text()

  it('says that it is alive and ready', async () => {
    for (const [path, status] of [
      ['/health', 'ok'],
      ['/healthz', 'ok'],
      ['/ready', 'ready'],
      ['/readyz', 'ready'],
    ] as const) {
      const answer = await get(path)
      expect([answer.status, ((await answer.json()) as { status: string }).status], path).to.deep.equal([200, status])
      expect(answer.headers.get('cache-control')).to.equal('no-store')
    }
  })

  it('shows its metrics to who has the token', async () => {
    expect((await get('/metrics')).status).to.equal(401)
    expect((await get('/metrics', { Authorization: 'Bearer another-token-of-16' })).status).to.equal(401)
    const metrics = await scrape()
    expect(metrics).to.include('kadoink_sockets')
    expect(metrics).to.include('nodejs_eventloop_lag')
  })

  it('counts by route, so that its metrics stay few whatever is asked', async () => {
    await get('/api/v1/contacts/one')
    await get('/api/v1/nowhere')
    const before = (await scrape()).split('\n').length
    const odd = Array.from({ length: 60 }, (_, n) => [`/api/v1/contacts/${n}`, `/api/v1/x${n}`, `/y${n}`]).flat()
    await Promise.all(odd.map((path) => get(path)))
    expect((await scrape()).split('\n').length).to.be.at.most(before + 20)
  })

  it('refuses requests that two readers could understand differently', async () => {
    const line = 'GET /health HTTP/1.1'
    const host = `Host: ${new URL(world.url).host}`
    const post = 'POST /api/v1/auth/login HTTP/1.1'
    const end = 'Connection: close'
    const odd = {
      'two hosts': [line, host, 'Host: other.example', end],
      'no host': [line, end],
      'two lengths': [post, host, 'Content-Length: 0', 'Content-Length: 0', end],
      'two different lengths': [post, host, 'Content-Length: 0', 'Content-Length: 5', end],
      'a length and chunks': [post, host, 'Content-Length: 5', 'Transfer-Encoding: chunked', end, '', '0'],
    }
    for (const [what, lines] of Object.entries(odd)) {
      expect(await exchange(world.url, ...lines), what).to.match(/^HTTP\/1\.1 400 /)
    }
    expect(await exchange(world.url, line, host, end)).to.match(/^HTTP\/1\.1 200 /)
  })

  it('says no more than a code of who breaks off in the middle of a word: what they sent hangs on the error', async () => {
    const { log } = world.running
    const [said, kept]: [unknown[], typeof log.error] = [[], log.error]
    log.error = (...words: unknown[]) => void said.push(words)
    const chunked = 'Transfer-Encoding: chunked'
    const head = ['POST /api/v1/auth/login HTTP/1.1', `Host: ${new URL(world.url).host}`, chunked]
    await exchange(world.url, ...head, 'Content-Type: application/json', '', 'a password in place of a length')
    log.error = kept
    expect(said).to.deep.equal([])
  })

  it('answers methods it does not know with those it does', async () => {
    const host = `Host: ${new URL(world.url).host}`
    for (const [line, allow] of [
      ['TRACE /api/v1/contacts HTTP/1.1', 'GET, HEAD, POST'],
      ['PROPFIND /api/v1/contacts HTTP/1.1', 'GET, HEAD, POST'],
      ['TRACE /health HTTP/1.1', 'GET, HEAD'],
      ['DELETE /openapi/kadoink.json HTTP/1.1', 'GET, HEAD'],
    ] as const) {
      const answer = await exchange(world.url, line, host, 'Connection: close')
      expect(answer, line).to.match(/^HTTP\/1\.1 405 /)
      expect(/^Allow: (.*)\r$/im.exec(answer)?.[1], line).to.equal(allow)
    }
    // Nobody but the carrier is told how a webhook is to be asked.
    const webhook = await exchange(world.url, 'GET /webhooks/twilio/voice HTTP/1.1', host, 'Connection: close')
    expect(webhook).to.match(/^HTTP\/1\.1 403 /)
  })

  it('lets the apps of known origins in, and no others', async () => {
    const preflight = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' }
    const asked = (origin: string) =>
      fetch(`${world.url}/api/v1/contacts`, { method: 'OPTIONS', headers: { Origin: origin, ...preflight } })
    const known = await asked(APP)
    expect([known.status, known.headers.get('access-control-allow-origin')]).to.deep.equal([204, APP])
    expect(known.headers.get('access-control-allow-credentials')).to.equal(null)
    expect((await asked('https://evil.example')).headers.get('access-control-allow-origin')).to.equal(null)

    const answer = await get('/api/v1/me', { Origin: APP })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).to.deep.equal([401, APP])
    expect(answer.headers.get('vary')).to.match(/\borigin\b/i)
    // A page reads no other header of an answer from elsewhere: what to wait for, and what to ask support about.
    expect(answer.headers.get('access-control-expose-headers')).to.equal('Retry-After,X-Request-Id')
    const other = await get('/api/v1/me', { Origin: 'https://evil.example' })
    expect(other.headers.get('access-control-allow-origin')).to.equal(null)
    expect(other.headers.get('vary')).to.match(/\borigin\b/i)
  })

  it('opens sockets for its own pages and those of known origins, by whatever name it is reached, and no others', async () => {
    for (const door of Object.values(world.doors)) {
      const { port, pathname: path } = new URL(door)
      const asked = async (origin: string) =>
        (await shakeHands(Number(port), { path, plus: [`Origin: ${origin}`] })).status
      expect(await asked('https://kadoink.example')).to.equal(101)
      expect(await asked(APP)).to.equal(101)
      expect(await asked('https://evil.example')).to.equal(403)
    }
  })

  it('guards every answer with its headers', async () => {
    for (const path of ['/health', '/api/v1/me', '/api/v1/nowhere', '/nowhere', '/openapi/kadoink.json']) {
      const { headers } = await get(path)
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff')
      expect(headers.get('x-frame-options'), path).to.equal('DENY')
      expect(headers.get('referrer-policy'), path).to.equal('no-referrer')
      expect(headers.get('strict-transport-security'), path).to.match(/^max-age=31536000/)
      expect(headers.get('x-request-id'), path).to.match(/^[\w-]{8,64}$/)
    }
    expect((await get('/api/v1/me')).headers.get('cache-control')).to.equal('no-store')
  })

  it('serves its reference', async () => {
    const answer = await get('/openapi/kadoink.json')
    const document = (await answer.json()) as { openapi: string; paths: object }
    expect([answer.status, document.openapi]).to.deep.equal([200, '3.1.0'])
    expect(Object.keys(document.paths)).to.include.members(['/calls', '/me', '/contacts/{contact_id}'])
    expect((await get('/openapi/nonesuch.json')).status).to.equal(404)
  })

  it('reads bodies with care', async () => {
    const json = { 'Content-Type': 'application/json' }
    const login = async (body: string | Uint8Array, headers: Record<string, string> = json) => {
      const answer = await fetch(`${world.url}/api/v1/auth/login`, { method: 'POST', body, headers })
      return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code]
    }
    expect(await login('{')).to.deep.equal([400, 'invalid_json'])
    expect(await login(Uint8Array.of(0x22, 0xff, 0x22))).to.deep.equal([400, 'invalid_json'])
    expect(await login('{}', { ...json, 'Content-Encoding': 'gzip' })).to.deep.equal([415, 'unsupported_media_type'])
    expect(await login('a=b', { 'Content-Type': 'text/plain' })).to.deep.equal([415, 'unsupported_media_type'])
    expect(await login('[]')).to.deep.equal([422, 'validation_failed'])
    expect(await login(`{"__proto__":{"identifier":"ana"},"password":"x"}`)).to.deep.equal([422, 'validation_failed'])
    expect(await login('['.repeat(100_000))).to.deep.equal([400, 'invalid_json'])
    expect(await login(`"${'x'.repeat(300_000)}"`)).to.deep.equal([413, 'payload_too_large'])
  })
})

describe('While the database is away, the server', () => {
  let world: World
  let way: Way

  before(async () => {
    way = await Way.to(await freshDatabase())
    world = await World.start({ DATABASE_URL: way.url })
  })
  after(async () => {
    await way.mend()
    await world.end()
    await way.cut()
  })

  it('is alive, not ready, and says when to come back; and is back by itself', async () => {
    const ana = await world.person('Ana')
    expect((await ana.get('/me')).status).to.equal(200)
    await way.cut()

    const began = performance.now()
    const refused = await Promise.all([ana.get('/me'), ana.get('/contacts'), ana.post('/contacts', { name: 'Bo' })])
    expect(performance.now() - began).to.be.below(5000)
    for (const { status, headers, body } of refused) {
      expect([status, body.error.code]).to.deep.equal([503, 'unavailable'])
      expect(Number(headers.get('retry-after'))).to.be.within(1, 10)
    }
    expect((await fetch(`${world.url}/health`)).status).to.equal(200)
    const unready = await fetch(`${world.url}/ready`)
    expect([unready.status, await unready.json()]).to.deep.equal([503, { status: 'not ready', missing: ['database'] }])
    expect(unready.headers.get('retry-after')).to.equal('2')

    await way.mend()
    while ((await fetch(`${world.url}/ready`)).status !== 200);
    expect((await ana.get('/me')).status).to.equal(200)
    const bo = await ana.knows('Bo', world.freshNumber())
    expect((await ana.post('/calls', { to: [bo] })).status).to.equal(201)
    await world.pass(20)
    expect((await ana.get('/calls/active')).body.status).to.equal('in_progress')
  })

  it('comes up, and is ready once the database is there', async () => {
    const late = await Way.to(await freshDatabase(), { isOpen: false })
    const other = await World.start({ DATABASE_URL: late.url })
    expect((await fetch(`${other.url}/health`)).status).to.equal(200)
    expect((await fetch(`${other.url}/ready`)).status).to.equal(503)
    expect((await other.visitor().post('/auth/login', { username: 'ana', password: 'wrong' })).status).to.equal(503)

    await late.mend()
    while ((await fetch(`${other.url}/ready`)).status !== 200);
    expect((await other.person('Cy')).username).to.match(/^cy/)
    await other.end()
    await late.cut()
  })

  it('says that it is not there while it lets us not in', async () => {
    const nowhere = new URL(await freshDatabase())
    nowhere.pathname = '/a_database_that_nobody_made'
    const other = await World.start({ DATABASE_URL: nowhere.href })
    const answer = await other.visitor().post('/auth/login', { username: 'ana', password: 'wrong' })
    expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '2'])
    await other.end()
  })
})
