import { expect } from 'chai'
import { ANA, acceptThenJoin, openWorld, response } from './world.ts'

describe("the network's time", () => {
  it('stands still by itself, and moves by exactly what it is told', async () => {
    const world = await openWorld()
    const start = world.sim.clock.now().getTime()
    await world.sim.settle()
    expect(world.sim.clock.now().getTime()).to.equal(start)
    await world.advance(90)
    expect(world.sim.clock.now().getTime() - start).to.equal(90_000)
    await world.close()
  })

  it('waits for a slow application between two events', async () => {
    const world = await openWorld()
    const seen: string[] = []
    world.app.on('/voice', response('<Pause length="5"/><Redirect>/later</Redirect>'))
    world.app.on('/later', () => {
      seen.push(world.sim.clock.now().toISOString())
      return response('<Hangup/>')
    })
    const start = world.sim.clock.now().getTime()
    await world.call(ANA)
    await world.advance(3600)
    expect(seen).to.eql([new Date(start + 7000).toISOString()])
    await world.close()
  })

  it('is busy while a webhook is in flight, and no longer once settled', async () => {
    const world = await openWorld()
    world.app.on('/voice', response('<Pause length="60"/>'))
    await world.call(ANA)
    await world.sim.settle()
    expect(world.sim.busy).to.equal(false)
    await world.close()
  })

  it('runs ahead when it is automatic, but not to a time limit', async () => {
    const world = await openWorld({ clock: 'auto' })
    acceptThenJoin(world.app, 'room')
    const joined = new Promise<void>((resolve) => {
      world.app.on('/room', () => {
        resolve()
        return { status: 204 }
      })
    })
    await world.call(ANA)
    await joined
    for (let look = 0; look < 50; look++) await world.client.calls.list()
    expect(world.sim.calls()[0]?.status).to.equal('in-progress')
    await world.close()
  })

  it('follows the clock on the wall, and can be pushed on', async () => {
    const world = await openWorld({ clock: 'real' })
    world.app.on('/voice', response('<Say>Hello</Say>'))
    await world.call(ANA)
    await world.advance(10)
    expect(world.told('/status', 'CallStatus')).to.eql(['initiated', 'ringing', 'in-progress', 'completed'])
    expect(world.sim.clock.now().getTime() - Date.now()).to.be.closeTo(10_000, 1000)
    await world.close()
  })

  it('lets nothing happen after the end', async () => {
    const world = await openWorld()
    await world.call(ANA)
    await world.close()
    await world.sim.clock.advance(60)
    expect(world.app.at('/voice')).to.eql([])
  })
})
