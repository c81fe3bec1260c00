import { expect } from 'chai'
import {
  callEnded,
  callWith,
  inRoom,
  onCall,
  participant,
  phoneThat,
  ringsOf,
  sameTime,
  stepsHeard,
} from '#test/calls-stage'
import type { Person } from '#test/people'
import { carrierOf, deaf, reconcile, serverTime } from '#test/reconcile-stage'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

describe('Legs whose last word was lost', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    await sameTime(world)
  })

  it('are found over when the carrier is asked, each with its own end', async () => {
    const [bo, cy, di] = [world.freshNumber(), phoneThat(world, { busy: true }), phoneThat(world, { noAnswer: true })]
    const socket = await ana.socket()
    await deaf(world, async () => {
      await callWith(ana, [
        { mobile: bo, name: 'Bo' },
        { mobile: cy, name: 'Cy' },
        { mobile: di, name: 'Di' },
      ])
      await world.pass(40)
      world.carrier.handset(bo).hangUp()
      await world.settle()
    })
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'dialing', Di: 'dialing' })

    expect(await reconcile(world)).to.include({ leg: 3 })

    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left', Cy: 'busy', Di: 'no_answer' })
    expect(await reconcile(world)).to.deep.equal({})
    await ana.delete('/calls/active')
    await callEnded(socket)
    expect(stepsHeard(socket)).to.deep.include({ Bo: ['queued', 'dialing', 'screening', 'joined', 'left'] })
  })

  it('end the call when it was the host’s', async () => {
    const socket = await ana.socket()
    await callWith(ana, [{ mobile: world.freshNumber(), name: 'Bo' }])
    await deaf(world, async () => {
      ana.phone.hangUp()
      await world.settle()
    })
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined' })

    await reconcile(world)

    expect((await callEnded(socket)).end_reason).to.equal('host_left')
  })

  it('are asked about in one question for all of them, and alone only where no list shows them', async () => {
    const numbers = Array.from({ length: 4 }, () => world.freshNumber())
    const asked: string[] = []
    const carrier = carrierOf(world)
    const watched = {
      ...carrier,
      call: (id: string) => {
        asked.push(id)
        return carrier.call(id)
      },
    }
    await deaf(world, async () => {
      await callWith(
        ana,
        numbers.map((mobile, index) => ({ mobile, name: `Guest ${index}` })),
      )
      for (const number of numbers.slice(0, 2)) world.carrier.handset(number).hangUp()
      await world.settle()
    })
    const unknown = await world.running.database
      .sql('participants')
      .where({ phone: numbers[3] })
      .update({ carrier_call_id: `CA${'0'.repeat(32)}` })
    expect(unknown).to.equal(1)

    expect(await reconcile(world, watched)).to.include({ leg: 3 })

    expect(asked).to.deep.equal([`CA${'0'.repeat(32)}`])
    expect(await onCall(ana)).to.deep.equal({
      Ana: 'joined',
      'Guest 0': 'left',
      'Guest 1': 'left',
      'Guest 2': 'joined',
      'Guest 3': 'left',
    })
  })

  it('are left alone while they last, from the first ring on', async () => {
    const slow = phoneThat(world, { answer: { after: 20 } })
    const call = await callWith(ana, [
      { mobile: world.freshNumber(), name: 'Bo' },
      { mobile: slow, name: 'Cy' },
    ])
    expect(await reconcile(world)).to.deep.equal({})
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'ringing' })
    expect(inRoom(world, call)).to.have.lengthOf(2)
    await world.pass(20)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
  })

  it('are hung up when they go on at the carrier and have been over here for longer than a goodbye takes', async () => {
    const bo = world.freshNumber()
    await callWith(ana, [{ mobile: bo, name: 'Bo' }])
    // The order to hang up never reached the carrier.
    const { id } = await participant(ana, 'Bo')
    await world.running.database
      .sql('participants')
      .where({ id })
      .update({ status: 'left', rank: 5, left_at: await serverTime(world) })
    expect(await reconcile(world)).to.deep.equal({})
    expect(ringsOf(world, bo).map(({ status }) => status)).to.deep.equal(['in-progress'])

    await world.moveClock(61)
    expect(await reconcile(world)).to.deep.equal({ hang_up: 1 })
    expect(ringsOf(world, bo).map(({ status }) => status)).to.deep.equal(['completed'])
  })

  it('are left alone while their host speaks to the mailbox of somebody who did not answer', async () => {
    const bo = await world.person('Bo')
    const tag = await newTag(bo, { title: 'Jazz Club' })
    await follow(ana, tag)
    bo.phone.script({ busy: true })
    ana.phone.script({
      steps: [{ onPrompt: '1', wait: 1 }, { leaveVoicemail: { seconds: 40 } }, { wait: 1, press: '#' }],
    })
    await callWith(ana, [{ ktag: tag.name }])
    await world.pass(15)
    expect((await ana.get('/calls/active')).status).to.equal(404)
    await world.moveClock(61)
    expect(await reconcile(world)).not.to.have.property('hang_up')
    await world.pass(60)
    const [message] = (await bo.get('/inbox')).body.items
    expect(message.media[0]).to.include({ duration_seconds: 40 })
  })
})
