import { expect } from 'chai'
import { callWith, caughtUp, participant, phoneThat, ringsOf } from '#test/calls-stage'
import { knockSigned, legName } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import type { Client, Heard } from '#test/realtime-client'
import { ACCOUNT, World } from '#test/world'

const TALKER = {
  steps: [
    { onPrompt: '1', wait: 1 },
    { wait: 2, speak: { seconds: 3 } },
  ],
} as const

describe('Who speaks on a call', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  /** Wait until a socket hears that exactly these speak. */
  async function hearsSpeaking(socket: Client, ...ids: readonly string[]): Promise<Heard> {
    return socket.until(
      'event',
      ({ event, data }) => event === 'call.speaking' && String(data.participant_ids) === String(ids),
    )
  }

  const speech = ({ heard }: Client) => heard.filter(({ event }) => event === 'call.speaking')

  /** Tell us, as the carrier does, that the person at a number speaks or stops. */
  async function report(phone: string, isSpeaking: boolean, sequence: number): Promise<void> {
    const form = {
      ConferenceSid: `CF${'9'.repeat(32)}`,
      SequenceNumber: String(sequence),
      StatusCallbackEvent: isSpeaking ? 'participant-speech-start' : 'participant-speech-stop',
      ParticipantLabel: legName(world, ringsOf(world, phone)[0]?.sid ?? ''),
    }
    expect(await knockSigned(world, '/webhooks/twilio/conference', form, ACCOUNT.token)).to.equal(204)
  }

  it('is told to those on it as it happens, and to nobody later', async () => {
    const bo = await world.person('Bo')
    bo.phone.script(TALKER)
    const sockets = [await ana.socket({ door: 'ws' }), await bo.socket({ door: 'uws' })]
    const stranger = await (await world.person('Eve')).socket()
    const call = await ana.post('/calls', { to: [{ mobile: bo.mobile, name: 'Bo' }] })
    await world.pass(9)
    const { id } = await participant(ana, 'Bo')

    for (const socket of sockets) {
      const began = await hearsSpeaking(socket, id)
      expect(began.data).to.deep.equal({ call_id: call.body.id, participant_ids: [id] })
      expect(began).to.include({ topic: 'call', transient: true }).and.not.have.any.keys('cursor', 'id')
    }
    await world.pass(3)
    for (const socket of sockets) await hearsSpeaking(socket)
    await caughtUp(stranger)
    expect(speech(stranger)).to.deep.equal([])

    const late = await ana.socket({ cursor: sockets[0]?.heard.find(({ type }) => type === 'live')?.cursor ?? '' })
    expect(late.events.map(({ event }) => event))
      .to.include('call.created')
      .and.not.include('call.speaking')
  })

  it('is told with everybody who speaks at that moment, the unheard left out', async () => {
    const guests = ['Bo', 'Cy'].map((name) => ({ name, mobile: world.freshNumber() }))
    const socket = await ana.socket()
    await callWith(ana, guests)
    const [bo, cy] = await Promise.all(guests.map(({ name }) => participant(ana, name)))
    const phones = guests.map(({ mobile }) => mobile)
    await report(phones[0] ?? '', true, 101)
    await report(phones[1] ?? '', true, 102)
    await hearsSpeaking(socket, ...[bo.id, cy.id].sort())
    await ana.patch(`/calls/active/participants/${bo.id}`, { muted: true })
    await report(phones[1] ?? '', false, 103)
    await hearsSpeaking(socket)
  })

  it('is as the last report says, whatever order reports come in', async () => {
    const bo = world.freshNumber()
    const socket = await ana.socket()
    await callWith(ana, [{ mobile: bo, name: 'Bo' }])
    const { id } = await participant(ana, 'Bo')
    await report(bo, true, 201)
    await hearsSpeaking(socket, id)
    await report(bo, false, 205)
    await report(bo, true, 204)
    await hearsSpeaking(socket)
    await report(bo, true, 206)
    await hearsSpeaking(socket, id)
  })

  it('is told at most twice a second, however much is said, and the last word is not lost', async () => {
    const guests = Array.from({ length: 3 }, (_, index) => ({ name: `Guest ${index}`, mobile: world.freshNumber() }))
    const socket = await ana.socket()
    await callWith(ana, guests)
    const began = performance.now()
    let sequence = 300
    for (let round = 0; round < 10; round++) {
      await Promise.all(guests.map(({ mobile }) => report(mobile, round % 2 === 0, sequence++)))
    }
    await report(guests[0]?.mobile ?? '', true, sequence++)
    await hearsSpeaking(socket, (await participant(ana, 'Guest 0')).id)
    const seconds = (performance.now() - began) / 1000
    expect(speech(socket).length).to.be.at.most(Math.floor(seconds * 2) + 1)
  })

  it('is believed of nobody who is not in the room', async () => {
    const bo = phoneThat(world, { silent: true })
    const socket = await ana.socket()
    const call: Json = await callWith(ana, [{ mobile: bo, name: 'Bo' }])
    await report(bo, true, 401)
    await report(ana.mobile, true, 402)
    await hearsSpeaking(socket, (await participant(ana, 'Ana')).id)
    expect(speech(socket)).to.have.lengthOf(1)
    await ana.delete('/calls/active')
    await report(ana.mobile, false, 403)
    await caughtUp(socket)
    expect(speech(socket).filter(({ data }) => data.call_id === call.id)).to.have.lengthOf(1)
  })
})
