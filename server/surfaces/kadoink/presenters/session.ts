import { z } from 'zod'
import type { Session, SignedIn } from '#domain/sessions'
import type { View } from '#kit/unit'
import { StampSchema, stamp } from '../dialect/stamp.ts'
import { GateSchema, presentGate, presentUser, UserSchema } from './user.ts'

export const SessionSchema = z
  .object({
    id: z.string(),
    device_name: z.string().nullable(),
    user_agent: z.string().nullable(),
    ip: z.string(),
    created_at: StampSchema,
    last_used_at: StampSchema,
    expires_at: StampSchema,
    current: z.boolean(),
  })
  .meta({ id: 'Session' })

/** Signed in. */
export const TokenSchema = z
  .object({
    status: z.literal('ok'),
    token: z.string(),
    token_type: z.literal('Bearer'),
    expires_at: StampSchema,
    session: SessionSchema,
    user: UserSchema,
    gate: GateSchema,
  })
  .meta({ id: 'Token' })

/** Write a session; `currentId` is the session that asks. */
export function presentSession(session: Session, currentId: string | null): z.input<typeof SessionSchema> {
  return {
    id: session.id,
    device_name: session.deviceName,
    user_agent: session.userAgent,
    ip: session.ip,
    created_at: stamp(session.createdAt),
    last_used_at: stamp(session.lastUsedAt),
    expires_at: stamp(session.expiresAt),
    current: session.id === currentId,
  }
}

/** Write a fresh sign-in, its token in the clear for the only time. */
export async function presentToken(
  view: View,
  { token, session, user }: SignedIn,
): Promise<z.input<typeof TokenSchema>> {
  return {
    status: 'ok',
    token,
    token_type: 'Bearer',
    expires_at: stamp(session.expiresAt),
    session: presentSession(session, session.id),
    user: await presentUser(view, user),
    gate: await presentGate(view, user),
  }
}
