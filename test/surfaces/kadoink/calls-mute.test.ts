import { expect } from 'chai'
import {
  callWith,
  framesOf,
  heardInRoom,
  hears,
  onCall,
  participant,
  phoneThat,
  ringsOf,
  sameTime,
  sweepNow,
} from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Answer, Json, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Who is heard on a call', () => {
  let world: World
  let ana: Person
  let bo: Person
  let call: Json
  const cy = { mobile: '', name: 'Cy' }

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    cy.mobile = world.freshNumber()
    call = await callWith(ana, [{ mobile: bo.mobile, name: 'Bo' }, cy])
    await sameTime(world)
  })

  /** Somebody changes how a participant, by name, is heard. */
  async function change(by: Person, name: string, wanted: Json): Promise<Answer> {
    const { id } = await participant(ana, name)
    return by.patch(`/calls/active/participants/${id}`, wanted)
  }

  /** Tell us something of Bo as the carrier does, with its order and time. */
  async function report(event: string, sequence: number, at: Date, more: Record<string, string> = {}): Promise<void> {
    const form = {
      ConferenceSid: `CF${'7'.repeat(32)}`,
      SequenceNumber: String(sequence),
      Timestamp: at.toUTCString(),
      StatusCallbackEvent: event,
      ParticipantLabel: legName(world, ringsOf(world, bo.mobile)[0]?.sid ?? ''),
      ...more,
    }
    expect(await knockSigned(world, '/webhooks/twilio/conference', form, ACCOUNT.token)).to.equal(204)
    await world.settle()
  }

  /** Change Bo at the carrier itself, past us, as somebody with its console can. */
  async function atTheConsole(form: Record<string, string>): Promise<void> {
    const room = world.carrier.conferences().findLast(({ name }) => name === `call_${call.id}`)
    const sid = ringsOf(world, bo.mobile)[0]?.sid
    const path = `/2010-04-01/Accounts/${ACCOUNT.sid}/Conferences/${room?.sid}/Participants/${sid}.json`
    const answer = await fetch(world.carrier.url + path, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT.sid}:${ACCOUNT.token}`).toString('base64')}` },
      body: new URLSearchParams(form),
    })
    expect(answer.status).to.equal(200)
    await world.settle()
  }

  const now = (seconds = 0): Date => new Date(world.carrier.clock.now().getTime() + seconds * 1000)

  it('is the host’s to decide: muted by the host, a guest is not heard, and the apps know at once', async () => {
    const [host, guest] = [await ana.socket(), await bo.socket()]
    const muted = await change(ana, 'Bo', { muted: true })
    expect(muted.status).to.equal(200)
    expect(muted.body).to.include({ name: 'Bo', muted: true, muted_by_host: true, on_hold: false, status: 'joined' })
    await world.settle()
    expect(heardInRoom(world, call)).to.deep.equal({
      [ana.mobile]: 'heard',
      [bo.mobile]: 'muted',
      [cy.mobile]: 'heard',
    })
    for (const socket of [host, guest])
      expect((await framesOf(socket, 'Bo')).at(-1)).to.include({ muted_by_host: true })

    expect((await change(ana, 'Bo', { muted: false })).body).to.include({ muted: false, muted_by_host: false })
    await world.settle()
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('heard')
    expect((await framesOf(host, 'Bo')).map(({ muted }) => muted)).to.deep.equal([true, false])
  })

  it('is one’s own to decide too: a guest mutes and unmutes themself, but does not undo what the host has done', async () => {
    expect((await change(bo, 'Bo', { muted: true })).body).to.include({ muted: true, muted_by_host: false })
    expect((await change(bo, 'Bo', { muted: false })).body).to.include({ muted: false })

    await change(bo, 'Bo', { muted: true })
    expect((await change(ana, 'Bo', { muted: true })).body).to.include({ muted: true, muted_by_host: true })
    const refused = await change(bo, 'Bo', { muted: false })
    expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'muted_by_host'])
    expect((await change(bo, 'Bo', { muted: true })).body).to.include({ muted: true, muted_by_host: true })
    await world.settle()
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted')

    await change(ana, 'Bo', { muted: false })
    expect((await change(bo, 'Bo', { muted: true })).status).to.equal(200)
    expect((await change(bo, 'Bo', { muted: false })).status).to.equal(200)
    expect((await change(ana, 'Ana', { muted: true })).body).to.include({ muted: true, muted_by_host: false })
    expect((await change(ana, 'Ana', { muted: false })).body).to.include({ muted: false })
  })

  it('is nobody else’s: other guests, strangers, and unknown people are refused by name', async () => {
    const eve = await world.person('Eve')
    const refusals = [
      await change(bo, 'Cy', { muted: true }),
      await change(bo, 'Ana', { muted: true }),
      await change(bo, 'Bo', { on_hold: true }),
      await change(bo, 'Bo', { muted: true, on_hold: true }),
      await bo.post('/calls/active/mute-others'),
      await change(eve, 'Bo', { muted: true }),
      await eve.post('/calls/active/mute-others'),
      await ana.patch(`/calls/active/participants/${ana.user.id}`, { muted: true }),
      await change(ana, 'Bo', {}),
      await change(ana, 'Bo', { muted: 'yes' }),
    ]
    expect(refusals.map(({ status, body }) => `${status} ${body.error.code}`)).to.deep.equal([
      ...Array(5).fill('403 not_call_host'),
      ...Array(3).fill('404 not_found'),
      ...Array(2).fill('422 validation_failed'),
    ])
    const others = await callWith(eve, [{ mobile: world.freshNumber(), name: 'Di' }])
    const [, di] = others.participants
    expect((await ana.patch(`/calls/active/participants/${di.id}`, { muted: true })).status).to.equal(404)
    await world.settle()
    expect(Object.values(heardInRoom(world, call))).to.deep.equal(['heard', 'heard', 'heard'])
  })

  it('can be decided of those on the line only', async () => {
    const di = phoneThat(world, { noAnswer: true })
    await ana.post('/calls/active/participants', { mobile: di, name: 'Di' })
    await world.pass(3)
    bo.phone.hangUp()
    await world.pass(1)
    for (const name of ['Di', 'Bo']) {
      const { status, body } = await change(ana, name, { muted: true })
      expect([status, body.error.code], name).to.deep.equal([409, 'participant_not_joined'])
    }
  })

  it('is told and ordered once when two people mute somebody at the same moment', async () => {
    const socket = await ana.socket()
    const { id } = await participant(ana, 'Bo')
    const mute = (by: Person) => by.patch(`/calls/active/participants/${id}`, { muted: true })
    const answers = await Promise.all([mute(ana), mute(ana), mute(ana)])
    expect(answers.map(({ status, body }) => [status, body.muted])).to.deep.equal(Array(3).fill([200, true]))
    await world.settle()
    expect(await framesOf(socket, 'Bo')).to.have.lengthOf(1)

    await Promise.all([true, false, true, false].map((muted) => change(ana, 'Bo', { muted })))
    await world.settle()
    const { muted } = await participant(ana, 'Bo')
    expect(heardInRoom(world, call)[bo.mobile]).to.equal(muted ? 'muted' : 'heard')
  })

  it('goes for a hold as well: who is on hold hears music until they are taken back', async () => {
    const socket = await bo.socket()
    expect((await change(ana, 'Bo', { on_hold: true })).body).to.include({ on_hold: true, muted: false })
    expect((await change(ana, 'Bo', { muted: true })).body).to.include({ on_hold: true, muted: true })
    await world.settle()
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted held')
    expect((await change(ana, 'Bo', { on_hold: false })).body).to.include({ on_hold: false, muted: true })
    await world.settle()
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted')
    expect((await framesOf(socket, 'Bo')).map(({ on_hold }) => on_hold)).to.deep.equal([true, true, false])
  })

  describe('by the reports of the carrier', () => {
    it('stays as it was ordered last, however late and shuffled they come', async () => {
      const socket = await ana.socket()
      for (let round = 0; round < 3; round++) {
        world.carrier.faults.callbacks({ shuffle: true, duplicate: 0.5, delaySeconds: round })
        for (const muted of [true, false, true]) {
          await change(ana, 'Bo', { muted, on_hold: muted })
          await world.pass(1)
        }
        await world.pass(8)
        expect(await participant(ana, 'Bo')).to.include({ muted: true, on_hold: true })
        expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted held')
        await change(ana, 'Bo', { muted: false, on_hold: false })
        await world.pass(8)
        expect(await participant(ana, 'Bo')).to.include({ muted: false, on_hold: false })
      }
      const seen = (await framesOf(socket, 'Bo')).map(({ muted }) => muted)
      expect(seen).to.deep.equal(Array(3).fill([true, false, true, false]).flat())
    })

    it('is moved back by no report of an earlier moment, whatever its number', async () => {
      await change(ana, 'Bo', { muted: true })
      await world.pass(2)
      await change(ana, 'Bo', { muted: false })
      await world.settle()
      await report('participant-mute', 900, now(-2))
      expect(await participant(ana, 'Bo')).to.include({ muted: false })

      await world.pass(2)
      await report('participant-mute', 902, now())
      expect(await participant(ana, 'Bo')).to.include({ muted: true, muted_by_host: false })
      await report('participant-unmute', 901, now())
      expect(await participant(ana, 'Bo')).to.include({ muted: true })
    })

    it('is mended where somebody changed it at the carrier itself, and the apps are told', async () => {
      const socket = await bo.socket()
      await change(ana, 'Bo', { muted: true })
      await world.pass(2)
      await atTheConsole({ Muted: 'false', Hold: 'true' })
      expect(await participant(ana, 'Bo')).to.include({ muted: false, muted_by_host: false, on_hold: true })
      expect((await framesOf(socket, 'Bo')).at(-1)).to.include({ muted: false, on_hold: true })
    })

    it('is put right when somebody has come into the room otherwise than they should', async () => {
      world.carrier.faults.callbacks({ lose: 1 })
      await atTheConsole({ Muted: 'true' })
      expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted')
      await report('participant-join', 903, now(), { Muted: 'true', Hold: 'false' })
      expect(heardInRoom(world, call)[bo.mobile]).to.equal('heard')
      expect(await participant(ana, 'Bo')).to.include({ muted: false })
    })
  })

  it('is told to the carrier until it has done it: the sweep comes back to what went wrong', async () => {
    world.carrier.faults.rest({ ofOrders: true, status500: 1 })
    expect((await change(ana, 'Bo', { muted: true })).body).to.include({ muted: true })
    await world.settle()
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('heard')
    // A report that comes meanwhile is older than what was ordered.
    await report('participant-unmute', 904, now())
    expect(await participant(ana, 'Bo')).to.include({ muted: true })

    await world.moveClock(6)
    await Promise.all([sweepNow(world), sweepNow(world)])
    expect(heardInRoom(world, call)[bo.mobile]).to.equal('muted')
  })

  it('is kept for somebody who is muted before their phone is in the room', async () => {
    const di = phoneThat(world, { silent: true })
    await ana.post('/calls/active/participants', { mobile: di, name: 'Di' })
    await world.pass(3)
    const sid = ringsOf(world, di)[0]?.sid ?? ''
    const path = `/webhooks/twilio/voice/leg/key?leg=${legName(world, sid)}`
    await knockSigned(world, path, { CallSid: sid, Digits: '1' }, ACCOUNT.token)
    expect((await change(ana, 'Di', { muted: true })).body).to.include({ status: 'joined', muted: true })
    await world.settle()
    expect(heardInRoom(world, call)).not.to.have.property(di)

    world.carrier.handset(di).press('1')
    await world.pass(1)
    expect(heardInRoom(world, call)[di]).to.equal('muted')
  })

  describe('for all guests at once', () => {
    it('is the host’s to decide; those who muted themselves decide themselves when they speak again', async () => {
      const socket = await bo.socket()
      await change(bo, 'Bo', { muted: true })
      await change(bo, 'Bo', { muted: false })
      const muted = await ana.post('/calls/active/mute-others')
      expect(muted.status).to.equal(200)
      expect(muted.body).to.include({ id: call.id, mute_on_join: false })
      const shown = muted.body.participants.map((one: Json) => [one.name, one.muted, one.muted_by_host])
      expect(shown).to.deep.equal([
        ['Ana', false, false],
        ['Bo', true, true],
        ['Cy', true, true],
      ])
      await world.settle()
      expect(heardInRoom(world, call)).to.deep.equal({
        [ana.mobile]: 'heard',
        [bo.mobile]: 'muted',
        [cy.mobile]: 'muted',
      })
      expect(await hears(socket, 'Cy', 'joined')).to.include({ muted: true })
      expect((await change(bo, 'Bo', { muted: false })).status).to.equal(403)

      await change(ana, 'Bo', { muted: false })
      await change(bo, 'Bo', { muted: true })
      const freed = await ana.post('/calls/active/mute-others', { muted: false })
      expect(freed.body.participants.map((one: Json) => one.muted)).to.deep.equal([false, true, false])
      await world.settle()
      expect(heardInRoom(world, call)).to.deep.equal({
        [ana.mobile]: 'heard',
        [bo.mobile]: 'muted',
        [cy.mobile]: 'heard',
      })
    })

    it('holds for those who join later as long as the host wants it: they come in muted', async () => {
      const socket = await bo.socket()
      const { body } = await ana.post('/calls/active/mute-others', { muted: false, on_join: true })
      expect(body.mute_on_join).to.equal(true)
      const told = await socket.until('event', ({ event }) => event === 'call.updated')
      expect((told.data.call as Json).mute_on_join).to.equal(true)

      const di = world.freshNumber()
      await ana.post('/calls/active/participants', { mobile: di, name: 'Di' })
      await world.pass(5)
      expect(await participant(ana, 'Di')).to.include({ status: 'joined', muted: true, muted_by_host: true })
      expect(heardInRoom(world, call)).to.deep.equal({
        [ana.mobile]: 'heard',
        [bo.mobile]: 'heard',
        [cy.mobile]: 'heard',
        [di]: 'muted',
      })

      await ana.post('/calls/active/mute-others', { muted: false, on_join: false })
      await world.settle()
      expect(heardInRoom(world, call)[di]).to.equal('heard')
      const eli = world.freshNumber()
      await ana.post('/calls/active/participants', { mobile: eli, name: 'Eli' })
      await world.pass(5)
      expect(await onCall(ana)).to.include({ Eli: 'joined' })
      expect(heardInRoom(world, call)[eli]).to.equal('heard')
    })
  })
})
