import { createLog } from '#kit/log'
import { type Carrier, createTwilioCarrier, type MendedCounts, Reconciler } from '#telephony'
import { ACCOUNT, type World } from '#test/world'

/** The carrier as a server in this world has it. */
export function carrierOf(world: World, timeoutMs = 8_000): Carrier {
  return createTwilioCarrier({
    accountSid: ACCOUNT.sid,
    authToken: ACCOUNT.token,
    apiBase: world.carrier.url,
    publicUrl: world.url,
    log: createLog('silent'),
    tuning: { timeoutMs, maxRetryDelayMs: 1 },
  })
}

/** A reconciler beside the server's own, for tests that want a round now. */
export function reconcilerOf(world: World, carrier: Carrier = carrierOf(world)): Reconciler {
  const { databaseUrl, running } = world
  return new Reconciler({ database: running.database, databaseUrl, carrier, log: createLog('silent') })
}

/** A round of reconciliation, and all that follows from it; gives what was mended. */
export async function reconcile(world: World, carrier?: Carrier): Promise<MendedCounts> {
  await world.settle()
  const mended = await reconcilerOf(world, carrier).run()
  if (mended === null) throw new Error('Somebody else is reconciling.')
  await world.settle()
  return mended
}

/** While this lasts the carrier's reports reach nobody, as if the server were down; its questions are still answered. */
export async function deaf<Result>(world: World, work: () => Promise<Result>): Promise<Result> {
  world.carrier.faults.callbacks({ lose: 1 })
  try {
    return await work()
  } finally {
    world.carrier.faults.callbacks({})
  }
}

/** What time it is for the server. */
export async function serverTime(world: World): Promise<Date> {
  return world.running.database.read(async ({ now }) => now)
}
