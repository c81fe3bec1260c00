import { hear, type Told } from '#domain/telegram'
import type { Keyring } from '#kit/secret'
import type { Database } from '#kit/unit'
import { telegramSecret } from './telegram-ear.ts'

/** Reads an update; null when it does not concern us. Throws `SyntaxError` for what is no JSON. */
export type ReadTelegramUpdate = (body: Buffer) => Told | null

/**
 * What Telegram tells us becomes a verb. Gives 403 when the secret is not ours, 400 for what cannot be read, 200 once it is
 * committed; throws when it could not be, so that Telegram tells it again.
 */
export function telegramWebhooks(
  database: Database,
  keys: Keyring,
  read: ReadTelegramUpdate,
): (webhook: { readonly secret: string; readonly body: Buffer }) => Promise<200 | 400 | 403> {
  return async ({ secret, body }) => {
    if (!telegramSecret.fits(keys, secret)) return 403
    const told = readOr(body, read)
    if (told === undefined) return 400
    if (told) await database.write((unit) => hear(unit, told))
    return 200
  }
}

function readOr(body: Buffer, read: ReadTelegramUpdate): Told | null | undefined {
  try {
    return read(body)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
