import { commandOf, refusalOf, usage } from '#admin'
import { runCommand } from './admin.ts'
import { type Running, start } from './compose.ts'
import { ConfigError, PROCESS_TYPES, type ProcessType, readConfig } from './config.ts'
import { migrateOnce } from './migrate.ts'

type Environment = Parameters<typeof readConfig>[1]

/** Where what is said goes; both resolve when more may be written. */
export interface Outlets {
  /** What was asked for. */
  readonly out: (text: string) => Promise<void>
  /** Why it could not be done. */
  readonly err: (text: string) => Promise<void>
}

const USAGE = `Usage: kadoink <${PROCESS_TYPES.join('|')}>, or a command

  all       everything in one process; brings up what a bare machine lacks
  web       REST, webhooks and sockets on PORT
  realtime  sockets alone, on PORT, through uWebSockets.js
  worker    the outbox relay, calls, texts, mail, jobs
  migrate   bring the database's schema up to date, then exit

Commands; <user> is a username, e-mail address, mobile or id:

${usage()
  .map((line) => `  ${line}`)
  .join('\n')}`

/**
 * Do what `kadoink <words>` means: bring up a process of a type, which then goes on, or carry out a command of an
 * operator. Gives the exit code: 1 when it could not be done, and why goes to `err`.
 */
export async function commandLine(words: readonly string[], env: Environment, { out, err }: Outlets): Promise<0 | 1> {
  const type = PROCESS_TYPES.find((known) => known === (words[0] ?? 'all'))
  const command = commandOf(words)
  const refuse = async (why: string) => {
    await err(`${why}\n`)
    return 1 as const
  }
  if (!type && !command) return refuse(USAGE)
  try {
    if (type) await run(type, env, out)
    else if (command) await runCommand(readConfig('admin', env), command, out)
    return 0
  } catch (error) {
    return refuse(reasonOf(error))
  }
}

async function run(type: ProcessType, env: Environment, out: Outlets['out']): Promise<void> {
  const config = readConfig(type, env)
  if (type === 'migrate') return migrateOnce(config)
  // Told to go while it still comes up, it leaves nothing behind: PostgreSQL would go on without it.
  const running = await start(config, {}, (lifecycle) => lifecycle.onSignals())
  running.log.info({ type, url: running.url, realtime_url: running.realtimeUrl }, 'up')
  if (!config.isProduction) await out(welcome(running))
}

function welcome({ url, realtimeUrl, phonesUrl, paymentsUrl, telegramUrl }: Running): string {
  const lines = [
    ['REST', url && `${url}/api/v1`],
    ['sockets', realtimeUrl ?? (url && `${url.replace('http', 'ws')}/api/v1/realtime`)],
    ['console', url && `${url}/console`],
    ['reference', url && `${url}/docs`],
    ['mail', url && `${url}/dev/mail`],
    ['phones', phonesUrl && `${phonesUrl} (simulated)`],
    ['payments', paymentsUrl && `${paymentsUrl}/control (simulated)`],
    ['telegram', telegramUrl && `${telegramUrl}/control (simulated)`],
    ['try it', url && 'npm run demo'],
  ]
  const shown = lines.filter(([, value]) => value).map(([name, value]) => `  ${String(name).padEnd(10)} ${value}`)
  return `\nKadoink is up.\n${shown.join('\n')}\n\n`
}

function reasonOf(error: unknown): string {
  const refusal = refusalOf(error)
  if (refusal !== null) return refusal
  if (error instanceof ConfigError) return error.message
  return `Kadoink could not start: ${error instanceof Error ? error.message : String(error)}`
}
