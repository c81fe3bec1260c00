import { expect } from 'chai'
import { forgetPhoneFollows, portablePhoneFollows } from '#domain/tags'
import type { Json, Person, Visitor } from '#test/people'
import { newTag, tagSeenBy } from '#test/tags'
import { browse, carried, type Frame, fillIn, newWidget, send, wordsOf } from '#test/widgets'
import { ACCOUNT, World } from '#test/world'

describe('Following a tag by phone, on a widget', () => {
  let world: World
  let ana: Person
  let visitor: Visitor
  let widget: Json
  let phone: string

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
    visitor = world.visitor()
    widget = await newWidget(ana, 'follow')
    phone = world.freshNumber()
  })

  const { sql } = { sql: (table: string) => world.running.database.sql(table) }
  const followers = () => sql('phone_follows').where({ ktag_id: ana.user.primary_ktag.id }).pluck('phone')
  const textsOn = (mobile: string) => world.carrier.handset(mobile).texts.map(({ body }) => body)
  const asks = async (mobile: string, who = visitor) => {
    const page = await fillIn(who, widget, { mobile })
    await world.textsArrive()
    return page
  }
  const follows = async (mobile: string): Promise<Frame> => {
    const page = await asks(mobile)
    const done = await send(visitor, widget, page, { code: world.codeOn(mobile) })
    await world.textsArrive()
    return done
  }

  it('takes a code that is typed back; until then nobody follows', async () => {
    const page = await asks(phone)
    expect([page.status, wordsOf(page)]).to.satisfy(([status, words]: [number, string]) => {
      return status === 200 && words.includes('We have texted you a code.')
    })
    expect(textsOn(phone)).to.have.length(1)
    expect(textsOn(phone)[0]).to.match(
      new RegExp(
        `^\\d{6} is your code for the texts of \\*${ana.username}\\. Msg&data rates may apply\\. Reply STOP to end\\.$`,
      ),
    )
    expect(await followers()).to.deep.equal([])
    expect((await tagSeenBy(ana, ana.user.primary_ktag)).follower_count).to.equal(0)

    const done = await send(visitor, widget, page, { code: world.codeOn(phone) })
    await world.textsArrive()
    expect([done.status, wordsOf(done)]).to.deep.equal([
      200,
      `Follow *${ana.username} You get the texts of *${ana.username} now. Reply STOP to any of them to end. Kadoink`,
    ])
    expect(await followers()).to.deep.equal([phone])
    expect(textsOn(phone)[1]).to.equal(
      `You get the texts of *${ana.username} now. Msg&data rates may apply. Reply STOP to end.`,
    )
    expect((await tagSeenBy(ana, ana.user.primary_ktag)).follower_count).to.equal(1)
    await world.settle()
    expect((await ana.get('/widgets')).body.items[0].stats.actions).to.equal(1)
  })

  it('tells the owner that they have one more, and not whose number it is', async () => {
    const socket = await ana.socket()
    await follows(phone)
    const { data } = await socket.until('event', ({ event }) => event === 'ktag.follower_added')
    expect(data).to.deep.equal({ ktag_id: ana.user.primary_ktag.id, follower_count: 1, person: null })
    await socket.cut()
  })

  it('is seen among the followers by the owner alone, and without the number', async () => {
    const bo = await world.person('Bo')
    await bo.post(`/ktags/${ana.user.primary_ktag.id}/follow`, { texts: false })
    await follows(phone)
    const seenBy = async (person: Person) =>
      (await person.get(`/ktags/${ana.user.primary_ktag.id}/followers`)).body.items
    const masked = `${phone.slice(0, 5)}***${phone.slice(-4)}`
    const both = (await seenBy(ana)).map(({ name, phone_only, person }: Json) => [name, phone_only, person === null])
    expect(both).to.deep.equal([
      [masked, true, true],
      ['Bo', false, false],
    ])
    expect((await seenBy(bo)).map(({ name }: Json) => name)).to.deep.equal(['Bo'])
    const path = `/ktags/${ana.user.primary_ktag.id}/followers?limit=1`
    const pages = [await ana.get(path), await ana.get(`${path}&offset=1`)].map(({ body }) => body)
    expect(pages.map(({ items, has_more }) => [items[0].name, has_more])).to.deep.equal([
      [masked, true],
      ['Bo', false],
    ])
  })

  it('asks for the code again when it was wrong, five times, and then no more', async () => {
    let page = await asks(phone)
    const right = world.codeOn(phone)
    const wrong = right === '111111' ? '222222' : '111111'
    for (let time = 0; time < 5; time++) {
      page = await send(visitor, widget, page, { code: wrong })
      expect([page.status, carried(page).challenge !== undefined]).to.deep.equal([422, true])
    }
    expect((await send(visitor, widget, page, { code: right })).status).to.equal(429)
    expect(await followers()).to.deep.equal([])
  })

  it('wants six digits, and takes them with a space', async () => {
    const page = await asks(phone)
    const again = await send(visitor, widget, page, { code: '12' })
    expect([again.status, wordsOf(again)]).to.satisfy(([status, words]: [number, string]) => {
      return status === 422 && words.includes('The code has six digits.')
    })
    const code = world.codeOn(phone).replace(/^.../, '$& ')
    expect((await send(visitor, widget, again, { code })).status).to.equal(200)
  })

  it('answers alike whether or not a number follows already, and keeps one follow', async () => {
    const first = wordsOf(await asks(phone))
    const page = await browse(visitor, `/w/${widget.public_key}`)
    await world.moveClock(61)
    const again = await send(visitor, widget, page, { mobile: phone })
    await world.textsArrive()
    await send(visitor, widget, again, { code: world.codeOn(phone) })
    await world.moveClock(61)
    const third = await asks(phone)
    expect([wordsOf(again), wordsOf(third)]).to.deep.equal([first, first])
    await send(visitor, widget, third, { code: world.codeOn(phone) })
    expect(await followers()).to.deep.equal([phone])
    expect((await tagSeenBy(ana, ana.user.primary_ktag)).follower_count).to.equal(1)
  })

  it('takes a form once: a second click neither sends another code nor fails', async () => {
    const form = await browse(visitor, `/w/${widget.public_key}`)
    await world.moveClock(3)
    const path = `/w/${widget.public_key}/follow`
    const twice = (fields: Record<string, string>) => Promise.all([1, 2].map(() => browse(visitor, path, fields)))
    const asked = await twice({ ...carried(form), mobile: phone })
    await world.textsArrive()
    expect(asked.map(({ status }) => status)).to.deep.equal([200, 200])
    expect(asked.map((page) => carried(page).challenge)[0]).to.equal(carried(asked[1] as Frame).challenge)
    expect(textsOn(phone)).to.have.length(1)
    await world.moveClock(3)
    const confirmed = await twice({ ...carried(asked[0] as Frame), code: world.codeOn(phone) })
    expect(confirmed.map(({ status }) => status)).to.deep.equal([200, 200])
    expect(await followers()).to.deep.equal([phone])
  })

  it('makes somebody with an account follow as themself', async () => {
    const bo = await world.person('Bo')
    await world.moveClock(61)
    await follows(bo.mobile)
    expect(await followers()).to.deep.equal([])
    const { items } = (await bo.get('/follows')).body
    expect(items.map(({ ktag, texts }: Json) => [ktag.name, texts])).to.deep.equal([[ana.username, true]])
  })

  it('makes nobody follow themself', async () => {
    await world.moveClock(61)
    expect((await follows(ana.mobile)).status).to.equal(200)
    expect((await tagSeenBy(ana, ana.user.primary_ktag)).follower_count).to.equal(0)
  })

  it('goes over to the account that its number becomes part of', async () => {
    await follows(phone)
    const bo = await world.person('Bo')
    await world.moveClock(61)
    await bo.put('/me/mobile', { mobile: phone })
    await bo.post('/me/mobile/codes', {})
    await world.textsArrive()
    expect((await bo.post('/me/mobile/verify', { code: world.codeOn(phone) })).status).to.equal(200)
    await world.settle()
    expect(await followers()).to.deep.equal([])
    expect((await bo.get('/follows')).body.items.map(({ ktag }: Json) => ktag.name)).to.deep.equal([ana.username])
    expect((await tagSeenBy(ana, ana.user.primary_ktag)).follower_count).to.equal(1)
    expect(textsOn(phone).filter((body) => body.startsWith('You follow'))).to.deep.equal([])
  })

  it('ends with STOP, and START does not begin it again', async () => {
    await follows(phone)
    world.carrier.handset(phone).text(ACCOUNT.number, 'STOP')
    await world.textsArrive()
    expect(await followers()).to.deep.equal([])
    expect((await tagSeenBy(ana, ana.user.primary_ktag)).follower_count).to.equal(0)
    world.carrier.handset(phone).text(ACCOUNT.number, 'START')
    await world.textsArrive()
    expect(await followers()).to.deep.equal([])
  })

  it('answers a phone that wants no texts as it answers all, and sends it nothing', async () => {
    const usual = wordsOf(await asks(world.freshNumber()))
    world.carrier.handset(phone).text(ACCOUNT.number, 'STOP')
    await world.textsArrive()
    const before = textsOn(phone).length
    expect(wordsOf(await asks(phone))).to.equal(usual)
    expect(textsOn(phone)).to.have.length(before)
  })

  it('texts no country that is not served, no costly number, and nothing that is no number', async () => {
    for (const mobile of ['+79161234567', '+19005551234', '+18005551234', 'hello', '']) {
      const page = await fillIn(visitor, widget, { mobile })
      expect(page.status, mobile).to.equal(422)
      expect(page.text, mobile).to.include('role="alert"')
    }
  })

  it('texts one number once a minute, whoever asks, and one address so often', async () => {
    expect((await asks(phone)).status).to.equal(200)
    expect((await asks(phone, world.visitor())).status).to.equal(429)
    const statuses = []
    for (let at = 0; at < 11; at++)
      statuses.push((await fillIn(visitor, widget, { mobile: world.freshNumber() })).status)
    expect(statuses.filter((status) => status === 200)).to.have.length(9)
    expect(statuses.at(-1)).to.equal(429)
  })

  it('takes no code of another widget', async () => {
    const bo = await world.person('Bo')
    const page = await asks(phone)
    const others = await newWidget(bo, 'follow')
    const form = await browse(visitor, `/w/${others.public_key}`)
    const fields = { challenge: carried(page).challenge ?? '', code: world.codeOn(phone) }
    expect((await send(visitor, others, form, fields)).status).to.equal(404)
    expect((await send(visitor, widget, page, { code: world.codeOn(phone) })).status).to.equal(200)
  })

  it('can be told of and forgotten with the account whose tags are followed', async () => {
    await follows(phone)
    const { database } = world.running
    const portable = await database.read((view) => portablePhoneFollows(view, ana.user.id))
    expect(portable.map(({ ktag_id, source, phone: told }) => [ktag_id, source, told?.includes('***')])).to.deep.equal([
      [ana.user.primary_ktag.id, 'widget', true],
    ])
    await database.write((unit) => forgetPhoneFollows(unit, ana.user.id))
    expect(await followers()).to.deep.equal([])
  })

  it('is over with its tag', async () => {
    const tag = await newTag(ana)
    await ana.delete(`/widgets/${widget.id}`)
    widget = await newWidget(ana, 'follow', { ktag_id: tag.id })
    await follows(phone)
    expect(await sql('phone_follows').where({ phone })).to.have.length(1)
    await ana.delete(`/ktags/${tag.id}`)
    expect(await sql('phone_follows').where({ phone })).to.deep.equal([])
  })
})
