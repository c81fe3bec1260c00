import { inspect } from 'node:util'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import {
  type Client,
  type ClientOptions,
  createClient,
  KadoinkError,
  KadoinkNetworkError,
  KadoinkTimeoutError,
} from '#client'
import { StillClock } from '#test/client-clock'
import { Way } from '#test/client-proxy'
import { leaveVoicemail } from '#test/kadoink-voicemail'
import type { Person } from '#test/people'
import { until } from '#test/server-process'
import { PASSWORD, World } from '#test/world'

describe("An app's requests", () => {
  let world: World
  let way: Way
  let ana: Person
  let clock: StillClock

  before(async () => {
    world = await World.start()
  })
  beforeEach(async () => {
    ana = await world.person('Ana')
    way = await Way.to(world.url)
    clock = new StillClock()
  })
  afterEach(() => way.close())
  after(() => world.end())

  /** An app of Ana's, whose requests go a way that can go wrong. */
  const app = (options: Partial<ClientOptions> = {}): Client =>
    createClient({ url: way.url, token: ana.token, clock, random: () => 0.5, ...options })
  /** What a promise was rejected with, while time goes on for whoever waits. */
  const refused = async <E extends Error>(
    asked: Promise<unknown>,
    kind: abstract new (...rest: never[]) => E,
  ): Promise<E> => {
    const error = await asked.then(
      () => new Error('It was not refused.'),
      (reason: unknown) => reason,
    )
    if (!(error instanceof kind)) throw error
    return error
  }
  const contacts = async (): Promise<string[]> => {
    const { body } = await ana.get('/contacts')
    return body.items.map(({ name }: { name: string }) => name)
  }

  it('are typed by the reference, from the sign-in on', async () => {
    const client = createClient({ url: `${world.url}/` })
    const signedIn = await client.post('/auth/login', { body: { username: ana.username, password: PASSWORD } })
    if (signedIn.status === 'ok') client.setToken(signedIn.token)
    else throw new Error(`A code was sent to ${signedIn.destination}.`)

    const bo = await client.post('/contacts', { body: { name: 'Bo', mobile: '+15551230001' } })
    const renamed = await client.patch('/contacts/{contact_id}', {
      params: { contact_id: bo.id },
      body: { name: 'Bo B.' },
    })
    expect(renamed.name).to.equal('Bo B.')
    const { items, has_more } = await client.get('/contacts', { query: { q: 'Bo', limit: 1 } })
    expect([items.map(({ id }) => id), has_more]).to.deep.equal([[bo.id], false])
    expect((await client.get('/contacts', { query: { q: 'nobody' } })).items).to.deep.equal([])

    const gone: undefined = await client.delete('/contacts/{contact_id}', { params: { contact_id: bo.id } })
    expect(gone).to.equal(undefined)
    const answer = await client.request('get', '/me')
    expect([answer.status, answer.body.username]).to.deep.equal([200, ana.username])
    expect(answer.headers.get('X-Request-Id')).to.match(/^[\w-]{8,}$/)
  })

  it('bring bytes as they are', async () => {
    await leaveVoicemail(world, ana, ['+15557770001'])
    const client = app()
    const { items } = await client.get('/inbox')
    const [sound] = items[0]?.media ?? []
    const token = new URL(sound?.stream_url ?? '').searchParams.get('token') ?? ''
    const bytes = await client.get('/files/{id}/stream', { params: { id: sound?.file_id ?? '' }, query: { token } })
    expect([bytes.type, bytes.size]).to.deep.equal(['audio/x-wav', sound?.size_bytes])
  })

  it('are refused with what the server says', async () => {
    const wrong = await refused(app().post('/contacts', { body: { name: '' } }), KadoinkError)
    expect(wrong).to.include({ status: 422, code: 'validation_failed', retryAfterSeconds: null })
    expect(Object.keys(wrong.fields)).to.include('name')
    expect(wrong.requestId).to.match(/^[\w-]{8,}$/)
    const nobody = app().get('/contacts/{contact_id}', { params: { contact_id: 'nobody' } })
    expect(await refused(nobody, KadoinkError)).to.include({ status: 404, code: 'not_found' })
  })

  it('are refused with what somebody on the way says, where that is no answer of the API', async () => {
    way.answerNext(plain('404 Not Found', '<html>nginx</html>'))
    expect(await refused(app().get('/me'), KadoinkError)).to.include({ status: 404, code: 'http_404', requestId: null })
  })

  it('never leave their path for another', async () => {
    const client = app()
    for (const contact_id of ['', '.', '..']) {
      await refused(client.delete('/contacts/{contact_id}', { params: { contact_id } }), TypeError)
    }
    expect(way.lines).to.deep.equal([])
  })

  it('keep what is put into a path in its place', async () => {
    await refused(app().get('/contacts/{contact_id}', { params: { contact_id: 'a/../../me?x=1' } }), KadoinkError)
    expect(way.lines).to.deep.equal(['GET /api/v1/contacts/a%2F..%2F..%2Fme%3Fx%3D1 HTTP/1.1'])
  })

  describe('when the way goes wrong', () => {
    it('make one thing only, though the answer was cut off after the server had done it', async () => {
      const client = app()
      await client.get('/me')
      way.cutNextAnswer()
      const asked = client.post('/contacts', { body: { name: 'Bo', mobile: '+15551230001' } })
      await until(() => clock.waits.includes(250))
      expect(await contacts()).to.deep.equal(['Bo'])
      clock.pass(250)
      expect((await asked).name).to.equal('Bo')
      expect(await contacts()).to.deep.equal(['Bo'])
      expect(way.lines.filter((line) => line.startsWith('POST'))).to.have.length(2)
    })

    it('keep the key that the app gives, over all its tries', async () => {
      const idempotencyKey = 'order-17'
      const client = app()
      const bo = await client.post('/contacts', { body: { name: 'Bo', mobile: '+15551230001' }, idempotencyKey })
      expect(
        await client.post('/contacts', { body: { name: 'Bo', mobile: '+15551230001' }, idempotencyKey }),
      ).to.deep.equal(bo)
      const other = client.post('/contacts', { body: { name: 'Cleo', mobile: '+15551230002' }, idempotencyKey })
      expect(await refused(other, KadoinkError)).to.include({ status: 409, code: 'idempotency_conflict' })
    })

    it('are not sent again when that could do a thing twice', async () => {
      const client = app()
      const { id } = await client.post('/contacts', { body: { name: 'Bo', mobile: '+15551230001' } })
      const params = { contact_id: id }
      way.cutNextAnswer()
      await refused(client.patch('/contacts/{contact_id}', { params, body: { name: 'B.' } }), KadoinkNetworkError)
      way.cutNextAnswer()
      await refused(client.delete('/contacts/{contact_id}', { params }), KadoinkNetworkError)
      way.cutNextAnswer()
      const signIn = client.post('/auth/login', { body: { username: ana.username, password: PASSWORD } })
      await refused(signIn, KadoinkNetworkError)
      expect(way.lines).to.have.length(4)
      expect(clock.waits).to.deep.equal([])
    })

    it('wait as long as they are asked to, and a little more', async () => {
      for (let time = 0; time < 2; time++) way.answerNext(plain('503 Service Unavailable', '', 'Retry-After: 2'))
      const asked = app().get('/me')
      await until(() => clock.waits.includes(2_250))
      clock.pass(2_250)
      await until(() => clock.waits.includes(2_500))
      clock.pass(2_499)
      expect(way.lines).to.have.length(2)
      clock.pass(1)
      expect((await asked).username).to.equal(ana.username)
    })

    it('leave a long wait to the app, and say how long it is', async () => {
      way.answerNext(plain('429 Too Many Requests', '', 'Retry-After: 31'))
      expect(await refused(app().get('/me'), KadoinkError)).to.include({ status: 429, retryAfterSeconds: 31 })
      expect(way.lines).to.have.length(1)
    })

    it('are given up after three tries, and at once when they are wrong themselves', async () => {
      for (let time = 0; time < 3; time++) way.answerNext(plain('502 Bad Gateway', ''))
      const asked = refused(app().get('/me'), KadoinkError)
      await until(() => clock.waits.includes(250))
      clock.pass(250)
      await until(() => clock.waits.includes(500))
      clock.pass(500)
      expect(await asked).to.include({ status: 502, code: 'http_502' })
      way.answerNext(plain('500 Internal Server Error', ''))
      expect(await refused(app().get('/me'), KadoinkError)).to.include({ status: 500 })
      expect(way.lines).to.have.length(4)
    })

    it('tell an answer that is late from a server that is not there', async () => {
      way.isSilent = true
      const late = refused(app({ retries: 0 }).get('/me'), KadoinkTimeoutError)
      const impatient = refused(app({ retries: 0 }).get('/grid', { timeoutMs: 3_000 }), KadoinkTimeoutError)
      await until(() => way.opened === 2)
      clock.pass(3_000)
      expect((await impatient).message).to.equal('GET /grid was not answered within 3000 ms.')
      expect(clock.waits).to.deep.equal([12_000])
      clock.pass(12_000)
      expect(await late).to.be.instanceOf(KadoinkNetworkError)
      const nowhere = createClient({ url: 'http://127.0.0.1:9', retries: 0 })
      expect(await refused(nowhere.get('/me'), KadoinkNetworkError)).not.to.be.instanceOf(KadoinkTimeoutError)
    })

    it('are given up when the app says so, while they wait too', async () => {
      const why = new Error('The screen was left.')
      way.isSilent = true
      const leave = new AbortController()
      const asked = app({ retries: 0 }).get('/me', { signal: leave.signal })
      await until(() => way.opened === 1)
      leave.abort(why)
      expect(await refused(asked, Error)).to.equal(why)

      const leaveLater = new AbortController()
      way.isSilent = false
      way.answerNext(plain('502 Bad Gateway', ''))
      const waiting = app().get('/me', { signal: leaveLater.signal })
      await until(() => clock.waits.includes(250))
      leaveLater.abort(why)
      expect(await refused(waiting, Error)).to.equal(why)
      expect(clock.waits).to.deep.equal([])
    })
  })

  describe('when the token does not hold', () => {
    it('say so once, and go on without it', async () => {
      const out: string[] = []
      const kept: (string | null)[] = []
      const client = app({ onSignedOut: ({ code }) => out.push(code), onToken: (token) => kept.push(token) })
      await ana.delete('/auth/sessions')
      const asked = await Promise.allSettled([client.get('/me'), client.get('/grid'), client.get('/contacts')])
      expect(asked.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected'])
      expect([out, kept, client.token]).to.deep.equal([['unauthorized'], [null], null])
      await refused(client.get('/me'), KadoinkError)
      expect(out).to.have.length(1)
      expect(way.lines).to.have.length(4)
    })

    it('do not take a wrong password for the end of the session', async () => {
      const out: string[] = []
      const client = app({ onSignedOut: ({ code }) => out.push(code) })
      const wrong = client.post('/auth/login', { body: { username: ana.username, password: 'not it, not it' } })
      expect(await refused(wrong, KadoinkError)).to.include({ status: 401, code: 'invalid_credentials' })
      expect([out, client.token]).to.deep.equal([[], ana.token])
    })

    it('exchange it for several at once, though the first answer was cut off', async () => {
      const kept: (string | null)[] = []
      const client = app({ onToken: (token) => kept.push(token) })
      way.cutNextAnswer()
      const exchanged = Promise.all([client.refresh(), client.refresh()])
      await until(() => clock.waits.includes(250))
      clock.pass(250)
      const [one, other] = await exchanged
      expect(one).to.equal(other)
      expect([client.token, kept]).to.deep.equal([one.token, [one.token]])
      await world.moveClock(120)
      expect((await client.get('/me')).username).to.equal(ana.username)
    })

    it('show it to nobody but the server', async () => {
      const client = app({ WebSocket })
      const live = client.live({ onStop: () => {} })
      await refused(client.get('/contacts/{contact_id}', { params: { contact_id: 'nobody' } }), KadoinkError)
      const error = await refused(
        createClient({ url: 'http://127.0.0.1:9', token: ana.token, retries: 0 }).get('/me'),
        Error,
      )
      live.close()
      const shown = [client, live, error].map((thing) => inspect(thing, { depth: 9, showHidden: true }))
      expect([...way.lines, ...shown, JSON.stringify(error)].join('\n')).not.to.include(ana.token)
    })
  })
})

/** An answer of somebody on the way. */
function plain(status: string, body: string, ...headers: readonly string[]): string {
  return [`HTTP/1.1 ${status}`, `Content-Length: ${body.length}`, 'Connection: close', ...headers, '', body].join(
    '\r\n',
  )
}
