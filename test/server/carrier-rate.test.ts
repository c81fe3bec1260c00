import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Lifecycle } from '#kit/lifecycle'
import { createLog } from '#kit/log'
import { readConfig } from '#server/config'
import { type CarrierAccess, carrierFor } from '#server/embedded'
import { ACCOUNT } from '#test/world'

describe('The rate at which phones are rung', () => {
  const log = createLog('silent')
  const url = 'http://127.0.0.1:1'
  let directory: string
  let lifecycle: Lifecycle

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kadoink-rate-'))
  })
  beforeEach(() => {
    lifecycle = new Lifecycle(log)
  })
  afterEach(() => lifecycle.stop())
  after(() => rm(directory, { recursive: true }))

  const access = (environment: Record<string, string>): Promise<CarrierAccess> =>
    carrierFor(readConfig('all', { DATA_DIR: directory, ...environment }), log, lifecycle, {
      publicUrl: url,
      localUrl: url,
    })

  /** How many milliseconds the network queues the second of two calls that are ordered at once. */
  async function queuedBy({ carrier, simulator }: CarrierAccess): Promise<number> {
    const order = () =>
      fetch(`${simulator?.url}/2010-04-01/Accounts/${carrier.accountSid}/Calls.json`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          Authorization: `Basic ${btoa(`${carrier.accountSid}:${carrier.authTokens[0]}`)}`,
        },
        body: new URLSearchParams({ From: carrier.numbers[0], To: '+15551230000', Twiml: '<Response/>' }),
      })
    await order()
    return Number(((await (await order()).json()) as { queue_time: string }).queue_time)
  }

  it('is what Twilio begins with, for an account of which nothing else is said', async () => {
    const account = {
      TWILIO_ACCOUNT_SID: ACCOUNT.sid,
      TWILIO_AUTH_TOKENS: ACCOUNT.token,
      TWILIO_NUMBERS: ACCOUNT.number,
    }
    expect(await access(account)).to.include({ callsPerSecond: 1, simulator: null })
    expect(await access({ ...account, CALLS_PER_SECOND: '30' })).to.include({ callsPerSecond: 30 })
  })

  it('is the simulated network’s own on a bare machine, which is told what we are told', async () => {
    const bare = await access({})
    expect(bare.callsPerSecond).to.equal(5)
    expect(await queuedBy(bare)).to.be.within(1, 200)
    const told = await access({ CALLS_PER_SECOND: '0.5' })
    expect(told.callsPerSecond).to.equal(0.5)
    expect(await queuedBy(told)).to.be.within(1000, 2000)
  })
})
