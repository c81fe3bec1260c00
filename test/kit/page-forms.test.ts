import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { z } from 'zod'
import { defineFault } from '#kit/fault'
import { html } from '#kit/html'
import { definePage } from '#kit/web-page'
import { type Answer, Place } from '#test/kit-place'
import { small } from '#test/kit-surface'

const NotToday = defineFault('not_today', 'conflict', 'Not <today>.')
const common = { limit: small.limits.plenty, params: z.object({}) }
const SCRIPT = 'document.title = "x"'

const pages = [
  definePage({
    ...common,
    path: '/sign',
    query: z.object({ from: z.string().max(8).optional() }),
    form: z.object({ name: z.string().min(2).max(20) }),
    async show({ query, refused }) {
      const { fault, form } = refused ?? {}
      return {
        title: `From ${query.from ?? 'nowhere'}`,
        body: html`${fault ? html`<p role="alert">${fault.message} ${Object.keys(fault.fields).join()}</p>` : null}
<form method="post"><input name="name" value="${form?.name ?? ''}"></form>`,
      }
    },
    async submit({ unit, form }) {
      await unit.sql('notes').insert({ text: form.name })
      if (form.name === 'never') throw NotToday()
      if (form.name === 'broken') throw new Error('a secret of ours')
      return { goTo: '/sign?from=thanks' }
    },
  }),
  definePage({
    ...common,
    path: '/framed',
    show: async () => ({
      title: 'Framed',
      body: html`<p>Hello</p>`,
      style: 'p { color: #123456 }',
      head: html`<meta property="og:title" content="${'"hello"'}">`,
      status: 410,
      isBare: true,
      isPublic: true,
      framedBy: ['https://a.example', 'https://b.example:8443'],
    }),
  }),
  definePage({
    ...common,
    path: '/busy',
    show: async () => ({ title: 'Busy', body: html``, script: SCRIPT, letsIn: ['https://captcha.example'] }),
  }),
  definePage({
    ...common,
    path: '/asking',
    show: async () => ({ title: 'Asking', body: html``, script: SCRIPT, asksUs: true }),
  }),
  definePage({
    ...common,
    path: '/checked',
    form: z.object({ name: z.string() }),
    show: async ({ refused }) => ({ title: refused?.fault.message ?? 'Checked', body: html`` }),
    async check({ sent, request }) {
      if (sent.answer !== `right ${request.ip}`) throw NotToday()
    },
    async submit({ unit, form }) {
      await unit.sql('notes').insert({ text: form.name })
      return { goTo: '/checked' }
    },
  }),
  definePage({
    ...common,
    path: '/embedded',
    isEmbedded: true,
    show: async () => {
      throw NotToday()
    },
  }),
  definePage({
    ...common,
    path: '/small.js',
    show: async () => ({ contentType: 'text/javascript; charset=utf-8', bytes: SCRIPT, maxAgeSeconds: 300 }),
  }),
]

describe('A page with a form', () => {
  let place: Place

  before(async () => {
    place = await Place.open([], { pages })
  })
  after(() => place.close())

  const send = (body: string, type = 'application/x-www-form-urlencoded'): Promise<Answer> =>
    place.ask('POST', '/sign', { body, headers: { 'Content-Type': type } })

  it('takes what was sent, keeps it, and leads on', async () => {
    const answer = await fetch(place.address('/sign'), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ name: 'Zoë & co' }),
    })
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([303, '/sign?from=thanks'])
    expect(await place.notes()).to.include('Zoë & co')
  })

  it('shows itself again for a form that does not fit, with what was sent as words', async () => {
    const { status, text } = await send('name=%22')
    expect(status).to.equal(422)
    expect(text).to.include('value="&quot;"')
    expect(text).to.match(/role="alert">[^<]* name</)
  })

  it('shows itself again for a refusal, in its words, and keeps nothing', async () => {
    const { status, text } = await send('name=never')
    expect(status).to.equal(409)
    expect(text).to.include('Not &lt;today&gt;.')
    expect(await place.notes()).not.to.include('never')
  })

  it('that is broken tells nothing of why, and keeps nothing', async () => {
    const { status, text } = await send('name=broken')
    expect(status).to.equal(500)
    expect(text).not.to.include('secret')
    expect(await place.notes()).not.to.include('broken')
  })

  it('refuses other bodies, long ones, and what cannot be stored', async () => {
    expect((await send('{"name":"json"}', 'application/json')).status).to.equal(415)
    expect((await send(`name=${'x'.repeat(20_000)}`)).status).to.equal(413)
    expect((await send('name=ab%00c')).status).to.equal(422)
    expect(await place.notes()).to.deep.equal(['Zoë & co'])
  })

  it('names POST among what it answers; a page without a form does not', async () => {
    expect((await place.ask('DELETE', '/sign')).headers.get('allow')).to.equal('GET, HEAD, POST')
    expect((await place.ask('POST', '/framed')).headers.get('allow')).to.equal('GET, HEAD')
  })

  it('reads what stands behind its address, and is not there when that does not fit', async () => {
    expect((await place.ask('GET', '/sign?from=here&other=1')).text).to.include('<h1>From here</h1>')
    expect((await place.ask('GET', '/sign?from=123456789')).status).to.equal(404)
  })

  it('is held against a check of its own before it is taken, by all that was sent', async () => {
    const answer = async (words: string) => {
      const body = new URLSearchParams({ name: 'checked', answer: words }).toString()
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Forwarded-For': '10.2.3.4' }
      return fetch(place.address('/checked'), { method: 'POST', redirect: 'manual', body, headers })
    }
    const refused = await answer('wrong')
    expect([refused.status, (await refused.text()).includes('<h1>Not &lt;today&gt;.</h1>')]).to.deep.equal([409, true])
    expect(await place.notes()).not.to.include('checked')
    expect((await answer('right 10.2.3.4')).status).to.equal(303)
    expect(await place.notes()).to.include('checked')
  })

  it('comes with a form and who takes it, or with neither', () => {
    const form = z.object({})
    const show = async () => ({ goTo: '/' })
    expect(() => definePage({ ...common, path: '/half', form, show } as never)).to.throw('come together')
  })
})

