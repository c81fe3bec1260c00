import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { type Person, Visitor } from '#test/people'
import { newTag } from '#test/tags'
import { browse, carried, fillIn, newWidget, send, wordsOf } from '#test/widgets'
import { World } from '#test/world'

describe('The frame of a widget', () => {
  let world: World
  let ana: Person
  let visitor: Visitor

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    visitor = world.visitor()
  })

  const policyOf = (headers: Headers) =>
    Object.fromEntries((headers.get('content-security-policy') ?? '').split('; ').map((part) => part.split(/ (.*)/)))

  it('may stand on any page when no domain is named, and lets nothing in that is not ours', async () => {
    const widget = await newWidget(ana, 'follow')
    const { status, headers, text } = await browse(visitor, `/w/${widget.public_key}`)
    expect(status).to.equal(200)
    const hash = (words: string) => `'sha256-${createHash('sha256').update(words).digest('base64')}'`
    const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => hash(style))
    const scripts = [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => hash(script))
    expect([styles.length, scripts.length]).to.deep.equal([2, 1])
    expect(policyOf(headers)).to.deep.equal({
      'default-src': "'none'",
      'style-src': styles.join(' '),
      'script-src': scripts.join(' '),
      'media-src': "'self'",
      'img-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': '*',
    })
    expect(headers.get('x-frame-options')).to.equal(null)
    expect(headers.get('set-cookie')).to.equal(null)
    expect(headers.get('referrer-policy')).to.equal('no-referrer')
    expect(headers.get('cache-control')).to.equal('no-store')
  })

  it('may stand on the pages of the domains that are named, and on ours', async () => {
    const { public_key } = await newWidget(ana, 'status', { allowed_domains: ['jazz.example', '*.jazz.example:8443'] })
    const { headers } = await browse(visitor, `/w/${public_key}`)
    expect(policyOf(headers)['frame-ancestors']).to.equal("'self' jazz.example *.jazz.example:8443")
    expect(headers.get('x-frame-options')).to.equal(null)
  })

  it('shows words as words', async () => {
    const { public_key } = await newWidget(ana, 'status', { title: '<script>alert(1)</script>' })
    await ana.post('/statuses', { body: '<img src=x onerror=alert(2)> & "so on"' })
    const { text } = await browse(visitor, `/w/${public_key}`)
    expect(text)
      .to.include('&lt;script&gt;alert(1)')
      .and.include('&lt;img src=x onerror=alert(2)&gt; &amp; &quot;so on&quot;')
    expect(text).not.to.include('<img')
  })

  it('shows the latest statuses of its tag, and of no other', async () => {
    const other = await newTag(ana)
    const widget = await newWidget(ana, 'status')
    expect(wordsOf(await browse(visitor, `/w/${widget.public_key}`))).to.include('Nothing here yet.')
    for (let at = 1; at <= 6; at++) await ana.post('/statuses', { body: `Set ${at}` })
    await ana.post('/statuses', { body: 'Elsewhere', ktag_id: other.id })
    const words = wordsOf(await browse(visitor, `/w/${widget.public_key}`))
    expect(words.match(/Set \d/g)).to.deep.equal(['Set 6', 'Set 5', 'Set 4', 'Set 3', 'Set 2'])
    expect(words).not.to.include('Elsewhere')
  })

  it('is in the colour, the light and the width that its owner has chosen', async () => {
    const { public_key } = await newWidget(ana, 'follow', { theme: { color: '#ffee00', dark: true, width: 320 } })
    const { text } = await browse(visitor, `/w/${public_key}`)
    expect(text)
      .to.include('--accent: #ffee00; --on-accent: #000')
      .and.include('color-scheme: dark')
      .and.include('max-width: 320px')
    expect(text).not.to.include('prefers-color-scheme')
    const asTheirs = await newWidget(await world.person(), 'status', { theme: { dark: null } })
    expect((await browse(visitor, `/w/${asTheirs.public_key}`)).text).to.include('prefers-color-scheme: dark')
  })

  it('says that it is no longer available when it is deleted, switched off, under another key, or its tag is gone', async () => {
    const bo = await world.person('Bo')
    const gone = async (key: string) => {
      const page = await browse(visitor, `/w/${key}`)
      expect(wordsOf(page)).to.equal('This widget is no longer available.')
      expect(policyOf(page.headers)['frame-ancestors']).to.equal('*')
      return page.status
    }
    const { id, public_key } = await newWidget(ana, 'follow')
    const rotated = (await ana.patch(`/widgets/${id}`, { rotate_key: true })).body.public_key
    expect(await gone(public_key)).to.equal(410)
    expect((await browse(visitor, `/w/${rotated}`)).status).to.equal(200)
    await ana.patch(`/widgets/${id}`, { enabled: false })
    expect(await gone(rotated)).to.equal(410)
    await ana.patch(`/widgets/${id}`, { enabled: true })
    await ana.patch(`/ktags/${ana.user.primary_ktag.id}`, { visibility: 'private' })
    expect(await gone(rotated)).to.equal(410)
    await ana.patch(`/ktags/${ana.user.primary_ktag.id}`, { visibility: 'public' })
    expect((await browse(visitor, `/w/${rotated}`)).status).to.equal(200)
    await ana.delete(`/widgets/${id}`)
    expect(await gone(rotated)).to.equal(410)

    const tag = await newTag(bo)
    const ofTag = await newWidget(bo, 'message', { ktag_id: tag.id })
    await bo.delete(`/ktags/${tag.id}`)
    expect(await gone(ofTag.public_key)).to.equal(410)
  })

  it('of somebody who is suspended is not shown', async () => {
    const { public_key } = await newWidget(ana, 'message')
    const { sql } = world.running.database
    await sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
    expect((await browse(visitor, `/w/${public_key}`)).status).to.equal(410)
  })

  it('is not there for a key that nobody was ever given', async () => {
    for (const key of ['x', '0'.repeat(43), 'a'.repeat(65), '%00', '..%2f']) {
      expect((await browse(visitor, `/w/${key}`)).status, key).to.equal(404)
    }
  })

  it('is counted, for everybody who looks, however many look at once', async () => {
    const { public_key } = await newWidget(ana, 'status')
    await Promise.all(Array.from({ length: 20 }, () => browse(visitor, `/w/${public_key}`)))
    await world.settle()
    expect((await ana.get('/widgets')).body.items[0].stats).to.deep.equal({ views: 20, actions: 0 })
  })

  it('takes only the form of its own kind; whoever opens where a form goes is led back', async () => {
    const widget = await newWidget(ana, 'status')
    const form = { ticket: 'x', mobile: '+15551230000', name: 'Bo', body: 'Hello' }
    for (const path of ['follow', 'message']) {
      expect((await browse(visitor, `/w/${widget.public_key}/${path}`, form)).status, path).to.equal(404)
    }
    const { status, headers } = await browse(visitor, `/w/${widget.public_key}/follow`)
    expect([status, headers.get('location')]).to.deep.equal([303, `/w/${widget.public_key}`])
  })

  it('is put in its place by a script that is kept, and asked for again by its tag', async () => {
    const first = await browse(visitor, '/embed.js')
    expect([first.status, first.headers.get('content-type')]).to.deep.equal([200, 'text/javascript; charset=utf-8'])
    expect(first.headers.get('cache-control')).to.equal('public, max-age=3600')
    expect(first.text).not.to.match(/eval|innerHTML|document\.write|setAttribute/)
    const again = await fetch(`${world.url}/embed.js`, {
      headers: { 'If-None-Match': first.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' },
    })
    expect(again.status).to.equal(304)
  })

  describe('to write to somebody', () => {
    let written = { name: 'Bo Visitor', mobile: '', body: 'Do you play on Friday?\r\nWe are four.' }

    beforeEach(() => {
      written = { ...written, mobile: world.freshNumber() }
    })

    it('leaves a message in the inbox, from a number that nobody has proved', async () => {
      const widget = await newWidget(ana, 'message')
      const page = await fillIn(visitor, widget, { ...written, mobile: '(555) 777-1234' })
      expect([page.status, wordsOf(page)]).to.deep.equal([
        200,
        `Write to *${ana.username} Thank you. Your message is with *${ana.username}. Kadoink`,
      ])
      const { items } = (await ana.get('/inbox')).body
      expect(items).to.have.length(1)
      const { kind, via, body, from, to_ktag, read } = items[0]
      expect({ kind, via, body, read, to: to_ktag.name }).to.deep.equal({
        kind: 'text',
        via: 'widget',
        body: 'Do you play on Friday?\nWe are four.',
        read: false,
        to: ana.username,
      })
      expect(from).to.deep.equal({
        user_id: null,
        ktag: null,
        contact_id: null,
        name: 'Bo Visitor',
        mobile: '+15557771234',
        mobile_verified: false,
      })
      await world.settle()
      expect((await ana.get('/widgets')).body.items[0].stats).to.deep.equal({ views: 1, actions: 1 })
    })

    it('takes nobody for the person or the contact whose number they have typed', async () => {
      const bo = await world.person('Bo')
      const { contact_id } = await ana.knows('Mom', bo.mobile)
      const widget = await newWidget(ana, 'message')
      await fillIn(visitor, widget, { ...written, mobile: bo.mobile })
      const [message] = (await ana.get('/inbox')).body.items
      const { user_id, contact_id: known, name } = message.from
      expect([user_id, known, name]).to.deep.equal([null, null, 'Bo Visitor'])
      expect((await ana.get(`/contacts/${contact_id}`)).body.recent_messages.items).to.deep.equal([])
    })

    it('tells the apps at once', async () => {
      const widget = await newWidget(ana, 'message')
      const socket = await ana.socket()
      await fillIn(visitor, widget, written)
      const { data } = await socket.until('event', ({ event }) => event === 'inbox.message_created')
      expect(JSON.stringify(data)).to.include('Friday')
      await socket.cut()
    })

    it('says what is wrong with what was typed, and keeps the rest', async () => {
      const widget = await newWidget(ana, 'message')
      const page = await fillIn(visitor, widget, { ...written, mobile: '12', name: '"Bo"' })
      expect(page.status).to.equal(422)
      expect(page.text).to.include('<p role="alert">That is not a phone number.</p>')
      expect(page.text).to.include('value="&quot;Bo&quot;"').and.include('Do you play on Friday?')
      const mended = await send(visitor, widget, page, written)
      expect(mended.status).to.equal(200)
      for (const wrong of [{ name: ' ' }, { name: 'x'.repeat(61) }, { body: '' }, { body: 'x'.repeat(1001) }]) {
        expect((await fillIn(visitor, widget, { ...written, ...wrong })).status).to.equal(422)
      }
      expect((await ana.get('/inbox')).body.items).to.have.length(1)
    })

    it('takes a form once, however often and however close together it is sent', async () => {
      const widget = await newWidget(ana, 'message')
      const page = await browse(visitor, `/w/${widget.public_key}`)
      await world.moveClock(3)
      const form = { ...carried(page), ...written }
      const pages = await Promise.all([1, 2, 3].map(() => browse(visitor, `/w/${widget.public_key}/message`, form)))
      expect(pages.map(({ status }) => status)).to.deep.equal([200, 200, 200])
      expect((await ana.get('/inbox')).body.items).to.have.length(1)
      expect((await ana.get('/widgets')).body.items[0].stats.actions).to.equal(1)
    })

    it('takes nothing from machines: too fast, without a ticket, with an old one, of another widget, or in the trap', async () => {
      const bo = await world.person('Bo')
      const widget = await newWidget(ana, 'message')
      const other = await newWidget(bo, 'message')
      const post = (form: Record<string, string>) => browse(visitor, `/w/${widget.public_key}/message`, form)
      const hidden = carried(await browse(visitor, `/w/${widget.public_key}`))
      const foreign = carried(await browse(visitor, `/w/${other.public_key}`))
      expect((await post({ ...hidden, ...written })).status).to.equal(422)
      await world.moveClock(3)
      expect((await post({ ...hidden, ...written, trap: 'http://spam.example' })).status).to.equal(422)
      expect((await post(written)).status).to.equal(422)
      expect((await post({ ...written, ticket: 'x'.repeat(48) })).status).to.equal(422)
      expect((await post({ ...foreign, ...written })).status).to.equal(422)
      await world.moveClock(3600)
      const late = await post({ ...hidden, ...written })
      expect(late.status).to.equal(422)
      expect((await ana.get('/inbox')).body.items).to.deep.equal([])
      expect((await send(visitor, widget, late, written)).status).to.equal(200)
    })

    it('is taken by nobody who takes no messages from strangers', async () => {
      const widget = await newWidget(ana, 'message')
      const page = await browse(visitor, `/w/${widget.public_key}`)
      await ana.patch(`/ktags/${ana.user.primary_ktag.id}`, { message_policy: 'followers' })
      expect((await send(visitor, widget, page, written)).status).to.equal(403)
      const closed = await browse(visitor, `/w/${widget.public_key}`)
      expect(wordsOf(closed)).to.include('takes no messages here')
      expect(closed.text).not.to.include('<form')
      expect((await ana.get('/inbox')).body.items).to.deep.equal([])
    })

    it('answers somebody who is blocked as it answers all, and delivers nothing', async () => {
      const bo = await world.person('Bo')
      const widget = await newWidget(ana, 'message')
      await ana.patch('/me', { settings: { blocked: [bo.user.id] } })
      const from = async (mobile: string) => wordsOf(await fillIn(visitor, widget, { ...written, mobile }))
      expect(await from(bo.mobile)).to.equal(await from(world.freshNumber()))
      expect((await ana.get('/inbox')).body.items).to.have.length(1)
    })

    it('takes so many from one number, also when they come at once and from everywhere', async () => {
      const widget = await newWidget(ana, 'message')
      const people = Array.from({ length: 7 }, () => world.visitor())
      const forms = await Promise.all(people.map((one) => browse(one, `/w/${widget.public_key}`)))
      await world.moveClock(3)
      const pages = await Promise.all(
        people.map((one, at) =>
          browse(one, `/w/${widget.public_key}/message`, { ...carried(forms[at] as never), ...written }),
        ),
      )
      expect(pages.map(({ status }) => status).sort()).to.deep.equal([200, 200, 200, 200, 200, 429, 429])
      const refused = pages.find(({ status }) => status === 429)
      expect(Number(refused?.headers.get('retry-after'))).to.be.within(3500, 3600)
      expect(refused?.text).to.include('Try again in 60 minutes.').and.include('We are four.')
      expect((await ana.get('/inbox')).body.items).to.have.length(5)
    })

    it('of a private tag is taken like any other', async () => {
      await ana.patch(`/ktags/${ana.user.primary_ktag.id}`, { visibility: 'private' })
      const widget = await newWidget(ana, 'message')
      expect((await fillIn(visitor, widget, written)).status).to.equal(200)
      expect((await ana.get('/inbox')).body.items).to.have.length(1)
    })

    it('takes so many from one network of IPv6, whatever addresses are used there', async () => {
      const widget = await newWidget(ana, 'message')
      const statuses = []
      for (let at = 0; at < 11; at++) {
        const neighbour = new Visitor(world, `2001:db8:7:7::${at + 1}`)
        statuses.push((await fillIn(neighbour, widget, { ...written, mobile: world.freshNumber() })).status)
      }
      expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).to.deep.equal([10, 429])
    })

    it('takes so many from one address, whatever numbers are typed there', async () => {
      const widget = await newWidget(ana, 'message')
      const statuses = []
      for (let at = 0; at < 11; at++) {
        statuses.push((await fillIn(visitor, widget, { ...written, mobile: world.freshNumber() })).status)
      }
      expect(statuses.filter((status) => status === 200)).to.have.length(10)
      expect(statuses.at(-1)).to.equal(429)
    })
  })
})
