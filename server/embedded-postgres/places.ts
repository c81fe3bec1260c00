import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import { type Account, run } from './processes.ts'

/** Are we root, whom PostgreSQL refuses to run as? */
export const isRoot = () => process.getuid?.() === 0

/**
 * Who runs PostgreSQL: ourselves; or, when we are root, the owner of the cluster there is, or the system user
 * `postgres`, who is made if this machine has none.
 */
export async function accountFor(cluster: string | undefined): Promise<Account> {
  if (!isRoot()) return undefined
  const owner = cluster ? await stat(cluster).catch(() => undefined) : undefined
  if (owner?.uid) return { uid: owner.uid, gid: owner.gid }
  const existing = await lookUp('postgres')
  if (existing) return existing

  const made = await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], undefined)
  const account = await lookUp('postgres')
  if (account) return account
  throw new Error(
    `PostgreSQL does not run as root, and the system user 'postgres' could not be made (${made.said}). ` +
      `Make such a user, start the server as a plain user, or set DATABASE_URL to a PostgreSQL that runs elsewhere.`,
  )
}

async function lookUp(name: string): Promise<Account> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name], undefined), run('id', ['-g', name], undefined)])
  return uid.ok && gid.ok ? { uid: Number(uid.said), gid: Number(gid.said) } : undefined
}

/** Can the account work in this directory? Tried for real, as that user: modes, ACLs and mounts all have a say. */
export async function canWorkIn(directory: string, account: Account): Promise<boolean> {
  const { ok } = await run('/bin/sh', ['-c', 'cd "$0" && test -w .', directory], account)
  return ok
}

/**
 * Directories of ours that every user of the machine can enter, best first, for what PostgreSQL's user must reach
 * when the checkout or the data directory is closed to him (`/root` usually is). Only root gets here.
 */
export async function* openPlaces(): AsyncGenerator<string> {
  for (const parent of ['/var/lib', '/srv', '/opt', '/var/tmp']) {
    const place = `${parent}/kadoink`
    try {
      // In /var/tmp anybody could have made it before us: then it is not a place for our data.
      await mkdir(place).then(() => chmod(place, 0o755), isThere)
      const found = await lstat(place)
      if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) yield place
    } catch {
      // Read-only or missing: the next one.
    }
  }
}

function isThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
