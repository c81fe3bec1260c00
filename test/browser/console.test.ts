import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { TestBrowser } from '#test/browser'
import { Way } from '#test/client-proxy'
import { enter, live, pathOf, reads } from '#test/console'
import { dials } from '#test/mailbox-stage'
import type { Person } from '#test/people'
import { handOver } from '#test/server-process'
import { BARE, PASSWORD, World } from '#test/world'

const HOSTILE = '<img src=x onerror=alert(1)><b>Eve</b>'

describe('The console, in Chromium,', function () {
  this.timeout(90_000)
  let world: World
  let browser: TestBrowser
  let ana: Person
  let bo: Person

  before(async function () {
    if (!TestBrowser.isHere) return this.skip()
    world = await World.start()
    browser = await TestBrowser.start({ width: 1300 })
  })
  after(async () => {
    await browser?.close()
    await world?.end()
  })
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    browser.complaints.length = 0
  })

  const write = (from: Person, to: Person, words: string) =>
    from.post('/commands', { text: `*${to.username} ${words}` })
  const unread = (page: Page) => page.locator('.inbox .count')

  it('shows what somebody writes without being asked again, and how much is unread', async () => {
    const page = await enter(browser, world.url, ana.username)
    expect(await page.textContent('.who strong')).to.equal('Ana')
    expect(await page.textContent('.who'))
      .to.include(`*${ana.username}`)
      .and.include('gate ok')
    await write(bo, ana, 'Are you there?')
    await reads(page, '.messages .unread .body', 'Are you there?')
    await reads(page, '.inbox .count', '1 unread')

    await page.click('.messages button:has-text("Mark read")')
    await page.waitForSelector('.messages li.read')
    await unread(page).waitFor({ state: 'hidden' })

    await page.click('.messages button:has-text("Reply")')
    await page.fill('.messages form [name=words]', 'I am.')
    await page.click('.messages form button')
    await page.waitForSelector('.messages form', { state: 'hidden' })
    await world.settle()
    expect((await bo.get('/inbox')).body.items[0].body).to.equal('I am.')
    expect(browser.complaints).to.deep.equal([])
    expect(await browser.cookies()).to.deep.equal([])
  })

  it('writes to somebody, and says beside the form what was refused', async () => {
    const page = await enter(browser, world.url, ana.username)
    await page.click('summary:has-text("Write a message")')
    await page.fill('.inbox [name=to]', bo.username)
    await page.fill('.inbox .write [name=words]', 'Hello, Bo')
    await page.click('.inbox .write button')
    await page.waitForSelector('.inbox .write .done:not(:empty)')
    await world.settle()
    expect((await bo.get('/inbox')).body.items[0].body).to.equal('Hello, Bo')

    await page.fill('.inbox [name=to]', '*nobodyhasthis')
    await page.fill('.inbox .write [name=words]', 'Hello?')
    await page.click('.inbox .write button')
    await page.waitForSelector('.inbox .write .alert:not([hidden])')
    expect(await page.inputValue('.inbox .write [name=words]'), 'nothing that was written is lost').to.equal('Hello?')
  })

  it('shows a call from the first ring to its end, with every step of everybody', async () => {
    const page = await enter(browser, world.url, ana.username)
    await page.fill('#start-call [name=to]', bo.mobile)
    await page.click('#start-call button')
    await page.waitForSelector('.participants > li:nth-child(2)')
    await world.pass(8)
    await reads(page, '.participants > li:nth-child(2) .path', 'joined')
    expect(await pathOf(page, 'Ana')).to.include.members(['queued', 'ringing', 'screening', 'joined'])
    expect((await page.locator('.participants > li:nth-child(2) .path li').allTextContents()).at(-1)).to.equal('joined')
    await reads(page, '.call .count', 'in progress')

    await page.locator('.participants > li:nth-child(2) button', { hasText: 'Mute' }).click()
    await reads(page, '.participants > li:nth-child(2) .facts', 'muted')
    await page.click('button:has-text("Hang up")')
    await reads(page, '.call .count', 'ended')
    await page.waitForSelector('#start-call:not([hidden])')
    await world.pass(2)
    expect(browser.complaints).to.deep.equal([])
  })

  it('plays a voicemail', async () => {
    const page = await enter(browser, world.url, ana.username)
    await dials(world, world.freshNumber(), ana, [{ leaveVoicemail: { seconds: 5 } }, { hangUp: true }])
    await page.waitForSelector('.messages audio')
    const seconds = await page.$eval('.messages audio', async (player) => {
      const audio = player as unknown as {
        muted: boolean
        duration: number
        currentTime: number
        play(): Promise<void>
      }
      audio.muted = true
      await audio.play()
      while (audio.currentTime === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      return audio.duration
    })
    expect(seconds).to.be.within(4, 6)
    expect(browser.complaints).to.deep.equal([])
  })

  it('shows what is said on tags that one follows, as it is said', async () => {
    const page = await enter(browser, world.url, ana.username)
    await page.click('summary:has-text("Follow a tag")')
    await page.fill('.feed [name=ktag]', `*${bo.username}`)
    await page.click('.feed button:has-text("Follow")')
    await reads(page, '.feed .done', `*${bo.username}`)
    await bo.post('/statuses', { body: 'Doors open at 8', text_followers: false })
    await reads(page, '.statuses li', 'Doors open at 8')
    await page.fill('.feed [name=body]', 'On my way')
    await page.click('.feed button:has-text("Post")')
    await reads(page, '.statuses li:first-child', 'On my way')
    await page.fill('.command [name=text]', 'tags')
    await page.click('.command button')
    await reads(page, '.answers .reply', ana.username)
    expect(browser.complaints).to.deep.equal([])
  })

  it('takes nothing that people write for more than words', async () => {
    await bo.patch('/me', { name: HOSTILE })
    await ana.post(`/ktags/${bo.user.primary_ktag.id}/follow`)
    await write(bo, ana, HOSTILE)
    await bo.post('/statuses', { body: HOSTILE, text_followers: false })
    const page = await enter(browser, world.url, ana.username)
    await reads(page, '.messages .body', HOSTILE)
    await reads(page, '.messages strong', HOSTILE)
    await reads(page, '.statuses .body', HOSTILE)
    await write(bo, ana, `again ${HOSTILE}`)
    await page.locator('.frames summary', { hasText: 'inbox.message_created' }).first().click()
    await reads(page, '.frames pre', HOSTILE)
    await page.fill('#start-call [name=to]', HOSTILE)
    await page.click('#start-call button')
    await page.waitForSelector('#start-call [name=to][aria-invalid]')
    expect(await page.locator('#console img, #console b').count()).to.equal(0)
    // One line is Chromium's own: of the refusal of a call to that.
    expect(browser.complaints.filter((line) => !line.includes('status of 4'))).to.deep.equal([])
  })

  it('keeps a log that can be held and emptied', async () => {
    const page = await enter(browser, world.url, ana.username)
    await write(bo, ana, 'one')
    await reads(page, '.frames strong', 'inbox.message_created')
    await page.click('.log button:has-text("Pause")')
    const before = await page.locator('.frames > li').count()
    await write(bo, ana, 'two')
    await reads(page, '.messages .body', 'two')
    await page.locator('.log .count', { hasText: 'new' }).waitFor()
    expect(await page.locator('.frames > li').count()).to.equal(before)
    await page.click('.log button:has-text("Clear")')
    expect(await page.locator('.frames > li').count()).to.equal(0)
    await page.click('.log button:has-text("Go on")')
    await write(bo, ana, 'three')
    const line = page.locator('.frames details', { hasText: 'inbox.message_created' }).first()
    await line.locator('summary').click()
    await line.locator('pre', { hasText: '"body": "three"' }).waitFor()
  })

  it('comes back after its connection was cut, with what has happened meanwhile', async () => {
    const way = await Way.to(world.url)
    try {
      const page = await enter(browser, way.url, ana.username)
      way.cut()
      await write(bo, ana, 'while you were away')
      await reads(page, '.messages .body', 'while you were away')
      await live(page)
      // Reloaded, the tab still knows who it is; another tab does not.
      await page.reload()
      await reads(page, '.messages .body', 'while you were away')
      const other = await browser.open(`${way.url}/console`)
      await other.waitForSelector('#sign-in')
    } finally {
      await way.close()
    }
  })

  it('goes back to the door when the session ends elsewhere, and when somebody signs out', async () => {
    const page = await enter(browser, world.url, ana.username)
    await page.click('button:has-text("Sign out")')
    await page.waitForSelector('#sign-in')
    expect(await page.evaluate('sessionStorage.length')).to.equal(0)

    const again = await enter(browser, world.url, ana.username)
    await ana.delete('/auth/sessions')
    await reads(again, '.notice', 'You have been signed out')
    expect(await again.isHidden('.room')).to.equal(true)
  })

  it('asks for the second step of who has an e-mail address, and for a mobile of who has none', async () => {
    const username = `cleo${Date.now()}`
    const email = `${username}@example.com`
    const visitor = world.visitor()
    const asked = await visitor.post('/auth/register', { username, email, password: PASSWORD })
    await visitor.post('/auth/register/verify', {
      challenge_id: asked.body.challenge_id,
      code: await world.codeMailedTo(email),
    })
    // Codes to one address come half a minute apart.
    await world.moveClock(60)
    const page = await browser.open(`${world.url}/console`)
    await page.fill('#sign-in [name=username]', username)
    await page.fill('#sign-in [name=password]', PASSWORD)
    await page.click('#sign-in button')
    await page.waitForSelector('#code [name=code]')
    await page.fill('#code [name=code]', await world.codeMailedTo(email))
    await page.click('#code button:not([type=button])')

    await page.waitForSelector('#gate-mobile')
    const mobile = world.freshNumber()
    await page.fill('#gate-mobile [name=mobile]', mobile)
    await page.click('#gate-mobile button')
    await page.waitForSelector('#gate-mobile:not([aria-busy])')
    await world.textsArrive()
    await page.fill('#gate-code [name=code]', world.codeOn(mobile))
    await page.click('#gate-code button')
    await live(page)
  })
})

