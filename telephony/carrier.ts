/**
 * A phone network in our words: the orders we give it and what it can be asked.
 * What it tells us by itself arrives as signals (`*-signals.ts`). Twilio, real or simulated, stands behind it
 * (`twilio/adapter.ts`); nothing outside `telephony/twilio/` knows a Twilio name.
 */

/** Ring one phone for a participant of a call, or for a code that is read aloud. */
export interface RingOrder {
  /** Our own name for this leg: opaque, `[A-Za-z0-9_-]`, comes back with every signal about it. */
  readonly leg: string
  /** The number shown to the person called, E.164, one of ours. */
  readonly from: string
  /** The number to ring, E.164, already validated. */
  readonly to: string
  readonly ringSeconds: number
  /** The carrier cuts the leg after this long, whatever happens to us. */
  readonly maxSeconds: number
}

/** By which network a text goes. */
export type TextNetwork = 'sms' | 'whatsapp'

/** Send one text. */
export interface TextOrder {
  /** Our own name for this text: opaque, comes back with every delivery report. */
  readonly key: string
  readonly from: string
  readonly to: string
  /** At most 1,600 characters. */
  readonly body: string
  /** Texts by SMS when left out. */
  readonly network?: TextNetwork
  /** What WhatsApp has approved to be said in the place of `body`: its id there, and what is put into it. */
  readonly template?: { readonly id: string; readonly values: Readonly<Record<string, string>> } | null
}

/** The carrier took an order and named it. */
export interface Accepted {
  /** The carrier's id of the call or the message. */
  readonly carrierId: string
  /** How long the order waits in the carrier's queue before it starts. */
  readonly queuedMs: number
}

/** What the carrier remembers of an order; used to find out whether an order with an unknown outcome was taken. */
export interface CarrierRecord {
  readonly carrierId: string
  readonly from: string
  readonly to: string
  /** The carrier's own status word, normalised by the adapter. */
  readonly status: string
  readonly createdAt: Date
}

/** A leg that is over. */
export interface EndedCall extends CarrierRecord {
  readonly endedAt: Date
}

/** One text in the carrier's list. */
export interface TextRecord extends CarrierRecord {
  readonly network: TextNetwork
  readonly isInbound: boolean
  /** When it was sent or received; while it waits, when it was ordered. */
  readonly listedAt: Date
  readonly body: string
  /** The carrier's number for what went wrong with it. */
  readonly errorCode: number | null
  readonly mediaCount: number
}

/** One recording in the carrier's list. */
export interface RecordingRecord {
  readonly recordingId: string
  /** The leg it was made on; null for recordings of rooms. */
  readonly carrierCallId: string | null
  readonly durationSeconds: number
  /** Whether it is finished: a recording that still runs or failed is not. */
  readonly isComplete: boolean
  readonly createdAt: Date
}

/** One room that is open now. */
export interface RoomRecord {
  readonly carrierRoomId: string
  /** Our name for it. */
  readonly room: string
  readonly createdAt: Date
}

/** Somebody who is in a room now. */
export interface RoomMember {
  readonly carrierCallId: string
  /** Our name for the leg; null when the carrier knows none. */
  readonly leg: string | null
  readonly muted: boolean
  readonly onHold: boolean
}

/** What a recording says, as far as the carrier has come. */
export interface TranscriptRecord {
  readonly state: 'pending' | 'completed' | 'failed'
  readonly text: string | null
}

/** Sound or a picture as bytes. */
export interface Media {
  readonly contentType: string
  readonly bytes: Buffer
}

/** Which part of a list is wanted: nothing after a moment, and at most so many records, the newest ones. */
export interface ListPart {
  readonly until?: Date
  readonly most?: number
}

/** What is said to a whole room. */
export type Announcement = 'one_minute_left'

