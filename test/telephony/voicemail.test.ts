import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { diskBlobs } from '#gateways/blobs'
import { createLog } from '#kit/log'
import type { ScriptStep } from '#simulator'
import { createTwilioCarrier, fetchDueSounds } from '#telephony'
import { knockSigned } from '#test/calls-webhooks'
import { onKeypad } from '#test/kadoink-voicemail'
import type { Json, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

describe('Voicemail', () => {
  let world: World
  let ana: Person
  let dataDir: string

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-voicemail-'))
    world = await World.start({ DATA_DIR: dataDir })
  })
  after(async () => {
    await world.end()
    await rm(dataDir, { recursive: true, force: true })
  })
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
  })

  const speak = (seconds: number): ScriptStep[] => [
    { leaveVoicemail: { seconds, text: 'Hello Ana' } },
    { wait: 1, press: '#' },
  ]

  /** Somebody dials our number, enters this, and does the rest. */
  async function dial(from: string, digits: string, rest: readonly ScriptStep[], seconds = 20): Promise<void> {
    world.carrier.handset(from).dial(ACCOUNT.number, { steps: [{ onPrompt: `${digits}#`, wait: 1 }, ...rest] })
    await world.pass(seconds)
  }

  /** What the carrier still keeps of somebody's words. */
  const recordingsOf = (from: string) => {
    const calls = world.carrier.handset(from).calls.map(({ sid }) => sid)
    return world.carrier.recordings().filter(({ callSid }) => calls.includes(callSid ?? ''))
  }

  const said = (from: string) =>
    world.carrier
      .handset(from)
      .heard.map(({ words }) => words)
      .join(' ')

  const inbox = async (person: Person): Promise<Json[]> => (await person.get('/inbox')).body.items

  it('is left by spelling a tag: one message at once, its sound with it, and the carrier’s copy deleted', async () => {
    const socket = await ana.socket({ topics: ['inbox'] })
    const from = world.freshNumber()
    await dial(from, onKeypad(ana.username), speak(7))

    const items = await inbox(ana)
    expect(items).to.have.lengthOf(1)
    const [message] = items
    expect(message).to.include({ kind: 'voicemail', via: 'voice', read: false, number: 1 })
    expect(message.from).to.include({ user_id: null, name: null, mobile: `${from.slice(0, 5)}***${from.slice(-4)}` })
    expect(message.to_ktag.name).to.equal(ana.username)
    const [sound] = message.media
    expect(sound).to.include({ kind: 'audio', content_type: 'audio/x-wav', duration_seconds: 7 })
    const played = await fetch(new URL(sound.stream_url, world.url))
    expect(played.status).to.equal(200)
    expect((await played.arrayBuffer()).byteLength).to.equal(sound.size_bytes)
    expect(recordingsOf(from)).to.deep.equal([])

    await socket.until(
      'event',
      ({ event, data }) => event === 'inbox.message_updated' && (data.message as Json).media.length > 0,
    )
    expect(socket.events.map(({ event }) => event)).to.include.members(['inbox.message_created', 'inbox.unread_count'])
  })

  it('is left by a tag’s extension, though it was begun with the star of tags, by a known person under their name', async () => {
    const bo = await world.person('Bo')
    const { extension } = await tagOf(ana)
    await dial(bo.mobile, `*${extension}`, speak(4))
    const [message] = await inbox(ana)
    expect(message.from).to.include({ user_id: bo.user.id, name: 'Bo' })
    expect(message.from.ktag.name).to.equal(bo.username)
    expect(said(bo.mobile)).to.include('Hi Bo.')
    expect(await inbox(bo)).to.deep.equal([])

    const contact = await ana.knows('My Bo', bo.mobile)
    expect((await inbox(ana))[0].from).to.include({ contact_id: contact.contact_id, name: 'My Bo', mobile: bo.mobile })
  })

  it('is taken from nobody whom its owner has blocked: they hear what is said where no messages are taken', async () => {
    const bo = await world.person('Bo')
    await ana.patch('/me', { settings: { blocked: [bo.user.id] } })
    await dial(bo.mobile, onKeypad(ana.username), speak(4))
    expect(said(bo.mobile)).to.include('is not taking messages')
    expect(await inbox(ana)).to.deep.equal([])
    await dial(world.freshNumber(), onKeypad(ana.username), speak(4))
    expect(await inbox(ana)).to.have.lengthOf(1)
  })

  it('asks which of several people is meant when a spelling fits more than one', async () => {
    const [first, second] = [await named('gate', 'Gate'), await named('have', 'Have')]
    const from = world.freshNumber()
    await dial(from, '4283', [{ onPrompt: '2', wait: 1 }, ...speak(4)], 25)
    expect(said(from)).to.match(/For gate, press 1\. For have, press 2\./)
    expect(await inbox(first)).to.deep.equal([])
    expect(await inbox(second)).to.have.lengthOf(1)

    const wrong = world.freshNumber()
    await dial(wrong, '4283', [{ onPrompt: '7', wait: 1 }], 6)
    expect(said(wrong).split('Enter the tag')).to.have.lengthOf(3)
  })

  it('asks again when nobody has the tag that was entered', async () => {
    const from = world.freshNumber()
    await dial(from, '000000', [{ onPrompt: `${onKeypad(ana.username)}#`, wait: 1 }, ...speak(3)], 25)
    expect(said(from).split('Enter the tag')).to.have.lengthOf(3)
    expect(await inbox(ana)).to.have.lengthOf(1)
  })

  it('is kept when the caller just hangs up at the end', async () => {
    await dial(world.freshNumber(), onKeypad(ana.username), [{ leaveVoicemail: { seconds: 5 } }, { hangUp: true }])
    const items = await inbox(ana)
    expect(items).to.have.lengthOf(1)
    expect(items[0].media).to.have.lengthOf(1)
  })

  it('is dropped when it is shorter than two seconds, or silent', async () => {
    await dial(world.freshNumber(), onKeypad(ana.username), speak(1))
    await dial(world.freshNumber(), onKeypad(ana.username), [{ wait: 5, hangUp: true }])
    expect(await inbox(ana)).to.deep.equal([])
    await dial(world.freshNumber(), onKeypad(ana.username), speak(2))
    expect(await inbox(ana)).to.have.lengthOf(1)
  })

  it('is taken from callers who hide their number, also where the carrier spells that as a number', async () => {
    for (const hidden of ['anonymous', '+266696687']) {
      const eve = await world.person('Eve')
      await dial(hidden, onKeypad(eve.username), speak(3))
      const items = await inbox(eve)
      expect(items, hidden).to.have.lengthOf(1)
      expect(items[0].from, hidden).to.include({ user_id: null, contact_id: null, name: null, mobile: null })
    }
  })

  it('is one message however often and in whatever order the carrier tells of it', async () => {
    world.carrier.faults.callbacks({ shuffle: true, duplicate: 1, delaySeconds: 1 })
    const socket = await ana.socket({ topics: ['inbox'] })
    await dial(world.freshNumber(), onKeypad(ana.username), [{ leaveVoicemail: { seconds: 5 } }, { hangUp: true }], 25)
    expect(await inbox(ana)).to.have.lengthOf(1)
    expect((await inbox(ana))[0].media).to.have.lengthOf(1)
    await socket.until('event', ({ event }) => event === 'inbox.message_updated')
    socket.say({ type: 'ping', id: 9 })
    await socket.until('pong')
    expect(socket.events.filter(({ event }) => event === 'inbox.message_created')).to.have.lengthOf(1)
    expect(socket.events.filter(({ event }) => event === 'inbox.message_updated')).to.have.lengthOf(1)
  })

  it('is one message when the carrier tells of it twice at the same moment', async () => {
    const from = world.freshNumber()
    await dial(from, onKeypad(ana.username), [], 3)
    const [call] = world.carrier.handset(from).calls
    const word = {
      CallSid: call?.sid ?? '',
      RecordingSid: `RE${'a'.repeat(32)}`,
      RecordingDuration: '9',
      RecordingStatus: 'completed',
    }
    const told = ['/webhooks/twilio/recording', '/webhooks/twilio/voice/recorded', '/webhooks/twilio/recording']
    await Promise.all(told.map((path) => knockSigned(world, path, word, ACCOUNT.token)))
    await world.settle()
    expect(await inbox(ana)).to.have.lengthOf(1)
    world.carrier.handset(from).hangUp()
  })

  it('is in the inbox at once, and gets its sound later, when the carrier has not stored it yet', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 60 })
    const from = world.freshNumber()
    await dial(from, onKeypad(ana.username), speak(6))
    expect((await inbox(ana)).map(({ media }) => media)).to.deep.equal([[]])
    expect(recordingsOf(from)).to.have.lengthOf(1)

    await fetchSounds()
    expect((await inbox(ana))[0].media).to.deep.equal([])
    await world.pass(60)
    await world.moveClock(120)
    await Promise.all([fetchSounds(), fetchSounds()])
    expect((await inbox(ana))[0].media).to.have.lengthOf(1)
    expect((await ana.get('/inbox/unread-count')).body.unread_count).to.equal(1)
    expect(recordingsOf(from)).to.deep.equal([])
  })

  it('ends at sixty seconds on the free plan', async () => {
    await dial(world.freshNumber(), onKeypad(ana.username), [{ leaveVoicemail: { seconds: 300 } }], 100)
    expect((await inbox(ana))[0].media[0].duration_seconds).to.equal(60)
  })

  /** Somebody whose tag is exactly this. */
  async function named(username: string, name: string): Promise<Person> {
    const person = await world.person(name)
    const keypad = onKeypad(username)
    await world.running.database.write(async (unit) => {
      await unit.sql('ktags').where({ owner_id: person.user.id }).update({ name: username, title: username, keypad })
    })
    return person
  }

  async function tagOf(person: Person): Promise<Json> {
    return world.running.database.read((view) => view.sql('ktags').where({ owner_id: person.user.id }).first())
  }

  async function fetchSounds(): Promise<void> {
    const carrier = createTwilioCarrier({
      accountSid: ACCOUNT.sid,
      authToken: ACCOUNT.token,
      apiBase: world.carrier.url,
      publicUrl: world.url,
      log: createLog('silent'),
    })
    await fetchDueSounds({ database: world.running.database, carrier, blobs: diskBlobs(join(dataDir, 'blobs')) })
    await world.settle()
  }
})
