import { createHash } from 'node:crypto'
import type { Position } from '#kit/event'
import { outboxState } from '#kit/outbox'
import type { View } from '#kit/unit'
import { isPersonal } from './channels.ts'

/**
 * A cursor is a place in the outbox as a client keeps it: opaque, and ordered as text, since clients are told to drop
 * what lies at or before the last one seen. It holds the epoch of the database, the position, the channel on which it
 * was heard, and the number of the frame among those of one event on one channel.
 */
export interface Cursor {
  /** The first four bytes of the epoch, hex. */
  readonly epoch: string
  readonly position: Position
  /** The channel it was heard on: see `scopeOf`. */
  readonly scope: string
  /** Which of the frames of this event on this channel; frames of the event before it have been heard. */
  readonly part: number
  /**
   * Heard on a channel that is nobody's own, such as a call's. Whoever heard it may resume from it, even when that
   * channel is no longer among those the user listens to.
   */
  readonly isShared: boolean
}

/** base64url's letters, and the same letters in the order of their codes: the text sorts as its bytes do. */
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SORTED = [...BASE64URL].sort().join('')
const toSorted = new Map([...BASE64URL].map((letter, index) => [letter, SORTED.charAt(index)]))
const toBase64url = new Map([...SORTED].map((letter, index) => [letter, BASE64URL.charAt(index)]))

/** Behind every frame of its event. */
export const LAST_PART = 0x7fff
const BYTES = 26
const TEXT = /^c_[A-Za-z0-9_-]{35}$/
const MAX_BIGINT = 0x7fff_ffff_ffff_ffffn

/** Write a cursor as text. */
export function encodeCursor({ epoch, position, scope, part, isShared }: Cursor): string {
  const bytes = Buffer.alloc(BYTES)
  bytes.write(epoch, 0, 4, 'hex')
  bytes.writeBigUInt64BE(position.xid, 4)
  bytes.writeBigUInt64BE(position.seq, 12)
  bytes.write(scope, 20, 4, 'hex')
  bytes.writeUInt16BE(part * 2 + (isShared ? 1 : 0), 24)
  return `c_${translate(bytes.toString('base64url'), toSorted)}`
}

/** Read a cursor; undefined for anything that `encodeCursor` did not write. */
export function decodeCursor(text: string): Cursor | undefined {
  if (!TEXT.test(text)) return undefined
  const bytes = Buffer.from(translate(text.slice(2), toBase64url), 'base64url')
  const position = { xid: bytes.readBigUInt64BE(4), seq: bytes.readBigUInt64BE(12) }
  if (position.xid > MAX_BIGINT || position.seq > MAX_BIGINT) return undefined
  const tail = bytes.readUInt16BE(24)
  const cursor: Cursor = {
    epoch: bytes.toString('hex', 0, 4),
    position,
    scope: bytes.toString('hex', 20, 24),
    part: tail >> 1,
    isShared: tail % 2 === 1,
  }
  return encodeCursor(cursor) === text ? cursor : undefined
}

/** The short form of an epoch, as it stands in a cursor. */
export function epochOf(epoch: string): string {
  return epoch.replaceAll('-', '').slice(0, 8)
}

/** Short forms that were asked for of late, by channel: each frame asks, and what is told together is on few channels. */
const scopes = new Map<string, string>()
const SCOPES_AT_MOST = 10_000

/** The short form of a channel, as it stands in a cursor. */
export function scopeOf(channel: string): string {
  const known = scopes.get(channel)
  if (known !== undefined) return known
  if (scopes.size >= SCOPES_AT_MOST) scopes.clear()
  const scope = createHash('sha256').update(channel).digest('hex').slice(0, 8)
  scopes.set(channel, scope)
  return scope
}

/** A cursor of "everything before this position", for someone who listens on this channel. */
export function cursorAt(epoch: string, position: Position, channel: string): string {
  return encodeCursor({
    epoch: epochOf(epoch),
    position,
    scope: scopeOf(channel),
    part: 0,
    isShared: !isPersonal(channel),
  })
}

/**
 * The cursor of what a view sees now, for a user's own channel. In a snapshot it is of the same moment as the rest
 * of what is read there: a client that shows those and then says hello with this cursor misses nothing.
 */
export async function currentCursor(view: View, channel: string): Promise<string> {
  const { epoch, horizon } = await outboxState(view.sql)
  return cursorAt(epoch, horizon, channel)
}

/** Whether the first cursor lies at or before the second; cursors of different epochs do not compare. */
export function isPast(cursor: string, mark: string): boolean {
  return sameEpoch(cursor, mark) && cursor <= mark
}

/** Whether two cursors are of one epoch: the first five letters hold 30 of the epoch's 32 bits of it and nothing else. */
export function sameEpoch(a: string, b: string): boolean {
  return a.startsWith(b.slice(0, 7))
}

function translate(text: string, letters: ReadonlyMap<string, string>): string {
  let translated = ''
  for (const letter of text) translated += letters.get(letter) ?? ''
  return translated
}