/** A phone network. Every method rejects with `CarrierError`, never with a client library's own error. */
export interface Carrier {
  ring(order: RingOrder): Promise<Accepted>
  /** Hang up one leg, in whatever state it is. A leg that is already over is no error. */
  hangUp(carrierId: string): Promise<void>
  /**
   * Mute a leg in its room or put it on hold, with music; gives the carrier's own time of the leg's last change.
   * `not_found` when it is not in that room.
   */
  control(
    room: string,
    leg: string,
    wanted: { readonly muted?: boolean; readonly onHold?: boolean },
  ): Promise<{ readonly at: Date | null }>
  /** Say something to everybody in a room. A room that is over or never began is no error. */
  announce(room: string, announcement: Announcement): Promise<void>
  /** Put everybody out of a room. A room that is over or never began is no error. */
  closeRoom(room: string): Promise<void>
  text(order: TextOrder): Promise<Accepted>
  /** How one call stands; null when the carrier knows none of that id. */
  call(carrierId: string): Promise<CarrierRecord | null>
  /** Calls to this number that were ordered at or after `since`, newest first. */
  callsTo(to: string, since: Date): Promise<readonly CarrierRecord[]>
  /** Texts to this number that were ordered at or after `since`, newest first; by SMS unless told otherwise. */
  textsTo(to: string, since: Date, network?: TextNetwork): Promise<readonly CarrierRecord[]>
  /** Calls, in and out, that ended at or after `since`, the latest first. One cancelled in the queue may be missing. */
  callsEndedSince(since: Date, part?: ListPart): Promise<readonly EndedCall[]>
  /** The calls, in and out, that wait, ring or go on now. */
  callsNow(): Promise<readonly CarrierRecord[]>
  /**
   * Texts, in and out, that were sent or received at or after `since`, the latest first. Of those that wait to be sent
   * only some of the newest are shown, and only without `until`.
   */
  textsSince(since: Date, part?: ListPart): Promise<readonly TextRecord[]>
  /** Recordings that were begun at or after `since`, the latest first. */
  recordingsSince(since: Date, part?: ListPart): Promise<readonly RecordingRecord[]>
  /** The rooms that are open now, those in which somebody waits alone included. */
  openRooms(): Promise<readonly RoomRecord[]>
  /** Who is in a room now; nobody when it is over. */
  roomMembers(carrierRoomId: string): Promise<readonly RoomMember[]>
  /** The sound of a recording; `not_found` while the carrier has not stored it yet. */
  fetchRecording(recordingId: string): Promise<Media>
  /** Delete a recording at the carrier. One that is gone is no error. */
  deleteRecording(recordingId: string): Promise<void>
  /** What a recording says; null when the carrier was not asked or never will say. */
  transcriptOf(recordingId: string): Promise<TranscriptRecord | null>
  /** Delete what the carrier wrote down of a recording. Nothing there is no error. */
  deleteTranscripts(recordingId: string): Promise<void>
  /** One of the pictures or sounds that came with a text; `too_large` when it has more bytes than that. */
  fetchMedia(messageId: string, mediaId: string, mostBytes?: number): Promise<Media>
  /** Delete one transcript by the carrier's own id, also when its recording is gone. One that is gone is no error. */
  deleteTranscript(transcriptId: string): Promise<void>
}

/**
 * How an order failed:
 * `refused` will never work for this number, `busy` may work later (not taken), `unknown` may have been taken
 * (time-out, connection lost, 5xx), `not_found` names nothing, `denied` is a fault of our account or settings,
 * `too_large` is more than was asked for.
 */
export type CarrierFailure = 'refused' | 'busy' | 'unknown' | 'not_found' | 'denied' | 'too_large'

/** An order that failed. Carries codes and words only: no address, no credentials, no message text. */
export class CarrierError extends Error {
  readonly failure: CarrierFailure
  /** The carrier's error number (for example 21610), when it gave one. */
  readonly code: number | null

  constructor(failure: CarrierFailure, code: number | null, message: string) {
    super(message)
    this.name = 'CarrierError'
    this.failure = failure
    this.code = code
  }
}
