/** What a bot says to one chat. */
export interface TelegramMessage {
  readonly chatId: string
  readonly text: string
  /** A part of the text that is copied when it is touched. */
  readonly copyable?: string
  /** What stands in the place of the keyboard: a button by which somebody shares their own number, or no button. */
  readonly keyboard?: { readonly share: string } | 'none'
}

/** A bot as Telegram lets us speak through it. Everything rejects with `TelegramError`. */
export interface TelegramBot {
  /** The name by which people find it, without `@`. */
  name(): Promise<string>
  /** Have what people say to it told to this address, with this secret in `X-Telegram-Bot-Api-Secret-Token`. */
  listenAt(url: string, secret: string): Promise<void>
  /** Say something; gives Telegram's id of the message. */
  say(message: TelegramMessage): Promise<string>
}

/** How a bot is reached. */
export interface TelegramAccount {
  readonly token: string
  /** Where the Bot API answers, without a trailing slash. */
  readonly apiBase: string
  readonly timeoutMs?: number
  /** Milliseconds that only grow. */
  readonly now?: () => number
}

/**
 * Why nothing came of an order. `busy`: surely not done, and welcome later; `gone`: this chat is not ours to write to any
 * more; `refused`: will never work; `denied`: the token or the settings are wrong; `unknown`: it may have been done.
 * Carries Telegram's number and no words of it: they may quote what was sent. Carries no address: the token is part of it.
 */
export class TelegramError extends Error {
  readonly failure: 'busy' | 'gone' | 'refused' | 'denied' | 'unknown'
  readonly code: number | null
  /** Seconds until Telegram wants to hear of us again. */
  readonly retryAfterSeconds: number | null

  constructor(failure: TelegramError['failure'], code: number | null, retryAfterSeconds: number | null = null) {
    super(`Telegram did not do it: ${failure}${code === null ? '' : `, ${code}`}.`)
    this.name = 'TelegramError'
    this.failure = failure
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const TIMEOUT_MS = 8_000
/** What is told to us, and nothing else: a bot in many groups would hear a lot. */
const ALLOWED_UPDATES = ['message', 'my_chat_member']
/** Nothing left this machine for these. */
const NEVER_SENT: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])
const USUAL_REST_SECONDS = 5

/** A bot behind Telegram's Bot API (core.telegram.org/bots/api). */
export function telegramBot(account: TelegramAccount): TelegramBot {
  const { token, apiBase, timeoutMs = TIMEOUT_MS, now = () => performance.now() } = account
  let restsUntil = 0

  /** Telegram counts all that a bot says: when it has heard enough, nothing is said until it wants to hear more. */
  async function call(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const restMs = restsUntil - now()
    if (restMs > 0) throw new TelegramError('busy', 429, Math.ceil(restMs / 1000))
    const answer = await ask(`${apiBase}/bot${token}/${method}`, params, timeoutMs)
    if (answer.ok === true) return answer.result
    const error = errorOf(answer)
    if (error.retryAfterSeconds !== null) restsUntil = now() + error.retryAfterSeconds * 1000
    throw error
  }

  return {
    async name() {
      const me = fieldsOf(await call('getMe', {}))
      if (typeof me.username !== 'string') throw new TelegramError('unknown', null)
      return me.username
    },

    async listenAt(url, secret) {
      await call('setWebhook', { url, secret_token: secret, allowed_updates: ALLOWED_UPDATES })
    },

    async say(message) {
      const sent = fieldsOf(await call('sendMessage', wireOf(message)))
      return String(sent.message_id ?? '')
    },
  }
}

/** A message in Telegram's words. A chat's id is a whole number below 2^52. */
function wireOf({ chatId, text, copyable, keyboard }: TelegramMessage): Readonly<Record<string, unknown>> {
  const offset = copyable === undefined ? -1 : text.indexOf(copyable)
  return {
    chat_id: Number(chatId),
    text,
    link_preview_options: { is_disabled: true },
    ...(offset >= 0 && { entities: [{ type: 'code', offset, length: copyable?.length }] }),
    ...(keyboard && { reply_markup: keyboardOf(keyboard) }),
  }
}

function keyboardOf(keyboard: NonNullable<TelegramMessage['keyboard']>): Readonly<Record<string, unknown>> {
  if (keyboard === 'none') return { remove_keyboard: true }
  return {
    keyboard: [[{ text: keyboard.share, request_contact: true }]],
    resize_keyboard: true,
    one_time_keyboard: true,
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Ask once. What has no answer is never asked again here: a message might be said twice. */
async function ask(address: string, params: Fields, timeoutMs: number): Promise<Fields> {
  const body = JSON.stringify(params)
  const headers = { 'Content-Type': 'application/json' }
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(address, { method: 'POST', headers, body, signal, redirect: 'error' })
    const text = await answer.text()
    return { error_code: answer.status, ...parsed(text) }
  } catch (error) {
    // The fault itself quotes the address, and with it the token.
    throw new TelegramError(NEVER_SENT.has(causeOf(error)) ? 'busy' : 'unknown', null)
  }
}

function parsed(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** `ok: false` with `error_code`, `description` and, where Telegram wants us to wait, `parameters.retry_after`. */
function errorOf(answer: Fields): TelegramError {
  const code = typeof answer.error_code === 'number' ? answer.error_code : null
  const retryAfter = fieldsOf(answer.parameters).retry_after
  if (code === 429)
    return new TelegramError('busy', code, typeof retryAfter === 'number' ? retryAfter : USUAL_REST_SECONDS)
  if (code === null || code >= 500 || code < 400) return new TelegramError('unknown', code)
  // The bot was blocked, never started, or its person has left.
  if (code === 403) return new TelegramError('gone', code)
  if (code === 401 || code === 404) return new TelegramError('denied', code)
  const isChatUnknown =
    code === 400 && /chat not found|user is deactivated|PEER_ID_INVALID/i.test(String(answer.description))
  return new TelegramError(isChatUnknown ? 'gone' : 'refused', code)
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function causeOf(error: unknown): unknown {
  return fieldsOf(fieldsOf(error).cause).code
}
