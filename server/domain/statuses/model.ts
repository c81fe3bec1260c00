/** How a status came in. */
export type Via = 'sms' | 'app' | 'voice' | 'widget'

/** What somebody has said on a tag. */
export interface Status {
  readonly id: string
  readonly ktagId: string
  readonly authorId: string
  readonly body: string
  readonly via: Via
  /** A photo or a sound of the author's that goes with it. */
  readonly fileId: string | null
  /** When its words were last changed; null when they are as they were posted. */
  readonly editedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A status that is to be posted. */
export interface NewStatus {
  /** 1 to 480 characters. */
  readonly body: string
  /** The author's primary tag when absent. */
  readonly ktagId?: string | undefined
  readonly via?: Via
  /** A photo or a sound of the author's that is being kept; null for words alone. */
  readonly fileId?: string | null
  /** Whether followers are texted it; they are when this is absent. */
  readonly textsFollowers?: boolean | undefined
}

/** How the texts of a status fare. What is in none of the other numbers is still to be sent. */
export interface Delivery {
  /** Followers who wanted the tag's texts when the status was posted. */
  readonly recipients: number
  /** Taken by the carrier, and not known to have failed. */
  readonly sent: number
  readonly failed: number
  /** Followers who are not texted: they cannot be, or not any more, or are more than the author's plan texts. */
  readonly skipped: number
}

/** What a status uses its photo or sound for, in the words of media. */
export const USE = 'status'

/** The numbers of this module. */
export const RULES = {
  mostCharacters: 480,
  /** How long after posting the words may be changed. */
  editSeconds: 86_400,
  /** A text that could not be sent for so long is not sent any more. */
  textValidSeconds: 12 * 3600,
  /** So many texts are handed on in one unit. */
  releasedAtOnce: 100,
  /** Whoever has texted as many as an hour allows is looked at again after so long. */
  hourSeconds: 60,
  /** The texts of a status are looked at after so long, and then less often while nothing changes. */
  lookSeconds: 5,
  longestLookSeconds: 300,
} as const
