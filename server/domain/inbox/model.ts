/** Something that somebody left for a person. */
export interface InboxMessage {
  readonly id: string
  readonly ownerId: string
  /** Counts up from 1 for each owner; what commands call the message by. */
  readonly number: number
  readonly kind: 'text' | 'voicemail'
  readonly fromPhone: string | null
  readonly fromUserId: string | null
  /** What somebody calls themself whom we do not know. */
  readonly fromName: string | null
  readonly toKtagId: string | null
  readonly body: string | null
  readonly transcript: string | null
  /** Whether a transcript is still to come; `absent`: there is none and will be none. */
  readonly transcriptStatus: 'pending' | 'ready' | 'absent'
  readonly via: 'sms' | 'app' | 'voice' | 'widget'
  readonly fileId: string | null
  readonly inReplyTo: string | null
  readonly readAt: Date | null
  readonly createdAt: Date
}

/** A voicemail as the carrier tells of it. */
export interface NewVoicemail {
  readonly ownerId: string
  readonly ktagId: string
  /** E.164; null when the caller hid it. */
  readonly fromPhone: string | null
  /** The carrier's id of the recording: the same recording is only ever one message. */
  readonly recordingId: string
  readonly durationSeconds: number
  /** Whether what was said is being written down. */
  readonly awaitsTranscript: boolean
}

/** A text from somebody whom we do not know; what they say of themself is taken as it is, and believed of nobody. */
export interface NewText {
  readonly ownerId: string
  readonly ktagId: string
  /** E.164. */
  readonly fromPhone: string
  readonly fromName: string
  readonly body: string
  readonly via: 'widget'
}

/** What somebody sends to a person, with an account or from a phone without one. */
export interface NewMessage {
  readonly ownerId: string
  readonly fromUserId: string | null
  /** E.164, and theirs: proven for an account, or told by the network. */
  readonly fromPhone: string | null
  /** The tag by which the owner was written to. */
  readonly toKtagId: string | null
  readonly body: string | null
  readonly via: 'sms' | 'app'
  /** A file of the owner's. */
  readonly fileId: string | null
  readonly inReplyTo: string | null
}

/** What part of an inbox is asked for. */
export interface InboxFilter {
  readonly kind?: 'text' | 'voicemail' | undefined
  readonly unreadOnly?: boolean | undefined
  readonly ktagId?: string | undefined
  /** Words that the body or the transcript holds. */
  readonly words?: string | undefined
}

/** How much is unread. */
export interface UnreadCount {
  readonly total: number
  readonly texts: number
  readonly voicemails: number
}
