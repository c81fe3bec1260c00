import { SessionRevoked } from '#domain/sessions'
import { defineEffect, type Effect } from '#kit/consumer'

/** Closes the sockets of sessions that have ended, in every process. */
export function revocations(close: (sessionId: string) => Promise<void>): Effect {
  return defineEffect(
    'revocations',
    ({ id }) => id,
    (on) => {
      on(SessionRevoked, ({ data }) => close(data.session_id))
    },
  )
}
