/** Who sees a tag: anybody, or only its owner and those who follow it. */
export type Visibility = 'public' | 'private'
/** Who may say something on a tag to all who follow it. */
export type PostPolicy = 'owner' | 'followers'
/** Who may write to a tag's owner, or call them. */
export type ContactPolicy = 'anyone' | 'followers' | 'nobody'

/** What an owner decides about a tag. */
export interface KtagSettings {
  readonly title: string | null
  readonly description: string | null
  readonly visibility: Visibility
  readonly postPolicy: PostPolicy
  readonly messagePolicy: ContactPolicy
  readonly callPolicy: ContactPolicy
  readonly takesVoicemail: boolean
}

/** A *tag: a name that belongs to somebody and can be followed, called and left messages. */
export interface Ktag extends KtagSettings {
  readonly id: string
  readonly ownerId: string
  /** Without the `*`, lower case. */
  readonly name: string
  /** Six digits that reach the tag from a keypad. */
  readonly extension: string
  readonly isPrimary: boolean
  /** Where its picture is had without a token: its own, or else its owner's. */
  readonly avatarUrl: string | null
  readonly followerCount: number
  readonly renamedAt: Date | null
  /** Since when the search does not find it, on account of reports. */
  readonly hiddenAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What a tag is made of; what is not said is decided by default. */
export interface NewKtag extends Partial<KtagSettings> {
  readonly name: string
}

/** What is to change; absent keys stay. */
export interface KtagChanges extends Partial<KtagSettings> {
  readonly name?: string
  readonly isPrimary?: boolean
  /** The key of a picture of its own; null for its owner's. */
  readonly avatarKey?: string | null
}

/** Whether somebody gets a tag's texts, and calls when its owner calls it. */
export interface FollowFlags {
  readonly texts: boolean
  readonly calls: boolean
}

/** A tag as somebody sees it. */
export interface SeenKtag {
  readonly ktag: Ktag
  readonly isOwner: boolean
  /** How they follow it; null when they do not. */
  readonly follow: FollowFlags | null
}

/** A phone without an account that gets the texts of a tag. */
export interface PhoneFollow {
  readonly ktagId: string
  /** E.164. */
  readonly phone: string
  /** Where its holder has said so: on a widget of the tag, or by text. */
  readonly source: 'widget' | 'sms'
  readonly followedAt: Date
}

/** A tag that somebody follows. */
export interface Follow extends SeenKtag {
  readonly followedAt: Date
}

const KEYS: Readonly<Record<string, string>> = {
  abc: '2',
  def: '3',
  ghi: '4',
  jkl: '5',
  mno: '6',
  pqrs: '7',
  tuv: '8',
  wxyz: '9',
  _: '0',
}

/** How a name is typed on a telephone keypad (ITU-T E.161); digits stand for themselves, `_` is 0. */
export function spell(name: string): string {
  return [...name.toLowerCase()]
    .map((letter) => Object.entries(KEYS).find(([letters]) => letters.includes(letter))?.[1] ?? letter)
    .join('')
}
