import { expect } from 'chai'
import fc from 'fast-check'
import { byId, type User } from '#domain/accounts'
import * as media from '#domain/media'
import { purgeFiles } from '#domain/voicemail'
import { diskBlobs } from '#gateways/blobs'
import { sharpPictures } from '#gateways/pictures'
import { newId } from '#kit/id'
import type { Person } from '#test/people'
import { photo, sound } from '#test/pictures'
import { Gate } from '#test/realtime-surface'
import { follow, giveMore, newTag } from '#test/tags'
import { World } from '#test/world'

const HOUR = 3600

describe('A file that somebody sends', () => {
  let world: World
  let tools: media.MediaTools
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
    const { database } = world.running
    tools = { database, blobs: diskBlobs(`${world.directory}/blobs`), pictures: sharpPictures() }
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  const account = async ({ user }: Person): Promise<User> =>
    (await tools.database.read((view) => byId(view, user.id))) as User
  const send = async <T>(
    who: Person,
    bytes: Buffer,
    use: (file: media.MediaFile) => Promise<T>,
    declaredType = 'image/jpeg',
  ) => media.withUpload(tools, await account(who), { bytes, declaredType, field: 'media' }, use)
  /** Keep a file for a status of this id, on a tag or none. */
  const post = (who: Person, bytes: Buffer, subjectId: string = newId(), ktagId: string | null = null) =>
    send(who, bytes, async (file) => {
      await tools.database.write((unit) => media.attach(unit, file.id, { use: 'status', subjectId, ktagId }))
      return file
    })
  const rows = ({ user }: Person) => tools.database.sql('files').where({ owner_id: user.id }).orderBy('id')
  const purge = () => Promise.all([1, 2].map(() => purgeFiles(tools.database, tools.blobs)))
  const codeOf = (work: Promise<unknown>) => work.then(String, (error) => error.type?.code ?? String(error))

  it('is kept when something comes to use it, and gone when nothing does', async () => {
    const kept = await post(ana, await photo())
    const left = await send(ana, await photo(), async (file) => file)
    const failed: media.MediaFile[] = []
    await send(ana, await photo(), async (file) => {
      failed.push(file)
      throw new Error('changed my mind')
    }).catch(() => {})
    expect((await rows(ana)).map(({ id }) => id)).to.deep.equal([kept.id])
    expect(await tools.blobs.read(kept.blobKey)).to.have.length(kept.sizeBytes)
    for (const { blobKey } of [left, ...failed]) expect(await tools.blobs.read(blobKey)).to.equal(null)

    await world.moveClock(2 * HOUR)
    await purge()
    expect(await rows(ana)).to.have.length(1)
  })

  it('is known of before its bytes are, so that a process that dies leaves nothing behind for long', async () => {
    const dies = new Error('killed')
    const puts: string[] = []
    for (const isPut of [false, true]) {
      const blobs: media.Blobs = {
        ...tools.blobs,
        put: async (key, bytes) => {
          puts.push(key)
          if (isPut) await tools.blobs.put(key, bytes)
          throw dies
        },
        // What is dead cleans nothing up.
        remove: async () => {
          throw dies
        },
      }
      const sent = { bytes: await photo(), declaredType: '', field: 'media' }
      const lost = media.withUpload({ ...tools, blobs }, await account(ana), sent, async () => {})
      expect(await lost.catch((error) => error)).to.equal(dies)
    }
    expect((await rows(ana)).map(({ blob_key }) => blob_key)).to.deep.equal(puts)
    await purge()
    expect(await rows(ana)).to.deep.equal([])
    for (const key of puts) expect(await tools.blobs.read(key)).to.equal(null)
  })

  it('that waits for its use goes after an hour, and cannot be used any more then', async () => {
    const slow = new Gate()
    const inHand = new Gate()
    const work = send(ana, await photo(), async (file) => {
      inHand.open()
      await slow.opened
      await tools.database.write((unit) =>
        media.attach(unit, file.id, { use: 'status', subjectId: newId(), ktagId: null }),
      )
    })
    await inHand.opened
    await purge()
    expect(await rows(ana)).to.have.length(1)
    await world.moveClock(HOUR + 60)
    await purge()
    slow.open()
    expect(await codeOf(work)).to.equal('not_found')
    expect(await rows(ana)).to.deep.equal([])
  })

  it('is let go when another one takes its place, or its use is over', async () => {
    const status = newId()
    const first = await post(ana, await photo(), status)
    const second = await post(ana, await photo(), status)
    await purge()
    expect((await rows(ana)).map(({ id }) => id)).to.deep.equal([second.id])
    expect(await tools.blobs.read(first.blobKey)).to.equal(null)

    await tools.database.write((unit) => media.release(unit, 'status', status))
    await tools.database.write((unit) => media.release(unit, 'status', status))
    await purge()
    expect(await rows(ana)).to.deep.equal([])
    expect(await tools.blobs.read(second.blobKey)).to.equal(null)
  })

  it('of many that want the same place at once, one has it and the others go', async () => {
    const status = newId()
    const sent = await Promise.all(Array.from({ length: 5 }, async () => post(ana, await photo(), status)))
    await purge()
    const left = await rows(ana)
    expect(left).to.have.length(1)
    expect(sent.map(({ id }) => id)).to.include(left[0].id)
    const used = await tools.database.read((view) => media.usedBy(view, 'status', [status]))
    expect(used.get(status)?.id).to.equal(left[0].id)
  })

  it('is counted against what its sender may keep, however many come at once', async () => {
    const bytes = await photo('png')
    const { sizeBytes } = await post(ana, bytes)
    const limits = { mediaBytes: sizeBytes * 3 + 10 }
    await tools.database
      .sql('users')
      .where({ id: ana.user.id })
      .update({ limits: JSON.stringify(limits) })
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => codeOf(post(ana, bytes))))
    expect(outcomes.filter((outcome) => outcome === 'plan_limit_reached')).to.have.length(4)
    expect(await rows(ana)).to.have.length(3)
    expect(await codeOf(post(bo, bytes))).to.equal('[object Object]')

    await tools.database
      .sql('file_uses')
      .whereIn(
        'file_id',
        (await rows(ana)).map(({ id }) => id),
      )
      .delete()
    await tools.database
      .sql('files')
      .where({ owner_id: ana.user.id })
      .update({ purge_at: new Date(0) })
    await purge()
    expect(await codeOf(post(ana, bytes))).to.equal('[object Object]')
  })

  it('is what its bytes are: a photo written anew, or a sound as it came, with how long it lasts', async () => {
    const picture = await post(ana, await photo('webp', { width: 30, height: 20 }))
    expect(picture).to.include({
      kind: 'photo',
      contentType: 'image/webp',
      width: 30,
      height: 20,
      durationSeconds: null,
    })
    for (const [name, contentType] of [
      ['speech.wav', 'audio/wav'],
      ['speech.m4a', 'audio/mp4'],
      ['music.mp3', 'audio/mpeg'],
      ['tagged.mp3', 'audio/mpeg'],
      ['opus.ogg', 'audio/ogg'],
      ['vorbis.ogg', 'audio/ogg'],
      ['speech.amr', 'audio/amr'],
      ['speech-wb.amr', 'audio/amr-wb'],
      ['speech.aac', 'audio/aac'],
    ] as const) {
      const file = await post(ana, sound(name))
      expect(file, name).to.include({ kind: 'audio', contentType, durationSeconds: 1, width: null })
      expect(await tools.blobs.read(file.blobKey), name).to.deep.equal(sound(name))
    }
    // Sixty seconds of silence, so that not everything lasts one.
    const head = sound('speech.wav').indexOf('data') + 8
    const wave = Buffer.concat([sound('speech.wav').subarray(0, head), Buffer.alloc(60 * 16_000)])
    wave.writeUInt32LE(wave.length - 8, 4)
    wave.writeUInt32LE(wave.length - head, head - 4)
    expect((await post(ana, wave)).durationSeconds).to.equal(60)
    const speech = sound('speech.amr')
    const long = Buffer.concat([speech, ...Array.from({ length: 99 }, () => speech.subarray(6))])
    expect((await post(ana, long)).durationSeconds).to.equal(50)
  })

  it('has a duration or none, whatever its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('speech.wav', 'speech.m4a', 'music.mp3', 'opus.ogg', 'speech.amr', 'speech.aac'),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 }),
        fc.nat(2500),
        async (name, changes, length) => {
          const bytes = Buffer.from(sound(name)).subarray(0, length)
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
          const sent = { bytes, declaredType: 'audio/mpeg', field: 'media' }
          const ready = await media.readUpload(tools.pictures, sent).catch((error) => error.type?.code)
          if (typeof ready === 'string') expect(ready).to.equal('validation_failed')
          else expect(ready.durationSeconds === null || ready.durationSeconds >= 1).to.equal(true)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('is refused when it is nothing that is taken, or not what it is said to be', async () => {
    const refused = (bytes: Buffer, type: string) => codeOf(send(ana, bytes, async () => {}, type))
    const page = Buffer.from('<!doctype html><script>alert(1)</script>')
    expect(await refused(page, 'text/html')).to.equal('unsupported_media_type')
    expect(await refused(page, 'image/svg+xml')).to.equal('unsupported_media_type')
    expect(await refused(page, 'image/jpeg')).to.equal('validation_failed')
    expect(await refused(sound('film.mp4'), 'audio/mp4')).to.equal('validation_failed')
    expect(await refused((await photo()).subarray(0, 300), 'image/jpeg')).to.equal('validation_failed')
    expect(await refused(Buffer.alloc(0), '')).to.equal('validation_failed')
    const large = Buffer.concat([await photo(), Buffer.alloc(5 * 1024 * 1024)])
    expect(await refused(large, 'image/jpeg')).to.equal('payload_too_large')
    const loud = Buffer.concat([sound('music.mp3'), Buffer.alloc(10 * 1024 * 1024)])
    expect(await refused(loud, 'audio/mpeg')).to.equal('payload_too_large')
    expect(await rows(ana)).to.deep.equal([])
  })

  describe('may be had', () => {
    const stream = (who: Person, id: string) => who.get(`/files/${id}/stream`)

    it('by its owner, and by whoever may see the tag on which it is shown', async () => {
      await giveMore(world, ana)
      const open = await newTag(ana)
      const closed = await newTag(ana, { visibility: 'public' })
      await follow(bo, closed)
      expect((await ana.patch(`/ktags/${closed.id}`, { visibility: 'private' })).status).to.equal(200)
      const eve = await world.person('Eve')
      const shown = await post(ana, sound('speech.wav'), newId(), open.id)
      const hidden = await post(ana, sound('speech.wav'), newId(), closed.id)
      const own = await post(ana, sound('speech.wav'))
      const statuses = async (id: string) => [
        (await stream(ana, id)).status,
        (await stream(bo, id)).status,
        (await stream(eve, id)).status,
      ]
      expect(await statuses(shown.id)).to.deep.equal([200, 200, 200])
      expect(await statuses(hidden.id)).to.deep.equal([200, 200, 404])
      expect(await statuses(own.id)).to.deep.equal([200, 404, 404])

      const ticket = await bo.post(`/files/${hidden.id}/stream-token`)
      expect((await fetch(ticket.body.stream_url)).status).to.equal(200)
      expect((await eve.post(`/files/${hidden.id}/stream-token`)).status).to.equal(404)

      expect((await ana.delete(`/ktags/${open.id}`)).status).to.equal(204)
      expect(await statuses(shown.id)).to.deep.equal([200, 404, 404])
    })

    it('by nobody else while its owner is suspended', async () => {
      const tag = await newTag(ana)
      const shown = await post(ana, sound('speech.wav'), newId(), tag.id)
      await tools.database.sql('users').where({ id: ana.user.id }).update({ suspended_at: new Date() })
      expect((await stream(bo, shown.id)).status).to.equal(404)
    })
  })

  it('is out of sight at once when its owner is forgotten, and gone with the next purging', async () => {
    const tag = await newTag(ana)
    const subject = newId()
    const file = await post(ana, sound('speech.wav'), subject, tag.id)
    expect(await tools.database.read((view) => media.portable(view, ana.user.id))).to.have.length(1)
    const { body: ticket } = await bo.post(`/files/${file.id}/stream-token`)
    await tools.database.write((unit) => media.forget(unit, ana.user.id))
    expect((await fetch(ticket.stream_url)).status).to.equal(404)
    expect((await bo.get(`/files/${file.id}/stream`)).status).to.equal(404)
    expect(await tools.database.read((view) => media.portable(view, ana.user.id))).to.deep.equal([])
    await purge()
    expect(await rows(ana)).to.deep.equal([])
    expect(await tools.blobs.read(file.blobKey)).to.equal(null)
  })
})
