import { expect } from 'chai'
import sharp from 'sharp'
import { forget } from '#domain/media'
import { purgeFiles } from '#domain/voicemail'
import { diskBlobs } from '#gateways/blobs'
import { newId } from '#kit/id'
import { type FormPart, formOf } from '#test/forms'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { photo, sound } from '#test/pictures'
import { follow, newTag } from '#test/tags'
import { World } from '#test/world'

const MB = 1024 * 1024

describe('A picture', () => {
  let world: World
  let ana: Person
  let bo: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    bo = await world.person('Bo')
  })

  const send = (who: Person, file: FormPart, method = 'POST'): Promise<Answer> =>
    who.send('/me/avatar', formOf({ file }), method)
  const shown = (url: string, init: RequestInit = {}) => fetch(url, init)
  const purge = () => purgeFiles(world.running.database, diskBlobs(`${world.directory}/blobs`))
  const files = (who: Person): Promise<Json[]> =>
    world.running.database.sql('files').where({ owner_id: who.user.id }).orderBy('id')

  describe('of a person', () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
      it(`comes as ${format}, and becomes a square that says nothing of where it was taken`, async () => {
        const bytes = await sharp(await photo(format, { width: 900, height: 300 }))
          .withExif({ IFD0: { Artist: 'Ana Secret' } })
          .toFormat(format)
          .toBuffer()
        const { status, body } = await send(ana, { bytes, name: 'me.jpg', type: `image/${format}` })
        expect(status).to.equal(200)
        expect(body).to.have.all.keys('avatar_url', 'file')
        expect(body.file).to.include({ kind: 'photo', content_type: 'image/webp', width: 512, height: 512 })

        const picture = await shown(body.avatar_url)
        const seen = Buffer.from(await picture.arrayBuffer())
        expect(await sharp(seen).metadata()).to.include({ format: 'webp', width: 512, height: 512 })
        expect(seen.includes('Ana Secret')).to.equal(false)
        expect(seen).to.have.length(body.file.size_bytes)
        const { data } = await sharp(seen).raw().toBuffer({ resolveWithObject: true })
        expect(data[0], 'red').to.be.within(170, 210)
      })
    }

    it('is shown without a token, for a day from memory, as a picture and nothing else', async () => {
      const { body } = await send(ana, await photo())
      expect(body.avatar_url).to.match(new RegExp(`^${world.url}/api/v1/avatars/[0-9A-Za-z]{43}$`))
      const answer = await shown(body.avatar_url)
      expect(Object.fromEntries(answer.headers)).to.include({
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=86400',
        'content-disposition': 'inline',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
      })
      expect((await shown(body.avatar_url, { method: 'HEAD' })).headers.get('content-length')).to.equal(
        String(body.file.size_bytes),
      )
      expect((await shown(body.avatar_url, { headers: { Range: 'bytes=0-3' } })).status).to.equal(206)
      const unknown = `${world.url}/api/v1/avatars/${'x'.repeat(43)}`
      expect((await shown(unknown)).status).to.equal(404)
    })

    it('is shown wherever the person is, and by their tags', async () => {
      const before = (await ana.get('/me')).body
      expect([before.avatar_url, before.primary_ktag.avatar_url]).to.deep.equal([null, null])
      const { avatar_url } = (await send(ana, await photo())).body
      const me = (await ana.get('/me')).body
      expect([me.avatar_url, me.primary_ktag.avatar_url]).to.deep.equal([avatar_url, avatar_url])
      const tag = await newTag(ana)
      expect(tag.avatar_url).to.equal(avatar_url)
      expect((await bo.get(`/ktags/${tag.id}`)).body.avatar_url).to.equal(avatar_url)
      expect((await follow(bo, tag)).ktag.avatar_url).to.equal(avatar_url)
      expect((await bo.get('/follows')).body.items[0].ktag.avatar_url).to.equal(avatar_url)
      expect((await bo.get(`/ktags/search?q=${tag.name}`)).body.items[0].avatar_url).to.equal(avatar_url)
      const contact = await bo.post('/contacts', { name: 'Ana', ktag: tag.name })
      expect(contact.body.ktag.avatar_url).to.equal(avatar_url)
      await ana.post('/statuses', { body: 'hi' })
      const [status] = (await ana.get('/statuses')).body.items
      expect([status.author.avatar_url, status.ktag.avatar_url]).to.deep.equal([avatar_url, avatar_url])
    })

    it('takes the place of the one before, which goes with its address', async () => {
      const first = (await send(ana, await photo())).body
      const second = (await send(ana, await photo('png', { background: '#20c020' }), 'PUT')).body
      expect(second.avatar_url).not.to.equal(first.avatar_url)
      expect((await shown(first.avatar_url)).status).to.equal(404)
      expect((await shown(second.avatar_url)).status).to.equal(200)
      const [row] = await files(ana)
      await purge()
      expect((await files(ana)).map(({ id }) => id)).to.deep.equal([second.file.file_id])
      expect(await diskBlobs(`${world.directory}/blobs`).read(row.blob_key)).to.equal(null)
    })

    it('is one, also when several are sent at once', async () => {
      const sent = await Promise.all(
        ['red', 'green', 'blue'].map(async (background) => send(ana, await photo('png', { background }))),
      )
      expect(outcomes(sent)).to.deep.equal({ 200: 3 })
      await purge()
      const left = await files(ana)
      expect(left).to.have.length(1)
      const { avatar_url } = (await ana.get('/me')).body
      expect(avatar_url).to.contain(left[0].public_key)
      expect((await shown(avatar_url)).status).to.equal(200)
    })

    it('is told of to their other devices', async () => {
      const socket = await ana.socket()
      await send(ana, await photo())
      await world.settle()
      const frame = await socket.until('event', ({ event }) => event === 'me.updated')
      expect(frame).to.include({ topic: 'account' })
      socket.socket.close()
    })

    it('can be sent before the mobile is verified', async () => {
      await world.running.database.sql('users').where({ id: ana.user.id }).update({ mobile_verified_at: null })
      expect((await send(ana, await photo())).status).to.equal(200)
    })

    it('is out of sight while they are suspended, and gone when they are', async () => {
      const { avatar_url } = (await send(ana, await photo())).body
      const suspend = (suspended_at: Date | null) =>
        world.running.database.sql('users').where({ id: ana.user.id }).update({ suspended_at })
      await suspend(new Date())
      expect((await shown(avatar_url)).status).to.equal(404)
      await suspend(null)
      expect((await shown(avatar_url)).status).to.equal(200)
      await world.running.database.write((unit) => forget(unit, ana.user.id))
      expect((await shown(avatar_url)).status).to.equal(404)
      await purge()
      expect(await files(ana)).to.deep.equal([])
      expect((await ana.get('/me')).body.avatar_url).to.equal(null)
    })

    it('is refused when it is none, too large, or sent in another way', async () => {
      const page = Buffer.from('<!doctype html><script>alert(1)</script>')
      const outcome = async (answer: Promise<Answer>) => refusal(await answer)
      expect(await outcome(send(ana, { bytes: page, type: 'text/html' }))).to.equal('415 unsupported_media_type')
      expect(await outcome(send(ana, { bytes: sound('music.mp3'), type: 'audio/mpeg' }))).to.equal(
        '415 unsupported_media_type',
      )
      expect(complaints(await send(ana, { bytes: page, type: 'image/png' }))).to.have.all.keys('file')
      expect(complaints(await send(ana, (await photo()).subarray(0, 200)))).to.have.all.keys('file')
      const wall = await photo('png', { width: 12_000, height: 6000 })
      expect(complaints(await send(ana, { bytes: wall, type: 'image/png' }))).to.have.all.keys('file')
      const large = Buffer.concat([await photo(), Buffer.alloc(5 * MB)]).subarray(0, 5 * MB + 1)
      expect(await outcome(send(ana, large))).to.equal('413 payload_too_large')
      expect((await send(ana, large.subarray(0, 5 * MB))).status).to.equal(200)
      expect(complaints(await ana.send('/me/avatar', formOf({ picture: 'x' })))).to.have.all.keys('file')
      expect(await outcome(ana.post('/me/avatar', { file: 'x' }))).to.equal('415 unsupported_media_type')
      expect(await outcome(ana.post('/me/avatar'))).to.equal('415 unsupported_media_type')
    })

    it('is sent twenty times in an hour at most', async () => {
      const answers: Answer[] = []
      for (let time = 0; time < 21; time++) answers.push(await send(ana, Buffer.from('no picture')))
      expect(outcomes(answers)).to.deep.equal({ '422 validation_failed': 20, '429 rate_limited': 1 })
    })

    it('counts against what the plan keeps', async () => {
      const { body } = await send(bo, await photo())
      const { limits, usage } = (await bo.get('/billing/entitlements')).body
      expect([limits.media_bytes, usage.media_bytes]).to.deep.equal([200 * MB, body.file.size_bytes])
      await world.running.database.sql('users').where({ id: ana.user.id }).update({ limits: '{"mediaBytes":100}' })
      expect(refusal(await send(ana, await photo()))).to.equal('403 plan_limit_reached')
      expect(await files(ana)).to.deep.equal([])
    })
  })

  describe('of a tag', () => {
    /** A photo of somebody's, as one that they have posted. */
    const photoOf = async (who: Person): Promise<string> => (await send(who, await photo())).body.file.file_id
    const edit = (who: Person, tag: { id: string }, avatar_file_id: string | null, more: Json = {}) =>
      who.patch(`/ktags/${tag.id}`, { avatar_file_id, ...more })

    it('is made of a photo of its owner’s, and stays when the photo goes', async () => {
      const tag = await newTag(ana)
      const { status, body } = await edit(ana, tag, await photoOf(ana), { title: 'Jazz' })
      expect([status, body.title]).to.deep.equal([200, 'Jazz'])
      const me = (await ana.get('/me')).body
      expect(body.avatar_url).to.be.a('string').not.equal(me.avatar_url)
      await send(ana, await photo('png', { background: 'blue' }))
      await purge()
      expect((await shown(body.avatar_url)).status).to.equal(200)
      expect((await ana.get(`/ktags/${tag.id}`)).body.avatar_url).to.equal(body.avatar_url)
    })

    it('is replaced by another, and by its owner’s when it is taken off', async () => {
      const tag = await newTag(ana)
      const first = (await edit(ana, tag, await photoOf(ana))).body.avatar_url
      const second = (await edit(ana, tag, await photoOf(ana))).body.avatar_url
      expect(second).not.to.equal(first)
      expect((await shown(first)).status).to.equal(404)
      const { body } = await edit(ana, tag, null)
      expect(body.avatar_url).to.equal((await ana.get('/me')).body.avatar_url)
      expect((await shown(second)).status).to.equal(404)
      await purge()
      expect(await files(ana)).to.have.length(1)
    })

    it('goes with the tag', async () => {
      const tag = await newTag(ana)
      const { avatar_url } = (await edit(ana, tag, await photoOf(ana))).body
      expect((await ana.delete(`/ktags/${tag.id}`)).status).to.equal(204)
      await world.settle()
      expect((await shown(avatar_url)).status).to.equal(404)
      await purge()
      expect(await files(ana)).to.have.length(1)
    })

    it('is no photo of others, no sound, and nobody’s but the owner’s to choose', async () => {
      const tag = await newTag(ana)
      const foreign = await photoOf(bo)
      expect(complaints(await edit(ana, tag, foreign))).to.have.all.keys('avatar_file_id')
      expect(complaints(await edit(ana, tag, newId()))).to.have.all.keys('avatar_file_id')
      expect(complaints(await edit(ana, tag, 'x'))).to.have.all.keys('avatar_file_id')
      expect(refusal(await edit(bo, tag, foreign))).to.equal('403 not_tag_owner')
      expect(refusal(await edit(bo, { id: newId() }, foreign))).to.equal('404 not_found')
      expect((await ana.get(`/ktags/${tag.id}`)).body.avatar_url).to.equal(null)
      await purge()
      expect(await files(ana)).to.deep.equal([])
    })

    it('is not kept when the tag cannot be changed', async () => {
      const tag = await newTag(ana)
      const id = await photoOf(ana)
      const taken = await newTag(bo)
      expect(refusal(await edit(ana, tag, id, { name: taken.name }))).to.equal('409 ktag_taken')
      expect(await files(ana)).to.have.length(1)
    })
  })
})
