#!/usr/bin/env node
import { commandOf, refusalOf, usage } from '#admin'
import { runCommand } from './admin.ts'
import { type Running, start } from './compose.ts'
import { ConfigError, PROCESS_TYPES, type ProcessType, readConfig } from './config.ts'
import { migrateOnce } from './migrate.ts'

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

async function main(words: readonly string[]): Promise<void> {
  const type = PROCESS_TYPES.find((known) => known === (words[0] ?? 'all'))
  const command = commandOf(words)
  if (!type && !command) return refuse(USAGE)
  try {
    if (type) await run(type)
    else if (command) await runCommand(readConfig('admin', process.env), command)
  } catch (error) {
    const why = refusalOf(error)
    refuse(
      why !== null ? why : error instanceof ConfigError ? error.message : `Kadoink could not start: ${sentence(error)}`,
    )
  }
}

async function run(type: ProcessType): Promise<void> {
  const config = readConfig(type, process.env)
  if (type === 'migrate') return migrateOnce(config)
  const running = await start(config)
  running.lifecycle.onSignals()
  running.log.info({ type, url: running.url, realtime_url: running.realtimeUrl }, 'up')
  if (!config.isProduction) process.stdout.write(welcome(running))
}

function welcome({ url, realtimeUrl, phonesUrl, paymentsUrl, telegramUrl }: Running): string {
  const lines = [
    ['REST', url && `${url}/api/v1`],
    ['sockets', realtimeUrl ?? (url && `${url.replace('http', 'ws')}/api/v1/realtime`)],
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

function refuse(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

await main(process.argv.slice(2))
