import { expect } from 'chai'
import { type FormPart, formOf } from '#test/forms'
import { grant } from '#test/kadoink-book'
import { refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { photo, sound } from '#test/pictures'
import { fans, primaryOf, wordsOf } from '#test/statuses'
import { follow, newTag } from '#test/tags'
import { receivedBy } from '#test/texts-stage'
import { World } from '#test/world'

describe('A photo or a sound with a status', () => {
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

  const send = (who: Person, parts: Readonly<Record<string, FormPart>>): Promise<Answer> =>
    who.send('/statuses', formOf({ body: 'Look', text_followers: 'false', ...parts }), 'POST')
  const files = (who: Person): Promise<Json[]> =>
    world.running.database.sql('files').where({ owner_id: who.user.id }).whereNull('gone_at')

  it('is seen and heard by those who see the status: author, followers, and whoever opens the page', async () => {
    await follow(bo, primaryOf(ana))
    const socket = await bo.socket({ topics: ['feed'] })
    const { status, body } = await send(ana, { media: await photo('jpeg', { width: 600, height: 400 }) })
    expect(status, JSON.stringify(body)).to.equal(201)
    expect(body.media).to.have.lengthOf(1)
    expect(body.media[0]).to.include({ kind: 'photo', width: 600, height: 400 })
    const { data } = await socket.until('event', ({ event }) => event === 'feed.status_created')
    for (const one of [body, data.status as Json, (await bo.get('/feed')).body.items[0]]) {
      expect((await fetch(one.media[0].stream_url)).status).to.equal(200)
    }
    const heard = await send(ana, { media: sound('speech.mp3') })
    expect(heard.body.media[0]).to.include({ kind: 'audio' })
    expect((await bo.get(`/ktags/${primaryOf(ana).id}`)).body.latest_statuses.items[0].media).to.have.lengthOf(1)
    expect((await bo.post(`/files/${body.media[0].file_id}/stream-token`)).status).to.equal(200)
  })

  it('on a private tag is not there for others', async () => {
    const tag = await newTag(ana, { visibility: 'private' })
    const { body } = await send(ana, { media: await photo(), ktag_id: tag.id })
    expect(refusal(await bo.post(`/files/${body.media[0].file_id}/stream-token`))).to.equal('404 not_found')
  })

  it('goes with its status', async () => {
    const { body } = await send(ana, { media: await photo() })
    expect(await files(ana)).to.have.lengthOf(1)
    await ana.delete(`/statuses/${body.id}`)
    const [file] = await files(ana)
    expect(file === undefined || file.purge_at !== null).to.equal(true)

    const tag = await newTag(ana)
    const other = await send(ana, { media: await photo(), ktag_id: tag.id })
    await ana.delete(`/ktags/${tag.id}`)
    await world.settle()
    const kept = (await files(ana)).filter(({ id }) => id === other.body.media[0].file_id)
    expect(kept.every(({ purge_at }) => purge_at !== null)).to.equal(true)
  })

  it('is not kept of a status that is refused', async () => {
    await grant(ana, { limits: { smsPerMonth: 1 } })
    await fans(world, primaryOf(ana), 2)
    expect(refusal(await send(ana, { media: await photo(), text_followers: 'true' }))).to.equal(
      '403 plan_limit_reached',
    )
    expect(refusal(await send(bo, { media: await photo(), ktag_id: primaryOf(ana).id }))).to.equal('403 not_tag_owner')
    expect([...(await files(ana)), ...(await files(bo))]).to.deep.equal([])
    expect(await wordsOf(ana, '/statuses')).to.deep.equal([])
  })

  it('must be one, of what can be shown, with words beside it', async () => {
    expect((await send(ana, { media: Buffer.from('GIF? no') })).status).to.equal(422)
    expect((await send(ana, { media: await photo(), body: ' ' })).status).to.equal(422)
    expect((await send(ana, { media: await photo(), text_followers: 'perhaps' })).status).to.equal(422)
    expect(await files(ana)).to.deep.equal([])
  })

  it('leads those who are texted to the page of its tag', async () => {
    const [phone = ''] = await fans(world, primaryOf(ana), 1)
    await send(ana, { media: await photo(), text_followers: 'true' })
    await world.textsArrive()
    const [text = ''] = receivedBy(world, phone)
    expect(text.split('\n').slice(0, 2)).to.deep.equal([`*${ana.username}: Look`, `${world.url}/*${ana.username}`])
    const page = await (await fetch(`${world.url}/*${ana.username}`)).text()
    expect(page).to.include('<img').and.to.include('Look')
  })
})
