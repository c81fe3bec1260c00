import { expect } from 'chai'
import { revisit } from '#test/revisit'
import { BARE, World } from '#test/world'

describe('The console', function () {
  this.timeout(60_000)
  let world: World

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())

  const ask = (path: string, init: RequestInit = {}) => fetch(`${world.url}${path}`, { redirect: 'manual', ...init })
  const askAgain = (path: string, etag: string | null) => revisit(`${world.url}${path}`, etag)
  const addresses = (page: string) =>
    [...page.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, address]) => address ?? '')

  it('is a page that runs and loads only what comes from here, and asks nobody but us', async () => {
    const answer = await ask('/console')
    const page = await answer.text()
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8'])
    expect(answer.headers.get('cache-control')).to.equal('no-cache')
    expect(answer.headers.get('x-content-type-options')).to.equal('nosniff')
    const policy = Object.fromEntries(
      (answer.headers.get('content-security-policy') ?? '').split('; ').map((rule) => rule.split(/ (.*)/, 2)),
    )
    expect(policy).to.deep.equal({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'img-src': "'self'",
      'media-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    })
    expect(page).not.to.match(/<script>|<style|\son\w+=|style=|https?:/)
    for (const address of addresses(page)) expect((await ask(address)).status, address).to.equal(200)
  })

  it('has its modules import one another by addresses that are there, and nothing else', async () => {
    const queue = addresses(await (await ask('/console')).text()).filter((address) => address.endsWith('/main.js'))
    expect(queue).to.have.length(1)
    const seen = new Set<string>()
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      const answer = await ask(path)
      expect([answer.status, answer.headers.get('content-type')], path).to.deep.equal([
        200,
        'text/javascript; charset=utf-8',
      ])
      const code = await answer.text()
      expect(code, path).not.to.match(
        /innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|sourceMappingURL/,
      )
      for (const [, specifier = ''] of code.matchAll(/^(?:import|export)[^'"]*? from ['"]([^'"]+)['"]/gm)) {
        expect(specifier, path).to.match(/^\.{1,2}\//)
        queue.push(new URL(specifier, world.url + path).pathname)
      }
    }
    const folders = [...seen].map((path) => path.split('/')[4])
    expect(folders.filter((folder) => folder === 'console').length).to.be.above(20)
    expect(folders.filter((folder) => folder === 'client').length).to.be.above(10)
  })

  it('sends its files once, packed for who takes that, and its page again only when it is another one', async () => {
    const page = await ask('/console')
    expect(await askAgain('/console', page.headers.get('etag'))).to.deep.equal([304, ''])
    const [file = ''] = addresses(await page.text()).filter((address) => address.endsWith('/main.js'))
    const packed = await ask(file, { headers: { 'Accept-Encoding': 'gzip' } })
    const plain = await ask(file, { headers: { 'Accept-Encoding': 'identity' } })
    expect(packed.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
    expect(packed.headers.get('vary')).to.include('Accept-Encoding')
    expect(packed.headers.get('content-encoding')).to.equal('gzip')
    expect(await packed.text()).to.equal(await plain.text())
    expect(await askAgain(file, plain.headers.get('etag'))).to.deep.equal([304, ''])
  })

  it('is asked by GET and HEAD', async () => {
    const [file = ''] = addresses(await (await ask('/console')).text()).filter((address) => address.endsWith('.css'))
    for (const path of ['/console', '/console/icon.svg', file]) {
      const head = await ask(path, { method: 'HEAD' })
      expect([head.status, await head.text()], path).to.deep.equal([200, ''])
      const refused = await ask(path, { method: 'POST' })
      expect([refused.status, refused.headers.get('allow')], path).to.deep.equal([405, 'GET, HEAD'])
    }
  })

  it('has nothing else below it', async () => {
    const [file = ''] = addresses(await (await ask('/console')).text()).filter((address) =>
      address.endsWith('/main.js'),
    )
    const others = [
      '/console/',
      '/console/nothing',
      '/console/assets/',
      file.replace(/assets\/./, 'assets/_'),
      file.replace('main.js', 'main.ts'),
      file.replace('console/main.js', '..%2f..%2fpackage.json'),
      file.replace('console/main.js', 'server/main.js'),
    ]
    for (const path of others) expect((await ask(path)).status, path).to.equal(404)
  })

  it('is named where the docs begin', async () => {
    expect(addresses(await (await ask('/docs')).text())).to.include('/console')
  })

  it('lets its page ask where sockets are opened, when that is another host', async () => {
    const away = await World.start({ REALTIME_URL: 'wss://live.example/api/v1/realtime' })
    try {
      const answer = await fetch(`${away.url}/console`)
      expect(answer.headers.get('content-security-policy')).to.include("connect-src 'self' wss://live.example;")
      expect(await answer.text()).to.include('data-sockets="wss://live.example/api/v1/realtime"')
    } finally {
      await away.end()
    }
  })

  it('looks at no phone where the carrier is a real one', async () => {
    expect((await ask('/console/phone?number=%2B15551239999')).status).to.equal(404)
    expect((await ask('/console/phone/voicemail', { method: 'POST' })).status).to.equal(404)
    expect(await (await ask('/console')).text()).not.to.include('data-phones')
  })

  it('looks at simulated phones on a bare machine, and at nothing else of it', async () => {
    const bare = await World.start(BARE)
    const at = (path: string, init: RequestInit = {}) => fetch(`${bare.url}${path}`, init)
    const post = (body: unknown, type = 'application/json') =>
      at('/console/phone/voicemail', { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': type } })
    try {
      expect(await (await at('/console')).text()).to.include('data-phones')
      const texts = await at('/console/phone?number=%2B15551239999')
      expect(await texts.json()).to.deep.equal({ items: [], has_more: false })
      expect(texts.headers.get('cache-control')).to.equal('no-store')
      for (const number of ['', '..%2Fclock', '%2B1555/texts', '15551239999']) {
        expect((await at(`/console/phone?number=${number}`)).status, number).to.equal(422)
      }
      expect((await at('/console/phone')).status).to.equal(422)
      for (const extension of ['12345', '12345a', 123456, null]) {
        expect((await post({ extension })).status, String(extension)).to.equal(422)
      }
      expect((await post(null)).status).to.equal(422)
      // A form of another page could send these; what it sends is not taken.
      expect((await post({ extension: '123456' }, 'text/plain')).status).to.equal(400)
      expect((await at('/console/phone/voicemail')).status).to.equal(405)
      expect((await post({ extension: '123456' })).status).to.equal(204)
    } finally {
      await bare.end()
    }
  })
})
