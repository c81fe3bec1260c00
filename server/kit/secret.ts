import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A random token of 256 bits, 43 characters of base62. Only its `fingerprint` is stored. */
export function newToken(): string {
  let token = ''
  while (token.length < 43) token += BASE62[randomInt(62)]
  return token
}

/** 256 bits as a token is written. */
function tokenOf(bits: Buffer): string {
  let token = ''
  for (let left = BigInt(`0x${bits.toString('hex')}`); token.length < 43; left /= 62n)
    token += BASE62[Number(left % 62n)]
  return token
}

/** A random number of that many decimal digits, leading zeros kept. */
export function newDigits(count: number): string {
  return String(randomInt(10 ** count)).padStart(count, '0')
}

/** What is stored of a random token: SHA-256, hex. Only for values of 128 random bits or more. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Compare two strings in a time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest()
  const right = createHash('sha256').update(b).digest()
  return timingSafeEqual(left, right)
}

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane (the library's algorithm default is argon2id). */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hash a password with argon2id. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID)
}

let decoy: Promise<string> | undefined

/**
 * Whether a password fits a hash. Without a hash (no such account) the same work is done against a decoy,
 * so that the time of the answer does not tell which accounts exist.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'))
  const fits = await verify(stored ?? (await decoy), password)
  return stored !== null && fits
}

/**
 * Keys derived from the process's secrets (`SESSION_SECRETS`): to seal what must be readable again,
 * and to hash what is too short to be hashed alone. The first secret writes; all of them read.
 */
export class Keyring {
  readonly #secrets: readonly string[]
  readonly #keyObjects = new Map<string, readonly KeyObject[]>()

  constructor(secrets: readonly string[]) {
    if (secrets.length === 0) throw new Error('A keyring needs at least one secret.')
    this.#secrets = secrets
  }

  /** Seal a short text (AES-256-GCM), bound to a purpose: what was sealed for one purpose opens for no other. */
  seal(purpose: string, plain: string): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key(purpose, this.#secrets[0] ?? ''), iv)
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** Open what was sealed for this purpose; null when no secret fits. */
  open(purpose: string, sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url')
    for (const secret of this.#secrets) {
      try {
        // Without its length, a tag cut short would do, and could be guessed.
        const decipher = createDecipheriv('aes-256-gcm', this.#key(purpose, secret), bytes.subarray(0, 12), {
          authTagLength: 16,
        })
        decipher.setAuthTag(bytes.subarray(12, 28))
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch {
        // Sealed with another of the secrets: the next one may fit.
      }
    }
    return null
  }

  /** A keyed hash, hex: for what is short enough to be guessed when only hashed, such as a six-digit code. */
  mac(purpose: string, plain: string): string {
    return createHmac('sha256', this.#key(purpose, this.#secrets[0] ?? ''))
      .update(plain)
      .digest('hex')
  }

  /** Whether `mac` was made of this text with any of the secrets. */
  matches(purpose: string, plain: string, mac: string): boolean {
    return this.#secrets.some((secret) =>
      sameSecret(createHmac('sha256', this.#key(purpose, secret)).update(plain).digest('hex'), mac),
    )
  }

  /** The token that follows from a text: the same each time, and to be foretold by nobody who has only the text. */
  derive(purpose: string, plain: string): string {
    const key = this.#key(purpose, this.#secrets[0] ?? '')
    return tokenOf(createHmac('sha256', key).update(plain).digest())
  }

  /** The key that signs tickets of a purpose; a `KeyObject`, since jsonwebtoken takes long to make one of bytes. */
  signingKey(purpose: string): KeyObject {
    return this.verifyingKeys(purpose)[0] as KeyObject
  }

  /** The keys that tickets of a purpose may be signed with. */
  verifyingKeys(purpose: string): readonly KeyObject[] {
    const known = this.#keyObjects.get(purpose)
    if (known) return known
    const keys = this.#secrets.map((secret) => createSecretKey(this.#key(purpose, secret)))
    this.#keyObjects.set(purpose, keys)
    return keys
  }

  #key(purpose: string, secret: string): Buffer {
    return Buffer.from(hkdfSync('sha256', secret, 'kadoink', purpose, 32))
  }
}
