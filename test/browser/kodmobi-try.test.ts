import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { TestBrowser } from '#test/browser'
import { BARE, World } from '#test/world'

describe('The page where kod.mobi is tried out, in Chromium,', function () {
  this.timeout(60_000)
  let world: World
  let browser: TestBrowser
  let page: Page

  before(async function () {
    if (!TestBrowser.isHere) return this.skip()
    world = await World.start(BARE)
    browser = await TestBrowser.start({ width: 1100 })
  })
  after(async () => {
    await browser?.close()
    await world?.end()
  })
  beforeEach(async () => {
    browser.complaints.length = 0
    page = await browser.open(`${world.url}/docs/kodmobi/try`)
  })

  const codeOnScreen = async (count: number) => {
    await page.waitForSelector(`#screen li:nth-child(${count})`)
    const said = await page.$$eval('#screen li', (items) => items.map(({ lastChild }) => lastChild?.textContent ?? ''))
    return /\b\d{4}\b/.exec(said.at(-1) ?? '')?.[0] ?? ''
  }
  const ask = async (phone: string) => {
    await page.fill('[name=phone]', phone)
    await page.click('#ask button')
    await page.waitForSelector('#enter:not([hidden])')
  }

  it('sends a code, shows the phone that it comes to, counts tries, and shows the token', async () => {
    await ask('8 (952) 300-11-22')
    expect(await page.textContent('#where')).to.equal('We have sent a code by WhatsApp.')
    const code = await codeOnScreen(1)
    expect(code).to.match(/^\d{4}$/)
    await page.fill('[name=code]', code === '0000' ? '1111' : '0000')
    await page.click('#enter button:not([type=button])')
    await page.waitForSelector('#problem:not([hidden])')
    expect(await page.textContent('#problem')).to.equal('The code is wrong. Tries left: 2.')

    await page.fill('[name=code]', code)
    await page.click('#enter button:not([type=button])')
    await page.waitForSelector('#proven:not([hidden])')
    expect(await page.textContent('#proven')).to.match(/^The phone is proven\. Hand this to your server: [\w-]{20,}$/)
    expect(await page.textContent('#request')).to.match(/^GET \/api\/v2\/message\/check\?session_id=[0-9A-Z]{26} ?&?/)
    // One line is Chromium's own: of the answer 400 to the wrong code.
    expect(browser.complaints.filter((line) => !line.includes('status of 400'))).to.deep.equal([])
    expect(await browser.cookies()).to.deep.equal([])
  })

  it('sends another code by another channel, and leads to the bot of those whom it does not reach yet', async () => {
    await ask('+7 953 400-22-33')
    await codeOnScreen(1)
    const sms = '#channels button:has-text("SMS")'
    expect(await page.isDisabled('#channels button:has-text("WhatsApp")')).to.equal(true)
    await page.click(sms)
    await page.waitForSelector('#where:has-text("by SMS.")')
    await page.fill('[name=code]', await codeOnScreen(2))
    await page.click('#enter button:not([type=button])')
    await page.waitForSelector('#proven:not([hidden])')
    expect(browser.complaints).to.deep.equal([])
  })

  it('says what was refused', async () => {
    await page.fill('[name=phone]', '12345')
    await page.click('#ask button')
    await page.waitForSelector('#problem:not([hidden])')
    expect(await page.textContent('#problem')).to.include('The number must begin with 7, +7 or 8')
    expect(await page.isHidden('#enter')).to.equal(true)
  })

  it('lets nothing in from elsewhere, and nothing run but what it brings', async () => {
    const { headers } = await fetch(`${world.url}/docs/kodmobi/try`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy)
      .to.include("default-src 'none'")
      .and.include("connect-src 'self'")
      .and.include("frame-ancestors 'none'")
    expect(policy).not.to.match(/unsafe|https?:|\*/)
    expect(headers.get('cache-control')).to.equal('no-store')
  })

  it('shows the example whole, as it is', async () => {
    await page.click('summary')
    const source = await page.textContent('details pre')
    expect(source).to.include("fetch(path, { headers: { 'x-api-key': key } })").and.include('data-api-key="')
  })
})

describe('The page where kod.mobi is tried out', () => {
  it('is not there where the carrier is a real one', async () => {
    const world = await World.start()
    try {
      for (const path of ['/docs/kodmobi/try', '/docs/kodmobi/try/phone?phone=%2B79522966236']) {
        expect((await fetch(world.url + path)).status, path).to.equal(404)
      }
      expect(await (await fetch(`${world.url}/docs`)).text()).not.to.include('/docs/kodmobi/try')
    } finally {
      await world.end()
    }
  })
})
