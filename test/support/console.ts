import type { Page } from 'playwright-core'
import type { TestBrowser } from '#test/browser'
import { PASSWORD } from '#test/world'

/** Open the console and sign in as somebody; they are live when this resolves. */
export async function enter(browser: TestBrowser, url: string, username: string): Promise<Page> {
  const page = await browser.open(`${url}/console`)
  await page.fill('#sign-in [name=username]', username)
  await page.fill('#sign-in [name=password]', PASSWORD)
  await page.click('#sign-in button')
  await live(page)
  return page
}

/** Wait until the console is live. */
export async function live(page: Page): Promise<void> {
  await page.waitForSelector('.connection[data-state=live]')
}

/** Wait until something on the page says these words. */
export async function reads(page: Page, selector: string, words: string): Promise<void> {
  await page.locator(selector, { hasText: words }).first().waitFor()
}

/** The steps of somebody on the call, as the page shows them. */
export function pathOf(page: Page, name: string): Promise<string[]> {
  return page.locator('.participants > li', { hasText: name }).locator('.path li').allTextContents()
}
