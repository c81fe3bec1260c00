import { expect } from 'chai'
import { createLog } from '#kit/log'
import { createTwilioCarrier, Reconciler } from '#telephony'
import { callWith, onCall } from '#test/calls-stage'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Legs whose last word was lost', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  /** Ask the carrier about every leg, as the job does once a minute. */
  async function reconcile(): Promise<void> {
    const carrier = createTwilioCarrier({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      apiBase: world.carrier.url,
      publicUrl: world.url,
      log: createLog('silent'),
    })
    const { databaseUrl } = world
    await new Reconciler({ database: world.running.database, databaseUrl, carrier, log: createLog('silent') }).run()
    await world.settle()
  }

  /** Undo what the server has heard of somebody's end, as if it had been down when it was told. */
  async function forgetTheEndOf(number: string): Promise<void> {
    await world.running.database
      .sql('participants')
      .where({ phone: number })
      .update({ status: 'joined', rank: 4, left_at: null })
  }

  it('are found over when the carrier is asked: who hung up while we were down has left', async () => {
    const number = world.freshNumber()
    await callWith(ana, [{ mobile: number, name: 'Bo' }])
    world.carrier.handset(number).hangUp()
    await world.settle()
    await forgetTheEndOf(number)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })

    await reconcile()
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left' })
  })

  it('are left alone while they last', async () => {
    await callWith(ana, [{ mobile: world.freshNumber(), name: 'Bo' }])
    await reconcile()
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })
  })
})
