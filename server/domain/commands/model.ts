import type { User } from '#domain/accounts'
import type { CalendarEvent, EventAt } from '#domain/calendar'
import type { CallDetail } from '#domain/calls'
import type { Contact } from '#domain/contacts'
import type { Group } from '#domain/groups'
import type { InboxMessage } from '#domain/inbox'
import type { InviteDetail } from '#domain/invites'
import type { Job } from '#domain/schedule'
import type { Status } from '#domain/statuses'
import type { Follow, Follower, SeenKtag } from '#domain/tags'
import { type Command, type CommandBook, defineCommand, type Writer } from '#kit/command'
import type { Unit } from '#kit/unit'
import type { GuideEntry } from './guide.ts'

/** Where a command came in. */
export type Source = 'app' | 'sms' | 'schedule'

/** Somebody who wants something done, in their own words. */
export interface Asker {
  readonly user: User
  readonly source: Source
  /** They have been asked whether they mean it, and do. */
  readonly isConfirmed: boolean
  /** The message of theirs below which it was written. */
  readonly answersId?: string | undefined
  /** The text that it came in: its pictures and sounds go with what is said. */
  readonly textId?: string
}

/** What a command is given to run with. */
export interface Given extends Asker {
  readonly unit: Unit
  readonly writer: Writer
  readonly book: CommandBook<Given, Outcome>
  /** Answer the question that they were asked last: do it, or leave it. Throws `NothingAsked`. */
  answer(isMeant: boolean): Promise<Outcome>
}

/** What came of it, for whoever shows more than a sentence: one thing, or several. */
export type Result =
  | { readonly type: 'user'; readonly data: User }
  | { readonly type: 'contact'; readonly data: Contact }
  | { readonly type: 'contacts'; readonly data: readonly Contact[] }
  | { readonly type: 'group'; readonly data: Group }
  | { readonly type: 'groups'; readonly data: readonly Group[] }
  | { readonly type: 'ktag'; readonly data: SeenKtag }
  | { readonly type: 'ktags'; readonly data: readonly SeenKtag[] }
  /** A tag with what goes on there. */
  | { readonly type: 'ktag_page'; readonly data: SeenKtag }
  | { readonly type: 'follow'; readonly data: Follow }
  | { readonly type: 'follows'; readonly data: readonly Follow[] }
  | { readonly type: 'followers'; readonly data: readonly Follower[] }
  | { readonly type: 'statuses'; readonly data: readonly Status[] }
  | { readonly type: 'call'; readonly data: CallDetail }
  /** The grid of a person, and what their plan allows and they have used. */
  | { readonly type: 'grid' | 'entitlements'; readonly data: User }
  | { readonly type: 'invite'; readonly data: InviteDetail }
  | { readonly type: 'invites'; readonly data: readonly InviteDetail[] }
  | { readonly type: 'job'; readonly data: Job }
  | { readonly type: 'jobs'; readonly data: readonly Job[] }
  | { readonly type: 'message'; readonly data: InboxMessage }
  | { readonly type: 'messages'; readonly data: readonly InboxMessage[] }
  | { readonly type: 'status'; readonly data: Status }
  /** Something was sent, and nothing is left here of it. */
  | { readonly type: 'sending'; readonly data: { readonly recipients: number; readonly optedOut: number } }
  | { readonly type: 'event'; readonly data: CalendarEvent }
  | { readonly type: 'events'; readonly data: readonly EventAt[] }
  | { readonly type: 'guide'; readonly data: readonly GuideEntry[] }

/** It is done: what whoever asked is told, as short as a text, and what came of it. */
export interface Done {
  readonly reply: string
  readonly result: Result | null
  /** How many hear of it, where that is worth saying. */
  readonly recipients?: number
  /** Set when it is only to be done later. */
  readonly job?: Job
}

/** It is not done yet: so many would hear of it that whoever asked is asked back. */
export interface Doubt {
  readonly recipients: number
  /** What they are asked: `This texts 48 people. Reply OK to send.` */
  readonly question: string
}

export type Outcome = Done | Doubt

/** A command of this product. */
export type CommandOf = Command<Given, Outcome>

/** Declare a command of this product. */
export const command = defineCommand<Given, Outcome>()

/** So many may hear of one command without its author being asked back, by text and by phone. */
export const UNASKED = { texts: 25, calls: 5 } as const

/** The budgets that commands count against beside their own: those of the endpoints that do the same. */
export const LIMITS = ['call', 'leg', 'sms', 'invite', 'search'] as const
export type LimitName = (typeof LIMITS)[number]

/** A reply is so many texts at most, wherever it is shown. */
export const MOST_SEGMENTS = 2

/** How long a question may wait for its answer. */
export const QUESTION_SECONDS = 600
