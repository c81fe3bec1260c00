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
}

/** The numbers of this module. */
export const RULES = {
  mostCharacters: 480,
  /** How long after posting the words may be changed. */
  editSeconds: 86_400,
} as const
