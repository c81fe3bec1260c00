import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { TestBrowser } from '#test/browser'
import { codeAt, freshPhone, Project } from '#test/kodmobi'
import type { Json } from '#test/people'
import { World } from '#test/world'

/** What a page was answered, as it can read it; null when the browser would not let it. */
interface Read {
  readonly status: number
  readonly body: Json
  readonly retryAfter: string | null
}

describe('A page of another origin, in Chromium, asks kod.mobi', function () {
  this.timeout(60_000)
  let world: World
  let project: Project
  let browser: TestBrowser
  let site: Server
  let page: Page

  before(async function () {
    if (!TestBrowser.isHere) return this.skip()
    world = await World.start()
    project = await Project.begin(world)
    browser = await TestBrowser.start()
    site = createServer((_request, response) => {
      response
        .setHeader('Content-Type', 'text/html')
        .end('<!doctype html><title>A shop</title><link rel="icon" href="data:,">')
    }).listen(0, 'localhost')
    await once(site, 'listening')
    page = await browser.open(`http://localhost:${(site.address() as AddressInfo).port}/`)
  })
  after(async () => {
    await browser?.close()
    site?.closeAllConnections()
    site?.close()
    await world?.end()
  })

  /** Ask as scripts do: by GET, or by POST with JSON. */
  const ask = (path: string, { body, ...headers }: Record<string, Json> = {}): Promise<Read | null> =>
    page.evaluate(
      async ([url, sent, more]) => {
        try {
          const answer = await fetch(url, {
            headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...more },
            ...(sent === null ? {} : { method: 'POST', body: sent }),
          })
          return { status: answer.status, body: await answer.json(), retryAfter: answer.headers.get('Retry-After') }
        } catch {
          return null
        }
      },
      [
        world.url + path,
        body === undefined ? null : JSON.stringify(body),
        { 'x-api-key': project.publicKey, ...headers },
      ] as const,
    )

  it('by every family, and reads what it is answered', async () => {
    const phone = freshPhone()
    const settings = await ask('/v2/settings?session_id=', { 'Accept-Language': 'ru' })
    expect([settings?.status, settings?.body.language]).to.deep.equal([200, 'ru'])
    const made = await ask('/v2/create', { body: { to: `+${phone}`, send: false } })
    const { session_id } = made?.body ?? {}
    expect((await ask('/v2/send', { body: { session_id, type: 'sms' } }))?.body.channel.timeout).to.equal(60)
    const code = await codeAt(world, phone)
    const checked = await ask(`/api/v1/message/check?session_id=${session_id}&code=${code}`, {
      'X-CF-Turnstile-Token': 'of a widget',
    })
    expect([checked?.status, checked?.body.success]).to.deep.equal([200, true])
  })

  it('and reads what it is refused, and when to come back', async () => {
    const phone = freshPhone()
    const made = await ask(`/api/v2/message/create?phone=%2B${phone}&type=sms`)
    const early = await ask('/session/send', { body: { session_id: made?.body.data.session_id, type: 'sms' } })
    expect([early?.status, early?.body.sys_message]).to.deep.equal([429, 'ERROR_MESSAGE_ATTEMPT'])
    expect(early?.retryAfter).to.equal(String(early?.body.error_params.timeout))
    expect((await ask('/api/v2/message/create?phone=x'))?.status).to.equal(400)
    expect((await ask('/v2/settings', { 'x-api-key': 'wrong' }))?.status).to.equal(401)
    expect((await ask('/api/v2/nowhere'))?.status).to.equal(404)
  })

  it('but not what belongs to servers, whatever key it holds, nor the app API', async () => {
    const key = { 'x-api-key': project.secretKey }
    expect(await ask('/verify', { ...key, body: { verify_token: 'x' } })).to.equal(null)
    expect(await ask('/v1/message/verify', { ...key, body: { verify_token: 'x' } })).to.equal(null)
    expect(await ask('/manual/channels', key)).to.equal(null)
    expect(await ask('/api/v1/contacts')).to.equal(null)
    expect(browser.complaints.some((line) => line.includes('CORS policy'))).to.equal(true)
  })
})
