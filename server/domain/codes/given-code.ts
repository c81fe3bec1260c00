import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { type Realm, secretKeyOf } from '#domain/realms'
import { ValidationFailed } from '#kit/fault'
import type { View } from '#kit/unit'

/**
 * How a project's server hides a code from the browsers that hand it on: a name, the bytes of a fresh IV and of the
 * ciphertext in hex, under the first 32 characters of base64(sha256(secret key)). Source: kod.mobi's documentation.
 * Camellia with 128 bits takes 16 bytes: the first 16 of those characters, which is what OpenSSL's users do who hand PHP's
 * `openssl_encrypt` a key that is too long.
 */
const CIPHERS = {
  aes_256_cbc_: { name: 'aes-256-cbc', keyBytes: 32 },
  camellia_128_cbc_: { name: 'camellia-128-cbc', keyBytes: 16 },
} as const
const IV_BYTES = 16

/** A code that a caller gives. */
export interface GivenCode {
  readonly code: string
  /** Whether somebody could read it who holds no more than the public key. */
  readonly isKnown: boolean
}

const PLAIN = /^\d{4,6}$/

/**
 * A code that a caller gives, 4 to 6 digits, in plain text or encrypted with the project's secret key. Whoever holds the
 * public key only may have to encrypt it (`takesPlainCodes`): in plain text it was known before it was sent. Throws
 * `ValidationFailed` (`code`), the same whatever is wrong with an encrypted one.
 */
export async function readCode(view: View, realm: Realm, given: string, isOwner: boolean): Promise<GivenCode> {
  const prefix = prefixOf(given)
  if (prefix !== null) {
    const code = decrypt(prefix, given.slice(prefix.length), (await secretKeyOf(view, realm)) ?? '')
    if (code !== null && PLAIN.test(code)) return { code, isKnown: false }
    throw badCode('The code cannot be decrypted to 4 to 6 digits.')
  }
  if (!PLAIN.test(given)) throw badCode('A code is 4 to 6 digits.')
  if (!isOwner && !realm.settings.takesPlainCodes) throw badCode('Encrypt the code with the secret key.')
  return { code: given, isKnown: !isOwner }
}

/** A code as only the holder of the project's secret key reads it. */
export async function hideCode(view: View, realm: Realm, code: string): Promise<string> {
  const { name, keyBytes } = CIPHERS.aes_256_cbc_
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(name, keyOf((await secretKeyOf(view, realm)) ?? '', keyBytes), iv)
  const bytes = Buffer.concat([cipher.update(code, 'utf8'), cipher.final()])
  return `aes_256_cbc_${iv.toString('hex')}${bytes.toString('hex')}`
}

function prefixOf(given: string): keyof typeof CIPHERS | null {
  const names = Object.keys(CIPHERS) as (keyof typeof CIPHERS)[]
  return names.find((name) => given.startsWith(name)) ?? null
}

/** One block at most: a code is short. Null when it cannot be read. */
function decrypt(prefix: keyof typeof CIPHERS, hex: string, secretKey: string): string | null {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return null
  const { name, keyBytes } = CIPHERS[prefix]
  const bytes = Buffer.from(hex, 'hex')
  try {
    const decipher = createDecipheriv(name, keyOf(secretKey, keyBytes), bytes.subarray(0, IV_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

function badCode(why: string) {
  return ValidationFailed({ fields: { code: why } })
}

function keyOf(secretKey: string, keyBytes: number): Buffer {
  return Buffer.from(createHash('sha256').update(secretKey).digest('base64').slice(0, keyBytes), 'ascii')
}
