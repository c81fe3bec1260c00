import type { Readable } from 'node:stream'
import type { Database } from '#kit/unit'
import type { PhotoType } from './kinds.ts'

/** A sound or a picture that belongs to somebody. */
export interface MediaFile {
  readonly id: string
  readonly ownerId: string
  readonly kind: 'audio' | 'photo'
  readonly contentType: string
  readonly sizeBytes: number
  readonly durationSeconds: number | null
  readonly width: number | null
  readonly height: number | null
  /** Where the bytes are, in the blob store. */
  readonly blobKey: string
  /** By what anybody gets it who knows it; null for all but pictures of people and tags. */
  readonly publicKey: string | null
}

/** What a file may be for; each subject has one file of a kind of use. */
export type Use = 'avatar' | 'ktag_avatar' | 'status'

/** What a person has sent, as it came. */
export interface SentFile {
  readonly bytes: Buffer
  /** What they say it is. */
  readonly declaredType: string
  /** What the part of the form was called, for what is to be said of it. */
  readonly field: string
}

/** What will be kept of what was sent: checked, and pictures written anew. */
export interface ReadyFile extends Omit<MediaFile, 'id' | 'ownerId' | 'blobKey' | 'sizeBytes'> {
  readonly bytes: Buffer
}

/** What keeping files needs. */
export interface MediaTools {
  readonly database: Database
  readonly blobs: Blobs
  readonly pictures: Pictures
}

/** A short-lived right to play one file. */
export interface StreamTicket {
  readonly token: string
  readonly url: string
  readonly expiresAt: Date
}

/** From `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where bytes are kept. Keys are ours, never a caller's words. Throws `Unavailable` when the place is away. */
export interface Blobs {
  /** Keep bytes; they appear whole or not at all. */
  put(key: string, bytes: Buffer): Promise<void>
  /** The bytes from `start` to `end`, both included; null when there is no such blob. */
  read(key: string, range?: ByteRange): Promise<Buffer | null>
  /** The same piece by piece, for whoever reads them more slowly than we do. */
  stream(key: string, range?: ByteRange): Promise<Readable | null>
  /** One that is gone is no error. */
  remove(key: string): Promise<void>
}

/** A picture that was decoded and written anew: nothing of the file it came in is left but what is seen. */
export interface CleanPicture {
  readonly contentType: PhotoType
  readonly bytes: Buffer
  readonly width: number
  readonly height: number
}

/** Makes pictures harmless. */
export interface Pictures {
  /** Decode a photo and write it anew, upright and without metadata; null when it cannot be decoded or is too large. */
  clean(bytes: Buffer, contentType: PhotoType): Promise<CleanPicture | null>
  /** Decode a photo and write its middle anew as a still square of so many pixels; null as `clean` says. */
  square(bytes: Buffer, contentType: PhotoType, side: number): Promise<CleanPicture | null>
}
