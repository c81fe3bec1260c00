import { expect } from 'chai'
import { ACCEPTS, DEFAULT_SCRIPTS } from '#simulator'
import { contract } from '#test/contract'
import { ACCOUNT, ANA, openWorld, TOKEN } from './world.ts'

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

  it('are all answered, and know each of their parameters', async function () {
    if (!judge) return this.skip()
    const world = await openWorld()
    for (const { method, path, query, form } of judge.operations) {
      const url = new URL(world.sim.url + filled(path))
      for (const name of query) url.searchParams.set(name, '')
      const answer = await fetch(url, {
        method,
        headers: { authorization: `Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}` },
        ...(method === 'POST' && { body: new URLSearchParams(form.map((name): [string, string] => [name, ''])) }),
      })
      expect(answer.status, `${method} ${path}`).to.be.oneOf([200, 400, 404])
      if (answer.status === 404) expect(path, `${method} ${path} names a thing`).to.match(/Accounts\/\{\w+\}.*\{/)
    }
    expect(world.sim.violations()).to.eql([])
    await world.close()
  })

  /** A path with SIDs of things that are not there. */
  function filled(path: string): string {
    const nothing = '0'.repeat(32)
    return path
      .replace(/Accounts\/\{\w+\}/, `Accounts/${ACCOUNT}`)
      .replace('{ConferenceSid}', `CF${nothing}`)
      .replace(/\{\w+\}/g, `XX${nothing}`)
  }
})
