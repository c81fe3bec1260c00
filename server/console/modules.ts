import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix, sep } from 'node:path'
import { promisify } from 'node:util'

/** The root of the project, or of what was built of it. */
const ROOT = join(import.meta.dirname, '../..')
const IS_BUILT = !import.meta.filename.endsWith('.ts')
/** Somebody waits for the page: what is only looked at by developers is left to `npm run types`. */
const IN_HASTE = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false']
/** What the browser is sent of the project. */
const FOLDERS = ['client', 'console']

/**
 * The modules that run in the browser, by their paths from the root of the build. A server that runs from source has no
 * build beside it: it makes one for itself, with the compiler that is there as long as the source is.
 */
export async function readModules(): Promise<ReadonlyMap<string, string>> {
  if (IS_BUILT) return readFrom(ROOT)
  const place = await mkdtemp(join(tmpdir(), 'kadoink-console-'))
  try {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const project = join(ROOT, 'tsconfig.client.json')
    await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', place, ...IN_HASTE])
    return await readFrom(place)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function readFrom(root: string): Promise<ReadonlyMap<string, string>> {
  const found = FOLDERS.map(async (folder) => {
    const names = (await readdir(join(root, folder), { recursive: true })).filter((name) => name.endsWith('.js'))
    return Promise.all(
      names.map(async (name) => {
        const path = posix.join(folder, name.replaceAll(sep, '/'))
        return [path, forBrowsers(path, await readFile(join(root, path), 'utf8'))] as const
      }),
    )
  })
  return new Map((await Promise.all(found)).flat().sort(([a], [b]) => a.localeCompare(b)))
}

/** Browsers know no import map of ours: the client's door is written as the way to it. */
function forBrowsers(path: string, code: string): string {
  const client = posix.relative(posix.dirname(path), 'client/index.js')
  return code.replace(/from (['"])#client\1/g, `from '${client}'`).replace(/^\/\/# sourceMappingURL=.*$/m, '')
}
