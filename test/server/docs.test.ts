import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { operationId } from '#kit/openapi'
import { declared } from '#test/kadoink-endpoints'
import { World } from '#test/world'

const PAGES = ['/docs', '/docs/kadoink', '/docs/kadoink/guide', '/docs/kodmobi', '/docs/kodmobi/guide']

describe('The docs', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const ask = (path: string, init: RequestInit = {}) => fetch(`${world.url}${path}`, { redirect: 'manual', ...init })
  /** Ask as a browser does that has a copy; `fetch` would add that it wants none. */
  const askAgain = (path: string, etag: string | null) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      get(`${world.url}${path}`, { headers: { 'If-None-Match': etag ?? '' } }, async (answer) => {
        resolve([answer.statusCode, await text(answer)])
      }).on('error', reject)
    })
  const read = async (path: string) => (await ask(path)).text()
  /** The words of a page, as a reader sees them. */
  const words = async (path: string) =>
    (await read(path))
      .replace(/<[^>]+>/g, ' ')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replaceAll('\u00a0', ' ')
  const addresses = (page: string) =>
    [...page.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, address]) => address ?? '')

  it('are pages that run and load only what comes from here, and nothing that stands in the page', async () => {
    for (const path of PAGES) {
      const answer = await ask(path)
      const page = await answer.text()
      expect([answer.status, answer.headers.get('content-type')], path).to.deep.equal([200, 'text/html; charset=utf-8'])
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy, path).to.include("default-src 'none'").and.include("script-src 'self'")
      expect(policy, path).not.to.match(/unsafe|https?:|\*/)
      expect(page, path).not.to.match(/<script>|<style|\son\w+=|style=|https?:\/\/(?!127)/)
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff')
      for (const address of addresses(page))
        expect((await ask(address.split('#')[0] ?? '')).status, address).to.equal(200)
    }
  })

  it('send their files once: for good, under a name that changes with them, packed for those who take that', async () => {
    const files = addresses(await read('/docs/kadoink')).filter((address) => address.startsWith('/docs/assets/'))
    expect(files.map((file) => file.split('/').at(-1))).to.have.members([
      'swagger-ui.css',
      'docs.css',
      'swagger-ui-bundle.js',
      'start.js',
    ])
    for (const file of files) {
      const packed = await ask(file, { headers: { 'Accept-Encoding': 'gzip' } })
      const plain = await ask(file, { headers: { 'Accept-Encoding': 'identity' } })
      expect(packed.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
      expect(packed.headers.get('vary')).to.include('Accept-Encoding')
      expect(packed.headers.get('content-encoding')).to.equal('gzip')
      expect(plain.headers.get('content-encoding')).to.equal(null)
      expect(await packed.text(), file).to.equal(await plain.text())
      expect(packed.headers.get('etag')).not.to.equal(plain.headers.get('etag'))
      expect(await askAgain(file, plain.headers.get('etag')), file).to.deep.equal([304, ''])
      expect((await ask(file.replace(/assets\/./, 'assets/_'))).status, 'another version').to.equal(404)
    }
    for (const path of ['/docs/assets/x/package.json', '/docs/assets/..%2f..%2fpackage.json', '/docs/nothing']) {
      expect((await ask(path)).status, path).to.equal(404)
    }
  })

  it('are asked by GET and HEAD, and not sent again to who has them', async () => {
    for (const path of PAGES) {
      const refused = await ask(path, { method: 'POST' })
      expect([refused.status, refused.headers.get('allow')], path).to.deep.equal([405, 'GET, HEAD'])
      const head = await ask(path, { method: 'HEAD' })
      expect([head.status, await head.text()], path).to.deep.equal([200, ''])
      expect(await askAgain(path, head.headers.get('etag')), path).to.deep.equal([304, ''])
    }
  })

  describe('hold a guide that', () => {
    it('names every refusal of the reference, with its status', async () => {
      const guide = await words('/docs/kadoink/guide')
      const { paths } = JSON.parse(await read('/openapi/kadoink.json'))
      const codes = new Set<string>()
      for (const entry of Object.values<object>(paths).flatMap((methods) => Object.values(methods))) {
        for (const [status, { description }] of Object.entries<{ description: string }>(entry.responses)) {
          for (const [, code] of Number(status) < 400 ? [] : description.matchAll(/`(\w+)`/g))
            codes.add(`${status} ${code}`)
        }
      }
      expect(codes.size).to.be.above(40)
      for (const code of codes) expect(guide).to.match(new RegExp(`\\b${code.replace(' ', '\\s+')}\\s`))
    })

    it('leads into the reference, to endpoints that are there', async () => {
      const anchors = declared.endpoints.map((one) => `#/${encodeURIComponent(one.tag)}/${operationId(one)}`)
      const links = addresses(await read('/docs/kadoink/guide')).filter((address) => address.includes('#/'))
      expect(links.length).to.be.above(50)
      for (const link of links)
        expect(anchors, link).to.include(link.replace('/docs/kadoink', '').replaceAll('&#39;', "'"))
    })

    it('shows commands that the server understands', async () => {
      const guide = (await words('/docs/kadoink/guide')).replaceAll('\\\n', ' ')
      const commands = guide.split('\n').filter((line) => line.trim().startsWith('curl '))
      expect(commands.length).to.be.above(7)
      for (const command of commands) {
        const [, path] = /\/api\/v1(\/[^\s'?]*)/.exec(command) ?? []
        const [, body] = /-d '([^']*)'/.exec(command) ?? []
        const method = body === undefined ? 'GET' : 'POST'
        const endpoint = declared.endpoints.find((one) => one.method === method && one.path === path)
        expect(endpoint, command).not.to.equal(undefined)
        // What is left out in the guide is left out there too.
        const whole = JSON.parse((body ?? '{}').replaceAll('0198…', '0198f3a0-0000-7000-8000-000000000000'))
        expect(endpoint?.body?.safeParse(whole).success ?? true, command).to.equal(true)
      }
    })

    it('names every limit that holds for an endpoint, and every event that is told', async () => {
      const guide = await words('/docs/kadoink/guide')
      for (const { limit } of declared.endpoints) expect(guide).to.match(new RegExp(`\\b${limit}\\b`))
      const events = Object.keys(declared.live?.events ?? {})
      expect(events).not.to.have.length(0)
      for (const event of events) expect(guide).to.include(event)
    })
  })
})
