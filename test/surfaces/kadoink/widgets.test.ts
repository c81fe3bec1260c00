import { expect } from 'chai'
import { forget, portable, tidy } from '#domain/widgets'
import type { Json, Person } from '#test/people'
import { giveMore, newTag } from '#test/tags'
import { browse, fillIn, newWidget } from '#test/widgets'
import { World } from '#test/world'

const PLAIN = { color: null, dark: false, width: null }

describe('Widgets', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const primary = () => ana.user.primary_ktag.id
  const newKey = async (id: string): Promise<Json> => (await ana.patch(`/widgets/${id}`, { rotate_key: true })).body

  it('are made of one of your tags and are shown from then on, to anybody, in our colours', async () => {
    const widget = await newWidget(ana, 'follow')
    const { id, public_key, created_at, updated_at, ktag, ...rest } = widget
    expect(rest).to.deep.equal({
      kind: 'follow',
      title: null,
      theme: PLAIN,
      allowed_domains: [],
      enabled: true,
      stats: { views: 0, actions: 0 },
    })
    expect([ktag.id, ktag.name]).to.deep.equal([primary(), ana.username])
    expect(public_key).to.match(/^[0-9A-Za-z]{43}$/)
    expect(created_at).to.equal(updated_at)
    expect((await ana.get('/widgets')).body).to.deep.equal({ items: [widget], has_more: false })
  })

  it('keep what their owner decides, in one spelling', async () => {
    const widget = await newWidget(ana, 'message', {
      title: ' Write to us ',
      theme: { color: '#2AF', width: 320 },
      allowed_domains: ['Example.COM.', '*.bücher.example', 'localhost:3000', 'example.com'],
    })
    expect(widget.title).to.equal('Write to us')
    expect(widget.theme).to.deep.equal({ color: '#22aaff', dark: false, width: 320 })
    expect(widget.allowed_domains).to.deep.equal(['example.com', '*.xn--bcher-kva.example', 'localhost:3000'])
  })

  it('take no colour, width or host that could say anything else in a style or a header', async () => {
    const hosts = [
      'https://example.com',
      'example.com/path',
      'example.com; script-src *',
      "example.com 'unsafe-inline'",
      'a,b.example',
      'exa\r\nmple.com',
      '*',
      '*.localhost',
      '*.*.example.com',
      'a.*.example.com',
      '10.0.0.1',
      '0x7f.1',
      '[::1]',
      'com',
      '-a.example',
      'user@example.com',
      'example.com:0',
      'example.com:70000',
      'exa%6dple.com',
      '',
      `${'a'.repeat(64)}.example`,
    ]
    for (const host of hosts) {
      const { status, body } = await ana.post('/widgets', {
        ktag_id: primary(),
        kind: 'status',
        allowed_domains: [host],
      })
      expect([status, Object.keys(body.error?.fields ?? {})], host).to.deep.equal([422, ['allowed_domains.0']])
    }
    const themes = [
      [{ color: 'red' }, 'theme.color'],
      [{ color: '#12345' }, 'theme.color'],
      [{ color: '#123456;}body{display:none' }, 'theme.color'],
      [{ color: 'url(//evil.example)' }, 'theme.color'],
      [{ dark: 'yes' }, 'theme.dark'],
      [{ width: 199 }, 'theme.width'],
      [{ width: 1001 }, 'theme.width'],
      [{ width: 300.5 }, 'theme.width'],
      [{ width: '100%' }, 'theme.width'],
    ] as const
    for (const [theme, field] of themes) {
      const { status, body } = await ana.post('/widgets', { ktag_id: primary(), kind: 'status', theme })
      expect([status, Object.keys(body.error.fields)], JSON.stringify(theme)).to.deep.equal([422, [field]])
    }
    const many = Array.from({ length: 21 }, (_, index) => `h${index}.example`)
    expect((await ana.post('/widgets', { ktag_id: primary(), kind: 'status', allowed_domains: many })).status).to.equal(
      422,
    )
    expect((await ana.get('/widgets')).body.items).to.deep.equal([])
  })

  it('are as many as the plan says, even when several are asked for at once', async () => {
    const asked = [1, 2, 3].map(() => ana.post('/widgets', { ktag_id: primary(), kind: 'message' }))
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 403, 403])
    expect(answers.find(({ status }) => status === 403)?.body.error.code).to.equal('plan_limit_reached')
    await giveMore(world, ana)
    await newWidget(ana, 'message')
    expect((await ana.get('/widgets')).body.items).to.have.length(2)
  })

  it('are of your own tags only; a private tag of another is not there', async () => {
    const bo = await world.person('Bo')
    const hidden = await newTag(bo, { visibility: 'private' })
    const ask = async (ktag_id: string) => {
      const { status, body } = await ana.post('/widgets', { ktag_id, kind: 'status' })
      return [status, body.error.code]
    }
    expect(await ask(bo.user.primary_ktag.id)).to.deep.equal([403, 'not_tag_owner'])
    expect(await ask(hidden.id)).to.deep.equal([404, 'not_found'])
  })

  it('of a private tag are for messages and calls only', async () => {
    await giveMore(world, ana)
    const hidden = await newTag(ana, { visibility: 'private' })
    for (const kind of ['status', 'follow']) {
      const { status, body } = await ana.post('/widgets', { ktag_id: hidden.id, kind })
      expect([status, body.error.code], kind).to.deep.equal([409, 'ktag_private'])
    }
    const { id } = await newWidget(ana, 'message', { ktag_id: hidden.id })
    const { status, body } = await ana.patch(`/widgets/${id}`, { kind: 'follow' })
    expect([status, body.error.code]).to.deep.equal([409, 'ktag_private'])
    expect((await ana.get(`/widgets?ktag_id=${hidden.id}`)).body.items).to.have.length(1)
    expect((await ana.get(`/widgets?ktag_id=${primary()}`)).body.items).to.have.length(0)
  })

  it('are not shown while their tag is private, and are again when it is not', async () => {
    const { id } = await newWidget(ana, 'status')
    await ana.patch(`/ktags/${primary()}`, { visibility: 'private' })
    expect((await ana.get('/widgets')).body.items[0].enabled).to.equal(false)
    expect((await ana.get(`/widgets/${id}/embed`)).body.error.code).to.equal('widget_disabled')
    expect((await ana.patch(`/widgets/${id}`, { enabled: true })).body.error.code).to.equal('ktag_private')
    await ana.patch(`/ktags/${primary()}`, { visibility: 'public' })
    expect((await ana.get('/widgets')).body.items[0].enabled).to.equal(true)
  })

  it('go with their tag', async () => {
    const tag = await newTag(ana)
    const { id } = await newWidget(ana, 'status', { ktag_id: tag.id })
    expect((await ana.delete(`/ktags/${tag.id}`)).status).to.equal(204)
    expect((await ana.get('/widgets')).body.items).to.deep.equal([])
    expect((await ana.get(`/widgets/${id}/embed`)).status).to.equal(404)
  })

  it('change as they are told, part by part; what is not theirs to say stays', async () => {
    const before = await newWidget(ana, 'status', {
      title: 'Jazz',
      theme: { color: '#112233', dark: true, width: 300 },
    })
    const { status, body } = await ana.patch(`/widgets/${before.id}`, {
      title: null,
      theme: { dark: null },
      kind: 'message',
      allowed_domains: ['jazz.example'],
      enabled: false,
      ktag_id: (await newTag(ana)).id,
      public_key: 'mine',
      stats: { views: 7, actions: 7 },
      owner_id: 'me',
    })
    expect(status).to.equal(200)
    const { title, theme, kind, allowed_domains, enabled, ktag, public_key, stats } = body
    expect({ title, theme, kind, allowed_domains, enabled, stats }).to.deep.equal({
      title: null,
      theme: { color: '#112233', dark: null, width: 300 },
      kind: 'message',
      allowed_domains: ['jazz.example'],
      enabled: false,
      stats: { views: 0, actions: 0 },
    })
    expect([ktag.id, public_key]).to.deep.equal([primary(), before.public_key])
    expect((await ana.put(`/widgets/${before.id}`, { enabled: true })).body.enabled).to.equal(true)
  })

  it('get another key when they are told to', async () => {
    const { id, public_key } = await newWidget(ana, 'status')
    const { body } = await ana.patch(`/widgets/${id}`, { rotate_key: true })
    expect(body.public_key)
      .to.match(/^[0-9A-Za-z]{43}$/)
      .and.not.to.equal(public_key)
    expect((await ana.patch(`/widgets/${id}`, { rotate_key: false })).body.public_key).to.equal(body.public_key)
  })

  it('stand on a page by an iframe or by a script, in which words are words', async () => {
    const title = '"><script>alert(1)</script>'
    const { id, public_key } = await newWidget(ana, 'follow', { title, theme: { width: 360 } })
    const { body } = await ana.get(`/widgets/${id}/embed`)
    const address = `${world.url}/w/${public_key}`
    expect(body).to.include({ widget_id: id, public_key, iframe_url: address })
    expect(body.html).to.match(/^<iframe src="[^"]+" title="[^"]+" width="360" height="\d+"[^>]*><\/iframe>$/)
    expect(body.html).to.include(`src="${address}"`).and.include('title="&quot;&gt;&lt;script&gt;')
    expect(body.html).not.to.include('style=')
    expect(body.script_html).to.equal(`<script async src="${world.url}/embed.js" data-key="${public_key}"></script>`)
    const [frame, script] = await Promise.all(
      ['iframe', 'script'].map((format) => ana.get(`/widgets/${id}/embed?format=${format}`)),
    )
    expect([frame?.body.html, frame?.body.script_html]).to.deep.equal([body.html, null])
    expect([script?.body.html, script?.body.script_html]).to.deep.equal([null, body.script_html])
    expect((await ana.get(`/widgets/${id}/embed?format=png`)).status).to.equal(422)
  })

  it('can be told of and forgotten with their owner: then they are over wherever they stand', async () => {
    const { id, public_key } = await newWidget(ana, 'message')
    const { database } = world.running
    const [told] = await database.read((view) => portable(view, ana.user.id))
    expect(told).to.deep.include({ id, kind: 'message', public_key, stats: { views: 0, actions: 0 } })
    await database.write((unit) => forget(unit, ana.user.id))
    expect((await browse(world.visitor(), `/w/${public_key}`)).status).to.equal(410)
    expect((await ana.get('/widgets')).body.items).to.deep.equal([])
  })

  it('leave keys and uses behind, which are forgotten when nothing counts them any more', async () => {
    const { id, public_key } = await newWidget(ana, 'message')
    await fillIn(world.visitor(), await newKey(id), { name: 'Bo', mobile: world.freshNumber(), body: 'Hello' })
    const { database } = world.running
    const left = async () => [
      (await database.sql('widget_uses').where({ widget_id: id })).length,
      (await database.sql('retired_widget_keys').where({ public_key })).length,
    ]
    await database.write(tidy)
    expect(await left()).to.deep.equal([1, 1])
    await database
      .sql('retired_widget_keys')
      .where({ public_key })
      .update({ retired_at: new Date(0) })
    await world.moveClock(3 * 86_400)
    await database.write(tidy)
    expect(await left()).to.deep.equal([0, 0])
  })

  it('of others are not there: they answer as if they had never been', async () => {
    const bo = await world.person('Bo')
    const { id } = await newWidget(bo, 'status')
    const asks = [
      () => ana.patch(`/widgets/${id}`, { title: 'Mine' }),
      () => ana.delete(`/widgets/${id}`),
      () => ana.get(`/widgets/${id}/embed`),
    ]
    for (const ask of asks) expect((await ask()).status).to.equal(404)
    expect((await bo.get('/widgets')).body.items[0].title).to.equal(null)
    expect((await bo.delete(`/widgets/${id}`)).status).to.equal(204)
    expect((await bo.delete(`/widgets/${id}`)).status).to.equal(404)
  })
})
