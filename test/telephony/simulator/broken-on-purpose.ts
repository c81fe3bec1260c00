import { expect } from 'chai'
import { ANA, OURS, openWorld, response, type World } from './world.ts'

/** Run by `violations.test.ts` in a process of its own: what each of these expects is so, and still the run must fail. */
describe('an application', () => {
  let world: World

  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  it('sings', async () => {
    world.app.on('/voice', response('<Sing/><Say>Hello</Say>'))
    await world.call(ANA)
    await world.advance(5)
    expect(world.sim.handset(ANA).heard.map(({ words }) => words)).to.eql(['Hello'])
  })
})

describe('another application', () => {
  it('asks for a colour', async () => {
    const world = await openWorld()
    const answer = await world.rest('Messages.json', { form: { To: ANA, From: OURS, Body: 'Hi', Colour: 'red' } })
    expect(answer.status).to.equal(201)
    await world.close()
  })
})
