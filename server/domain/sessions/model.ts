import type { User } from '#domain/accounts'

/** A sign-in on one device; ends when it is revoked or has not been used for long. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly deviceName: string | null
  readonly userAgent: string | null
  readonly ip: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
}

/** Who asks: a person, through one of their sessions. */
export interface Viewer {
  readonly user: User
  readonly session: Session
}

/** From where a person signs in. */
export interface Device {
  readonly name: string | null
  readonly userAgent: string | null
  readonly ip: string
}

/** A new session, its token in the clear for the only time, and the person. */
export interface SignedIn {
  readonly token: string
  readonly session: Session
  readonly user: User
}

/**
 * A session lives this long after its last use, and never longer than the hard limit; one that has ended is remembered for
 * a while, since it may have been somebody else's.
 */
export const LIFETIME = { slidingDays: 90, hardDays: 365, rememberedDays: 30 } as const
