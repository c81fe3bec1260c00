import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Keyring } from './secret.ts'

/** What a ticket says: which thing it opens, and until when. */
export interface Ticket {
  /** A UUID. */
  readonly id: string
  readonly expiresAt: Date
}

const ID_BYTES = 16
const SIGNED_BYTES = ID_BYTES + 4
/** Half of HMAC-SHA256, the least that RFC 2104 recommends: 128 bits cannot be guessed, and a link stays short. */
const MAC_BYTES = 16

/**
 * A signed ticket that fits into a text message: 48 characters of `[A-Za-z0-9_-]` that open one thing for one purpose.
 * Whole seconds; the id is read by anybody who decodes it.
 */
export function makeTicket(keys: Keyring, purpose: string, { id, expiresAt }: Ticket): string {
  const signed = Buffer.alloc(SIGNED_BYTES)
  signed.write(id.replaceAll('-', ''), 'hex')
  signed.writeUInt32BE(Math.floor(expiresAt.getTime() / 1000), ID_BYTES)
  return Buffer.concat([signed, macOf(keys.signingKey(purpose), signed)]).toString('base64url')
}

/** Read a ticket; null when none of our keys has made it for this purpose. Whether it has expired is for who asks. */
export function readTicket(keys: Keyring, purpose: string, ticket: string): Ticket | null {
  if (!/^[\w-]{48}$/.test(ticket)) return null
  const bytes = Buffer.from(ticket, 'base64url')
  const signed = bytes.subarray(0, SIGNED_BYTES)
  const mac = bytes.subarray(SIGNED_BYTES)
  if (!keys.verifyingKeys(purpose).some((key) => timingSafeEqual(macOf(key, signed), mac))) return null
  const [, a, b, c, d, e] = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(signed.subarray(0, ID_BYTES).toString('hex')) ?? []
  return { id: `${a}-${b}-${c}-${d}-${e}`, expiresAt: new Date(signed.readUInt32BE(ID_BYTES) * 1000) }
}

function macOf(key: KeyObject, bytes: Buffer): Buffer {
  return createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_BYTES)
}
