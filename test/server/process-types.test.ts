import { expect } from 'chai'
import { connectNumbers } from '#server/embedded'
import { type Simulator, startSimulator } from '#simulator'
import { dropDatabase, emptyDatabase } from '#test/database'
import { Deployment, type Started } from '#test/kit-processes'
import { freePort } from '#test/kit-wire'
import { Client } from '#test/realtime-client'
import { TestRedis } from '#test/realtime-redis'
import { ACCOUNT, PASSWORD } from '#test/world'

describe('Processes started as the Procfile says', function () {
  this.timeout(180_000)

  let redis: TestRedis | undefined
  let database: string
  let carrier: Simulator
  let deployment: Deployment
  let environment: Record<string, string>
  let url: string

  before(async function () {
    redis = await TestRedis.start()
    if (!redis) return void this.skip()
    database = await emptyDatabase()
    carrier = await startSimulator({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      numbers: [ACCOUNT.number],
      clock: 'manual',
      callsPerSecond: 0,
    })
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    connectNumbers(carrier, [ACCOUNT.number], url)
    environment = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: database,
      REDIS_URL: redis.url,
      PUBLIC_URL: url,
      SESSION_SECRETS: 'N5mYbTq0Yk3rZ8sVwXc2dFg7hJk9LpQe',
      TWILIO_ACCOUNT_SID: ACCOUNT.sid,
      TWILIO_AUTH_TOKENS: ACCOUNT.token,
      TWILIO_NUMBERS: ACCOUNT.number,
      TWILIO_API_BASE: carrier.url,
      MAIL_URL: 'smtp://127.0.0.1:1',
    }
    deployment = await Deployment.build()
  })
  after(async () => {
    await deployment?.remove()
    await carrier?.close()
    await redis?.end()
    if (database) await dropDatabase(database)
  })

  it('are web, worker, realtime and release', () => {
    expect(deployment.types).to.have.members(['web', 'worker', 'realtime', 'release'])
  })

  it('bring a call from one to the other: asked for on web, dialled by worker, heard on realtime', async () => {
    expect(await (await deployment.start('release', environment)).exit).to.equal(0)
    const livePort = String(await freePort())
    const running: Started[] = await Promise.all([
      deployment.start('web', environment),
      deployment.start('worker', environment),
      deployment.start('realtime', { ...environment, PORT: livePort }),
    ])
    expect((await fetch(`${url}/ready`)).status).to.equal(200)

    const mobile = '+15556000010'
    const { challenge_id } = await post('/auth/register', { username: 'ana', name: 'Ana', mobile, password: PASSWORD })
    const code = await passUntil(() => /\b\d{6}\b/.exec(carrier.handset(mobile).texts.at(-1)?.body ?? '')?.[0])
    const { token } = await post('/auth/register/verify', { challenge_id, code })
    await sellNothing(token)
    const bo = await post('/contacts', { name: 'Bo', mobile: '+15556000020' }, token)

    const live = new Client(`ws://127.0.0.1:${livePort}/api/v1/realtime`, {
      protocol: 'kadoink.v1',
      headers: { Authorization: `Bearer ${token}` },
    })
    await live.until('ready')
    live.say({ type: 'hello', id: 1 })
    await live.until('live')
    await post('/calls', { to: [{ contact_id: bo.id }] }, token)
    const steps = await passUntil(() => {
      const heard = live.heard.flatMap(({ data }) => (data?.participant as { name: string; status: string }) ?? [])
      return heard.some(({ name, status }) => name === 'Bo' && status === 'joined') ? heard : undefined
    })
    expect(steps.filter(({ name }) => name === 'Bo').map(({ status }) => status)).to.deep.equal([
      'queued',
      'dialing',
      'ringing',
      'screening',
      'joined',
    ])
    expect(carrier.violations()).to.deep.equal([])

    expect(await Promise.all(running.map((started) => started.stop()))).to.deep.equal([0, 0, 0])
    expect((await live.ended).code).to.be.above(1000)
  })

  it('carry out what an operator asks for, and say by their exit whether it could be done', async () => {
    const routes = await deployment.command(['routes'], environment)
    expect([routes.code, routes.err]).to.deep.equal([0, ''])
    expect(routes.out).to.match(/^kadoink +GET +\/api\/v1\/me /m)
    const refused = await deployment.command(['users', 'suspend'], environment)
    expect(refused).to.include({ code: 1, out: '' })
    expect(refused.err).to.equal('Name somebody: by username, e-mail address, mobile or id.\n')
    expect((await deployment.command(['frobnicate'], environment)).err).to.match(/^Usage: kadoink </)
  })

  it('tell those who look after them how they are, on a port of their own, also where they answer nothing else', async () => {
    const ports: Record<string, number> = { worker: await freePort(), realtime: await freePort() }
    const running = Object.entries(ports).map(async ([type, METRICS_PORT]) =>
      deployment.start(type, { ...environment, PORT: String(await freePort()), METRICS_PORT: String(METRICS_PORT) }),
    )
    await Promise.all(running)
    const ask = (type: string, path: string) => fetch(`http://127.0.0.1:${ports[type]}${path}`)
    for (const type of Object.keys(ports)) {
      expect([(await ask(type, '/health')).status, (await ask(type, '/ready')).status], type).to.deep.equal([200, 200])
      expect((await ask(type, '/api/v1/me')).status, type).to.equal(404)
    }
    expect(await (await ask('realtime', '/metrics')).text()).to.include('kadoink_sockets')
    expect(await (await ask('worker', '/metrics')).text()).to.match(/^kadoink_outbox_lag_seconds 0$/m)

    const stopped = await Promise.all(running.map(async (started) => (await started).stop()))
    expect(stopped).to.deep.equal([0, 0])
  })

  it('say what is wrong and do not start when something is missing', async () => {
    const { DATABASE_URL: _, REDIS_URL: __, ...lacking } = environment
    const web = await deployment.start('web', lacking)
    expect(await web.exit).to.equal(1)
    expect(web.complaint()).to.match(/DATABASE_URL: needed.*\n.*REDIS_URL: needed/)
  })

  /** Where no account takes the money, nothing stands in for it; the docs are there, from the built server too. */
  async function sellNothing(token: string): Promise<void> {
    const checkout = await fetch(`${url}/api/v1/billing/checkout`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: '{"interval":"month"}',
    })
    expect(checkout.status).to.equal(503)
    expect(((await checkout.json()) as { error: { code: string } }).error.code).to.equal('billing_unavailable')
    expect((await fetch(`${url}/webhooks/stripe`, { method: 'POST', body: '{}' })).status).to.equal(404)
    expect((await fetch(`${url}/dev/payments`)).status).to.equal(404)
    const docs = await (await fetch(`${url}/docs/kadoink`)).text()
    for (const [, file] of docs.matchAll(/"(\/docs\/assets\/[^"]+)"/g)) {
      expect((await fetch(`${url}${file}`)).status, file).to.equal(200)
    }
    expect(docs).to.include('swagger-ui-bundle.js')
  }

  // biome-ignore lint/suspicious/noExplicitAny: the reference says what answers hold.
  async function post(path: string, body: object, token?: string): Promise<any> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    })
    expect(answer.status, path).to.be.within(200, 299)
    return answer.json()
  }

  /** Let the phone network's time go by until there is something; the servers, apart, are given the time to answer. */
  async function passUntil<Found>(look: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      await fetch(`${url}/ready`)
      await carrier.clock.advance(1)
      await carrier.settle()
    }
  }
})