describe('What a page says of itself', () => {
  let place: Place

  before(async () => {
    place = await Place.open([], { pages })
  })
  after(() => place.close())

  it('is who may frame it, whether it may be kept and found, its status and its own style', async () => {
    const { status, text, headers } = await place.ask('GET', '/framed')
    expect(status).to.equal(410)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).to.include('frame-ancestors https://a.example https://b.example:8443')
    expect(headers.get('x-frame-options')).to.equal(null)
    expect(headers.get('cache-control')).to.equal('public, no-cache')
    expect(headers.get('x-robots-tag')).to.equal(null)
    for (const [, style = ''] of text.matchAll(/<style>(.*?)<\/style>/gs)) {
      expect(policy).to.include(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    }
    expect(text.match(/<style>/g)).to.have.length(2)
    expect(text).to.include('content="&quot;hello&quot;"').and.not.to.include('<h1>')
  })

  it('is nothing, and then nobody frames it, keeps it or finds it', async () => {
    const { headers } = await place.ask('GET', '/sign')
    expect(headers.get('content-security-policy')).to.include("frame-ancestors 'none'")
    expect([headers.get('cache-control'), headers.get('x-robots-tag')]).to.deep.equal(['no-store', 'noindex, nofollow'])
  })

  it('is which scripts it brings and lets in: its own by what it says, those of others by where they come from', async () => {
    const { text, headers } = await place.ask('GET', '/busy')
    const hash = createHash('sha256').update(SCRIPT).digest('base64')
    const policy = headers.get('content-security-policy')
    expect(text).to.include(`<script>${SCRIPT}</script>`)
    expect(policy).to.include(`script-src 'sha256-${hash}' https://captcha.example; frame-src https://captcha.example;`)
    expect((await place.ask('GET', '/sign')).headers.get('content-security-policy')).not.to.include('script-src')
  })

  it('is whether its script asks us something; nobody else is asked, and without that word nobody at all', async () => {
    const policyOf = async (path: string) => (await place.ask('GET', path)).headers.get('content-security-policy')
    expect(await policyOf('/asking'))
      .to.include("; connect-src 'self';")
      .and.include("default-src 'none'")
    expect(await policyOf('/busy')).not.to.include('connect-src')
  })

  it('is that it stands in frames, and then what it says when it cannot be shown does, too', async () => {
    const { status, text, headers } = await place.ask('GET', '/embedded')
    expect([status, headers.get('x-frame-options')]).to.deep.equal([409, null])
    expect(headers.get('content-security-policy')).to.include('frame-ancestors *')
    expect(text).to.include('<p>Not &lt;today&gt;.</p>').and.not.to.include('<h1>')
  })

  it('may be a script: sent once, and not again to whoever still has it', async () => {
    const first = await place.ask('GET', '/small.js')
    expect([first.status, first.text]).to.deep.equal([200, SCRIPT])
    expect(first.headers.get('content-type')).to.equal('text/javascript; charset=utf-8')
    expect(first.headers.get('cache-control')).to.equal('public, max-age=300')
    // Left alone, `fetch` asks every cache on the way for a fresh copy.
    const kept = { 'If-None-Match': first.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' }
    const again = await place.ask('GET', '/small.js', { headers: kept })
    expect([again.status, again.text]).to.deep.equal([304, ''])
  })
})
