import { type Asset, assetOf, digest, TYPES } from '../assets.ts'
import { readModules } from './modules.ts'
import { STYLE } from './style.ts'

/** What the page of the console loads, and where. */
export interface Files {
  /** The address that all of them lie below; another one when one of them changes. */
  readonly base: string
  /** By their paths below it. */
  readonly assets: ReadonlyMap<string, Asset>
}

/** The modules and the sheet of the console, made ready once, when somebody first asks. */
export function filesOnce(): () => Promise<Files> {
  let made: Promise<Files> | undefined
  return () => {
    made ??= makeReady().catch((error: unknown) => {
      // Whoever asks next finds it mended, or is told again.
      made = undefined
      throw error
    })
    return made
  }
}

async function makeReady(): Promise<Files> {
  const texts = new Map([...(await readModules()), ['console/console.css', STYLE]])
  const ready = [...texts].map(async ([path, text]) => {
    const type = path.endsWith('.css') ? TYPES.css : TYPES.js
    return [path, await assetOf(type, Buffer.from(text))] as const
  })
  const assets = new Map(await Promise.all(ready))
  // One version for all: modules name each other by relative paths.
  const version = digest([...assets].map(([path, { etag }]) => `${path} ${etag}`).join('\n'))
  return { base: `/console/assets/${version}/`, assets }
}
