import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** What goes wrong with a request that the store is told to spoil. */
export type Mischief =
  | { readonly status: number; readonly code: string }
  /** Nothing is said. */
  | 'hang'
  /** What is asked is done, and nothing is said. */
  | 'mute'
  /** The connection is cut, of an answer with a body in its middle. */
  | 'cut'
  /** The body stops in its middle and never goes on. */
  | 'stall'
  /** The body comes in pieces, with a pause of so many milliseconds after each. */
  | { readonly pauseMs: number }

const PIECES = 4

/**
 * An object store on loopback that speaks S3 as far as we do: buckets by path, whole objects and ranges of them. Every
 * request must carry a signature that is right (AWS Signature Version 4, docs.aws.amazon.com/AmazonS3, "Authenticating
 * requests: using the Authorization header"), or it is refused as the real one refuses it.
 */
export class ObjectStore {
  readonly bucket = 'kadoink-media'
  readonly region = 'eu-central-1'
  readonly accessKeyId = 'AKIATESTSONLY'
  readonly secretAccessKey = 'a secret/that+only=tests know'.replaceAll(' ', '-')
  readonly objects = new Map<string, Buffer>()
  /** `PUT key 200`, in the order of the answers. */
  readonly answers: string[] = []
  /** One for each request to come, in their order. */
  readonly mischief: Mischief[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer(
      (request, response) => void this.#answer(request, response).catch(() => request.destroy()),
    )
  }

  static async open(): Promise<ObjectStore> {
    const store = new ObjectStore()
    store.#server.listen(0, '127.0.0.1')
    await once(store.#server, 'listening')
    return store
  }

  get endpoint(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  }

  /** How a server is told of this store. */
  get environment(): Record<string, string> {
    return {
      S3_BUCKET: this.bucket,
      S3_ENDPOINT: this.endpoint,
      S3_REGION: this.region,
      S3_ACCESS_KEY_ID: this.accessKeyId,
      S3_SECRET_ACCESS_KEY: this.secretAccessKey,
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    if (this.#server.listening) await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const spoiled = this.mischief.shift()
    if (spoiled === 'hang') return
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const [bucket, ...rest] = new URL(request.url ?? '', this.endpoint).pathname
      .slice(1)
      .split('/')
      .map(decodeURIComponent)
    const key = rest.join('/')
    const say = async (status: number, headers: Record<string, string> = {}, bytes: Buffer = Buffer.alloc(0)) => {
      this.answers.push(`${request.method} ${key} ${status}`)
      if (spoiled === 'mute') return
      response.writeHead(status, { 'Content-Length': String(bytes.length), ...headers })
      await this.#write(response, bytes, spoiled)
    }
    const refuse = (status: number, code: string) =>
      say(
        status,
        { 'Content-Type': 'application/xml' },
        Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`),
      )

    if (typeof spoiled === 'object' && 'status' in spoiled) return refuse(spoiled.status, spoiled.code)
    if (spoiled === 'cut' && request.method !== 'GET') return void request.socket.destroy()
    const fault = this.#faultOf(request, body)
    if (fault) return refuse(403, fault)
    if (bucket !== this.bucket) return refuse(404, 'NoSuchBucket')
    if (request.method === 'PUT') {
      this.objects.set(key, body)
      return say(200, { ETag: `"${createHash('md5').update(body).digest('hex')}"` })
    }
    if (request.method === 'DELETE') {
      this.objects.delete(key)
      return say(204)
    }
    const object = this.objects.get(key)
    if (!object) return refuse(404, 'NoSuchKey')
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (first === undefined) return say(200, {}, object)
    if (Number(first) >= object.length) return refuse(416, 'InvalidRange')
    const part = object.subarray(Number(first), Number(last) + 1)
    const end = Number(first) + part.length - 1
    return say(206, { 'Content-Range': `bytes ${first}-${end}/${object.length}` }, part)
  }

  async #write(response: ServerResponse, bytes: Buffer, spoiled: Mischief | undefined): Promise<void> {
    if (spoiled === undefined || (typeof spoiled === 'object' && 'status' in spoiled)) return void response.end(bytes)
    const size = Math.max(1, Math.ceil(bytes.length / PIECES))
    for (let at = 0; at < bytes.length; at += size) {
      if (at > 0 && spoiled === 'stall') return
      if (at > 0 && spoiled === 'cut') return void response.destroy()
      response.write(bytes.subarray(at, at + size))
      await pause(typeof spoiled === 'object' ? spoiled.pauseMs : 20)
    }
    response.end()
  }

  /** Why a request is not believed; null when it is. */
  #faultOf(request: IncomingMessage, body: Buffer): string | null {
    const pattern =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/
    const [, id, day, region, signed = '', signature] = pattern.exec(request.headers.authorization ?? '') ?? []
    const at = String(request.headers['x-amz-date'] ?? '')
    const sentHash = String(request.headers['x-amz-content-sha256'] ?? '')
    if (id === undefined || day === undefined || !at.startsWith(day)) return 'AccessDenied'
    if (id !== this.accessKeyId) return 'InvalidAccessKeyId'
    if (region !== this.region) return 'AuthorizationHeaderMalformed'
    const sentAt = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    if (!(Math.abs(Date.now() - sentAt) < 15 * 60_000)) return 'RequestTimeTooSkewed'
    if (sentHash !== sha256(body)) return 'XAmzContentSHA256Mismatch'
    const names = signed.split(';')
    const mustBeSigned = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'))
    if (mustBeSigned.some((name) => !names.includes(name))) return 'AccessDenied'

    const [path = '', query = ''] = (request.url ?? '').split('?')
    const canonical = [
      request.method,
      path,
      query
        .split('&')
        .filter(Boolean)
        .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
        .sort()
        .join('&'),
      ...names.map(
        (name) =>
          `${name}:${String(request.headers[name] ?? '')
            .trim()
            .replace(/ +/g, ' ')}`,
      ),
      '',
      signed,
      sentHash,
    ].join('\n')
    const scope = `${day}/${region}/s3/aws4_request`
    const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${this.secretAccessKey}`)
    const wanted = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex')
    return wanted === signature ? null : 'SignatureDoesNotMatch'
  }
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
