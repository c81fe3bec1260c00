import type { Ktag } from '#domain/tags'
/** Somebody in a person's address book. */
export interface Contact {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly nickname: string | null
  /** E.164. */
  readonly mobile: string | null
  readonly email: string | null
  /** The *tag that was noted, when it exists. */
  readonly ktag: Pick<Ktag, 'id' | 'name' | 'title' | 'avatarUrl'> | null
  readonly notes: string | null
  /** The user who has verified the contact's mobile. */
  readonly userId: string | null
  readonly inGrid: boolean
  readonly smsOptedOut: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Under whom somebody knows a number. */
export interface KnownContact {
  readonly id: string
  readonly name: string
}

/** Which contacts are looked for; absent keys leave nobody out. */
export interface ContactFilter {
  /** Part of a name, a nickname, a number or an address. */
  readonly words?: string | undefined
  readonly groupId?: string | undefined
  readonly inGrid?: boolean | undefined
}

/** What a contact is made of; at least one of mobile, email and ktag. */
export interface NewContact {
  readonly name: string
  readonly nickname: string | null
  readonly mobile: string | null
  readonly email: string | null
  /** The name of a *tag, without the `*`. */
  readonly ktag: string | null
  readonly notes: string | null
}

/** What is to change; absent keys stay, null clears. */
export type ContactChanges = { readonly [Key in keyof NewContact]?: NewContact[Key] }
