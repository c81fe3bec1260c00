import { expect } from 'chai'
import { callWith, framesOf, inRoom, onCall, participant, phoneThat, ringsOf, staysFor } from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Answer, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('A host who puts people out', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  async function remove(by: Person, name: string): Promise<Answer> {
    return by.delete(`/calls/active/participants/${(await participant(ana, name)).id}`)
  }

  async function redial(by: Person, name: string, headers = {}): Promise<Answer> {
    return by.post(`/calls/active/participants/${(await participant(ana, name)).id}/redial`, undefined, headers)
  }

  function dialIn(phone: string, keys: string): void {
    world.carrier.handset(phone).dial(ACCOUNT.number, { steps: [{ onPrompt: keys, wait: 1 }] })
  }

  it('has them leave the room, and their app know why', async () => {
    const socket = await bo.socket()
    const call = await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      { mobile: world.freshNumber(), name: 'Cy' },
    ])
    expect((await remove(ana, 'Bo')).status).to.equal(204)
    await world.pass(1)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left', Cy: 'joined' })
    expect(await participant(ana, 'Bo')).to.include({ reason: 'removed' })
    expect(inRoom(world, call)).not.to.include(bo.mobile)
    expect((await framesOf(socket, 'Bo')).at(-1)).to.include({ status: 'left', reason: 'removed' })
    expect((await bo.get('/calls/active')).status).to.equal(404)
    expect((await remove(ana, 'Bo')).status).to.equal(204)
    expect((await framesOf(socket, 'Bo')).filter(({ status }) => status === 'left')).to.have.lengthOf(1)
  })

  it('has a phone rung no more, and one that waits for the host not at all', async () => {
    bo.phone.script({ noAnswer: true })
    const cy = world.freshNumber()
    ana.phone.script({ answer: { after: 4 } })
    await ana.post('/calls', {
      to: [
        { mobile: bo.mobile, name: 'Bo' },
        { mobile: cy, name: 'Cy' },
      ],
    })
    expect((await remove(ana, 'Cy')).status).to.equal(204)
    await world.pass(8)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'ringing', Cy: 'no_answer' })
    expect(ringsOf(world, cy)).to.be.empty

    expect((await remove(ana, 'Bo')).status).to.equal(204)
    await world.pass(1)
    expect(await participant(ana, 'Bo')).to.include({ status: 'no_answer', reason: 'removed' })
    expect(ringsOf(world, bo.mobile)[0]?.status).to.equal('canceled')
  })

  it('cannot put out themself; and nobody else can put anybody out', async () => {
    await callWith(ana, [
      { mobile: bo.mobile, name: 'Bo' },
      { mobile: world.freshNumber(), name: 'Cy' },
    ])
    const own = await remove(ana, 'Ana')
    expect([own.status, own.body.error.code]).to.deep.equal([409, 'host_not_removable'])
    const others = await remove(bo, 'Cy')
    expect([others.status, others.body.error.code]).to.deep.equal([403, 'not_call_host'])
    expect((await redial(bo, 'Cy')).body.error.code).to.equal('not_call_host')
    expect((await remove(await world.person('Eve'), 'Cy')).status).to.equal(404)
    expect((await ana.delete(`/calls/active/participants/${ana.user.id}`)).status).to.equal(404)
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'joined', Cy: 'joined' })
  })

  it('keeps them out: neither the PIN nor the way back lets them in', async () => {
    const call = await callWith(
      ana,
      [
        { mobile: bo.mobile, name: 'Bo' },
        { mobile: phoneThat(world, staysFor(2)), name: 'Cy' },
      ],
      { privacy: 'open' },
    )
    await remove(ana, 'Bo')
    await world.pass(1)
    // Cy has left by himself, and is to stay away as well.
    expect(await onCall(ana)).to.include({ Cy: 'left' })
    expect((await remove(ana, 'Cy')).status).to.equal(204)
    expect(await participant(ana, 'Cy')).to.include({ status: 'left', reason: 'removed' })

    dialIn(bo.mobile, `${call.dial_in.pin}#`)
    await world.pass(12)
    expect(bo.phone.heard.map(({ words }) => words).join()).not.to.include('go back')
    expect(await onCall(ana)).to.deep.equal({ Ana: 'joined', Bo: 'left', Cy: 'left' })
    bo.phone.hangUp()
    await world.pass(1)

    expect((await redial(ana, 'Bo')).body).to.include({ status: 'queued', reason: null })
    await world.pass(5)
    expect(await onCall(ana)).to.include({ Bo: 'joined' })
    bo.phone.hangUp()
    await world.pass(1)
    dialIn(bo.mobile, `${call.dial_in.pin}#`)
    await world.pass(3)
    expect(await onCall(ana)).to.include({ Bo: 'joined' })
  })

  it('while a key is pressed at the same moment leaves nobody between in and out', async () => {
    for (let round = 0; round < 4; round++) {
      const phone = phoneThat(world, { silent: true })
      const host = await world.person('Ana')
      const call = await callWith(host, [{ mobile: phone, name: 'Bo' }])
      const sid = ringsOf(world, phone)[0]?.sid ?? ''
      const { id } = await participant(host, 'Bo')
      const key = `/webhooks/twilio/voice/leg/key?leg=${legName(world, sid)}`
      const tries = [
        () => host.delete(`/calls/active/participants/${id}`),
        () => knockSigned(world, key, { CallSid: sid, Digits: '1' }, ACCOUNT.token),
      ]
      await Promise.all((round % 2 ? tries : tries.reverse()).map((attempt) => attempt()))
      await world.pass(1)
      expect(await participant(host, 'Bo')).to.include({ reason: 'removed' })
      expect((await participant(host, 'Bo')).status).to.be.oneOf(['left', 'no_answer'])
      expect(inRoom(world, call)).to.deep.equal([host.mobile])
      expect(ringsOf(world, phone)[0]?.endedAt).not.to.equal(null)
    }
  })
})
