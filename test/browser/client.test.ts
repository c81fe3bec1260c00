import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { TestBrowser } from '#test/browser'
import { Way } from '#test/client-proxy'
import type { Json, Person } from '#test/people'
import { World } from '#test/world'

const ROOT = join(import.meta.dirname, '../..')

describe('The client on a page of another origin, in Chromium', function () {
  this.timeout(60_000)
  let world: World
  let way: Way
  let built: string
  let site: Server
  let browser: TestBrowser
  let ana: Person

  before(async function () {
    if (!TestBrowser.isHere) return this.skip()
    built = await mkdtemp(join(tmpdir(), 'kadoink-client-'))
    await build(built)
    site = await serve(built)
    world = await World.start({ CORS_ORIGINS: originOf(site) })
    browser = await TestBrowser.start()
    way = await Way.to(world.url)
    ana = await world.person('Ana')
  })
  after(async () => {
    await browser?.close()
    await way?.close()
    await world?.end()
    site?.close()
    if (built) await rm(built, { recursive: true, force: true })
  })

  /** A page with a client of Ana's, started. */
  async function open(): Promise<Page> {
    const page = await browser.open(`${originOf(site)}/`)
    await page.waitForFunction(() => 'start' in globalThis)
    await page.evaluate(([url, token]) => (globalThis as Json).start(url, token), [way.url, ana.token])
    await page.waitForFunction(() => (globalThis as Json).live.state === 'live')
    return page
  }
  const hears = (page: Page, words: readonly string[]) =>
    page.waitForFunction((all) => all.every((word) => (globalThis as Json).told.includes(word)), words)

  it('asks, is refused in words that it can read, and hears what happens, also after it was cut off', async () => {
    const page = await open()
    const refusal = await page.evaluate(() => (globalThis as Json).ask())
    expect(refusal).to.include({ name: 'KadoinkError', code: 'validation_failed' })
    expect(refusal.fields).to.include('name')
    expect(refusal.requestId, 'is told to pages of other origins').to.match(/^[\w-]{8,}$/)
    await hears(page, ['resync: start', 'contact.created: Bo'])

    way.cut()
    await ana.knows('Cleo', '+15551230002')
    await hears(page, ['contact.created: Cleo'])

    await ana.delete('/auth/sessions')
    await hears(page, ['signed out', 'stopped: 4401'])
    const told: string[] = await page.evaluate(() => (globalThis as Json).told)
    // Whether the socket hears of its own end before it is closed is a matter of moments.
    expect(told.filter((word) => !word.startsWith('session.revoked'))).to.deep.equal([
      'resync: start',
      'contact.created: Bo',
      'contact.created: Cleo',
      'signed out',
      'stopped: 4401',
    ])
  })
})

/** An app: what it is told is in `told`. */
const APP = `<!doctype html><title>An app</title><script type="module">
import { createClient } from '/client/index.js'
window.told = []
window.start = (url, token) => {
  window.client = createClient({ url, token, random: () => 0, onSignedOut: () => told.push('signed out') })
  window.live = client.live({
    onEvent: ({ event, data }) => told.push(event + ': ' + data.contact?.name),
    onResync: ({ reason }) => told.push('resync: ' + reason),
    onStop: ({ code }) => told.push('stopped: ' + code),
  })
}
window.ask = async () => {
  await client.post('/contacts', { body: { name: 'Bo', mobile: '+15551230001' } })
  return client
    .post('/contacts', { body: { name: '' } })
    .catch(({ name, code, fields, requestId }) => ({ name, code, fields: Object.keys(fields), requestId }))
}
</script>`

/** Build the client as the package has it. */
async function build(directory: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.client.json'), '--outDir', directory])
}

/** A site that serves a folder of scripts, and the app for everything else. */
async function serve(directory: string): Promise<Server> {
  const server = createServer(async ({ url = '' }, response) => {
    const script = /^\/client\/[\w-]+\.js$/.test(url) ? await readFile(join(directory, url), 'utf8') : null
    response.setHeader('Content-Type', script === null ? 'text/html' : 'text/javascript')
    response.end(script ?? APP)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function originOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`
}
