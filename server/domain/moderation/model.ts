import type { User } from '#domain/accounts'
import { beginning } from '#kit/excerpt'

/** What can be reported. */
export const TARGET_TYPES = ['ktag', 'status', 'message', 'call', 'user', 'widget'] as const
export type TargetType = (typeof TARGET_TYPES)[number]

/** Why something is reported. */
export const REASONS = ['spam', 'harassment', 'impersonation', 'illegal', 'other'] as const
export type Reason = (typeof REASONS)[number]

/** What has been decided of a report. */
export type ReportState = 'open' | 'dismissed' | 'upheld'

/** Who reports: somebody signed in, or a visitor by what is known of them. */
export interface Reporter {
  readonly user: User | null
  /** What a visitor gave; nobody has proved it. */
  readonly email: string | null
  readonly ip: string
}

/** What somebody points at: a thing by its id (a widget also by its public key), or a tag by its name. */
export type Pointed =
  | { readonly type: TargetType; readonly id: string }
  | { readonly type: 'ktag'; readonly name: string }

/** A report as it is made. */
export interface WantedReport {
  readonly target: Pointed
  readonly reason: Reason
  readonly details: string | null
  /** The reporter does not want to hear from whoever it is about any more. */
  readonly block: boolean
}

/** A thing that may be reported, as the reporter may see it. */
export interface Target {
  readonly type: TargetType
  readonly id: string
  /** Whose it is; null for a message of somebody without an account. */
  readonly ownerId: string | null
  /** What is there now, for those who decide. */
  readonly excerpt: string
}

/** Something that somebody has reported. */
export interface Report extends Omit<Target, 'type' | 'id' | 'excerpt'> {
  readonly id: string
  /** What those who decide call it by. */
  readonly no: string
  readonly targetType: TargetType
  readonly targetId: string
  readonly excerpt: string | null
  readonly reporterId: string | null
  readonly reporterEmail: string | null
  readonly reason: Reason
  readonly details: string | null
  readonly state: ReportState
  readonly createdAt: Date
}

/**
 * Five people within a day hide a public tag from the search. People are accounts with a proved number; visitors and
 * addresses that nobody has proved count for nothing there: they cost nothing to make. Where a report came from is
 * forgotten a quarter of a year after it has been decided.
 */
export const RULES = { hidingPeople: 5, hidingSeconds: 86_400, mostBlocked: 500, keptSeconds: 90 * 86_400 } as const

const LONGEST_EXCERPT = 500

/** What is there, short enough to be read in a list. */
export function excerptOf(...parts: readonly (string | null)[]): string {
  return beginning(parts.filter((part) => part !== null && part !== '').join(' · '), LONGEST_EXCERPT)
}
