import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import swaggerFolder from 'swagger-ui-dist/absolute-path.js'
import { START } from './start.ts'
import { STYLE } from './style.ts'

/** A file of the docs as it is sent: plain, and packed for those who take it so. */
export interface Asset {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  readonly packed: Buffer
}

const SWAGGER_FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

const pack = promisify(gzip)

/** The files that pages of the docs load: Swagger UI as its package has it, our sheet, and what starts it. */
export class Assets {
  #loaded: Promise<ReadonlyMap<string, Asset>> | undefined

  /** A file by its name and version; undefined when there is none such. Read once, when somebody first asks. */
  async find(version: string, name: string): Promise<Asset | undefined> {
    const asset = (await this.#all()).get(name)
    return asset?.etag === version ? asset : undefined
  }

  /** The address of a file, which changes with what is in it. */
  async address(name: string): Promise<string> {
    const asset = (await this.#all()).get(name)
    if (!asset) throw new Error(`The docs have no file ${name}.`)
    return `/docs/assets/${asset.etag}/${name}`
  }

  #all(): Promise<ReadonlyMap<string, Asset>> {
    this.#loaded ??= load().catch((error: unknown) => {
      // Whoever asks next finds it mended, or is told again.
      this.#loaded = undefined
      throw error
    })
    return this.#loaded
  }
}

async function load(): Promise<ReadonlyMap<string, Asset>> {
  const folder = swaggerFolder()
  const files = Object.entries(SWAGGER_FILES).map(async ([name, type]) => {
    return [name, await assetOf(type, await readFile(join(folder, name)))] as const
  })
  const own = [
    assetOf('text/css; charset=utf-8', Buffer.from(STYLE)).then((asset) => ['docs.css', asset] as const),
    assetOf('text/javascript; charset=utf-8', Buffer.from(START)).then((asset) => ['start.js', asset] as const),
  ]
  return new Map(await Promise.all([...files, ...own]))
}

async function assetOf(type: string, plain: Buffer): Promise<Asset> {
  const etag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  return { type, etag, plain, packed: await pack(plain, { level: 9 }) }
}
