import { expect } from 'chai'
import { purgeFiles, tidy } from '#domain/voicemail'
import type { ScriptStep } from '#simulator'
import { fetchDueSounds } from '#telephony'
import { complaints } from '#test/kadoink-refusals'
import { onKeypad } from '#test/kadoink-voicemail'
import {
  askWebhook,
  dials,
  heardBy,
  inboxOf,
  type MailboxWorld,
  mailboxWorld,
  recordingsOf,
  set,
  speak,
} from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import { ACCOUNT, type World } from '#test/world'

const RECORD: ScriptStep[] = [{ press: '1', wait: 1 }]
const KEEP: ScriptStep[] = [{ press: '1', wait: 1 }]
const AGAIN: ScriptStep[] = [{ press: '2', wait: 1 }]
const STANDARD = 'Leave a message after the tone.'

describe('A greeting', () => {
  let stage: MailboxWorld
  let world: World
  let ana: Person

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
  })
  after(() => stage.end())
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
  })

  const settings = async (person: Person): Promise<Json> => (await person.get('/me')).body.settings
  const greetingOf = async (person: Person): Promise<string | null> =>
    (await settings(person)).voicemail_greeting_file_id
  /** The owner calls their own tag, and does this. */
  const inMailbox = (steps: readonly ScriptStep[], seconds = 40) => dials(world, ana.mobile, ana, steps, seconds)
  /** What a caller hears at Ana's mailbox. */
  async function heard(): Promise<string> {
    const phone = world.freshNumber()
    await dials(world, phone, ana, [{ wait: 8, hangUp: true }], 14)
    return heardBy(world, phone)
  }
  const filesOf = async (person: Person): Promise<Json[]> =>
    world.running.database.sql('files').where({ owner_id: person.user.id }).orderBy('created_at')

  it('is spoken in words as long as there is no other', async () => {
    expect(await heard()).to.include(`You have reached Ana. ${STANDARD} beep`)
  })

  it('is recorded by its owner on the phone, kept with 1, and is what callers hear from then on', async () => {
    const socket = await ana.socket({ topics: ['account', 'inbox'] })
    await inMailbox([...RECORD, ...speak(6), ...KEEP])
    expect(heardBy(world, ana.mobile))
      .to.include('This is your mailbox.')
      .and.to.include('Your greeting has been saved.')
    const fileId = await greetingOf(ana)
    expect(fileId).to.be.a('string')
    expect(recordingsOf(world, ana.mobile)).to.deep.equal([])
    const { data } = await socket.until('event', ({ event }) => event === 'me.updated')
    expect((data.user as Json).settings.voicemail_greeting_file_id).to.equal(fileId)

    const said = await heard()
    expect(said).not.to.include(STANDARD)
    const [, url = ''] = /(http\S+\/stream\?token=\S+)/.exec(said) ?? []
    const played = await fetch(url)
    expect([played.status, played.headers.get('content-type')]).to.deep.equal([200, 'audio/x-wav'])
    expect(await inboxOf(ana)).to.deep.equal([])
    expect((await ana.get('/inbox/unread-count')).body.unread_count).to.equal(0)
  })

  it('is recorded again with 2 as often as its owner likes; what was taken back is deleted at the carrier', async () => {
    await inMailbox([...RECORD, ...speak(4), ...AGAIN, ...speak(5), ...AGAIN, ...speak(9), ...KEEP], 80)
    const files = await filesOf(ana)
    expect(files.map(({ duration_seconds }) => duration_seconds)).to.deep.equal([9])
    expect(await greetingOf(ana)).to.equal(files[0].id)
    expect(recordingsOf(world, ana.mobile)).to.deep.equal([])
  })

  it('stays as it was when its owner hangs up, presses nothing, or says nothing', async () => {
    await inMailbox([...RECORD, ...speak(4)])
    await inMailbox([...RECORD, { leaveVoicemail: { seconds: 4 } }, { hangUp: true }])
    await inMailbox([...RECORD, { wait: 12, hangUp: true }])
    await inMailbox([...RECORD, ...speak(1)])
    expect(heardBy(world, ana.mobile)).to.include('Your greeting has not been changed.')
    expect(heardBy(world, ana.mobile)).to.include('That was too short')
    expect([await greetingOf(ana), await inboxOf(ana)]).to.deep.equal([null, []])
    expect(recordingsOf(world, ana.mobile).filter(({ status }) => status === 'completed')).to.have.lengthOf(2)
    await world.moveClock(901)
    await tidy(stage.tools.database)
    await world.settle()
    expect(recordingsOf(world, ana.mobile).filter(({ status }) => status === 'completed')).to.deep.equal([])
    expect(await filesOf(ana)).to.deep.equal([])
  })

  it('is the standard one again with 2; the sound stays a day, should its owner want it back', async () => {
    await inMailbox([...RECORD, ...speak(4), ...KEEP])
    const recorded = await greetingOf(ana)
    await inMailbox([{ press: '2', wait: 1 }])
    expect(await greetingOf(ana)).to.equal(null)
    expect(await heard()).to.include(STANDARD)

    expect((await ana.patch('/me', { settings: { voicemail_greeting_file_id: recorded } })).status).to.equal(200)
    await world.moveClock(86_401)
    await purgeFiles(stage.tools.database, stage.tools.blobs)
    expect(await heard()).not.to.include(STANDARD)

    await ana.patch('/me', { settings: { voicemail_greeting_file_id: null } })
    await world.moveClock(86_401)
    await Promise.all([1, 2].map(() => purgeFiles(stage.tools.database, stage.tools.blobs)))
    expect(await filesOf(ana)).to.deep.equal([])
    const gone = await ana.patch('/me', { settings: { voicemail_greeting_file_id: recorded } })
    expect(complaints(gone)).to.have.all.keys('settings.voicemail_greeting_file_id')
  })

  it('is the last one that was kept, whichever sound comes first', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 600 })
    await inMailbox([...RECORD, ...speak(4), ...KEEP])
    await inMailbox([...RECORD, ...speak(7), ...KEEP])
    expect(await greetingOf(ana)).to.equal(null)
    world.carrier.faults.clear()
    await world.moveClock(600)
    await Promise.all([1, 2].map(() => fetchDueSounds(stage.tools)))
    await world.settle()
    expect((await filesOf(ana)).map(({ duration_seconds }) => duration_seconds)).to.deep.equal([7])
    expect(recordingsOf(world, ana.mobile)).to.deep.equal([])
  })

  it('does not come late when its owner has chosen otherwise meanwhile', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 600 })
    await inMailbox([...RECORD, ...speak(4), ...KEEP])
    await ana.patch('/me', { settings: { voicemail_greeting_file_id: null } })
    world.carrier.faults.clear()
    await world.moveClock(600)
    await fetchDueSounds(stage.tools)
    await world.settle()
    expect(await greetingOf(ana)).to.equal(null)
    expect([recordingsOf(world, ana.mobile), await filesOf(ana)]).to.deep.equal([[], []])
  })

  it('is kept once, however often and in whatever order the carrier tells of it', async () => {
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 2 })
    const call = await inMailbox([...RECORD, ...speak(4), ...KEEP], 50)
    expect(await filesOf(ana)).to.have.lengthOf(1)
    const { sql } = world.running.database
    const { recording_id } = await sql('recordings').where({ owner_id: ana.user.id }).first()
    const key = `/webhooks/twilio/voice/mailbox/greeting?recording=${recording_id}`
    const answers = await Promise.all(
      ['1', '1', '2'].map((Digits) => askWebhook(world, key, { CallSid: call, Digits })),
    )
    expect(answers[0]).to.include('has been saved').and.to.equal(answers[1])
    await world.settle()
    expect((await filesOf(ana)).map(({ id }) => id)).to.deep.equal([await greetingOf(ana)])
  })

  it('may be any sound of one’s own that a phone can play, and nothing else', async () => {
    const bo = await world.person('Bo')
    await dials(world, world.freshNumber(), ana, speak(5))
    await dials(world, world.freshNumber(), bo, speak(5))
    const [own] = (await inboxOf(ana))[0].media
    const [foreign] = (await inboxOf(bo))[0].media
    const put = (id: unknown) => ana.patch('/me', { settings: { voicemail_greeting_file_id: id } })
    expect((await put(own.file_id)).body.settings.voicemail_greeting_file_id).to.equal(own.file_id)
    expect(await heard()).to.include(own.file_id)

    const { sql } = world.running.database
    const row = await sql('files').where({ id: own.file_id }).first()
    const id = '019a8f00-0000-7000-8000-00000000000a'
    await sql('files').insert({ ...row, id, kind: 'photo', content_type: 'image/png' })
    const amr = '019a8f00-0000-7000-8000-00000000000b'
    await sql('files').insert({ ...row, id: amr, content_type: 'audio/amr' })
    for (const bad of [foreign.file_id, id, amr, '019a8f00-0000-7000-8000-000000000000']) {
      expect(complaints(await put(bad)), bad).to.have.all.keys('settings.voicemail_greeting_file_id')
    }
    expect((await put('x')).status).to.equal(422)
    expect(await greetingOf(ana)).to.equal(own.file_id)
  })

  it('outlives the message that it was taken from', async () => {
    await dials(world, world.freshNumber(), ana, speak(5))
    const [message] = await inboxOf(ana)
    const fileId = message.media[0].file_id
    await ana.patch('/me', { settings: { voicemail_greeting_file_id: fileId } })
    await ana.delete(`/inbox/${message.id}`)
    await world.settle()
    await world.moveClock(86_401)
    await purgeFiles(stage.tools.database, stage.tools.blobs)
    expect(await heard()).to.include(fileId)
  })

  it('is recorded by nobody but the owner, on their own verified phone', async () => {
    const call = await dials(world, world.freshNumber(), ana, [], 3)
    const asked = await askWebhook(world, '/webhooks/twilio/voice/mailbox/key', { CallSid: call, Digits: '1' })
    expect(asked).to.match(/<Response><Hangup\/><\/Response>$/)

    const forged = {
      CallSid: `CA${'9'.repeat(32)}`,
      From: ana.mobile,
      To: ACCOUNT.number,
      Digits: onKeypad(ana.username),
    }
    const tag = '/webhooks/twilio/voice/tag'
    expect(await askWebhook(world, tag, { ...forged, StirVerstat: 'TN-Validation-Failed-A' })).to.include('<Record')
    expect(await askWebhook(world, tag, { ...forged, StirVerstat: 'TN-Validation-Passed-A' })).to.include(
      'your mailbox',
    )
    await set(ana, 'users', { mobile_verified_at: null })
    expect(await askWebhook(world, tag, { ...forged, CallSid: `CA${'8'.repeat(32)}` })).to.include('<Record')
  })
})
