import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import swaggerFolder from 'swagger-ui-dist/absolute-path.js'
import { type Asset, assetOf, TYPES } from '../assets.ts'
import { START } from './start.ts'
import { STYLE } from './style.ts'

const SWAGGER_FILES = {
  'swagger-ui.css': TYPES.css,
  'swagger-ui-bundle.js': TYPES.js,
} as const

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
    assetOf(TYPES.css, Buffer.from(STYLE)).then((asset) => ['docs.css', asset] as const),
    assetOf(TYPES.js, Buffer.from(START)).then((asset) => ['start.js', asset] as const),
  ]
  return new Map(await Promise.all([...files, ...own]))
}
