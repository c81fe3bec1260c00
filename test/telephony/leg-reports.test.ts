import { expect } from 'chai'
import { callEvents, callWith, onCall, participant, phoneThat, ringsOf, stepsHeard } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import type { Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Reports of legs that come at the same moment', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  /** The carrier reports a step of somebody's leg; gives the status of our answer. */
  async function tell(number: string, CallStatus: string, SequenceNumber: string, leg?: string): Promise<number> {
    const CallSid = ringsOf(world, number)[0]?.sid ?? ''
    const named = encodeURIComponent(leg ?? (await legOf(number)))
    const path = `/webhooks/twilio/voice/leg/status?leg=${named}`
    return knockSigned(world, path, { CallSid, CallStatus, SequenceNumber }, ACCOUNT.token)
  }

  /** Our name for the leg to a phone. */
  async function legOf(number: string): Promise<string> {
    const row = await world.running.database.sql('participants').where({ phone: number }).first()
    return `${row.id}_${row.leg_secret}`
  }

  /** Ana calls so many phones that ring and ring; their reports are for the test to tell. */
  async function callsThatRing(count: number): Promise<readonly string[]> {
    const numbers = Array.from({ length: count }, () => phoneThat(world, { noAnswer: true }))
    world.carrier.faults.callbacks({ lose: 1 })
    await callWith(
      ana,
      numbers.map((mobile, index) => ({ mobile, name: `Guest ${index}` })),
    )
    world.carrier.faults.clear()
    return numbers
  }

  it('are applied as if they came one by one: every step is told, in order, to the app', async () => {
    const socket = await ana.socket()
    const numbers = await callsThatRing(4)
    const answers = await Promise.all(
      numbers.flatMap((number) => [
        tell(number, 'initiated', '0'),
        tell(number, 'ringing', '1'),
        tell(number, 'ringing', '1'),
        tell(number, 'in-progress', '2'),
      ]),
    )
    expect(new Set(answers)).to.deep.equal(new Set([204]))
    await world.settle()
    const { Ana, ...guests } = await onCall(ana)
    expect(Ana).to.equal('joined')
    expect(Object.values(guests)).to.deep.equal(Array(4).fill('screening'))
    await socket.until('event', ({ data }) => JSON.stringify(data).includes('screening'))
    const rows = await world.running.database.sql('participants').whereIn('phone', [...numbers])
    expect(rows.map(({ carrier_call_id }) => carrier_call_id)).to.have.members(
      numbers.map((number) => ringsOf(world, number)[0]?.sid),
    )
    expect(rows.filter(({ answered_at }) => answered_at === null)).to.deep.equal([])
    await ana.delete('/calls/active')
    await socket.until('event', ({ event }) => event === 'call.ended')
    for (const [name, steps] of Object.entries(stepsHeard(socket))) {
      const way = ['queued', 'dialing', 'ringing', 'screening', 'joined', 'left', 'no_answer']
      expect(steps, name).to.deep.equal([...new Set(steps)].sort((a, b) => way.indexOf(a) - way.indexOf(b)))
    }
    expect(callEvents(socket).at(-1)).to.equal('call.ended')
  })

  it('end a call once when they end all of its legs, and change nobody who was over by then', async () => {
    const socket = await ana.socket()
    const numbers = await callsThatRing(3)
    await Promise.all([
      ...numbers.map((number) => tell(number, 'busy', '1')),
      tell(ana.mobile, 'completed', '9'),
      ...numbers.map((number) => tell(number, 'in-progress', '2')),
    ])
    await socket.until('event', ({ event }) => event === 'call.ended')
    await world.settle()
    expect(socket.events.filter(({ event }) => event === 'call.ended')).to.have.lengthOf(1)
    const rows = await world.running.database.sql('participants').whereIn('phone', [...numbers])
    for (const { status } of rows) expect(status).to.be.oneOf(['busy', 'no_answer'])
    for (const steps of Object.values(stepsHeard(socket))) {
      const ends = steps.filter((step) => ['busy', 'no_answer', 'left'].includes(step))
      expect(ends).to.have.lengthOf(1)
      expect(steps.at(-1)).to.equal(ends[0])
    }
  })

  it('of a leg that is nobody’s, or whose secret is wrong, do no harm to those beside them', async () => {
    const [number = ''] = await callsThatRing(1)
    const answers = await Promise.all([
      tell(number, 'ringing', '7', 'nobody'),
      tell(number, 'ringing', '8', `${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}_1`),
      tell(number, 'ringing', '1'),
      tell(number, 'ringing', '9', `x'; drop table calls; --_1`),
    ])
    expect(answers).to.deep.equal([204, 204, 204, 204])
    expect(await participant(ana, 'Guest 0')).to.include({ status: 'ringing' })
  })
})
