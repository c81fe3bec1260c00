/** Something that the bot said to a person. */
export interface Heard {
  readonly messageId: number
  readonly at: string
  readonly text: string
  /** Parts that are copied when they are touched. */
  readonly copyable: readonly string[]
}

/** Somebody with Telegram, as the stand-in knows them. */
export interface Member {
  readonly id: number
  /** E.164. */
  readonly phone: string
  language: string
  hasStarted: boolean
  hasBlocked: boolean
  /** What stands on the button that shares their number, while there is one. */
  shareButton: string | null
  readonly heard: Heard[]
  /** Messages are numbered in each chat anew (core.telegram.org/bots/api#message). */
  messages: number
}

/** What Telegram tells the bot. */
export interface Update {
  readonly update_id: number
  readonly [kind: string]: unknown
}

/** A contact that is shared: a number and, where Telegram knows it, whose it is. */
export interface SharedContact {
  readonly phone: string
  readonly userId: number | null
}

const FIRST_ID = 700_000_001

/** The people on the stand-in, and what the bot is told of what they do. Whoever is asked for by their number exists. */
export class People {
  readonly #now: () => Date
  readonly #tell: (update: Update) => Promise<void>
  readonly #members = new Map<string, Member>()
  #nextUpdate: number

  constructor(now: () => Date, tell: (update: Update) => Promise<void>) {
    this.#now = now
    this.#tell = tell
    // Numbers go on from one start to the next: a bot does not hear twice what bears a number that it knows.
    this.#nextUpdate = Math.floor(now().getTime() / 100)
  }

  get all(): readonly Member[] {
    return [...this.#members.values()]
  }

  /** Who has this number. */
  at(phone: string): Member {
    const known = this.#members.get(phone)
    if (known) return known
    const member: Member = {
      id: FIRST_ID + this.#members.size,
      phone,
      language: 'en',
      hasStarted: false,
      hasBlocked: false,
      shareButton: null,
      heard: [],
      messages: 0,
    }
    this.#members.set(phone, member)
    return member
  }

  byId(id: number): Member | null {
    return this.all.find((member) => member.id === id) ?? null
  }

  /** Press Start, after having blocked the bot or for the first time. */
  async start(member: Member): Promise<void> {
    if (member.hasBlocked) await this.unblock(member)
    await this.write(member, '/start')
  }

  /** Write something to the bot. */
  async write(member: Member, text: string): Promise<void> {
    member.hasStarted = true
    await this.#tellMessage(member, {
      text,
      ...(text.startsWith('/') && { entities: [{ type: 'bot_command', offset: 0, length: text.length }] }),
    })
  }

  /** Share a contact: one's own when nothing else is said. */
  async share(member: Member, contact: SharedContact = { phone: member.phone, userId: member.id }): Promise<void> {
    member.hasStarted = true
    await this.#tellMessage(member, {
      contact: {
        phone_number: contact.phone.replace(/^\+/, ''),
        first_name: 'Somebody',
        ...(contact.userId !== null && { user_id: contact.userId }),
      },
    })
  }

  async block(member: Member): Promise<void> {
    member.hasBlocked = true
    await this.#tellMembership(member, 'member', 'kicked')
  }

  async unblock(member: Member): Promise<void> {
    member.hasBlocked = false
    await this.#tellMembership(member, 'kicked', 'member')
  }

  /** The bot says something; gives the message in Telegram's words. */
  hear(member: Member, text: string, copyable: readonly string[]): Readonly<Record<string, unknown>> {
    const messageId = ++member.messages
    const at = this.#now()
    member.heard.push({ messageId, at: at.toISOString(), text, copyable })
    return { message_id: messageId, date: seconds(at), chat: chatOf(member), text }
  }

  #tellMessage(member: Member, content: Readonly<Record<string, unknown>>): Promise<void> {
    const message_id = ++member.messages
    const message = { message_id, from: userOf(member), chat: chatOf(member), date: seconds(this.#now()), ...content }
    return this.#tell({ update_id: this.#nextUpdate++, message })
  }

  #tellMembership(member: Member, before: string, after: string): Promise<void> {
    const user = { id: 1, is_bot: true, first_name: 'Codes' }
    return this.#tell({
      update_id: this.#nextUpdate++,
      my_chat_member: {
        chat: chatOf(member),
        from: userOf(member),
        date: seconds(this.#now()),
        old_chat_member: { user, status: before },
        new_chat_member: { user, status: after, ...(after === 'kicked' && { until_date: 0 }) },
      },
    })
  }
}

function userOf({ id, language }: Member): Readonly<Record<string, unknown>> {
  return { id, is_bot: false, first_name: 'Somebody', language_code: language }
}

function chatOf({ id }: Member): Readonly<Record<string, unknown>> {
  return { id, first_name: 'Somebody', type: 'private' }
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}
