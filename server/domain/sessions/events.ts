import { z } from 'zod'
import { defineEvent } from '#kit/event'

/** Somebody signed in. */
export const SessionCreated = defineEvent('session.created', z.object({ user_id: z.string(), session_id: z.string() }))

/** A session ended by somebody's will; its sockets are closed. */
export const SessionRevoked = defineEvent('session.revoked', z.object({ user_id: z.string(), session_id: z.string() }))

/** Somebody asks for a link to an account; who they mean stays sealed, since it may be an address. */
export const LinkAsked = defineEvent(
  'session.link_asked',
  z.object({ purpose: z.enum(['magic', 'reset']), identifier_sealed: z.string() }),
)
