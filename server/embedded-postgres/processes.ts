import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The system user a program runs as; undefined means: as we do. */
export type Account = { readonly uid: number; readonly gid: number } | undefined

/** What every program of ours is started with: nothing of the operator's locale or PG* variables reaches PostgreSQL. */
export const surroundings = {
  // '/' because a server started as root hands its programs to a user who may not be able to enter our directory.
  cwd: '/',
  env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
}

/**
 * When a process began, in words that no other process with this pid ever gets; undefined once it is dead.
 *
 * On Linux this is field 22 of `/proc/<pid>/stat` (clock ticks since boot, see proc_pid_stat(5)) and the boot's id;
 * a zombie counts as dead, since in a container nobody may ever reap it. Elsewhere `ps` is asked.
 */
export function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'lstart')?.replace(/\W+/g, '-')
  const stat = read(`/proc/${pid}/stat`)
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  if (!state || 'ZX'.includes(state)) return undefined
  return `${fields[18]}-${read('/proc/sys/kernel/random/boot_id')?.slice(0, 8)}`
}

/** The command line of a living process, its words joined by spaces. */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command')
  return read(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trim()
}

/** Run a program to its end. A program that cannot be started answers like one that failed. */
export function run(program: string, words: string[], account: Account): Promise<{ ok: boolean; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { ...surroundings, ...account, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
    child.once('error', (error) => resolve({ ok: false, said: error.message }))
    child.once('close', (code) => resolve({ ok: code === 0, said: said.trim() }))
  })
}

function ps(pid: number, column: string): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', `${pid}`], {
    ...surroundings,
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : undefined
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
