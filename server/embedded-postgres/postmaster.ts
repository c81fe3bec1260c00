import { type ChildProcess, spawn } from 'node:child_process'
import { chown, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import { inside, type Log } from './home.ts'
import { type Account, birthOf, commandOf, surroundings } from './processes.ts'

/** A running PostgreSQL that is our child. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** Resolves when the process is gone, however it went; says how. */
  readonly ended: Promise<string>
  /** Fast shutdown: sessions are cut off, everything committed is on disk; resolves when it is gone. */
  stop(): Promise<void>
}

// The words are PostgreSQL's own; LC_ALL=C keeps them English.
const portWasTaken = /Address already in use|could not create any TCP\/IP sockets/
const orphansLinger = /pre-existing shared memory block/

const patience = { orphansMs: 30_000, shutdownMs: 30_000, firstWordMs: 10_000 }
const largeLogBytes = 10 * 1024 * 1024

/**
 * Start PostgreSQL on a free port of 127.0.0.1 and wait until it answers. It gets a process group of its own, so that
 * a Ctrl-C in the terminal reaches only us and we end it in our order.
 *
 * @throws with PostgreSQL's own words when it ends instead
 */
export async function startPostmaster(
  home: string,
  binaries: Binaries,
  account: Account,
  log: Log,
): Promise<Postmaster> {
  await setOldLogAside(home)
  for (const deadline = Date.now() + patience.orphansMs; ; ) {
    const port = await freePort()
    const before = await stat(inside(home).log).catch(() => undefined)
    const child = await launch(home, binaries, account, port)
    const ended = endOf(child)
    // A server that is told to exit while we wait must not leave the half-started one behind.
    const interrupt = () => child.kill('SIGINT')
    process.once('exit', interrupt)
    const end = await Promise.race([ended, readiness(home, child, ended, log)]).finally(() =>
      process.off('exit', interrupt),
    )
    if (end === undefined && child.pid) {
      child.unref()
      return { pid: child.pid, port, ended, stop: () => shutDown(child, ended, log) }
    }
    const said = (await readFile(inside(home).log)).subarray(before?.size ?? 0).toString()
    // Between our look and PostgreSQL's bind another program may take the port; the sessions of a killed PostgreSQL
    // may take a moment to notice. Both pass.
    const isPassing = portWasTaken.test(said) || orphansLinger.test(said)
    if (!isPassing || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start (${end}): ${said.trim()} The log is in ${inside(home).log}`)
    }
    await delay(50)
  }
}

/**
 * Make the cluster free to be started: a server that was killed leaves its PostgreSQL running, or a `postmaster.pid`
 * that names a process long gone or somebody else's. Only for the holder of the directory's lock.
 */
export async function endOrphan(home: string, account: Account, log: Log): Promise<void> {
  const { cluster } = inside(home)
  const file = join(cluster, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const [first, ...others] = text.split('\n')
  const pid = Number(first)
  const birth = birthOf(pid)

  if (!birth || !`${commandOf(pid)} `.includes(` -D ${cluster} `)) {
    // PostgreSQL takes any process of its user with this pid for the holder, even a dead one nobody has reaped, and
    // refuses. Removing the file would lose the shared memory it names, by which PostgreSQL notices sessions that
    // outlived their postmaster. It overlooks its own parent, though: we put ourselves in the other's place.
    const mended = join(home, 'postmaster.pid.mended')
    await rm(mended, { force: true })
    await writeFile(mended, [process.pid, ...others].join('\n'), { mode: 0o600, flag: 'wx' })
    if (account) await chown(mended, account.uid, account.gid)
    await rename(mended, file)
    return
  }

  log.warn({ pid, cluster }, 'the PostgreSQL of a server that was killed still runs: it is stopped first')
  for (const [signal, waitMs] of [
    ['SIGINT', patience.orphansMs],
    ['SIGQUIT', patience.orphansMs],
  ] as const) {
    process.kill(pid, signal)
    for (const deadline = Date.now() + waitMs; Date.now() < deadline; await delay(20)) {
      if (birthOf(pid) !== birth) return
    }
  }
  throw new Error(`PostgreSQL (pid ${pid}) still runs on ${cluster} after its server was killed, and does not stop.`)
}

async function launch(home: string, binaries: Binaries, account: Account, port: number): Promise<ChildProcess> {
  const { cluster, log } = inside(home)
  const output = await open(log, 'a', 0o600)
  const options = {
    port,
    listen_addresses: '127.0.0.1',
    // No socket file: its path may be no longer than 107 bytes, and nobody needs it.
    unix_socket_directories: '',
    logging_collector: 'off',
    log_destination: 'stderr',
  }
  const words = ['-D', cluster, ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  try {
    // The log is a file and not a pipe, so that PostgreSQL can still write if we are killed.
    const stdio = ['ignore' as const, output.fd, output.fd]
    return spawn(binaries.postgres, words, { ...surroundings, ...account, detached: true, stdio })
  } finally {
    await output.close()
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}

/** Resolves when PostgreSQL writes 'ready' (line 8 of postmaster.pid); recovering after a crash it may take minutes. */
async function readiness(home: string, child: ChildProcess, ended: Promise<string>, log: Log): Promise<undefined> {
  let isOver = false
  ended.then(() => (isOver = true)).catch(() => undefined)
  const firstWord = setTimeout(
    () => log.warn({ log: inside(home).log }, 'PostgreSQL is not ready yet; after a crash it first recovers'),
    patience.firstWordMs,
  )
  for (; !isOver; await delay(20)) {
    const lines = (await readFile(join(inside(home).cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    if (lines[0] === `${child.pid}` && lines[7]?.trim() === 'ready') break
  }
  clearTimeout(firstWord)
}

async function shutDown(child: ChildProcess, ended: Promise<string>, log: Log): Promise<void> {
  // While we wait, the child is a reason to live again.
  child.ref()
  child.kill('SIGINT')
  const impatient = setTimeout(() => {
    log.warn({ pid: child.pid }, 'PostgreSQL does not stop: it is ended at once, and recovers at its next start')
    child.kill('SIGQUIT')
  }, patience.shutdownMs)
  await ended
  clearTimeout(impatient)
}

async function setOldLogAside(home: string): Promise<void> {
  const { log } = inside(home)
  const size = (await stat(log).catch(() => undefined))?.size ?? 0
  if (size > largeLogBytes) await rename(log, `${log}.1`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
