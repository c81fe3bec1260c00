import { ChallengeFailed } from '#domain/codes'
import { challengeSecret } from '#domain/realms'
import type { AskChallenge } from '#gateways/challenges'
import type { RequestInfo } from '#kit/endpoint'
import { Unavailable } from '#kit/fault'
import type { Database } from '#kit/unit'
import type { Asker } from '../keys.ts'

/** Hold a request against the challenge of its project, before a unit is opened for it. */
export type Challenged = (database: Database, asker: Asker, request: RequestInfo) => Promise<void>

/**
 * A project may have visitors of its pages pass a challenge: the page shows what it was given in
 * `X-CF-Turnstile-Token`. A server that shows the secret key is not asked. Throws `ChallengeFailed`, and `Unavailable`
 * when nobody can say.
 */
export function challengedBy(ask: AskChallenge): Challenged {
  return async (database, { realm, isOwner }, { headers, ip }) => {
    const { challenge } = realm.settings
    if (!challenge || isOwner) return
    const token = headers['x-cf-turnstile-token']
    if (typeof token !== 'string' || token === '') throw ChallengeFailed()
    const secret = await database.read(async (view) => challengeSecret(view, realm.settings))
    // Sealed with a secret of this deployment that is gone: nobody is let through who was not seen.
    if (secret === null) throw Unavailable({ retryAfterSeconds: 60 })
    if (!(await ask({ secret, verifyUrl: challenge.verifyUrl }, token, ip))) throw ChallengeFailed()
  }
}
