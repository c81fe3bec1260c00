import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import type { Blobs } from '#domain/media'
import { diskBlobs, objectBlobs, postgresBlobs } from '#gateways/blobs'
import type { Log } from '#kit/log'
import { kadoink } from '#test/command-line'
import { formOf } from '#test/forms'
import { refusal } from '#test/kadoink-refusals'
import { leaveVoicemail } from '#test/kadoink-voicemail'
import { readableLog } from '#test/kit-place'
import { ObjectStore } from '#test/object-store'
import { photo } from '#test/pictures'
import { settings, World } from '#test/world'

const MB = 1024 * 1024
const SOUND = Buffer.from('0123456789')

describe('What people have said', () => {
  let world: World
  let directory: string
  let store: ObjectStore
  const places: Record<string, Blobs & { close?(): void }> = {}

  before(async () => {
    world = await World.start()
    directory = await mkdtemp(join(tmpdir(), 'kadoink-blobs-'))
    store = await ObjectStore.open()
    places['on disk'] = diskBlobs(directory)
    places['in the database'] = postgresBlobs(world.running.database)
    places['in an object store'] = await inStore(store)
  })
  after(async () => {
    places['in an object store']?.close?.()
    await store.close()
    await rm(directory, { recursive: true, force: true })
    await world.end()
  })

  for (const place of ['on disk', 'in the database', 'in an object store']) {
    describe(`is kept ${place}`, () => {
      let blobs: Blobs
      let key: string

      before(() => {
        blobs = places[place] as Blobs
      })
      beforeEach(() => {
        key = `voicemail/RE${randomBytes(8).toString('hex')}`
      })
      const streamed = async (range?: { start: number; end: number }) => {
        const stream = await blobs.stream(key, range)
        return stream && buffer(stream)
      }

      it('whole, until it is removed; removing it again is no error', async () => {
        await blobs.put(key, Buffer.from('an earlier fetch'))
        await blobs.put(key, SOUND)
        expect(await blobs.read(key)).to.deep.equal(SOUND)
        expect(await streamed()).to.deep.equal(SOUND)
        await blobs.remove(key)
        await blobs.remove(key)
        expect(await blobs.read(key)).to.equal(null)
        expect(await streamed()).to.equal(null)
      })

      it('in parts', async () => {
        await blobs.put(key, SOUND)
        for (const [start, end, text] of [
          [2, 4, '234'],
          [8, 9, '89'],
          [0, 0, '0'],
          [9, 9, '9'],
          [0, 9, '0123456789'],
        ] as const) {
          expect(String(await blobs.read(key, { start, end }))).to.equal(text)
          expect(String(await streamed({ start, end }))).to.equal(text)
        }
      })

      it('also where there is nothing in it, or nothing was ever there', async () => {
        expect(await blobs.read('voicemail/nothing')).to.equal(null)
        expect(await blobs.read('voicemail/nothing', { start: 0, end: 3 })).to.equal(null)
        expect(await blobs.stream('voicemail/nothing', { start: 0, end: 3 })).to.equal(null)
        await blobs.put(key, Buffer.alloc(0))
        expect(await blobs.read(key)).to.have.length(0)
        expect(await streamed()).to.have.length(0)
      })

      it('of any size', async () => {
        const large = randomBytes(10 * MB + 1)
        await blobs.put(key, large)
        expect((await blobs.read(key))?.equals(large)).to.equal(true)
        expect((await streamed())?.equals(large)).to.equal(true)
        const [start, end] = [3 * MB - 5, 7 * MB + 11]
        expect((await streamed({ start, end }))?.equals(large.subarray(start, end + 1))).to.equal(true)
      })

      it('as one of those who wrote it at once, and nothing in between', async () => {
        const versions = Array.from({ length: 6 }, (_, index) => Buffer.alloc(MB, index))
        const reading = async () => {
          const seen = await blobs.read(key)
          expect(seen === null || versions.some((version) => version.equals(seen))).to.equal(true)
        }
        await Promise.all(versions.flatMap((version) => [blobs.put(key, version), reading(), reading()]))
        await reading()
        expect(await blobs.read(key)).not.to.equal(null)
      })

      it('under names of ours and no others', async () => {
        for (const odd of [
          '',
          '/',
          '../x',
          'a/../b',
          'a//b',
          'a b',
          'ä',
          'a\0',
          'a%2fb',
          'a.b',
          '/a',
          'a/',
          'x'.repeat(201),
        ]) {
          const refused = (work: Promise<unknown>) =>
            work.then(
              () => 'done',
              (error) => error.message,
            )
          const outcomes = await Promise.all([
            refused(blobs.put(odd, SOUND)),
            refused(blobs.read(odd)),
            refused(blobs.stream(odd)),
            refused(blobs.remove(odd)),
          ])
          expect(new Set(outcomes), odd).to.deep.equal(new Set(['A blob key of another shape than ours.']))
        }
      })
    })
  }

  it('is not available on a disk that takes nothing; the log says why', async () => {
    const { log, lines } = readableLog()
    const file = join(directory, 'no-directory')
    await writeFile(file, '')
    const blobs = diskBlobs(file, log)
    for (const work of [blobs.put('voicemail/a', SOUND), blobs.read('voicemail/a')]) {
      expect(await work.catch(({ type }) => type.code)).to.equal('unavailable')
    }
    expect(lines.map(({ cause }) => cause)).to.deep.equal(['ENOTDIR', 'ENOTDIR'])
    await rm(file)
  })

  it('leaves nothing on disk that could be taken for it when writing is cut off', async () => {
    const blobs = diskBlobs(directory)
    // A folder stands where the file is to go.
    await blobs.put('cut/off/inner', SOUND)
    const failed = await blobs.put('cut/off', SOUND).catch(({ type, details }) => `${type.code} ${details.cause}`)
    expect(failed).to.match(/^unavailable (EISDIR|ENOTEMPTY|EEXIST|EPERM)$/)
    expect(await readdir(join(directory, 'cut'))).to.deep.equal(['off'])
    expect(await readdir(join(directory, '.parts'))).to.deep.equal([])
  })

  it('is cleared of what a process that died had half written, and not of what is being written', async () => {
    const parts = join(directory, '.parts')
    await mkdir(parts, { recursive: true })
    await Promise.all(['abandoned', 'fresh'].map((name) => writeFile(join(parts, name), 'half')))
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000)
    await utimes(join(parts, 'abandoned'), hoursAgo, hoursAgo)
    const blobs = diskBlobs(directory)
    await blobs.put('uploads/next', SOUND)
    while ((await readdir(parts)).length > 1) await new Promise((resolve) => setImmediate(resolve))
    expect(await readdir(parts)).to.deep.equal(['fresh'])
    await rm(join(parts, 'fresh'))
  })

  describe('in an object store', () => {
    const timeouts = { connect: 500, quiet: 300, whole: 2000 }
    const outcome = (work: Promise<unknown>) =>
      work.then(
        (value) => (Buffer.isBuffer(value) ? String(value) : value),
        (error) => error.type?.code ?? error.message,
      )
    let log: Log
    let lines: Record<string, unknown>[]
    let blobs: Blobs & { close(): void }

    beforeEach(async () => {
      ;({ log, lines } = readableLog())
      blobs = await objectBlobs({ ...optionsFor(store), log, timeouts })
      store.mischief.length = 0
      store.answers.length = 0
    })
    afterEach(() => blobs.close())

    it('stands in the bucket, by its key', async () => {
      await blobs.put('uploads/a', SOUND)
      expect(store.objects.get('uploads/a')).to.deep.equal(SOUND)
      await blobs.remove('uploads/a')
      expect(store.objects.has('uploads/a')).to.equal(false)
    })

    it('is asked for again when the store stumbles', async () => {
      await blobs.put('uploads/b', SOUND)
      store.mischief.push({ status: 503, code: 'SlowDown' }, { status: 500, code: 'InternalError' })
      expect(await outcome(blobs.read('uploads/b'))).to.equal('0123456789')
      store.mischief.push('cut')
      await blobs.put('uploads/b', Buffer.from('anew'))
      expect(await outcome(blobs.read('uploads/b'))).to.equal('anew')
      expect(store.answers.filter((answer) => answer.startsWith('GET'))).to.have.length(4)
    })

    it('is not available while the store fails, hangs or stops in the middle: none of it is waited for long', async () => {
      await blobs.put('uploads/c', randomBytes(MB))
      const spoil = (...mischief: ObjectStore['mischief']) => {
        store.mischief.length = 0
        store.mischief.push(...mischief)
      }
      const broken = { status: 500, code: 'InternalError' }
      for (const work of [
        () => blobs.put('uploads/d', SOUND),
        () => blobs.read('uploads/c'),
        () => blobs.stream('uploads/c'),
        () => blobs.remove('uploads/c'),
      ]) {
        for (const mischief of [broken, 'hang'] as const) {
          spoil(mischief, mischief, mischief)
          expect(await outcome(work())).to.equal('unavailable')
        }
      }
      for (const mischief of ['stall', 'cut'] as const) {
        spoil(mischief)
        expect(await outcome(blobs.read('uploads/c'))).to.equal('unavailable')
        spoil(mischief)
        const stream = await blobs.stream('uploads/c')
        expect(await outcome(stream ? buffer(stream) : Promise.resolve())).not.to.have.length(MB)
      }
      spoil()
      expect(store.objects.has('uploads/d')).to.equal(false)
      expect(store.objects.has('uploads/c')).to.equal(true)
    })

    it('is waited for while it comes, however slowly', async () => {
      await blobs.put('uploads/e', SOUND)
      store.mischief.push({ pauseMs: 200 })
      const stream = await blobs.stream('uploads/e')
      expect(stream && String(await buffer(stream))).to.equal('0123456789')
    })

    it('is not available to who signs wrongly, or names another bucket; the log says why, and gives nothing away', async () => {
      const options = optionsFor(store)
      for (const [wrong, cause] of [
        [{ secretAccessKey: 'wrong-secret' }, 'SignatureDoesNotMatch'],
        [{ accessKeyId: 'AKIASOMEBODY' }, 'InvalidAccessKeyId'],
        [{ region: 'us-east-1' }, 'AuthorizationHeaderMalformed'],
        [{ bucket: 'another' }, 'NoSuchBucket'],
      ] as const) {
        const strange = await objectBlobs({ ...options, ...wrong, log, timeouts })
        expect(await outcome(strange.put('uploads/f', SOUND))).to.equal('unavailable')
        expect(await outcome(strange.read('uploads/f'))).to.equal('unavailable')
        strange.close()
        expect(lines.at(-1)).to.include({ verb: 'get', cause })
      }
      expect(store.objects.has('uploads/f')).to.equal(false)
      const said = JSON.stringify(lines)
      for (const secret of [
        'wrong-secret',
        store.secretAccessKey,
        store.accessKeyId,
        'AKIASOMEBODY',
        'AWS4-HMAC',
        'Signature=',
      ]) {
        expect(said.includes(secret), secret).to.equal(false)
      }
    })

    it('is not available where nobody listens', async () => {
      const nobody = await objectBlobs({ ...optionsFor(store), endpoint: 'http://127.0.0.1:9', log, timeouts })
      expect(await outcome(nobody.read('uploads/a'))).to.equal('unavailable')
      nobody.close()
    })
  })

  describe('by a server with an object store', () => {
    let elsewhere: World

    before(async () => {
      elsewhere = await World.start(store.environment)
    })
    after(() => elsewhere.end())

    it('is put there by all that it does, and played from there in parts', async () => {
      const [ana, bo] = [await elsewhere.person('Ana'), await elsewhere.person('Bo')]
      await leaveVoicemail(elsewhere, ana, [bo.mobile])
      const [message] = (await ana.get('/inbox')).body.items
      const [{ stream_url, size_bytes }] = message.media
      const whole = Buffer.from(await (await fetch(stream_url)).arrayBuffer())
      expect(whole).to.have.length(size_bytes)
      expect([...store.objects.values()].some((object) => object.equals(whole))).to.equal(true)
      const part = await fetch(stream_url, { headers: { Range: 'bytes=10-19' } })
      expect([part.status, part.headers.get('content-length')]).to.deep.equal([206, '10'])
      expect(Buffer.from(await part.arrayBuffer())).to.deep.equal(whole.subarray(10, 20))

      const avatar = await ana.send('/me/avatar', formOf({ file: await photo() }))
      expect(avatar.status).to.equal(200)
      expect([...store.objects.keys()].filter((key) => key.startsWith('uploads/'))).to.have.length.above(0)
      expect((await fetch(avatar.body.avatar_url)).status).to.equal(200)
      expect((await readdir(elsewhere.directory)).includes('blobs')).to.equal(false)

      const { databaseUrl, directory, carrier } = elsewhere
      const told = { ...settings(databaseUrl, directory, carrier.url), ...store.environment }
      const { out } = await kadoink(['export', ana.username, '--embed'], told)
      const all = JSON.parse(out)
      const embedded = Object.values<string | null>(all.bytes).map((bytes) => Buffer.from(bytes ?? '', 'base64'))
      expect(
        embedded.some((bytes) => bytes.equals(whole)),
        'and brought by an export',
      ).to.equal(true)
      expect(embedded.every(({ length }) => length > 0)).to.equal(true)
    }).timeout(60_000)

    it('answers that it is not available while the store is away, and leaves nothing behind', async () => {
      const ana = await elsewhere.person('Ana')
      store.mischief.push(...Array.from({ length: 3 }, () => ({ status: 500, code: 'InternalError' })))
      const answer = await ana.send('/me/avatar', formOf({ file: await photo() }))
      expect(refusal(answer)).to.equal('503 unavailable')
      expect(answer.headers.get('retry-after')).to.equal('5')
      expect((await ana.get('/me')).body.avatar_url).to.equal(null)
      const rows = await elsewhere.running.database.sql('files').where({ owner_id: ana.user.id })
      expect(rows).to.deep.equal([])
    })
  })
})

function optionsFor({ bucket, endpoint, region, accessKeyId, secretAccessKey }: ObjectStore) {
  return { bucket, endpoint, region, accessKeyId, secretAccessKey }
}

function inStore(store: ObjectStore) {
  return objectBlobs({ ...optionsFor(store), log: readableLog().log })
}