describe('The console of a server that is killed, in Chromium,', function () {
  this.timeout(180_000)

  it('waits for it, and shows what has happened since', async function () {
    if (!TestBrowser.isHere) return this.skip()
    const dataDir = await mkdtemp(join(tmpdir(), 'kadoink-console-test-'))
    const born = await World.start({ DATA_DIR: dataDir })
    const people = [await born.person('Ana'), await born.person('Bo')] as const
    const mortal = await handOver(born, dataDir)
    const browser = await TestBrowser.start()
    try {
      const [ana, bo] = [mortal.person(people[0]), mortal.person(people[1])]
      const page = await enter(browser, mortal.server.url, ana.username)
      await mortal.server.kill()
      await reads(page, '.connection', 'Reconnecting')
      await mortal.server.start()
      await page.evaluate("dispatchEvent(new Event('online'))")
      await bo.post('/commands', { text: `*${ana.username} after all that` })
      await reads(page, '.messages .body', 'after all that')
      await live(page)
    } finally {
      await browser.close()
      await mortal.end()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})

describe('The console on a bare machine, in Chromium,', function () {
  this.timeout(90_000)
  let world: World
  let browser: TestBrowser

  before(async function () {
    if (!TestBrowser.isHere) return this.skip()
    world = await World.start(BARE)
    browser = await TestBrowser.start({ width: 1300 })
  })
  after(async () => {
    await browser?.close()
    await world?.end()
  })

  it('takes a newcomer in by the phone that the code comes to, and lets them call and be called', async () => {
    const page = await browser.open(`${world.url}/console`)
    await page.fill('#register [name=username]', 'newcomer')
    await page.fill('#register [name=password]', 'short')
    await page.click('#register button')
    await page.waitForSelector('#register [name=password][aria-invalid]')
    await page.fill('#register [name=password]', PASSWORD)
    await page.click('#register button')
    const text = await page.textContent('.phone li p')
    await page.fill('#code [name=code]', /\d{6}/.exec(text ?? '')?.[0] ?? '')
    await page.click('#code button:not([type=button])')
    await live(page)
    browser.complaints.length = 0

    await page.click('button:has-text("Have a voicemail left for me")')
    for (const name of ['Cleo', 'Dan']) await page.locator('#start-call .friend', { hasText: name }).click()
    await page.click('#start-call > button')
    await reads(page, '.participants > li:has-text("Cleo") .path', 'joined')
    await reads(page, '.participants > li:has-text("Dan") .path', 'busy')
    await reads(page, '.messages .facts', 'voicemail')
    await page.waitForSelector('.messages audio')
    await reads(page, '.simulated .phone li', 'Welcome to Kadoink')
    expect(browser.complaints).to.deep.equal([])
  })
})
