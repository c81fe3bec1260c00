import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'
import { defineFault } from '#kit/fault'
import { html } from '#kit/html'
import { newId } from '#kit/id'
import { assertUnambiguous } from '#kit/routes'
import { Keyring } from '#kit/secret'
import { makeTicket, readTicket } from '#kit/ticket'
import { definePage, type WebPage } from '#kit/web-page'
import { Place } from '#test/kit-place'
import { small } from '#test/kit-surface'

const Away = defineFault('away', 'unavailable', 'Come back <soon>')
const common = { limit: small.limits.plenty, params: z.object({ name: z.string().max(8) }) }

const pages = [
  definePage({
    ...common,
    path: '/hello/{name}',
    show: async ({ params: { name } }) => ({ title: `Hello ${name}`, body: html`<p class="${name}">${name}</p>` }),
  }),
  definePage({ ...common, path: '/hello/{name}/on', show: async () => ({ goTo: '/hello/you' }) }),
  definePage({ ...common, path: '/twice/{name}', limit: small.limits.perIp, show: async () => ({ goTo: '/' }) }),
  definePage({
    ...common,
    path: '/away/{name}',
    show: async () => {
      throw Away({ retryAfterSeconds: 7 })
    },
  }),
  definePage({
    ...common,
    path: '/broken/{name}',
    show: async () => {
      throw new Error('a secret of ours')
    },
  }),
]

describe('A page', () => {
  let place: Place

  before(async () => {
    place = await Place.open([], { pages })
  })
  after(() => place.close())

  it('shows what was declared, with whatever is in its address as words', async () => {
    const { status, text, headers } = await place.ask('GET', '/hello/%3Cb%3E%22')
    expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8'])
    expect(text).to.include('<h1>Hello &lt;b&gt;&quot;</h1>')
    expect(text).to.include('<p class="&lt;b&gt;&quot;">&lt;b&gt;&quot;</p>')
    expect(place.answers.at(-1)).to.include({ route: '/hello/{name}', status: 200, surface: 'small' })
  })

  it('has one style, which is the one that its policy names', async () => {
    const { text, headers } = await place.ask('GET', '/hello/you')
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers.get('content-security-policy')).to.include(`style-src 'sha256-${hash}'`)
  })

  it('may lead elsewhere', async () => {
    const answer = await fetch(place.address('/hello/you/on'), { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([303, '/hello/you'])
  })

  it('says no in the words of the fault, with its status', async () => {
    const { status, text, headers } = await place.ask('GET', '/away/x')
    expect([status, headers.get('retry-after')]).to.deep.equal([503, '7'])
    expect(text).to.include('<h1>Come back &lt;soon&gt;</h1>')
  })

  it('that is broken tells nothing, and says so in the log', async () => {
    const { status, text } = await place.ask('GET', '/broken/x')
    expect(status).to.equal(500)
    expect(text).not.to.include('secret')
    expect(place.lines.some(({ msg }) => msg === 'a page could not be shown')).to.equal(true)
  })

  it('is not there for what its address cannot be, and not for what is longer or shorter', async () => {
    for (const path of ['/hello/012345678', '/hello/%ff%ff%ff']) {
      expect((await place.ask('GET', path)).status, path).to.equal(404)
    }
    for (const path of ['/hello', '/hello/', '/hello/a/b', '/xhello/a', '/hello/a/']) {
      expect((await place.ask('GET', path)).text, path).to.equal('Not Found')
    }
  })

  it('is counted by address', async () => {
    const asked = []
    for (let time = 0; time < 3; time++) {
      const { status } = await fetch(place.address('/twice/x'), {
        redirect: 'manual',
        headers: { 'X-Forwarded-For': '10.1.1.1' },
      })
      asked.push(status)
    }
    expect(asked).to.deep.equal([303, 303, 429])
  })

  it('answers to GET and HEAD', async () => {
    expect((await place.ask('HEAD', '/hello/you')).text).to.equal('')
    const { status, headers } = await place.ask('DELETE', '/hello/you')
    expect([status, headers.get('allow')]).to.deep.equal([405, 'GET, HEAD'])
  })

  const thing = small.endpoint({
    tag: 'Things',
    summary: 'A thing',
    status: 204,
    auth: 'none',
    limit: 'plenty',
    method: 'POST',
    mounts: ['/s'],
    path: '/things',
    async handle() {},
  })

  it('stands alone: two at one address, or one among the endpoints, are refused at the start', () => {
    const mount = (...paths: readonly `/${string}`[]) => {
      const wanted: WebPage[] = paths.map((path) => definePage({ ...common, path, show: async () => ({ goTo: '/' }) }))
      return () => assertUnambiguous([{ surface: small, endpoints: [thing], pages: wanted }])
    }
    expect(mount('/a/{b}', '/a/{c}')).to.throw('two pages answer /a/{b}, also written /a/{c}')
    expect(mount('/a/{b}', '/a/b')).to.throw('two pages')
    expect(mount('/*{b}', '/{c}.ics')).to.throw('two pages')
    expect(mount('/small/a')).to.throw('in the middle of endpoints')
    expect(mount('/{any}/things')).to.throw('/{any}/things is a page in the middle of /s/things')
    expect(mount('/smaller/a', '/a/{b}', '/a/{b}/c', '/*{b}', '/%2A{b}')).not.to.throw()
  })
})

describe('HTML', () => {
  it('holds words as words: nothing that is put in opens or closes anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const { text } = html`<p title="${words}">${words}</p>`
        const inner = text.slice('<p title="'.length, -'</p>'.length)
        const [attribute = '', content = ''] = inner.split('">')
        return !/[<>"']/.test(attribute + content) && attribute === content
      }),
    )
  })

  it('takes HTML, lists and nothing as they are', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
    expect(html`<ul>${items}</ul>${null}${7}`.text).to.equal('<ul><li>a</li><li>&lt;b&gt;</li></ul>7')
  })
})

describe('A ticket', () => {
  const keys = new Keyring(['the new secret', 'the old secret'])
  const expiresAt = new Date('2031-04-05T06:07:08Z')

  it('says what it was made for, in 48 characters that stand in any address', () => {
    for (let time = 0; time < 50; time++) {
      const id = newId()
      const ticket = makeTicket(keys, 'p', { id, expiresAt })
      expect(ticket).to.match(/^[\w-]{48}$/)
      expect(readTicket(keys, 'p', ticket)).to.deep.equal({ id, expiresAt })
    }
  })

  it('is good for its purpose and its keys, the old ones included', () => {
    const ticket = makeTicket(new Keyring(['the old secret']), 'p', { id: newId(), expiresAt })
    expect(readTicket(keys, 'p', ticket)).not.to.equal(null)
    expect(readTicket(keys, 'q', ticket)).to.equal(null)
    expect(readTicket(new Keyring(['the new secret']), 'p', ticket)).to.equal(null)
  })

  it('is no good when one bit of it was touched', () => {
    const ticket = Buffer.from(makeTicket(keys, 'p', { id: newId(), expiresAt }), 'base64url')
    for (let bit = 0; bit < ticket.length * 8; bit++) {
      const touched = Buffer.from(ticket)
      touched[bit >> 3] = (touched[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(readTicket(keys, 'p', touched.toString('base64url')), `bit ${bit}`).to.equal(null)
    }
    for (const odd of ['', 'x', 'A'.repeat(47), 'A'.repeat(48), 'A'.repeat(49), `${'A'.repeat(47)}=`]) {
      expect(readTicket(keys, 'p', odd), odd).to.equal(null)
    }
  })
})
