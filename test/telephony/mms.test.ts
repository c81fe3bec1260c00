import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import sharp from 'sharp'
import * as media from '#domain/media'
import * as mms from '#domain/mms'
import { diskBlobs } from '#gateways/blobs'
import { sharpPictures } from '#gateways/pictures'
import { newId } from '#kit/id'
import { createLog } from '#kit/log'
import { createMetrics } from '#kit/metrics'
import { fetchDueMedia, tidyMedia, tidyTexts } from '#telephony'
import * as signals from '#telephony/text-signals'
import { knockSigned } from '#test/calls-webhooks'
import type { Json, Person } from '#test/people'
import { carrierOf } from '#test/texts-stage'
import { ACCOUNT, World } from '#test/world'

const asData = (contentType: string, bytes: Buffer) => `data:${contentType};base64,${bytes.toString('base64')}`
const sound = (name: string) => readFileSync(new URL(`../domain/media/fixtures/${name}`, import.meta.url))

describe('A text with pictures and sounds', () => {
  let world: World
  let ana: Person
  let dataDir: string
  let photo: Buffer

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadoink-mms-'))
    world = await World.start({ DATA_DIR: dataDir })
    photo = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#c02020' } })
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Artist: 'Ana Secret' } })
      .jpeg()
      .toBuffer()
  })
  after(async () => {
    await world.end()
    await rm(dataDir, { recursive: true, force: true })
  })
  beforeEach(async () => {
    world.carrier.faults.clear()
    ana = await world.person('Ana')
  })

  const tools = () => ({
    database: world.running.database,
    carrier: carrierOf(world),
    blobs: diskBlobs(join(dataDir, 'blobs')),
    pictures: sharpPictures(),
    log: createLog('silent'),
    metrics: createMetrics(),
  })
  /** Somebody sends this; gives the text's id. */
  async function send(from: string, body: string, mediaUrls: readonly string[]): Promise<string> {
    const sid = world.carrier.handset(from).text(ACCOUNT.number, body, { mediaUrls })
    await world.textsArrive()
    return (await world.running.database.sql('texts').where({ carrier_id: sid }).first()).id
  }
  const states = async (textId: string) => {
    const all = await world.running.database.read((view) => mms.mediaOf(view, textId))
    return all.map(({ state, reason, kept }) => reason ?? kept?.contentType ?? state)
  }
  const filesOf = (person: Person): Promise<Json[]> =>
    world.running.database.read((view) => view.sql('files').where({ owner_id: person.user.id }).orderBy('id'))
  const blobs = () => readdir(join(dataDir, 'blobs', 'mms')).catch(() => [])

  it('is kept whole: the photo without its metadata, the sound as it is, both as files of the sender', async () => {
    const amr = sound('speech.amr')
    const id = await send(ana.mobile, 'Look and listen', [asData('image/jpeg', photo), asData('audio/amr', amr)])
    expect(await states(id)).to.deep.equal(['image/jpeg', 'audio/amr'])
    const [picture, speech] = await filesOf(ana)
    expect(picture).to.include({ kind: 'photo', content_type: 'image/jpeg', width: 30, height: 60 })
    expect(speech).to.include({ kind: 'audio', content_type: 'audio/amr', size_bytes: String(amr.length) })

    const play = async (file: Json) => {
      const { body } = await ana.post(`/files/${file.id}/stream-token`)
      const answer = await fetch(new URL(body.stream_url, world.url))
      expect(answer.headers.get('content-type')).to.equal(file.content_type)
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff')
      return Buffer.from(await answer.arrayBuffer())
    }
    expect(await play(speech)).to.deep.equal(amr)
    const seen = await play(picture)
    expect(seen.includes('Ana Secret')).to.equal(false)
    expect(await sharp(seen).metadata()).to.include({ format: 'jpeg', width: 30, height: 60 })
  })

  it('is what its bytes say, not what it is called; what we do not take is refused, and why', async () => {
    const page = Buffer.from('<!doctype html><script>alert(1)</script>')
    const id = await send(ana.mobile, '', [
      asData('image/jpeg', page),
      asData('image/jpeg', photo.subarray(0, photo.length / 2)),
      asData('video/mp4', sound('film.mp4')),
      asData('text/html', photo),
      asData('image/png', sound('opus.ogg')),
    ])
    expect(await states(id)).to.deep.equal(['unsupported', 'broken', 'unsupported', 'image/jpeg', 'audio/ogg'])
    expect((await filesOf(ana)).map((file) => file.content_type)).to.deep.equal(['image/jpeg', 'audio/ogg'])
  })

  it('is refused where it is larger than a message can be', async () => {
    const id = await send(ana.mobile, '', [
      asData('audio/wav', Buffer.concat([sound('speech.wav'), Buffer.alloc(10 * 1024 * 1024)])),
    ])
    expect(await states(id)).to.deep.equal(['too_large'])
  })

  it('of somebody unknown is kept until it is delivered, to as many as there are', async () => {
    const stranger = world.freshNumber()
    const id = await send(stranger, 'For Ana and Bo', [asData('image/jpeg', photo)])
    expect(await states(id)).to.deep.equal(['image/jpeg'])
    const bo = await world.person('Bo')
    const deliver = (to: Person) => world.running.database.write((unit) => mms.filesFor(unit, id, to.user.id))
    const [first, again] = await Promise.all([deliver(ana), deliver(ana)])
    expect(first.map(({ id: fileId }) => fileId)).to.deep.equal(again.map(({ id: fileId }) => fileId))
    const [forBo] = await deliver(bo)
    expect(forBo?.id).not.to.equal(first[0]?.id)
    expect((await filesOf(ana)).map(({ id: fileId }) => fileId)).to.deep.equal([first[0]?.id])
    expect((await filesOf(bo)).map(({ id: fileId }) => fileId)).to.deep.equal([forBo?.id])
  })

  it('gets what the carrier has not stored yet later, and says when that is all', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 60 })
    const id = await send(ana.mobile, '', [asData('image/jpeg', photo), asData('audio/amr', sound('speech.amr'))])
    expect(await states(id)).to.deep.equal(['waiting', 'waiting'])
    await fetchDueMedia(tools())
    expect(await settled(id)).to.equal(0)
    await world.pass(60)
    await world.moveClock(61)
    await Promise.all([fetchDueMedia(tools()), fetchDueMedia(tools()), fetchDueMedia(tools())])
    expect(await states(id)).to.deep.equal(['image/jpeg', 'audio/amr'])
    expect(await filesOf(ana)).to.have.lengthOf(2)
    expect(await settled(id)).to.equal(1)
  })

  it('is given up when the carrier never has it', async () => {
    world.carrier.faults.recordings({ missingForSeconds: 1_000_000 })
    const id = await send(ana.mobile, '', [asData('image/jpeg', photo)])
    for (let round = 0; round < 8; round++) {
      await world.moveClock(21_601)
      await fetchDueMedia(tools())
    }
    expect(await states(id)).to.deep.equal(['gone'])
    expect(await settled(id)).to.equal(1)
  })

  it('counts once when it is told three times at once', async () => {
    const sid = world.carrier
      .handset(ana.mobile)
      .text(ACCOUNT.number, 'Look', { mediaUrls: [asData('image/jpeg', photo)] })
    await world.textsArrive()
    const [message] = world.carrier.messages().filter((one) => one.sid === sid)
    const form = {
      MessageSid: sid,
      From: ana.mobile,
      To: ACCOUNT.number,
      Body: 'Look',
      NumMedia: '1',
      MediaUrl0: message?.mediaUrls[0] ?? '',
      MediaContentType0: 'image/jpeg',
    }
    await Promise.all([1, 2, 3].map(() => knockSigned(world, '/webhooks/twilio/sms', form, ACCOUNT.token)))
    await world.settle()
    expect(await filesOf(ana)).to.have.lengthOf(1)
  })

  it('found in the carrier’s list first has its pictures as soon as the carrier tells of it itself', async () => {
    const { database } = world.running
    const sid = world.carrier
      .handset(ana.mobile)
      .text(ACCOUNT.number, 'Look', { mediaUrls: [asData('image/jpeg', photo)] })
    const found = { carrierId: sid, from: ana.mobile, to: ACCOUNT.number, body: 'Look', media: [null] }
    const { id } = await signals.texted(database, found)
    expect(await states(id)).to.deep.equal(['no_address'])
    await world.textsArrive()
    expect(await states(id)).to.deep.equal(['image/jpeg'])
    await signals.texted(database, found)
    expect(await states(id)).to.deep.equal(['image/jpeg'])
  })

  it('never has anything fetched from an address that somebody wrote', async () => {
    let knocks = 0
    const carrier = {
      ...carrierOf(world),
      fetchMedia: async () => {
        knocks++
        throw new Error('Nothing should be fetched.')
      },
    }
    const addresses = [
      'http://169.254.169.254/latest/meta-data/',
      `https://evil.example/Messages/../../Media/ME${'0'.repeat(32)}`,
      'file:///etc/passwd',
      'not an address',
      '',
    ]
    const MessageSid = `MM${newId().replaceAll('-', '')}`
    const form = Object.fromEntries(addresses.map((address, index) => [`MediaUrl${index}`, address]))
    const all = {
      MessageSid,
      From: ana.mobile,
      To: ACCOUNT.number,
      Body: '',
      NumMedia: String(addresses.length),
      ...form,
    }
    await knockSigned(world, '/webhooks/twilio/sms', all, ACCOUNT.token)
    await world.settle()
    await fetchDueMedia({ ...tools(), carrier })
    const { id } = await world.running.database.sql('texts').where({ carrier_id: MessageSid }).first()
    expect(await states(id)).to.deep.equal(addresses.map(() => 'no_address'))
    expect(knocks).to.equal(0)

    // The ids of a medium of ours behind a stranger's name are asked for at the carrier that we know.
    const sid = world.carrier.handset(ana.mobile).text(ACCOUNT.number, '', { mediaUrls: [asData('image/jpeg', photo)] })
    await world.textsArrive()
    const path = new URL(world.carrier.messages().find((one) => one.sid === sid)?.mediaUrls[0] ?? '').pathname
    const elsewhere = {
      ...all,
      MessageSid: `MM${newId().replaceAll('-', '')}`,
      NumMedia: '1',
      MediaUrl0: `https://evil.example${path}`,
    }
    await knockSigned(world, '/webhooks/twilio/sms', elsewhere, ACCOUNT.token)
    await world.settle()
    const { id: other } = await world.running.database.sql('texts').where({ carrier_id: elsewhere.MessageSid }).first()
    expect(await states(other)).to.deep.equal(['image/jpeg'])
  })

  it('is dropped after ninety days with what came with it; what has become somebody’s file stays theirs', async () => {
    const { database } = world.running
    const stranger = world.freshNumber()
    const before = new Set(await blobs())
    const [theirs, anas] = [
      await send(stranger, 'Look', [asData('image/jpeg', photo)]),
      await send(ana.mobile, 'Look', [asData('image/jpeg', photo)]),
    ]
    expect((await blobs()).filter((name) => !before.has(name))).to.have.lengthOf(2)
    await world.moveClock(91 * 86_400)
    await tidyTexts(tools())
    expect(await database.sql('texts').whereIn('id', [theirs, anas])).to.have.lengthOf(2)
    await Promise.all([tidyMedia(tools()), tidyMedia(tools())])
    await tidyTexts(tools())
    expect(await database.sql('texts').whereIn('id', [theirs, anas])).to.deep.equal([])
    expect(await database.sql('text_media').whereIn('text_id', [theirs, anas])).to.deep.equal([])

    const [file] = await filesOf(ana)
    const kept = (await blobs()).filter((name) => !before.has(name))
    expect(kept).to.deep.equal([file.blob_key.replace('mms/', '')])
    const bytes = await database.read((view) => media.find(view, ana.user.id, [file.id]))
    expect([...bytes.keys()]).to.deep.equal([file.id])
  })

  async function settled(textId: string): Promise<number> {
    const all = await world.running.database.sql('events').where({ name: 'mms.settled' }).pluck('data')
    return all.filter((data) => data.text_id === textId).length
  }
})
