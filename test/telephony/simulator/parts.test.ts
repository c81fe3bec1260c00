import { expect } from 'chai'
import { ACCEPTS, DEFAULT_SCRIPTS } from '#simulator'
import { contract } from '#test/contract'
import { ANA, openWorld } from './world.ts'

describe('the phones', () => {
  it('behave by their last four digits, as one table says', async () => {
    const world = await openWorld()
    for (const [digits, script] of Object.entries(DEFAULT_SCRIPTS)) {
      expect(world.sim.handset(`+1555123${digits}`).nextScript).to.eql(script)
    }
    expect(world.sim.handset(ANA).nextScript).to.eql(ACCEPTS)
    await world.close()
  })

  it('refuse a script they cannot follow', async () => {
    const world = await openWorld()
    const phone = world.sim.handset(ANA)
    const bad = { steps: [{ wait: -1 }] }
    expect(() => phone.script(bad)).to.throw("'wait' cannot be -1")
    expect(() => phone.dial('+15559999999')).to.throw('is not a number of this account')
    await world.close()
  })
})

describe('the operations', () => {
  const judge = contract()

  it('are all answered by the router: none is unknown to it', async function () {
    if (!judge) return this.skip()
    const world = await openWorld()
    const nobody = '0'.repeat(32)
    for (const { method, path } of judge.operations) {
      const filled = path
        .replace(/^.*?\/Accounts\/\{\w+\}\/?/, '')
        .replace('{ConferenceSid}', `CF${nobody}`)
        .replace(/\{\w+\}/g, `XX${nobody}`)
      if (filled === '.json') continue
      const answer = await fetch(`${world.sim.url}/2010-04-01/Accounts/${world.client.accountSid}/${filled}`, {
        method,
        headers: { authorization: `Basic ${btoa(`${world.client.accountSid}:a-token-for-tests`)}` },
      })
      expect(answer.status, `${method} ${path}`).to.be.oneOf([200, 400, 404])
      if (answer.status === 404) expect(filled, `${method} ${path}`).to.include(nobody)
    }
    await world.close()
  })
})
