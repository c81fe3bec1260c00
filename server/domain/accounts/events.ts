import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Something in a person's profile or gate is different now. */
export const UserChanged = defineEvent('user.changed', z.object({ user_id: z.string() }))

/** A person has proved that a number is theirs. */
export const MobileVerified = defineEvent('user.mobile_verified', z.object({ user_id: z.string(), mobile: z.string() }))

/** A person has another e-mail address, or none; the one before stays sealed, for the notice that goes there. */
export const EmailChanged = defineEvent(
  'user.email_changed',
  z.object({ user_id: z.string(), username: z.string(), former_sealed: z.string() }),
)

/** A person is suspended: their sockets are closed, and open again only when they are not any more. */
export const UserSuspended = defineEvent('user.suspended', z.object({ user_id: z.string() }))

/** A person has another password. */
export const PasswordChanged = defineEvent('user.password_changed', z.object({ user_id: z.string() }))
