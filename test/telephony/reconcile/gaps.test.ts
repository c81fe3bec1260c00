import { expect } from 'chai'
import { callWith, hears, participant, ringsOf, sameTime } from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import { carrierOf, deaf } from '#test/reconcile-stage'
import { ACCOUNT, World } from '#test/world'

describe('A report that is missing', () => {
  let world: World
  let ana: Person
  let bo: string
  let cy: string
  let call: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    await sameTime(world)
    ;[bo, cy] = [world.freshNumber(), world.freshNumber()]
    call = await callWith(ana, [
      { mobile: bo, name: 'Bo' },
      { mobile: cy, name: 'Cy' },
    ])
    await world.moveClock(21)
  })
  afterEach(() => world.carrier.faults.clear())

  const sidOf = (number: string) => ringsOf(world, number)[0]?.sid ?? ''
  const mute = (number: string, muted: boolean) =>
    carrierOf(world).control(`call_${call.id}`, legName(world, sidOf(number)), { muted })

  it('of a room is made good as soon as the next one shows that it is missing', async () => {
    const socket = await ana.socket()
    await deaf(world, async () => {
      await mute(bo, true)
      await world.settle()
    })
    expect(await participant(ana, 'Bo')).to.include({ muted: false })

    await mute(cy, true)
    await world.settle()

    const frame = await socket.until('event', ({ data }) => {
      const one = data.participant as Json
      return one?.name === 'Bo' && one.muted === true
    })
    expect(frame.event).to.equal('call.participant_updated')
    expect(await participant(ana, 'Cy')).to.include({ muted: true })
  })

  it('of somebody who has left their room as well', async () => {
    const socket = await ana.socket()
    await deaf(world, async () => {
      world.carrier.handset(bo).hangUp()
      await world.settle()
    })
    await mute(cy, true)
    await world.settle()
    await hears(socket, 'Bo', 'left')
  })

  it('of a leg is made good as soon as a later one comes', async () => {
    const socket = await ana.socket()
    await deaf(world, async () => {
      world.carrier.handset(bo).hangUp()
      await world.settle()
    })
    const late = { CallSid: sidOf(bo), CallStatus: 'ringing', SequenceNumber: '7' }
    const path = `/webhooks/twilio/voice/leg/status?leg=${legName(world, sidOf(bo))}`
    expect(await knockSigned(world, path, late, ACCOUNT.token)).to.equal(204)
    await hears(socket, 'Bo', 'left')
  })
})
