import type { AdminTools } from '#admin'
import { diskBlobs, postgresBlobs } from '#gateways/blobs'
import { systemClock } from '#kit/clock'
import { Lifecycle } from '#kit/lifecycle'
import { createLog } from '#kit/log'
import { Keyring } from '#kit/secret'
import { Database } from '#kit/unit'
import { type Config, telegramLinkOf } from './config.ts'
import { databaseFor } from './embedded.ts'
import { findRunning } from './embedded-postgres/index.ts'

/** Do what an operator asks for, on the database of this deployment; what is to be answered goes to stdout. */
export async function runCommand(config: Config, command: (tools: AdminTools) => Promise<void>): Promise<void> {
  // Stdout is the answer's alone.
  const log = createLog('silent')
  const lifecycle = new Lifecycle(log)
  try {
    const database = new Database({
      url: (await running(config)) ?? (await databaseFor(config, log, lifecycle)),
      poolSize: 2,
      clock: systemClock,
      site: {
        publicUrl: config.publicUrl ?? '',
        realtimeUrl: config.realtimeUrl ?? '',
        numbers: config.carrier?.numbers ?? [''],
        keys: new Keyring(config.sessionSecrets),
        callsPerSecond: config.callsPerSecond ?? 1,
        countries: config.countries,
        spendPerHour: config.spendPerHour,
        portalUrl: config.portalUrl,
        returnHosts: new Set(config.checkoutReturnHosts),
        telegramLink: config.telegram && telegramLinkOf(config.telegram),
        whatsAppNumber: config.whatsApp?.number ?? null,
      },
      log,
    })
    lifecycle.add('database', () => database.close())
    // A deployment keeps bytes in one of them: whoever runs one process alone on its disk, others in the database.
    const shared = postgresBlobs(database)
    const disk = diskBlobs(`${config.dataDir}/blobs`)
    const read: AdminTools['blobs']['read'] = async (key) => (await shared.read(key)) ?? disk.read(key)
    await command({ database, blobs: { read }, isProduction: config.isProduction, write: toStdout })
  } finally {
    await lifecycle.stop()
  }
}

/** On a bare machine the server may be up: its database is used as it is, and goes on without us. */
async function running({ databaseUrl, dataDir }: Config): Promise<string | null> {
  return databaseUrl === null ? findRunning(dataDir) : null
}

/** Write, and wait as long as whoever reads is behind. */
function toStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
