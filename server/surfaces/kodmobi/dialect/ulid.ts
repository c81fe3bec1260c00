import { z } from 'zod'

/** Crockford's alphabet: no I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LOOKALIKES: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' }

/** An id as clients of this API know it: the 128 bits of a UUID as a ULID, 26 characters that sort as the id does. */
export function ulidOf(uuid: string): string {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let ulid = ''
  for (let place = 0; place < 26; place++) {
    ulid = ALPHABET.charAt(Number(rest & 31n)) + ulid
    rest >>= 5n
  }
  return ulid
}

/** The UUID of a ULID, in any case, with letters that look alike read as digits; null for anything else. */
export function uuidOf(ulid: string): string | null {
  if (ulid.length !== 26) return null
  let bits = 0n
  for (const letter of ulid.toUpperCase()) {
    const value = ALPHABET.indexOf(LOOKALIKES[letter] ?? letter)
    if (value < 0) return null
    bits = (bits << 5n) | BigInt(value)
  }
  // Twenty-six letters hold two bits more than an id does.
  if (bits >> 128n !== 0n) return null
  const hex = bits.toString(16).padStart(32, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The id of a session on the wire. */
export const UlidSchema = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .describe('A ULID.')
