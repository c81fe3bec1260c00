import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import * as realms from '#domain/realms'
import { codeAt, freshPhone, Project } from '#test/kodmobi'
import type { Json } from '#test/people'
import { World } from '#test/world'

/** A service that speaks as Turnstile does: tokens are good once. */
class Turnstile {
  readonly asked: Record<string, string>[] = []
  readonly #spent = new Set<string>()
  readonly #server: Server
  answer: 'honest' | 'broken' | 'vague' = 'honest'

  constructor() {
    this.#server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      const form = Object.fromEntries(new URLSearchParams(text))
      this.asked.push(form)
      if (this.answer === 'broken') return response.writeHead(500).end('oops')
      if (this.answer === 'vague') return response.end('{}')
      const success = /^good/.test(form.response ?? '') && !this.#spent.has(form.response ?? '')
      this.#spent.add(form.response ?? '')
      return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ success }))
    })
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

describe('A project whose visitors pass a challenge', () => {
  const turnstile = new Turnstile()
  let world: World
  let project: Project
  let place: string

  before(async () => {
    place = await turnstile.open()
    world = await World.start({ EGRESS_ALLOW: place })
    project = await begin(`http://${place}/siteverify`)
  })
  after(async () => {
    await world.end()
    turnstile.close()
  })
  beforeEach(() => {
    turnstile.answer = 'honest'
    turnstile.asked.length = 0
  })

  async function begin(verifyUrl: string): Promise<Project> {
    const made = await Project.begin(world)
    await world.running.database.write((unit) =>
      realms.setChallenge(unit, made.realm, { siteKey: 'site-key', secret: 'its-secret', verifyUrl }),
    )
    return made
  }

  const create = async (token: string | null, sent: Json = {}) => {
    const headers: Record<string, string> = token === null ? {} : { 'X-CF-Turnstile-Token': token }
    const asked = { phone: freshPhone(), type: 'sms' }
    const { status, body } = await project.ask('/api/v1/message/create', { asked, headers, ...sent })
    return [status, body.sys_message ?? body.data.sent_to]
  }

  it('says so in its settings', async () => {
    const { body } = await project.ask('/v2/settings')
    expect(body.challenge).to.deep.equal({ enabled: true, api_key: 'site-key' })
    expect(JSON.stringify(body)).not.to.include('its-secret')
  })

  it('lets in who has passed it, once for each token, and asks with the address of who did', async () => {
    expect(await create('good-1', { ip: '10.9.9.9' })).to.deep.equal([200, 'sms'])
    expect(turnstile.asked).to.deep.equal([{ secret: 'its-secret', response: 'good-1', remoteip: '10.9.9.9' }])
    expect(await create('good-1')).to.deep.equal([403, 'ERROR_CHALLENGE'])
    expect(await create('bad')).to.deep.equal([403, 'ERROR_CHALLENGE'])
  })

  it('asks nobody about what is no token', async () => {
    expect(await create(null)).to.deep.equal([403, 'ERROR_CHALLENGE'])
    expect(await create('')).to.deep.equal([403, 'ERROR_CHALLENGE'])
    expect(await create('x'.repeat(5000))).to.deep.equal([403, 'ERROR_CHALLENGE'])
    expect(turnstile.asked).to.deep.equal([])
  })

  it('wants it for each code that is sent and checked, by every family', async () => {
    const phone = freshPhone()
    const by = (token: string) => ({ 'X-CF-Turnstile-Token': token })
    const post = (path: string, asked: Json, token?: string) =>
      project.ask(path, { method: 'POST', asked, headers: token ? by(token) : {} })
    const made = await post('/v2/create', { to: phone, type: 'sms' }, 'good-2')
    const { session_id } = made.body
    const code = await codeAt(world, phone)
    expect((await post('/session/send', { session_id, type: 'sms' })).body.sys_message).to.equal('ERROR_CHALLENGE')
    expect((await post('/session/check', { session_id, code })).body.sys_message).to.equal('ERROR_CHALLENGE')
    expect((await post('/v1/message/check', { session_id, code }, 'good-3')).status).to.equal(200)
  })

  it('asks its own server for none', async () => {
    expect(await create(null, { key: project.secretKey })).to.deep.equal([200, 'sms'])
  })

  it('lets nobody in when nobody can say, and says that it is not their fault', async () => {
    for (const answer of ['broken', 'vague'] as const) {
      turnstile.answer = answer
      expect(await create('good-4'), answer).to.deep.equal([503, 'ERROR_UNAVAILABLE'])
    }
    const elsewhere = await begin('http://127.0.0.1:9/siteverify')
    const sent = { key: elsewhere.publicKey }
    expect(await create('good-5', sent), 'an address that may not be asked').to.deep.equal([503, 'ERROR_UNAVAILABLE'])
  })
})
