import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import { expect } from 'chai'
import { EgressError, isPublic, readTarget, type SafeFetchOptions, safeFetch } from '#gateways/safe-fetch'

describe('Addresses that people give us', () => {
  const PRIVATE = [
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '0x7f.1',
    '127.1',
    '8.8.8.8 ',
  ]
  const PUBLIC = [
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '128.0.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.255.255',
    '192.169.0.1',
    '198.17.255.255',
    '198.20.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
    '2001:4860:4860::8888',
  ]

  for (const address of PRIVATE)
    it(`'${address}' is nowhere on the open internet`, () => expect(isPublic(address)).to.equal(false))
  for (const address of PUBLIC) it(`'${address}' is somewhere there`, () => expect(isPublic(address)).to.equal(true))

  const REFUSED: Readonly<Record<string, string>> = {
    'ftp://example.com/': 'scheme',
    'file:///etc/passwd': 'scheme',
    'gopher://example.com/': 'scheme',
    'javascript:alert(1)': 'scheme',
    'not an address': 'odd',
    'http://': 'odd',
    'https://user@example.com/': 'odd',
    'https://user:word@example.com/': 'odd',
    'http://1.1.1.1@127.0.0.1/': 'odd',
    'http://2130706433/': 'odd',
    'http://0x7f000001/': 'odd',
    'http://0x7f.1/': 'odd',
    'http://0177.0.0.1/': 'odd',
    'http://127.1/': 'odd',
    'http://16843009/?1.1.1.1': 'odd',
    'http://１２７.0.0.1/': 'odd',
    'http://example.com:25/': 'port',
    'http://example.com:22/': 'port',
    'https://example.com:6/': 'port',
  }
  for (const [address, why] of Object.entries(REFUSED)) {
    it(`${address} is not asked`, () => expect(readTarget(address)).to.equal(why))
  }

  it('are read with their hosts and ports', () => {
    const read = (address: string) => {
      const target = readTarget(address)
      return typeof target === 'string' ? target : `${target.host} ${target.port}`
    }
    expect(read('https://example.com/hook')).to.equal('example.com 443')
    expect(read('http://EXAMPLE.com:8080')).to.equal('example.com 8080')
    expect(read('http://1.1.1.1/')).to.equal('1.1.1.1 80')
    expect(read('http://1.1.1.1:80/x')).to.equal('1.1.1.1 80')
    expect(read('http://[2606:4700:4700::1111]/')).to.equal('2606:4700:4700::1111 80')
    expect(read('http://[::ffff:127.0.0.1]/')).to.equal('::ffff:7f00:1 80')
  })
})

