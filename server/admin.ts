import type { AdminTools } from '#admin'
import { diskBlobs, objectBlobs, postgresBlobs } from '#gateways/blobs'
import { systemClock } from '#kit/clock'
import { Lifecycle } from '#kit/lifecycle'
import { createLog, type Log } from '#kit/log'
import { Keyring } from '#kit/secret'
import { Database } from '#kit/unit'
import { Reconciler } from '#telephony'
import { carrierClient } from './carrier.ts'
import { type Config, telegramLinkOf } from './config.ts'
import { databaseFor } from './embedded.ts'
import { findRunning } from './embedded-postgres/index.ts'
import { mountSurfaces } from './mounts.ts'

/** Do what an operator asks for, on the database of this deployment. */
export async function runCommand(
  config: Config,
  command: (tools: AdminTools) => Promise<void>,
  write: AdminTools['write'],
): Promise<void> {
  // What is written is the answer alone.
  const log = createLog('silent')
  const lifecycle = new Lifecycle(log)
  try {
    const databaseUrl = (await running(config)) ?? (await databaseFor(config, log, lifecycle))
    const database = new Database({
      url: databaseUrl,
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
    const blobs = await blobsOf(config, database, lifecycle)
    await command({
      database,
      blobs,
      surfaces: mountSurfaces({ database, blobs, phonesUrl: null, egressAllow: config.egressAllow }),
      reconcile: reconcilerOf(config, { database, databaseUrl, log }),
      isProduction: config.isProduction,
      write,
    })
  } finally {
    await lifecycle.stop()
  }
}

/**
 * Where the bytes of media are. A deployment keeps them in one place: in a bucket; or whoever runs one process alone on
 * its disk, others in the database, which a command cannot tell apart.
 */
async function blobsOf(config: Config, database: Database, lifecycle: Lifecycle) {
  if (config.s3) {
    const store = await objectBlobs({ ...config.s3, log: createLog('silent') })
    lifecycle.add('blobs', async () => store.close())
    return store
  }
  const [shared, disk] = [postgresBlobs(database), diskBlobs(`${config.dataDir}/blobs`)]
  const read: typeof disk.read = async (key, range) => (await shared.read(key, range)) ?? disk.read(key, range)
  return { ...shared, read }
}

/** Asks the carrier of this deployment what was missed; null where the phone network is one that another process simulates. */
function reconcilerOf(
  config: Config,
  tools: { readonly database: Database; readonly databaseUrl: string; readonly log: Log },
): AdminTools['reconcile'] {
  const { carrier: account, publicUrl } = config
  if (!account) return null
  return () => new Reconciler({ ...tools, carrier: carrierClient(config, account, publicUrl ?? '', tools.log) }).run()
}

/** On a bare machine the server may be up: its database is used as it is, and goes on without us. */
async function running({ databaseUrl, dataDir }: Config): Promise<string | null> {
  return databaseUrl === null ? findRunning(dataDir) : null
}
