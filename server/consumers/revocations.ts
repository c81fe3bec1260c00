import { UserSuspended } from '#domain/accounts'
import { SessionRevoked } from '#domain/sessions'
import { defineEffect, type Effect } from '#kit/consumer'

/** Closes the sockets of sessions that have ended, and of people who are suspended, in every process. */
export function revocations(
  close: (sessionId: string) => Promise<void>,
  shutOut: (userId: string) => Promise<void>,
): Effect {
  return defineEffect(
    'revocations',
    ({ id }) => id,
    (on) => {
      on(SessionRevoked, ({ data }) => close(data.session_id))
      on(UserSuspended, ({ data }) => shutOut(data.user_id))
    },
  )
}
