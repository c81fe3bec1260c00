import { expect } from 'chai'
import twilio from 'twilio'
import { callEnded, callWith, inRoom, onCall, participant, ringsOf, sameTime } from '#test/calls-stage'
import { legName } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import { carrierOf, deaf, reconcile, serverTime } from '#test/reconcile-stage'
import { ACCOUNT, World } from '#test/world'

/** Named as ours are, after a call that this server has never heard of. */
const STRANGE_ROOM = 'call_00000000-0000-7000-8000-000000000000'

describe('Rooms of which reports were lost', () => {
  let world: World
  let ana: Person
  let bo: string
  let call: Json

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    await sameTime(world)
    bo = world.freshNumber()
    call = await callWith(ana, [
      { mobile: bo, name: 'Bo' },
      { mobile: world.freshNumber(), name: 'Cy' },
    ])
    await world.moveClock(21)
  })
  afterEach(() => world.carrier.faults.clear())

  const sidOf = (number: string) => ringsOf(world, number)[0]?.sid ?? ''
  const mutedBo = async () => (await participant(ana, 'Bo')).muted

  /** Bo's leg goes on, but elsewhere: nothing more is asked of us, and the report that he left the room is lost. */
  async function boIsLedAway(): Promise<void> {
    const client = twilio(ACCOUNT.sid, ACCOUNT.token)
    client.api.baseUrl = world.carrier.url
    await deaf(world, async () => {
      await client.calls(sidOf(bo)).update({ twiml: '<Response><Pause length="600"/></Response>' })
      await world.settle()
    })
  }

  it('are left alone as long as everybody is where they should be', async () => {
    expect(await reconcile(world)).to.deep.equal({})
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
    expect(inRoom(world, call)).to.have.lengthOf(3)
  })

  it('lose those who are not found there in two looks half a minute apart, and not in one', async () => {
    await boIsLedAway()
    expect(inRoom(world, call)).to.have.lengthOf(2)

    for (const seconds of [0, 29]) {
      await world.moveClock(seconds)
      expect(await reconcile(world)).to.deep.equal({})
      expect(await onCall(ana)).to.include({ Bo: 'joined' })
    }
    await world.moveClock(2)
    expect(await reconcile(world)).to.deep.equal({ participant: 1 })

    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left', Cy: 'joined' })
    expect(ringsOf(world, bo).map(({ status }) => status)).to.deep.equal(['completed'])
  })

  it('forgive who was overlooked once and is seen again', async () => {
    const carrier = carrierOf(world)
    const blind = { ...carrier, openRooms: async () => [] }
    await reconcile(world, blind)
    await world.moveClock(60)
    expect(await reconcile(world)).to.deep.equal({})
    await reconcile(world, blind)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
  })

  it('show who was muted or put on hold, and is heard again', async () => {
    const carrier = carrierOf(world)
    const leg = legName(world, sidOf(bo))
    for (const [muted, onHold] of [
      [true, false],
      [true, true],
      [false, false],
    ] as const) {
      await deaf(world, async () => {
        await carrier.control(`call_${call.id}`, leg, { muted, onHold })
        await world.settle()
      })
      expect(await participant(ana, 'Bo')).not.to.include({ muted, on_hold: onHold })
      expect(await reconcile(world)).to.deep.equal({ participant: 1 })
      expect(await participant(ana, 'Bo')).to.include({ muted, on_hold: onHold })
    }
  })

  it('do not undo what the carrier has been told and has not done yet', async () => {
    const { id } = await participant(ana, 'Bo')
    const ordered = { muted: true, muted_by_host: true, control_no: 1, control_ordered_at: await serverTime(world) }
    await world.running.database.sql('participants').where({ id }).update(ordered)
    expect(await reconcile(world)).to.deep.equal({})
    expect(await mutedBo()).to.equal(true)
  })

  it('believe a report that comes while the carrier is asked more than its answer', async () => {
    const carrier = carrierOf(world)
    const leg = legName(world, sidOf(bo))
    const muted = (muted: boolean) => carrier.control(`call_${call.id}`, leg, { muted })
    await deaf(world, async () => {
      await muted(true)
      await world.settle()
    })
    const overtaken = {
      ...carrier,
      roomMembers: async (room: string) => {
        const members = await carrier.roomMembers(room)
        await muted(false)
        await world.settle()
        return members
      },
    }
    expect(await reconcile(world, overtaken)).to.deep.equal({})
    expect(await mutedBo()).to.equal(false)
  })

  it('are closed when their call has been over for a minute, and those of others never', async () => {
    const client = twilio(ACCOUNT.sid, ACCOUNT.token)
    client.api.baseUrl = world.carrier.url
    const stranger = world.freshNumber()
    // Somebody in the room of no call of ours, and somebody of whom we know nothing in a room of ours.
    for (const room of [STRANGE_ROOM, `call_${call.id}`]) {
      const twiml = `<Response><Dial><Conference>${room}</Conference></Dial></Response>`
      await client.calls.create({ to: stranger, from: ACCOUNT.number, twiml })
    }
    await world.pass(5)
    // The call ends, and the orders to hang up and to close the room are lost.
    await world.running.database
      .sql('calls')
      .where({ id: call.id })
      .update({ status: 'ended', ended_at: await serverTime(world), end_reason: 'ended_by_host' })
    await reconcile(world)
    expect(inRoom(world, call)).not.to.deep.equal([])

    await world.moveClock(61)
    expect(await reconcile(world)).to.include({ room: 1 })

    expect(inRoom(world, call)).to.deep.equal([])
    const open = world.carrier.conferences().filter(({ status }) => status !== 'completed')
    expect(open.map(({ name }) => name)).to.include(STRANGE_ROOM)
  })

  it('end with their call when nobody is left in there', async () => {
    const socket = await ana.socket()
    await deaf(world, async () => {
      await carrierOf(world).closeRoom(`call_${call.id}`)
      await world.settle()
    })
    await reconcile(world)
    expect((await callEnded(socket)).end_reason).to.be.oneOf(['host_left', 'everyone_left'])
  })
})
