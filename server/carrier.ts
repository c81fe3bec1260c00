import type { Log } from '#kit/log'
import { createTwilioCarrier } from '#telephony'
import type { CarrierConfig, Config } from './config.ts'

/** The phone network as this deployment reaches it; `publicUrl` is where it tells us things. */
export function carrierClient(config: Config, account: CarrierConfig, publicUrl: string, log: Log) {
  return createTwilioCarrier({
    accountSid: account.accountSid,
    authToken: account.authTokens[0],
    publicUrl,
    log,
    tuning: { timeoutMs: config.carrierTimeoutMs },
    ...(account.apiBase === undefined ? {} : { apiBase: account.apiBase }),
  })
}
