import type { TelegramBot } from '#gateways/telegram'
import type { Log } from '#kit/log'
import type { Keyring } from '#kit/secret'
import { Signal } from '#kit/signal'
import type { Site } from '#kit/site'

/** What an ear needs. */
export interface TelegramEarOptions {
  readonly bot: TelegramBot
  /** What the bot is said to be called. */
  readonly name: string
  readonly site: Site
  readonly log: Log
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
const PURPOSE = 'telegram webhook'
const WORD = 'secret'

/**
 * The word by which we know that Telegram speaks: made of the deployment's secrets, so that no other one has to be kept.
 * During a rotation the older word is believed as well, until Telegram has been told the new one.
 */
export const telegramSecret = {
  of: (keys: Keyring): string => keys.mac(PURPOSE, WORD),
  fits: (keys: Keyring, secret: string): boolean => keys.matches(PURPOSE, WORD, secret),
}

/**
 * Has Telegram tell us what people say to our bot, once when a worker comes up; tried again until it has worked. A name
 * that is not the bot's would lead people elsewhere: that is said in the log.
 */
export class TelegramEar {
  readonly #options: TelegramEarOptions
  readonly #stopped = new Signal()
  #isStopped = false
  #running: Promise<void> = Promise.resolve()
  #begin: () => void = () => {}
  /** Resolves when it was tried once. */
  readonly begun = new Promise<void>((resolve) => {
    this.#begin = resolve
  })

  constructor(options: TelegramEarOptions) {
    this.#options = options
  }

  /** Begin; returns at once. */
  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopped.fire()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log } = this.#options
    for (let pauseMs = FIRST_PAUSE_MS; !this.#isStopped; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.#listen()
        this.#begin()
        return
      } catch (error) {
        log.error({ err: String(error) }, 'telegram: the bot cannot be listened to, trying again')
        this.#begin()
        if (!this.#isStopped) await this.#stopped.wait(pauseMs)
      }
    }
  }

  async #listen(): Promise<void> {
    const { bot, name, site, log } = this.#options
    const called = await bot.name()
    if (called.toLowerCase() !== name.toLowerCase()) {
      log.error({ called, configured: name }, 'telegram: TELEGRAM_BOT_NAME is not the name of this bot')
    }
    await bot.listenAt(`${site.publicUrl}/webhooks/telegram`, telegramSecret.of(site.keys))
  }
}
