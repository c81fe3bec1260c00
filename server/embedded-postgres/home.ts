import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { canWorkIn, openPlaces } from './places.ts'
import { type Account, run } from './processes.ts'

/** What the parts of the server tell the operator; pino and console both fit. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

/** The superuser and the database of every cluster made here. */
export const owner = 'kadoink'

/** The names inside a home: a directory of ours, complete from the moment it exists under its name. */
export const inside = (home: string) => ({
  cluster: join(home, 'cluster'),
  password: join(home, 'password'),
  log: join(home, 'postgres.log'),
})

// Written to postgresql.conf, where the operator of a larger machine may change them.
const settings = [
  'shared_buffers=128MB',
  'max_connections=100',
  'fsync=on',
  'synchronous_commit=on',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  // Refused statements are the application's ordinary life, and their texts and values are people's data.
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
]

/**
 * Where the database of a data directory lives, if there is one: in `postgres` inside it, or where `postgres.location`
 * points.
 *
 * @throws when the pointer leads nowhere: a database that is not there is never silently begun anew
 */
export async function findHome(dataDir: string): Promise<string | undefined> {
  const pointer = join(dataDir, 'postgres.location')
  const home = (await readFile(pointer, 'utf8').catch(() => '')).split('\n')[0]?.trim()
  if (!home) return (await exists(join(dataDir, 'postgres'))) ? join(dataDir, 'postgres') : undefined
  if (await exists(inside(home).cluster)) return home
  throw new Error(`${pointer} says that the database is in ${home}, where none is. Bring it back, or remove the file.`)
}

/** Make the database of a data directory: inside it, or in an open place when the account cannot work there. */
export async function makeHome(dataDir: string, binaries: Binaries, account: Account, log: Log): Promise<string> {
  const within = join(dataDir, 'postgres')
  if (await initialise(within, binaries, account)) return within

  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  for await (const place of openPlaces()) {
    const home = join(place, name)
    const facts = { dataDir, home }
    if (await exists(home))
      log.warn(facts, 'an earlier data directory of this name left its database: it is used again')
    else if (!(await initialise(home, binaries, account))) continue
    const why = '# The database of this directory lives there: the user PostgreSQL runs as cannot enter here.'
    await writeFile(join(dataDir, 'postgres.location'), `${home}\n${why}\n`)
    log.info(facts, 'the database lives outside the data directory, which its user cannot enter')
    return home
  }
  throw new Error(
    `PostgreSQL runs as a user of its own, who can enter neither ${dataDir} nor a directory under /var/lib, /srv, ` +
      `/opt or /var/tmp. Start the server as a plain user, set DATA_DIR to a directory open to that user, or set ` +
      `DATABASE_URL to a PostgreSQL that runs elsewhere.`,
  )
}

/** @throws when what is there cannot be used by this PostgreSQL as this account */
export async function checkHome(home: string, binaries: Binaries, account: Account): Promise<void> {
  const { cluster } = inside(home)
  if (!(await canWorkIn(cluster, account))) {
    throw new Error(
      `PostgreSQL's user (uid ${account?.uid ?? process.getuid?.()}) cannot work in ${cluster}. Start the server as the ` +
        `user it belongs to, and see that every directory above it may be entered; or set DATA_DIR to another directory.`,
    )
  }
  // Read through a shell as the account would be no better: as root and as its owner it can be read.
  const made = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  if (made !== binaries.major) {
    throw new Error(
      `The database in ${cluster} was made by PostgreSQL ${made}, and this is PostgreSQL ${binaries.major}. Dump it with ` +
        `that version and load it into a new DATA_DIR, or set DATABASE_URL to a PostgreSQL ${made} that runs it.`,
    )
  }
}

/**
 * Make a complete home, or answer false where the account cannot work. A half-made one never has the home's name: it
 * is made beside it and renamed, so that a start killed in the middle costs only that start.
 */
async function initialise(home: string, binaries: Binaries, account: Account): Promise<boolean> {
  await sweep(home)
  const draft = await mkdtemp(`${home}.new-`)
  try {
    const { cluster, password } = inside(draft)
    // Ours, and only passed through by the account: as root we write here and must not be led astray by a symlink.
    await chmod(draft, 0o711)
    await mkdir(cluster, { mode: 0o700 })
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (account && !(await give([cluster, password], account))) return false
    if (!(await canWorkIn(cluster, account))) return false

    const words = ['--pgdata', cluster, '--username', owner, '--pwfile', password, '--auth', 'scram-sha-256']
    const locale = [
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--locale-provider',
      'builtin',
      '--builtin-locale',
      'C.UTF-8',
    ]
    const others = ['--data-checksums', '--no-instructions', ...settings.flatMap((setting) => ['--set', setting])]
    const { ok, said } = await run(binaries.initdb, [...words, ...locale, ...others], account)
    if (!ok) throw new Error(`The database could not be made in ${home}: ${said}`)
    await rename(draft, home)
    return true
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A network file system may refuse even root: then it is no place for the account. */
async function give(paths: string[], { uid, gid }: NonNullable<Account>): Promise<boolean> {
  return Promise.all(paths.map((path) => chown(path, uid, gid))).then(
    () => true,
    () => false,
  )
}

/** Clear away what starts killed in the middle left; an initdb that outlived its server loses its ground and ends. */
async function sweep(home: string): Promise<void> {
  for (const name of await readdir(dirname(home))) {
    if (!name.startsWith(`${basename(home)}.new-`)) continue
    await rm(join(dirname(home), name), { recursive: true, force: true, maxRetries: 5 })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error) => error.code !== 'ENOENT',
  )
}
