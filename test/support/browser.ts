import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** How somebody looks at pages. */
export interface Looks {
  readonly withoutScripts?: boolean
  readonly colorScheme?: 'light' | 'dark'
  readonly width?: number
}

/** A Chromium that has never been used before, and what it complained about. */
export class TestBrowser {
  readonly #context: BrowserContext
  readonly #directory: string
  readonly complaints: string[] = []

  private constructor(context: BrowserContext, directory: string) {
    this.#context = context
    this.#directory = directory
  }

  /** Whether this machine has one. */
  static get isHere(): boolean {
    return existsSync(CHROMIUM)
  }

  static async start({ withoutScripts = false, colorScheme = 'light', width = 800 }: Looks = {}): Promise<TestBrowser> {
    const directory = await mkdtemp(join(tmpdir(), 'kadoink-browser-'))
    const context = await chromium.launchPersistentContext(directory, {
      executablePath: CHROMIUM,
      args: ARGS,
      javaScriptEnabled: !withoutScripts,
      colorScheme,
      viewport: { width, height: 900 },
    })
    return new TestBrowser(context, directory)
  }

  /** Open a page; whatever it or its frames complain about is kept. */
  async open(url: string): Promise<Page> {
    const page = await this.#context.newPage()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    await page.goto(url)
    return page
  }

  /** What it keeps for later: cookies, of everybody. */
  async cookies(): Promise<readonly unknown[]> {
    return this.#context.cookies()
  }

  async close(): Promise<void> {
    await this.#context.close()
    await rm(this.#directory, { recursive: true, force: true })
  }
}

/** Somebody else's site, at a name of its own: pages with a policy that lets nothing in but one address. */
export class OtherSite {
  readonly #server: Server
  readonly #pages = new Map<string, string>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(letsIn: string): Promise<OtherSite> {
    const server = createServer((request, response) => {
      const body = site.#pages.get(request.url ?? '')
      response.writeHead(body === undefined ? 404 : 200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': `default-src 'none'; script-src ${letsIn}; frame-src ${letsIn}`,
      })
      response.end(body === undefined ? '' : `<!doctype html><title>A site</title><body><h1>Welcome</h1>${body}`)
    })
    const site = new OtherSite(server)
    await new Promise<void>((resolve) => server.listen(0, resolve))
    return site
  }

  /** Its name, with the port. */
  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** Put something on a page; gives the page's address. */
  publish(path: string, body: string): string {
    this.#pages.set(path, body)
    return `http://${this.host}${path}`
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
