import type { User } from '#domain/accounts'
import type { Status } from '#domain/statuses'
import type { Ktag } from '#domain/tags'

/** What somebody has to say. */
export interface Letter {
  readonly body: string
  readonly via: 'app' | 'sms'
  /** The text that it came in, whose pictures and sounds go with it. */
  readonly textId?: string | undefined
}

/** To whom somebody writes, by name and number. */
export interface Wanted {
  /** Names of tags, without the `*`. */
  readonly tags: readonly string[]
  /** E.164. */
  readonly phones: readonly string[]
}

/** Somebody with an account who is left a message, and by which tag they were written to. */
export interface Recipient {
  readonly user: User
  readonly ktagId: string | null
}

/** To whom a letter goes, looked up. */
export interface Addressed {
  /** Tags on which it is posted, for all who follow them. */
  readonly posts: readonly Ktag[]
  /** Those who find it in their inbox, each once. */
  readonly people: readonly Recipient[]
  /** Phones that are texted, each once. */
  readonly phones: readonly string[]
  /** How many would have been texted and want no texts. */
  readonly optedOut: number
  /** How many hear of it by text or inbox. */
  readonly recipients: number
}

/** What has become of a letter. */
export interface Sent {
  readonly recipients: number
  readonly optedOut: number
  /** What it became on tags. */
  readonly statuses: readonly Status[]
  /** Whether some of its pictures or sounds stay behind: a text brings none, and a message holds one. */
  readonly hasLeftOut: boolean
}

/** Whom a phone answers when it just texts back. */
export type Peer = { readonly userId: string; readonly phone: null } | { readonly userId: null; readonly phone: string }

/** How long a phone that was texted for somebody answers them by just texting back. */
export const FRESH_SECONDS = 86_400
