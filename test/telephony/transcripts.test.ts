import { expect } from 'chai'
import { fetchDueSounds, lookUpTranscripts } from '#telephony'
import { type Form, knockSigned } from '#test/calls-webhooks'
import {
  dials,
  inboxOf,
  type MailboxWorld,
  mailboxWorld,
  recordingsOf,
  set,
  speak,
  transcriptsAtCarrier,
} from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import { ACCOUNT, type World } from '#test/world'

const WORDS = 'Call me back about the gig'

describe('A transcript', () => {
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
    await set(ana, 'users', { plan: 'plus' })
    from = world.freshNumber()
  })

  const message = async (): Promise<Json> => (await inboxOf(ana))[0]
  const state = async (): Promise<string> => {
    const { transcript, transcript_status } = await message()
    return `${transcript_status} ${transcript}`
  }
  const left = async () => [recordingsOf(world, from).length, (await transcriptsAtCarrier(world)).length]
  const lookUp = async () => {
    await Promise.all([1, 2].map(() => lookUpTranscripts(stage.tools)))
    await world.settle()
  }

  it('comes later than the message, as an update, once; nothing of it stays at the carrier', async () => {
    const socket = await ana.socket({ topics: ['inbox'] })
    await dials(world, from, ana, speak(6, WORDS), 20)
    expect(await state()).to.equal('pending null')
    expect((await message()).media).to.have.lengthOf(1)
    // What is being written down is not taken away from the carrier.
    expect(recordingsOf(world, from)).to.have.lengthOf(1)
    await world.pass(20)
    expect(await state()).to.equal(`ready ${WORDS}`)
    expect(await left()).to.deep.equal([0, 0])

    const updated = (frame: { event: string; data: Json }) =>
      frame.event === 'inbox.message_updated' && frame.data.message.transcript === WORDS
    await socket.until('event', updated)
    expect(socket.events.filter(updated)).to.have.lengthOf(1)
    expect((await ana.get('/inbox?q=gig')).body.items).to.have.lengthOf(1)
  })

  it('is attached once, however often and in whatever order the carrier tells of it', async () => {
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 2 })
    await dials(world, from, ana, speak(6, WORDS), 60)
    expect(await state()).to.equal(`ready ${WORDS}`)
    const { sql } = world.running.database
    const { recording_id } = await sql('recordings').where({ owner_id: ana.user.id }).first()
    const tell = (form: Form) => knockSigned(world, '/webhooks/twilio/transcription', form, ACCOUNT.token)
    const about = { RecordingSid: recording_id, TranscriptionSid: `TR${'b'.repeat(32)}` }
    await tell({ ...about, TranscriptionStatus: 'completed', TranscriptionText: 'Something else' })
    await tell({ ...about, TranscriptionStatus: 'failed', TranscriptionText: '' })
    await world.settle()
    expect(await state()).to.equal(`ready ${WORDS}`)
    expect(await left()).to.deep.equal([0, 0])
  })

  it('is absent from the start where the plan has none, or where the carrier writes nothing down', async () => {
    await dials(world, from, ana, speak(2, WORDS))
    expect(await state()).to.equal('absent null')
    expect(await left()).to.deep.equal([0, 0])
    await dials(world, from, ana, [{ leaveVoicemail: { seconds: 130, text: WORDS } }], 150)
    expect(await state()).to.equal('absent null')
    expect((await message()).media[0].duration_seconds).to.equal(130)
    await set(ana, 'users', { plan: 'free' })
    await dials(world, from, ana, speak(6, WORDS), 45)
    expect(await state()).to.equal('absent null')
    expect(await left()).to.deep.equal([0, 0])
  })

  it('is absent when the carrier has failed to write it down', async () => {
    world.carrier.faults.transcriptions('failed')
    await dials(world, from, ana, speak(6, WORDS), 45)
    expect(await state()).to.equal('absent null')
    expect(await left()).to.deep.equal([0, 0])
  })

  it('is looked up when the carrier’s word of it was lost', async () => {
    world.carrier.faults.callbacks({ lose: 1 })
    await dials(world, from, ana, speak(6, WORDS), 45)
    expect(await state()).to.equal('pending null')
    await lookUp()
    expect(await state()).to.equal('pending null')
    await world.moveClock(181)
    await lookUp()
    expect(await state()).to.equal(`ready ${WORDS}`)
    await fetchDueSounds(stage.tools)
    await world.settle()
    expect(await left()).to.deep.equal([0, 0])
  })

  it('is absent in the end when the carrier never says a word', async () => {
    world.carrier.faults.transcriptions('never')
    const socket = await ana.socket({ topics: ['inbox'] })
    await dials(world, from, ana, speak(6, WORDS), 45)
    for (const pause of [185, 185, 365, 725]) {
      await world.moveClock(pause)
      await lookUp()
      expect(await state()).to.equal('pending null')
    }
    await world.moveClock(1445)
    await lookUp()
    expect(await state()).to.equal('absent null')
    expect(await left()).to.deep.equal([0, 0])
    const told = await socket.until(
      'event',
      ({ event, data }) => event === 'inbox.message_updated' && (data.message as Json).transcript_status === 'absent',
    )
    expect((told.data.message as Json).transcript).to.equal(null)
  })

  it('of a message that is gone is nobody’s, and is deleted at the carrier when it comes', async () => {
    await dials(world, from, ana, speak(6, WORDS), 18)
    await ana.delete(`/inbox/${(await message()).id}`)
    await world.settle()
    expect(recordingsOf(world, from)).to.deep.equal([])
    await world.pass(30)
    expect(await left()).to.deep.equal([0, 0])

    const { sql } = world.running.database
    const { recording_id } = await sql('recordings').where({ owner_id: ana.user.id }).first()
    const late = { RecordingSid: recording_id, TranscriptionSid: `TR${'c'.repeat(32)}` }
    const told = { ...late, TranscriptionStatus: 'completed', TranscriptionText: WORDS }
    await knockSigned(world, '/webhooks/twilio/transcription', told, ACCOUNT.token)
    await world.settle()
    const deletions: Json[] = await sql('events').where({ name: 'voicemail.carrier_copy_unneeded' }).select('data')
    expect(deletions.map(({ data }) => data.carrier_id)).to.include(late.TranscriptionSid)
    expect(await sql('carrier_deletions').pluck('carrier_id')).to.deep.equal([])
  })

  it('is wanted of messages only, and long ones are heard to their end all the same', async () => {
    await dials(world, ana.mobile, ana, [{ press: '1', wait: 1 }, ...speak(6, WORDS)], 45)
    expect(await transcriptsAtCarrier(world)).to.deep.equal([])
    await dials(world, from, ana, [{ leaveVoicemail: { seconds: 400, text: WORDS } }], 330)
    expect((await message()).media[0].duration_seconds).to.equal(300)
  })
})
