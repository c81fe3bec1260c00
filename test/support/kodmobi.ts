import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import * as realms from '#domain/realms'
import type { Answer, Json } from '#test/people'
import { type Telegrammer, telegrammer } from '#test/telegram'
import type { World } from '#test/world'

/** How one request is sent. */
export interface Sent {
  readonly method?: string
  /** Of the query, or of the JSON body. */
  readonly asked?: Json
  readonly key?: string | null
  readonly ip?: string
  readonly headers?: Readonly<Record<string, string>>
}

let serial = 0

/** A project of its own in a world, and whoever asks with its keys. */
export class Project {
  readonly world: World
  readonly realm: realms.Realm
  readonly publicKey: string
  readonly secretKey: string

  private constructor(world: World, { realm, publicKey, secretKey }: realms.NewRealm) {
    this.world = world
    this.realm = realm
    this.publicKey = publicKey
    this.secretKey = secretKey
  }

  /** Begin one; texts come first where a test does not say otherwise. */
  static async begin(world: World, settings: realms.WantedSettings = {}): Promise<Project> {
    const name = `Shop${++serial}`
    const wanted = { channels: ['sms', 'whatsapp', 'telegram', 'email'] as const, ...settings }
    const made = await world.running.database.write((unit) =>
      realms.create(unit, {
        name,
        settings: { ...wanted, channels: [...(wanted.channels ?? [])] },
      }),
    )
    return new Project(world, made)
  }

  /** Ask with the public key, from an address that nobody has asked from. */
  ask(path: string, sent: Sent = {}): Promise<Answer> {
    return askAt(this.world, path, { key: this.publicKey, ...sent })
  }

  /** Ask as the project's own server. */
  askAsServer(path: string, sent: Sent = {}): Promise<Answer> {
    return this.ask(path, { key: this.secretKey, ...sent })
  }

  /** A code as the project's server hides it from its pages. */
  encrypted(code: string, cipher: 'aes-256-cbc' | 'camellia-128-cbc' = 'aes-256-cbc'): string {
    const whole = createHash('sha256').update(this.secretKey).digest('base64').slice(0, 32)
    const iv = randomBytes(16)
    const sealed = createCipheriv(cipher, Buffer.from(whole).subarray(0, cipher === 'aes-256-cbc' ? 32 : 16), iv)
    const bytes = Buffer.concat([sealed.update(code), sealed.final()])
    return `${cipher.replaceAll('-', '_')}_${iv.toString('hex')}${bytes.toString('hex')}`
  }
}

/** Ask this API of a world: by GET in the query, by POST in JSON. */
export async function askAt(world: World, path: string, sent: Sent): Promise<Answer> {
  const { method = 'GET', asked = {}, key = null, ip = freshIp(), headers = {} } = sent
  const inQuery = method === 'GET' || method === 'HEAD'
  const url = new URL(path, world.url)
  if (inQuery) for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, String(value))
  const answer = await fetch(url, {
    method,
    headers: {
      'X-Forwarded-For': ip,
      ...(key === null ? {} : { 'x-api-key': key }),
      ...(inQuery ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(inQuery ? {} : { body: typeof asked === 'string' ? asked : JSON.stringify(asked) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}

/** An address that nobody has asked from. */
export function freshIp(): string {
  serial++
  return `10.8.${Math.floor(serial / 250)}.${(serial % 250) + 1}`
}

/** A Russian number that no other test has, without its `+`; they lie apart. */
export function freshPhone(): string {
  serial++
  return `7952${String((1_000_000 + serial * 10_007) % 10_000_000).padStart(7, '0')}`
}

/** The newest code that has come to a phone, by text or by WhatsApp. */
export async function codeAt(world: World, phone: string, by: 'sms' | 'whatsapp' = 'sms'): Promise<string> {
  await world.textsArrive()
  const { texts, whatsApps } = world.carrier.handset(`+${phone}`)
  const codes = (by === 'sms' ? texts : whatsApps).map(({ body }) => /\b\d{4,6}\b/.exec(body)?.[0])
  return codes.filter((code) => code !== undefined).at(-1) ?? ''
}

/** Another code than this one. */
export function wrongFor(code: string): string {
  return code === '0000' ? '1111' : '0000'
}

/** Somebody whose phone has Telegram, and who has shared it with the bot. */
export function onTelegram(world: World, phone: string): Promise<Telegrammer> {
  return telegrammer(world, `+${phone}`).join()
}
