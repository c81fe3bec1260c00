import { telegramSecret } from '#consumers/telegram-ear'
import { chatOf } from '#domain/telegram'
import type { Json } from '#test/people'
import type { World } from '#test/world'

/** Ask the control API of a world's stand-in for Telegram. */
export async function onStandIn(world: World, method: string, path: string, body?: Json): Promise<Json> {
  // The bot is listened to as soon as the server has said where; what happens before that is told without anybody waiting.
  await world.settle()
  const answer = await fetch(`${world.running.telegramUrl}/control${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`The stand-in for Telegram did not do it: ${await answer.text()}`)
  return answer.json()
}

/** Somebody with Telegram on their phone. What they do has been told to the server, and answered, when it is done. */
export class Telegrammer {
  readonly world: World
  readonly phone: string

  constructor(world: World, phone: string) {
    this.world = world
    this.phone = phone
  }

  start(language = 'en'): Promise<void> {
    return this.#act('start', { language })
  }

  /** Share one's own number; `of` is whose contact it is said to be: another's phone, or `nobody`. */
  share(contact: { readonly phone?: string; readonly of?: string } = {}): Promise<void> {
    return this.#act('share', contact)
  }

  block(): Promise<void> {
    return this.#act('block')
  }

  /** Press Start and share one's own number: codes can come now. */
  async join(language = 'en'): Promise<this> {
    await this.start(language)
    await this.share()
    return this
  }

  /** What the bot said, oldest first. */
  async heard(): Promise<readonly { readonly text: string; readonly copyable: readonly string[] }[]> {
    await this.world.settle()
    return (await this.#me()).heard
  }

  /** What stands on the button that shares their number; null without one. */
  async button(): Promise<string | null> {
    return (await this.#me()).shareButton
  }

  /** The newest code that the bot said. */
  async code(): Promise<string> {
    const codes = (await this.heard()).flatMap(({ copyable }) => copyable)
    return codes.at(-1) ?? ''
  }

  async id(): Promise<number> {
    return (await this.#me()).id
  }

  /** Whether codes for a phone, their own when none is named, would come to them. */
  async isReached(phone = this.phone): Promise<boolean> {
    const chat = await this.world.running.database.read((view) => chatOf(view, phone))
    return chat?.chatId === String(await this.id())
  }

  #me(): Promise<Json> {
    return onStandIn(this.world, 'GET', `/people/${this.phone}`)
  }

  async #act(act: string, body: Json = {}): Promise<void> {
    await onStandIn(this.world, 'POST', `/people/${this.phone}/${act}`, body)
    await this.world.settle()
  }
}

/** Somebody with Telegram in a world: with a number of their own, or with this one. */
export function telegrammer(world: World, phone = world.freshNumber()): Telegrammer {
  return new Telegrammer(world, phone)
}

/** What Telegram would send along when it tells something to the server of a world. */
export async function telegramHeader(world: World): Promise<Record<string, string>> {
  const keys = await world.running.database.read(async ({ site }) => site.keys)
  return { 'X-Telegram-Bot-Api-Secret-Token': telegramSecret.of(keys) }
}
