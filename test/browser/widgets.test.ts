import { expect } from 'chai'
import type { Frame, Page } from 'playwright-core'
import { OtherSite, TestBrowser } from '#test/browser'
import { formOf } from '#test/forms'
import type { Json, Person } from '#test/people'
import { photo } from '#test/pictures'
import { newWidget } from '#test/widgets'
import { World } from '#test/world'

describe('A widget on a page of somebody else, in Chromium', function () {
  this.timeout(60_000)
  let world: World
  let site: OtherSite
  let browser: TestBrowser
  let plain: TestBrowser
  let ana: Person

  before(async function () {
    if (!TestBrowser.isHere) return this.skip()
    world = await World.start()
    site = await OtherSite.open(world.url)
    browser = await TestBrowser.start()
    plain = await TestBrowser.start({ withoutScripts: true })
  })
  after(async () => {
    await browser?.close()
    await plain?.close()
    await site?.close()
    await world?.end()
  })
  beforeEach(async () => {
    ana = await world.person('Ana')
    browser.complaints.length = 0
    plain.complaints.length = 0
  })

  const snippet = async (widget: Json): Promise<Json> => (await ana.get(`/widgets/${widget.id}/embed`)).body

  /** The frame on a page, once it shows something. */
  const frameOf = async (page: Page): Promise<Frame> => {
    const handle = await page.waitForSelector('iframe')
    const frame = await handle.contentFrame()
    if (!frame) throw new Error('There is no frame.')
    await frame.waitForLoadState('load')
    return frame
  }
  const heightOf = (page: Page) => page.$eval('iframe', (frame) => frame.getBoundingClientRect().height)
  const contentHeight = (frame: Frame) => frame.$eval('body', (body) => Math.ceil(body.getBoundingClientRect().height))

  it('is there by its iframe, where its domain is named; nothing is refused and nothing is kept', async () => {
    const widget = await newWidget(ana, 'follow', { allowed_domains: [site.host] })
    const page = await browser.open(site.publish('/iframe', (await snippet(widget)).html))
    const frame = await frameOf(page)
    expect(await frame.textContent('h1')).to.equal(`Follow *${ana.username}`)
    expect(await frame.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor")).to.equal(
      'rgb(52, 81, 178)',
    )
    expect(await frame.evaluate('document.referrer')).to.equal('')
    expect(browser.complaints).to.deep.equal([])
    expect(await browser.cookies()).to.deep.equal([])
  })

  it('is put there by its script, and is as high as what it shows, whatever that is', async () => {
    const widget = await newWidget(ana, 'message', { allowed_domains: [site.host] })
    const page = await browser.open(site.publish('/script', `${(await snippet(widget)).script_html}<p>After it</p>`))
    const frame = await frameOf(page)
    const isFitted = async () => Math.abs((await heightOf(page)) - (await contentHeight(frame))) <= 1
    await page.waitForFunction("document.querySelector('iframe').height !== '320'")
    expect(await isFitted()).to.equal(true)
    const before = await heightOf(page)

    await world.moveClock(3)
    await frame.fill('[name=name]', 'Bo')
    await frame.fill('[name=mobile]', '555 777 1234')
    await frame.fill('[name=body]', 'Hello there')
    await frame.click('button')
    await frame.waitForSelector('[role=status]')
    await page.waitForFunction(`document.querySelector('iframe').height < ${before}`)
    expect(await isFitted()).to.equal(true)
    expect((await ana.get('/inbox')).body.items[0].body).to.equal('Hello there')
    expect(browser.complaints).to.deep.equal([])
    // It stands where the script does.
    expect(await page.$eval('iframe', (element) => element.nextElementSibling?.textContent)).to.equal('After it')
  })

  it('is not shown by a page of another domain', async () => {
    const widget = await newWidget(ana, 'follow', { allowed_domains: ['jazz.example'] })
    const page = await browser.open(site.publish('/elsewhere', (await snippet(widget)).html))
    await page.waitForSelector('iframe')
    await page.waitForLoadState('networkidle')
    expect(page.frames().map((frame) => frame.url())).to.include('chrome-error://chromewebdata/')
    expect(browser.complaints.join()).to.include('frame-ancestors')
  })

  it('is shown by any page when no domain is named', async () => {
    const page = await browser.open(site.publish('/any', (await snippet(await newWidget(ana, 'status'))).html))
    expect(await (await frameOf(page)).textContent('main')).to.include('Nothing here yet.')
    expect(browser.complaints).to.deep.equal([])
  })

  it('shows the photos that statuses come with', async () => {
    const parts = { body: 'Look', text_followers: 'false', media: await photo('jpeg', { width: 600, height: 400 }) }
    expect((await ana.send('/statuses', formOf(parts), 'POST')).status).to.equal(201)
    const widget = await newWidget(ana, 'status', { allowed_domains: [site.host] })
    const frame = await frameOf(await browser.open(site.publish('/photo', (await snippet(widget)).script_html)))
    const picture = await frame.waitForSelector('img')
    // Decoded in the page itself: its policy forbids the polling of an expression, which is compiled there each time.
    expect(await picture.evaluate((img: Json) => img.decode().then(() => img.naturalWidth))).to.be.above(0)
    expect(browser.complaints).to.deep.equal([])
  })

  it('says that it is over, where it stands, once it is deleted', async () => {
    const widget = await newWidget(ana, 'status', { allowed_domains: [site.host] })
    const address = site.publish('/gone', (await snippet(widget)).html)
    await ana.delete(`/widgets/${widget.id}`)
    const frame = await frameOf(await browser.open(address))
    expect(await frame.textContent('main')).to.include('This widget is no longer available.')
  })

  it('works without scripts: somebody follows by phone', async () => {
    const widget = await newWidget(ana, 'follow', { allowed_domains: [site.host] })
    const phone = world.freshNumber()
    const page = await plain.open(site.publish('/plain', (await snippet(widget)).html))
    const frame = await frameOf(page)
    await world.moveClock(3)
    await frame.fill('[name=mobile]', phone)
    await frame.click('button')
    await frame.waitForSelector('[name=code]')
    await world.textsArrive()
    await world.moveClock(3)
    await frame.fill('[name=code]', world.codeOn(phone))
    await frame.click('button')
    await frame.waitForSelector('text=Reply STOP to any of them to end.')
    expect(await world.running.database.sql('phone_follows').pluck('phone')).to.include(phone)
    expect(plain.complaints).to.deep.equal([])
  })

  it('hides its trap from everybody who looks, listens or tabs through', async () => {
    const widget = await newWidget(ana, 'follow')
    const frame = await frameOf(await browser.open(site.publish('/trap', (await snippet(widget)).html)))
    await frame.focus('[name=mobile]')
    await frame.page().keyboard.press('Shift+Tab')
    expect(await frame.evaluate('document.activeElement.name')).not.to.equal('trap')
    const box = await (await frame.waitForSelector('.trap', { state: 'attached' })).boundingBox()
    expect(box === null || box.x < 0).to.equal(true)
    expect(await frame.$eval('.trap', (trap) => trap.getAttribute('aria-hidden'))).to.equal('true')
  })
})
