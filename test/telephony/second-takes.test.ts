import { expect } from 'chai'
import type { ScriptStep } from '#simulator'
import { deleteDueAtCarrier, fetchDueSounds } from '#telephony'
import { type Form, knockSigned } from '#test/calls-webhooks'
import {
  askWebhook,
  dials,
  heardBy,
  inboxOf,
  type MailboxWorld,
  mailboxWorld,
  recordingsOf,
  speak,
} from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import { ACCOUNT, type World } from '#test/world'

const SEND: ScriptStep[] = [{ press: '1', wait: 1 }]
const AGAIN: ScriptStep[] = [{ press: '2', wait: 1 }]

describe('What was said after the tone', () => {
  let stage: MailboxWorld
  let world: World
  let ana: Person
  let from: string

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
  })
  after(() => stage.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
    from = world.freshNumber()
  })

  const lengths = async () => (await inboxOf(ana)).map(({ media }) => media[0]?.duration_seconds ?? null)
  const files = () => world.running.database.sql('files').where({ owner_id: ana.user.id })

  it('is sent with 1, and by pressing nothing, and by hanging up', async () => {
    await dials(world, from, ana, [...speak(4), ...SEND])
    expect(heardBy(world, from)).to.include(
      'Press 1 to send, 2 to record again. Thank you. Your message has been left.',
    )
    await dials(world, world.freshNumber(), ana, speak(5))
    await dials(world, world.freshNumber(), ana, [{ leaveVoicemail: { seconds: 6 } }, { hangUp: true }])
    await dials(world, world.freshNumber(), ana, [...speak(7), { wait: 2, hangUp: true }])
    await dials(world, world.freshNumber(), ana, [{ leaveVoicemail: { seconds: 8 } }], 40)
    expect(await lengths()).to.deep.equal([8, 7, 6, 5, 4])
  })

  it('is no message any more when it is taken back with 2, and only the last take is one', async () => {
    const socket = await ana.socket({ topics: ['inbox'] })
    await dials(world, from, ana, [...speak(4), ...AGAIN, ...speak(9), ...SEND], 45)
    expect(await lengths()).to.deep.equal([9])
    expect((await inboxOf(ana))[0].number).to.equal(1)
    expect((await ana.get('/inbox/unread-count')).body.unread_count).to.equal(1)
    expect(recordingsOf(world, from)).to.deep.equal([])

    await socket.until('event', ({ event }) => event === 'inbox.message_deleted')
    const created = socket.events.filter(({ event }) => event === 'inbox.message_created')
    const deleted = socket.events.filter(({ event }) => event === 'inbox.message_deleted')
    expect(created.map(({ data }) => (data.message as Json).id)).to.include(deleted[0]?.data.id)
    expect([created.length, deleted.length]).to.deep.equal([2, 1])
    expect((await files()).filter(({ purge_at }) => purge_at === null)).to.have.lengthOf(1)
  })

  it('is taken as it is after five takes', async () => {
    const takes = [3, 4, 5, 6].flatMap((seconds) => [...speak(seconds), ...AGAIN])
    await dials(world, from, ana, [...takes, ...speak(7), ...AGAIN], 120)
    expect(await lengths()).to.deep.equal([7])
    expect(heardBy(world, from).split('record again')).to.have.lengthOf(5)
  })

  it('may be said again when it was too short to be kept', async () => {
    await dials(world, from, ana, [...speak(1), ...AGAIN, ...speak(5), ...SEND], 45)
    expect(heardBy(world, from)).to.include('That was too short to be kept.')
    expect(await lengths()).to.deep.equal([5])
    expect(recordingsOf(world, from)).to.deep.equal([])
  })

  it('is deleted at the carrier when it is too short, or when there is nothing in it', async () => {
    await dials(world, from, ana, speak(1))
    expect(recordingsOf(world, from)).to.deep.equal([])
    await dials(world, from, ana, [{ wait: 9, hangUp: true }])
    expect(recordingsOf(world, from)).to.deep.equal([])
    expect(await inboxOf(ana)).to.deep.equal([])
  })

  it('is deleted at the carrier when its message is deleted before its sound could be fetched', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 3600 })
    await dials(world, from, ana, speak(6))
    const [message] = await inboxOf(ana)
    expect(recordingsOf(world, from)).to.have.lengthOf(1)
    await ana.delete(`/inbox/${message.id}`)
    await world.settle()
    expect(recordingsOf(world, from)).to.deep.equal([])
    world.carrier.faults.clear()
    await world.moveClock(3600)
    await fetchDueSounds(stage.tools)
    expect([await inboxOf(ana), await files()]).to.deep.equal([[], []])
  })

  it('stays at the carrier no longer than it takes: what could not be deleted is deleted later', async () => {
    const call = await dials(world, from, ana, [], 3)
    const report = reportOf(call, 'a')
    await world.settle()
    world.carrier.faults.rest({ status500: 3 })
    await askWebhook(world, '/webhooks/twilio/voice/recorded?take=1', { ...report, RecordingDuration: '1' })
    await world.settle()
    const owed = () => world.running.database.sql('carrier_deletions').pluck('carrier_id')
    expect(await owed()).to.deep.equal([report.RecordingSid])
    world.carrier.faults.clear()
    await world.moveClock(60)
    await Promise.all([1, 2].map(() => deleteDueAtCarrier(stage.tools)))
    expect(await owed()).to.deep.equal([])
    world.carrier.handset(from).hangUp()
  })

  it('is given up after days without a sound: the message stays, and the carrier’s copy goes', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 1e9 })
    await dials(world, from, ana, speak(6))
    const { sql } = world.running.database
    await sql('recordings').where({ owner_id: ana.user.id }).update({ sound_tries: 59 })
    await world.moveClock(7200)
    await fetchDueSounds(stage.tools)
    await world.settle()
    expect(await lengths()).to.deep.equal([null])
    expect(recordingsOf(world, from)).to.deep.equal([])
  })

  const reportOf = (call: string, letter: string, seconds = 9) => ({
    CallSid: call,
    RecordingSid: `RE${letter.repeat(32)}`,
    RecordingDuration: String(seconds),
    RecordingStatus: 'completed',
  })
  const tell = (path: string, form: Form) => knockSigned(world, path, form, ACCOUNT.token)

  it('is one message, or none, in whatever order and however often the carrier tells of it', async () => {
    const call = await dials(world, from, ana, [], 3)
    const report = reportOf(call, 'b')
    const again = `/webhooks/twilio/voice/recorded/key?recording=${report.RecordingSid}&take=1`
    const action = '/webhooks/twilio/voice/recorded?take=1'
    const documents = await Promise.all([1, 2, 3].map(() => askWebhook(world, action, { ...report, Digits: '#' })))
    expect(new Set(documents).size).to.equal(1)
    expect(await inboxOf(ana)).to.have.lengthOf(1)

    const taken = await Promise.all([1, 2].map(() => askWebhook(world, again, { CallSid: call, Digits: '2' })))
    expect(taken[0]).to.include('<Record').and.to.equal(taken[1])
    await Promise.all(['/webhooks/twilio/recording', '/webhooks/twilio/recording'].map((path) => tell(path, report)))
    expect(await askWebhook(world, action, { ...report, Digits: '#' })).to.equal(documents[0])
    await world.settle()
    expect(await inboxOf(ana)).to.deep.equal([])

    const second = reportOf(call, 'c')
    await tell('/webhooks/twilio/recording', second)
    await tell('/webhooks/twilio/recording', { ...second, RecordingStatus: 'absent', RecordingDuration: '0' })
    await world.settle()
    expect(await inboxOf(ana)).to.deep.equal([])
    world.carrier.handset(from).hangUp()
  })

  it('is taken back by nobody on another call', async () => {
    const call = await dials(world, from, ana, [], 3)
    const report = reportOf(call, 'd')
    await askWebhook(world, '/webhooks/twilio/voice/recorded?take=1', report)
    const bo = await world.person('Bo')
    const other = await dials(world, world.freshNumber(), bo, [], 3)
    const again = `/webhooks/twilio/voice/recorded/key?recording=${report.RecordingSid}&take=1`
    await askWebhook(world, again, { CallSid: other, Digits: '2' })
    expect(await inboxOf(ana)).to.have.lengthOf(1)

    await askWebhook(world, again, { CallSid: call, Digits: '1' })
    // Whoever has sent it has sent it: a key of before that comes late changes nothing.
    await askWebhook(world, again, { CallSid: call, Digits: '2' })
    expect(await inboxOf(ana)).to.have.lengthOf(1)
    world.carrier.handset(from).hangUp()
  })
})
