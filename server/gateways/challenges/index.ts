import { Unavailable } from '#kit/fault'

/** Whom to ask whether somebody has passed a challenge. */
export interface ChallengeService {
  readonly secret: string
  readonly verifyUrl: string
}

/** Whether what a visitor shows was given to them, at that address, by the service. */
export type AskChallenge = (service: ChallengeService, token: string, ip: string) => Promise<boolean>

const PATIENCE_MS = 5_000
/** Turnstile's tokens have at most 2048 characters, reCAPTCHA's are not much longer. */
const LONGEST_TOKEN = 4096

/**
 * Ask a service that speaks as Turnstile does (reCAPTCHA does, too): a form by POST, and `success` in what it answers.
 * Rejects with `Unavailable` when it does not say: nobody is let through who was not seen, and nobody is told that they
 * failed who did not.
 *
 * https://developers.cloudflare.com/turnstile/get-started/server-side-validation/,
 * https://developers.google.com/recaptcha/docs/verify
 */
export const askChallenge: AskChallenge = async ({ secret, verifyUrl }, token, ip) => {
  if (token.length > LONGEST_TOKEN) return false
  try {
    const answer = await fetch(verifyUrl, {
      method: 'POST',
      body: new URLSearchParams({ secret, response: token, remoteip: ip }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!answer.ok) throw new Error('no answer')
    const said = (await answer.json()) as { success?: unknown } | null
    return said?.success === true
  } catch {
    // What went wrong may hold the secret that was sent, and is not kept.
    throw Unavailable({ retryAfterSeconds: 5 })
  }
}
