import { Unavailable } from '#kit/fault'

/** Whom to ask whether somebody has passed a challenge. */
export interface ChallengeService {
  readonly secret: string
  readonly verifyUrl: string
}

/** Whether what a visitor shows was given to them, at that address, by the service. */
export type AskChallenge = (service: ChallengeService, token: string, ip: string) => Promise<boolean>

/** The one way out to addresses that people give us. */
type Post = (
  address: string,
  request: {
    readonly method: 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly timeoutMs: number
  },
) => Promise<{ readonly status: number; readonly body: Buffer }>

const PATIENCE_MS = 5_000
/** Turnstile's tokens have at most 2048 characters, reCAPTCHA's are not much longer. */
const LONGEST_TOKEN = 4096

/**
 * Ask services that speak as Turnstile does (reCAPTCHA does, too): a form by POST, and `success` in what they answer.
 * Rejects with `Unavailable` when one does not say: nobody is let through who was not seen, and nobody is told that they
 * failed who did not.
 *
 * https://developers.cloudflare.com/turnstile/get-started/server-side-validation/,
 * https://developers.google.com/recaptcha/docs/verify
 */
export function askChallengeBy(post: Post): AskChallenge {
  return async ({ secret, verifyUrl }, token, ip) => {
    if (token.length > LONGEST_TOKEN) return false
    try {
      const { status, body } = await post(verifyUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ secret, response: token, remoteip: ip }).toString(),
        timeoutMs: PATIENCE_MS,
      })
      const said = status === 200 ? (JSON.parse(body.toString()) as { success?: unknown } | null) : null
      if (typeof said?.success !== 'boolean') throw new Error('It does not say.')
      return said.success
    } catch {
      // What went wrong may hold the secret that was sent, and is not kept.
      throw Unavailable({ retryAfterSeconds: 5 })
    }
  }
}
