import { expect } from 'chai'
import { outcomes, refusal } from '#test/kadoink-refusals'
import type { Answer, Json, Person } from '#test/people'
import { World } from '#test/world'

describe('IM handles', () => {
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

  const add = (person: Person, network: string, handle: string): Promise<Answer> =>
    person.post('/me/im-identities', { network, handle })
  const listed = async (person: Person): Promise<Json> => (await person.get('/me/im-identities')).body
  const shownAs = async (viewer: Person, contactId: string): Promise<Json> =>
    (await viewer.get(`/contacts/${contactId}`)).body.im_identities

  it('are kept in the order in which they are added, as they are written', async () => {
    const first = await add(ana, 'icq', ' 12345678 ')
    expect(first.status).to.equal(201)
    expect(first.body).to.deep.include({ network: 'icq', handle: '12345678' })
    expect(first.body.created_at).to.match(/Z$/)
    const second = await add(ana, 'matrix', '@Ana:example.org')
    expect(await listed(ana)).to.deep.equal({ items: [first.body, second.body], has_more: false })
    const page = await ana.get('/me/im-identities?limit=1')
    expect(page.body).to.deep.equal({ items: [first.body], has_more: true })
    expect((await ana.get('/me/im-identities?limit=1&offset=1')).body.items).to.deep.equal([second.body])
  })

  it('are the same however they are capitalised, on one network and for one person', async () => {
    await add(ana, 'skype', 'Ana.Sings')
    expect(refusal(await add(ana, 'skype', 'ANA.sings'))).to.equal('409 already_exists')
    expect((await add(ana, 'telegram', 'Ana.Sings')).status).to.equal(201)
    expect((await add(bo, 'skype', 'ana.sings')).status).to.equal(201)
    const answers = await Promise.all([1, 2, 3].map(() => add(bo, 'aim', 'bo')))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409])
  })

  it('are twenty at most, even when requests race', async () => {
    for (let count = 0; count < 18; count++) await add(ana, 'other', `ana${count}`)
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((handle) => add(ana, 'other', handle)))
    expect(outcomes(answers)).to.deep.equal({ 201: 2, '403 plan_limit_reached': 2 })
    expect((await ana.get('/me/im-identities?limit=100')).body.items).to.have.length(20)
  })

  it('are on networks that are known, and have between 1 and 100 characters', async () => {
    expect(refusal(await add(ana, 'myspace', 'ana'))).to.equal('422 validation_failed')
    expect(refusal(await add(ana, 'aim', '   '))).to.equal('422 validation_failed')
    expect(refusal(await add(ana, 'aim', 'a'.repeat(101)))).to.equal('422 validation_failed')
    expect((await add(ana, 'aim', 'a'.repeat(100))).status).to.equal(201)
  })

  it('are removed by whoever has them, and by nobody else', async () => {
    const { body } = await add(ana, 'signal', 'ana.01')
    expect(refusal(await bo.delete(`/me/im-identities/${body.id}`))).to.equal('404 not_found')
    expect((await listed(ana)).items).to.have.length(1)
    expect((await ana.delete(`/me/im-identities/${body.id}`)).status).to.equal(204)
    expect(refusal(await ana.delete(`/me/im-identities/${body.id}`))).to.equal('404 not_found')
    expect((await listed(ana)).items).to.deep.equal([])
  })

  it('are news to the own devices, coming and going', async () => {
    const socket = await ana.socket()
    const { body } = await add(ana, 'discord', 'ana')
    await socket.until('event', ({ event }) => event === 'me.updated')
    await ana.delete(`/me/im-identities/${body.id}`)
    await socket.until('event', ({ event }) => event === 'me.updated')
    await socket.cut()
  })

  it('are shown to those who have their owner as a contact, and not to whom they have blocked', async () => {
    await add(bo, 'whatsapp', '+44 20 7946 0000')
    const { contact_id } = await ana.knows('Bo', bo.mobile)
    expect(await shownAs(ana, contact_id)).to.deep.equal([{ network: 'whatsapp', handle: '+44 20 7946 0000' }])
    const stranger = await ana.knows('Nobody', world.freshNumber())
    expect(await shownAs(ana, stranger.contact_id)).to.deep.equal([])

    await bo.patch('/me', { settings: { blocked: [ana.user.id] } })
    expect(await shownAs(ana, contact_id)).to.deep.equal([])
  })
})
