import type { People } from './people.ts'
import type { Webhooks } from './webhooks.ts'

/** Telegram says no, in its own shape. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly parameters: Readonly<Record<string, unknown>> | undefined

  constructor(status: number, description: string, parameters?: Readonly<Record<string, unknown>>) {
    super(description)
    this.status = status
    this.parameters = parameters
  }
}

type Params = Readonly<Record<string, unknown>>

/** What the methods work with. */
export interface Bench {
  readonly people: People
  readonly webhooks: Webhooks
  readonly botName: string
}

const LONGEST_TEXT = 4096

/** The methods of the Bot API that are asked of it (core.telegram.org/bots/api). Throws `ApiRefusal`. */
export const METHODS: Readonly<Record<string, (bench: Bench, params: Params) => unknown>> = {
  getMe: ({ botName }) => ({ id: 1, is_bot: true, first_name: 'Codes', username: botName, can_join_groups: false }),

  setWebhook({ webhooks }, { url, secret_token: secret, allowed_updates: allowed }) {
    if (typeof url !== 'string' || !URL.canParse(url)) throw bad('invalid webhook URL specified')
    if (secret !== undefined && !/^[\w-]{1,256}$/.test(String(secret))) {
      throw bad('secret token contains unallowed characters')
    }
    if (allowed !== undefined && !Array.isArray(allowed)) throw bad("can't parse allowed_updates JSON object")
    webhooks.listen(url, secret === undefined ? null : String(secret))
    return true
  },

  deleteWebhook({ webhooks }) {
    webhooks.listen('', null)
    return true
  },

  getWebhookInfo: ({ webhooks: { url, pending } }) => ({
    url: url ?? '',
    has_custom_certificate: false,
    pending_update_count: pending,
  }),

  sendMessage({ people }, { chat_id: chatId, text, entities, reply_markup: markup }) {
    if (typeof text !== 'string' || text.trim() === '') throw bad('message text is empty')
    if (text.length > LONGEST_TEXT) throw bad('message is too long')
    const member = people.byId(Number(chatId))
    if (!member) throw bad('chat not found')
    if (!member.hasStarted) throw new ApiRefusal(403, "Forbidden: bot can't initiate conversation with a user")
    if (member.hasBlocked) throw new ApiRefusal(403, 'Forbidden: bot was blocked by the user')
    const button = shareButtonIn(markup)
    if (button !== undefined) member.shareButton = button
    return people.hear(member, text, copyableIn(text, entities))
  },
}

/** The words on the button that shares a number; null: buttons are taken away; undefined: they stay as they are. */
function shareButtonIn(markup: unknown): string | null | undefined {
  const { keyboard, remove_keyboard: isRemoved } = fields(markup)
  if (isRemoved === true) return null
  if (!Array.isArray(keyboard)) return undefined
  const button = keyboard.flat().find((one) => fields(one).request_contact === true)
  return button === undefined ? null : String(fields(button).text)
}

function copyableIn(text: string, entities: unknown): readonly string[] {
  if (entities === undefined) return []
  if (!Array.isArray(entities)) throw bad("can't parse entities")
  return entities.map(fields).map(({ type, offset, length }) => {
    const end = Number(offset) + Number(length)
    if (type !== 'code' || !(Number(offset) >= 0) || !(end <= text.length)) throw bad("can't parse entities")
    return text.slice(Number(offset), end)
  })
}

function bad(what: string): ApiRefusal {
  return new ApiRefusal(400, `Bad Request: ${what}`)
}

/** Something as an object; an empty one when it is none. */
export function fields(value: unknown): Params {
  return typeof value === 'object' && value !== null ? (value as Params) : {}
}
