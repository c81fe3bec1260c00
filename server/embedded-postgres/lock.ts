import { rmdirSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { birthOf } from './processes.ts'

/** Another living process works on this data directory. The message tells the operator what to do. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse'
  readonly pid: number
  readonly directory: string

  constructor(pid: number, directory: string) {
    const holder = pid === process.pid ? `this very process (pid ${pid})` : `another server (pid ${pid})`
    super(`The data in ${directory} is in use by ${holder}. Stop that one first, or set DATA_DIR to another directory.`)
    this.pid = pid
    this.directory = directory
  }
}

/**
 * Take a directory for this process alone, until the returned function is called or the process is dead.
 *
 * Node has no flock, so the lock is a directory, `server.lock`, with one file in it whose name says who holds it:
 * `<pid>.<birth>`. Two properties of POSIX make it exact, however many race: rename(2) puts our prepared directory in
 * place only if there is none or an empty one, and a dead holder is removed by his own name, so that nobody can
 * remove the one who came after him. It knows only the processes of this machine (of this container's pid namespace).
 *
 * @throws {DataDirectoryInUse}
 */
export async function lockDirectory(directory: string): Promise<() => void> {
  const lock = join(directory, 'server.lock')
  const name = `${process.pid}.${birthOf(process.pid)}`
  const prepared = await mkdtemp(`${lock}.`)
  try {
    // Whoever comes next may be another user, and shall read who holds it.
    await chmod(prepared, 0o755)
    await writeFile(join(prepared, name), '')
    while (!(await putInPlace(prepared, lock))) await removeTheDead(lock, directory)
  } catch (error) {
    await rm(prepared, { recursive: true, force: true })
    throw error
  }
  return () => {
    rmSync(join(lock, name), { force: true })
    try {
      rmdirSync(lock)
    } catch {
      // The next holder is already in it.
    }
  }
}

async function putInPlace(prepared: string, lock: string): Promise<boolean> {
  try {
    await rename(prepared, lock)
    return true
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

async function removeTheDead(lock: string, directory: string): Promise<void> {
  for (const name of await readdir(lock).catch(noneIfGone)) {
    const [pid = '', birth] = name.split('.')
    if (birth && birthOf(Number(pid)) === birth) throw new DataDirectoryInUse(Number(pid), directory)
    await rm(join(lock, name), { force: true })
  }
}

function noneIfGone(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}