describe('A request to an address that somebody gave us', () => {
  const heard: { method: string; path: string; host: string; body: string }[] = []
  let server: Server
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  let port: number

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request
        heard.push({ method, path, host: headers.host ?? '', body: Buffer.concat(chunks).toString() })
        answer(request, response)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  beforeEach(() => {
    heard.length = 0
    answer = (_, response) => response.end('hello')
  })

  const GET = { method: 'GET' } as const
  const why = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof EgressError ? error.reason : String(error)),
    )
  const here = (path = '/') => `http://127.0.0.1:${port}${path}`
  const named = (path = '/') => `http://hooks.example:${port}${path}`
  const outOf = (options: Partial<SafeFetchOptions> = {}) =>
    safeFetch({ allow: [`127.0.0.1:${port}`, `hooks.example:${port}`], resolve: async () => ['127.0.0.1'], ...options })

  it('goes out, with its body, and the answer comes back', async () => {
    answer = (_, response) => response.writeHead(201, { 'Content-Type': 'text/plain' }).end('taken')
    const got = await outOf()(here('/hook?a=1'), { method: 'POST', body: '{"ü":1}', headers: { 'X-One': '1' } })
    expect([got.status, got.contentType, got.body.toString()]).to.deep.equal([201, 'text/plain', 'taken'])
    expect(heard).to.deep.equal([{ method: 'POST', path: '/hook?a=1', host: `127.0.0.1:${port}`, body: '{"ü":1}' }])
  })

  it('does not go to this machine or its neighbours, unless that very place is named', async () => {
    const ask = safeFetch({ allow: [`127.0.0.1:${port + 1}`, 'localhost:80'] })
    for (const address of [here(), `http://localhost:${port}/`, `http://[::1]:${port}/`]) {
      expect(await why(ask(address, GET)), address).to.equal('refused')
    }
    expect(await why(ask(`http://[::ffff:127.0.0.1]:${port}/`, GET))).to.equal('refused')
    expect(await why(safeFetch({ allow: [] })('http://169.254.169.254/latest/meta-data/', GET))).to.equal('refused')
    expect(heard).to.deep.equal([])
  })

  it('does not go to a name that leads inside, even where it leads outside as well', async () => {
    for (const addresses of [['127.0.0.1'], ['1.1.1.1', '10.0.0.1'], ['2606:4700:4700::1111', '::1']]) {
      expect(await why(outOf({ allow: [], resolve: async () => addresses })(named(), GET))).to.equal('refused')
    }
    expect(heard).to.deep.equal([])
  })

  it('goes to the address that was looked at, although the name leads elsewhere a moment later', async () => {
    let lookUps = 0
    const ask = outOf({
      resolve: async () => {
        lookUps++
        return lookUps === 1 ? ['127.0.0.1'] : ['10.0.0.1']
      },
    })
    expect((await ask(named(), GET)).body.toString()).to.equal('hello')
    expect(lookUps).to.equal(1)
    expect(heard[0]?.host).to.equal(`hooks.example:${port}`)
  })

  it('follows three redirects and not a fourth', async () => {
    answer = (request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { Location: `/${left - 1}` }).end()
    }
    expect((await outOf()(here('/3'), GET)).body.toString()).to.equal('there')
    expect(await why(outOf()(here('/4'), GET))).to.equal('redirects')
  })

  it('looks at where each redirect leads', async () => {
    for (const location of [`http://localhost:${port}/`, 'http://0x7f000001/', 'file:///etc/passwd', '//10.0.0.1/']) {
      answer = (_, response) => response.writeHead(307, { Location: location }).end()
      heard.length = 0
      expect(await why(safeFetch({ allow: [`127.0.0.1:${port}`] })(here(), GET)), location).to.equal('refused')
      expect(heard).to.have.lengthOf(1)
    }
  })

  it('follows none when it brings something', async () => {
    answer = (_, response) => response.writeHead(307, { Location: '/elsewhere' }).end()
    expect((await outOf()(here(), { method: 'POST', body: 'x' })).status).to.equal(307)
    expect(heard.map(({ path }) => path)).to.deep.equal(['/'])
  })

  it('reads no more than so much', async () => {
    answer = (_, response) => response.end('x'.repeat(1_001))
    expect(await why(outOf()(here(), { ...GET, maxBytes: 1_000 }))).to.equal('too_large')
    expect((await outOf()(here(), { ...GET, maxBytes: 1_001 })).body).to.have.lengthOf(1_001)
  })

  it('waits no longer than so long: for a name, for an answer, for the rest of an answer', async () => {
    const quick = { ...GET, timeoutMs: 100 }
    expect(await why(outOf({ resolve: () => new Promise(() => {}) })(named(), quick))).to.equal('timeout')
    answer = () => {}
    expect(await why(outOf()(here(), quick))).to.equal('timeout')
    answer = (_, response) => void response.write('begun')
    expect(await why(outOf()(here(), quick))).to.equal('timeout')
  })

  it('asks by TLS for the name that was given, at the address that was looked at', async () => {
    const names: string[] = []
    const secure = createSecureServer({
      SNICallback(name, done) {
        names.push(name)
        done(null)
      },
    }).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const { port: securePort } = secure.address() as AddressInfo
    const ask = outOf({ allow: [`hooks.example:${securePort}`] })
    // It has no certificate: who cannot prove to be that name is not told anything.
    expect(await why(ask(`https://hooks.example:${securePort}/`, { method: 'POST', body: 'secret' }))).to.equal(
      'failed',
    )
    expect(names).to.deep.equal(['hooks.example'])
    secure.close()
  })

  it('that nobody answers says so, and names no address', async () => {
    answer = (request) => request.socket.destroy()
    const failed = await outOf()(here('/secret'), GET).catch((error: Error) => error)
    expect(failed).to.be.instanceOf(EgressError).with.property('reason', 'failed')
    expect(`${failed} ${(failed as Error).stack}`).not.to.include('secret')
    expect(await why(outOf({ resolve: async () => [] })(named(), GET))).to.equal('failed')
  })
})
