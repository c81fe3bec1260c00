import { expect } from 'chai'
import { operationId, referencePath } from '#kit/openapi'
import { declared as kadoink } from '#test/kadoink-endpoints'
import { declared as kodmobi } from '#test/kodmobi-endpoints'
import { revisit } from '#test/revisit'
import { World } from '#test/world'

const PAGES = ['/docs', '/docs/kadoink', '/docs/kadoink/guide', '/docs/kodmobi', '/docs/kodmobi/guide']

/** What has a guide, and of what there is more in it than so many. */
const GUIDES = [
  { declared: kadoink, least: { refusals: 40, links: 50, commands: 7, events: 1 } },
  { declared: kodmobi, least: { refusals: 15, links: 15, commands: 3, events: 0 } },
]

describe('The docs', () => {
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const ask = (path: string, init: RequestInit = {}) => fetch(`${world.url}${path}`, { redirect: 'manual', ...init })
  const askAgain = (path: string, etag: string | null) => revisit(`${world.url}${path}`, etag)
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
      const linked = new Set(addresses(page).map((address) => address.split('#')[0] ?? ''))
      for (const address of linked) expect((await ask(address)).status, address).to.equal(200)
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

  for (const { declared, least } of GUIDES) {
    const { surface, endpoints, live } = declared
    const guidePath = `/docs/${surface.name}/guide`

    describe(`hold a guide to ${surface.title} that`, () => {
      it('names every refusal of the reference, with its status', async () => {
        const guide = await words(guidePath)
        const { paths } = JSON.parse(await read(`/openapi/${surface.name}.json`))
        const codes = new Set<string>()
        for (const entry of Object.values<object>(paths).flatMap((methods) => Object.values(methods))) {
          for (const [status, { description }] of Object.entries<{ description: string }>(entry.responses)) {
            for (const [, code] of Number(status) < 400 ? [] : description.matchAll(/`(\w+)`/g))
              codes.add(`${status} ${code}`)
          }
        }
        expect(codes.size).to.be.above(least.refusals)
        for (const code of codes) expect(guide).to.match(new RegExp(`\\b${code.replace(' ', '\\s+')}\\s`))
      })

      it('leads into the reference, to endpoints that are there', async () => {
        const anchors = endpoints.map((one) => `#/${encodeURIComponent(one.tag)}/${operationId(one)}`)
        const links = addresses(await read(guidePath)).filter((address) => address.includes('#/'))
        expect(links.length).to.be.above(least.links)
        for (const link of links)
          expect(anchors, link).to.include(link.replace(`/docs/${surface.name}`, '').replaceAll('&#39;', "'"))
      })

      it('shows commands that the server understands', async () => {
        const guide = (await words(guidePath)).replaceAll('\\\n', ' ')
        const commands = guide.split('\n').filter((line) => line.trim().startsWith('curl '))
        expect(commands.length).to.be.above(least.commands)
        for (const command of commands) {
          const { pathname, searchParams } = new URL(/http[^\s'"]+/.exec(command)?.[0] ?? '')
          const [, body] = /-d '([^']*)'/.exec(command) ?? []
          const method = body === undefined ? 'GET' : 'POST'
          const endpoint = endpoints.find(
            (one) =>
              one.method === method && pathname === (one.mounts ? '' : (surface.mounts[0] ?? '')) + referencePath(one),
          )
          expect(endpoint, command).not.to.equal(undefined)
          // What is left out in the guide is left out there too.
          const whole = JSON.parse((body ?? '{}').replaceAll('0198…', '0198f3a0-0000-7000-8000-000000000000'))
          const asked = method === 'GET' ? Object.fromEntries(searchParams) : whole
          if (asked.callback_url === '…') delete asked.callback_url
          expect(endpoint?.body?.safeParse(asked).success ?? true, command).to.equal(true)
        }
      })

      it('names every limit that holds for an endpoint, and every event that is told', async () => {
        const guide = await words(guidePath)
        for (const { limit } of endpoints) expect(guide).to.match(new RegExp(`\\b${limit}\\b`))
        const events = Object.keys(live?.events ?? {})
        expect(events.length).to.be.at.least(least.events)
        for (const event of events) expect(guide).to.include(event)
      })
    })
  }
})
