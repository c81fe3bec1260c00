import { expect } from 'chai'
import sharp from 'sharp'
import { hold, holdPresent } from '#domain/accounts'
import { purge } from '#domain/departures'
import { blobKeyOf } from '#domain/mms'
import { adoptPhoneFollows } from '#domain/tags'
import { soundKey } from '#domain/voicemail'
import type { Fault } from '#kit/fault'
import { deleteDueAtCarrier } from '#telephony'
import { callWith, phoneThat, staysFor } from '#test/calls-stage'
import { knockSigned } from '#test/calls-webhooks'
import { dyingAt, leaves, purgeAll, tracesOf, untilPurged } from '#test/departures-stage'
import { freshEmail } from '#test/kadoink-accounts'
import { friends, groupOf, toGrid } from '#test/kadoink-book'
import { dials, type MailboxWorld, mailboxWorld, recordingsOf, speak } from '#test/mailbox-stage'
import type { Json, Person } from '#test/people'
import { follow, newTag } from '#test/tags'
import { ACCOUNT, type World } from '#test/world'

describe('What is left of somebody who has left', function () {
  this.timeout(120_000)
  let stage: MailboxWorld
  let world: World
  let photo: Buffer

  before(async () => {
    stage = await mailboxWorld()
    world = stage.world
    photo = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#c02020' } })
      .jpeg()
      .toBuffer()
  })
  after(() => stage.end())

  const rows = (table: string, where: Json): Promise<Json[]> => world.running.database.sql(table).where(where)

  /** Somebody who has used everything; gives the words by which their traces are found. */
  async function fullLife(): Promise<{ ana: Person; bo: Person; words: string[]; blobs: string[]; callId: string }> {
    const [ana, bo] = [await world.person('Philippa'), await world.person('Bo')]
    const email = freshEmail()
    const { body } = await ana.patch('/me', { email, name: 'Philippa of Hainault', bio: 'Queen of everything' })
    await ana.post('/auth/login/verify', {
      challenge_id: body.email_challenge.challenge_id,
      code: await world.codeMailedTo(email),
    })
    await ana.post('/me/im-identities', { network: 'icq', handle: 'philippa-1328' })
    await follow(ana, await newTag(bo))
    await follow(bo, await newTag(ana, { title: 'Philippa sings' }))
    expect((await ana.post('/statuses', { body: 'Philippa sings tonight' })).status).to.equal(201)
    const [friend = ''] = await friends(ana, 3)
    const there = await ana.knows('Bo', bo.mobile)
    const cell = await ana.knows('Cy', phoneThat(world, staysFor(3)))
    await groupOf(ana, 'Court', [friend, there.contact_id])
    await toGrid(ana, cell)

    await dials(world, world.freshNumber(), ana, speak(5))
    const callId = (await callWith(ana, [there, cell], { title: 'Philippa calls' })).id
    await ana.delete('/calls/active')
    await callWith(ana, [cell])
    await ana.delete('/calls/active')
    const mediaUrls = [`data:image/jpeg;base64,${photo.toString('base64')}`]
    ana.phone.text(ACCOUNT.number, 'Philippa was here', { mediaUrls })
    await world.pass(3)
    const [file] = await rows('files', { owner_id: ana.user.id, kind: 'audio' })
    const media = await world.running.database
      .sql('text_media')
      .join('texts', 'texts.id', 'text_media.text_id')
      .where({ phone: ana.mobile })
      .pluck('text_media.id')
    expect(media).to.have.length(1)
    const blobs = [file.blob_key, ...media.map(blobKeyOf)]
    for (const key of blobs) expect((await stage.tools.blobs.read(key))?.length, key).to.be.above(0)
    const words = [ana.user.id, ana.username, ana.mobile, email, 'Philippa', 'philippa-1328']
    return { ana, bo, words, blobs, callId }
  }

  const recordingOf = async ({ user }: Person): Promise<string> => {
    return (await rows('recordings', { owner_id: user.id }))[0].recording_id
  }

  const isGone = async (userId: string) => {
    const [departure] = await rows('departures', { user_id: userId })
    expect(departure).to.include({ state: 'done', mobile_sealed: null })
    expect(await rows('users', { id: userId })).to.deep.equal([])
  }

  it('goes from every table and from the bytes that were kept, and leaves the others what is theirs', async () => {
    const { ana, bo, words, blobs, callId } = await fullLife()
    const written = await bo.knows('My queen', ana.mobile)
    await ana.knows('Bo again', world.freshNumber())
    expect((await leaves(ana)).status).to.equal(204)
    await world.pass(2)
    expect((await rows('users', { id: ana.user.id }))[0], 'at once').to.include({ name: '', email: null, mobile: null })

    await purgeAll(world, stage.tools.blobs)
    await isGone(ana.user.id)
    for (const key of blobs) expect(await stage.tools.blobs.read(key), key).to.equal(null)
    const traces = await tracesOf(world, words)
    // What Bo wrote down, the departure itself, and the text that said goodbye.
    expect(traces).to.deep.equal({ contacts: 1, departures: 1, texts: 1 })
    expect((await bo.get(`/contacts/${written.contact_id}`)).body).to.include({ name: 'My queen', mobile: ana.mobile })

    const [call] = await rows('calls', { id: callId })
    expect(call).to.include({ host_id: null, title: null })
    const people = await rows('participants', { call_id: callId })
    expect(people.map(({ phone, name }) => [phone, name])).to.deep.equal(people.map(() => ['', null]))
    expect(people.map(({ user_id }) => user_id).filter(Boolean)).to.deep.equal([bo.user.id])
  })

  it('goes at the carrier too, and from a recording that comes when they are gone', async () => {
    const ana = await world.person('Ana')
    const [early, late] = [world.freshNumber(), world.freshNumber()]
    await dials(world, early, ana, speak(5))
    await world.settle()
    await dials(world, late, ana, speak(8), 12)
    const owned = { owner_id: ana.user.id }
    expect(
      [await rows('voicemail_visits', owned), await rows('recordings', owned)].map(({ length }) => length),
    ).to.deep.equal([2, 1])
    expect((await leaves(ana)).status).to.equal(204)
    await world.pass(20)
    await deleteDueAtCarrier(stage.tools)
    expect(recordingsOf(world, early)).to.deep.equal([])
    expect(recordingsOf(world, late)).to.deep.equal([])
    await purgeAll(world, stage.tools.blobs)
    await isGone(ana.user.id)
    expect(await rows('carrier_deletions', {})).to.deep.equal([])
    for (const { sid } of world.carrier.recordings()) {
      expect(await stage.tools.blobs.read(soundKey(sid))).to.equal(null)
    }
  })

  it('goes although the process dies before any step', async () => {
    const { ana, words, blobs } = await fullLife()
    await leaves(ana)
    await world.settle()
    await world.moveClock(61)
    const { database } = world.running
    let deaths = 0
    for (let unit = 1; ; unit++) {
      const isDead = await purge(dyingAt(database, unit), stage.tools.blobs).then(
        () => false,
        () => true,
      )
      if (!isDead) break
      deaths++
    }
    await untilPurged(world, stage.tools.blobs)
    await isGone(ana.user.id)
    for (const key of blobs) expect(await stage.tools.blobs.read(key), key).to.equal(null)
    expect(Object.keys(await tracesOf(world, words))).to.have.members(['departures', 'texts'])
    expect(deaths).to.be.above(0)
  })

  it('waits for whatever cannot go yet, and then goes', async () => {
    const { ana, bo } = await fullLife()
    const { database } = world.running
    for (const person of [ana, bo]) await leaves(person)
    // The carrier is away: it has a copy that it cannot delete yet.
    await database
      .sql('carrier_deletions')
      .insert({ carrier_id: await recordingOf(ana), due_at: new Date('2100-01-01') })
    await world.settle()
    await world.moveClock(61)
    for (let round = 0; round < 3; round++) await purge(database, stage.tools.blobs)
    await isGone(bo.user.id)
    expect((await rows('departures', { user_id: ana.user.id }))[0].state).to.equal('purging')
    expect(await rows('users', { id: ana.user.id })).to.have.length(1)

    await database
      .sql('carrier_deletions')
      .where({ carrier_id: await recordingOf(ana) })
      .delete()
    await untilPurged(world, stage.tools.blobs)
    await isGone(ana.user.id)
  })

  it('holds nobody up who hears of it afterwards, by events and by the clock', async () => {
    const ana = await world.person('Ana')
    const { database } = world.running
    await leaves(ana)
    expect(await database.write((unit) => adoptPhoneFollows(unit, ana.user.id))).to.equal(undefined)
    expect(await database.write((unit) => holdPresent(unit, ana.user.id))).to.equal(false)
    const refused = await database.write((unit) => hold(unit, ana.user.id)).catch((error: Fault) => error)
    expect((refused as Fault).type.code, 'whoever acts themself').to.equal('unauthorized')
  })

  it('takes nothing on that is written while they leave', async () => {
    const ana = await world.person('Ana')
    const [, changed] = await Promise.all([
      leaves(ana),
      ana.patch('/me', { name: 'Ghost', bio: 'Still here' }),
      ana.post('/contacts', { name: 'Ghost', mobile: world.freshNumber() }),
      ana.post('/ktags', { name: 'ghost_of_ana' }),
    ])
    expect(changed.status).to.be.oneOf([200, 401])
    expect((await rows('users', { id: ana.user.id }))[0]).to.include({ name: '', bio: null })
    expect(await rows('contacts', { owner_id: ana.user.id })).to.deep.equal([])
    expect(await rows('ktags', { owner_id: ana.user.id })).to.deep.equal([])
  })

  it('hears no more of what is told of it late', async () => {
    const ana = await world.person('Ana')
    const { sql } = world.running.database
    const texts: Json[] = await sql('texts').where({ phone: ana.mobile }).whereNotNull('carrier_id')
    await leaves(ana)
    await purgeAll(world, stage.tools.blobs)
    await isGone(ana.user.id)
    expect(texts).to.have.length.above(0)
    for (const { carrier_id: MessageSid, id } of texts) {
      const form = {
        MessageSid,
        MessageStatus: 'undelivered',
        ErrorCode: '30003',
        From: ACCOUNT.number,
        To: ana.mobile,
      }
      const path = `/webhooks/twilio/sms/status?text=${id}`
      expect(await knockSigned(world, path, form, ACCOUNT.token)).to.equal(204)
    }
    await world.settle()
    expect(
      await sql('texts').whereIn(
        'id',
        texts.map(({ id }) => id),
      ),
    ).to.deep.equal([])
  })
})
