import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { mailPerson } from '#test/kadoink-accounts'
import { complaints, outcomes, refusal } from '#test/kadoink-refusals'
import type { Json, Person } from '#test/people'
import { ACCOUNT, World } from '#test/world'

const UNKNOWN = '019a8f00-0000-7000-8000-000000000000'

describe('Contacts', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start()
  })
  after(() => world.end())
  beforeEach(async () => {
    ana = await world.person('Ana')
  })

  const add = async (contact: Json, person = ana): Promise<Json> => {
    const { status, body } = await person.post('/contacts', contact)
    expect(status, JSON.stringify(body)).to.equal(201)
    return body
  }
  const namesIn = async (query = ''): Promise<string[]> =>
    (await ana.get(`/contacts${query}`)).body.items.map(({ name }: Json) => name)

  it('are noted, read, changed and deleted', async () => {
    const mobile = world.freshNumber()
    const added = await add({ name: ' Bo Li ', nickname: '@Bo', mobile, email: 'Bo@Example.com', notes: 'Drums' })
    expect(added).to.include({ name: 'Bo Li', nickname: 'bo', mobile, email: 'bo@example.com', notes: 'Drums' })
    expect(added).to.include({ ktag: null, user_id: null, in_grid: false, sms_opted_out: false })

    const read = await ana.get(`/contacts/${added.id.toUpperCase()}`)
    const nothing = { groups: [], im_identities: [], recent_messages: { items: [], has_more: false } }
    expect(read.body).to.deep.equal({ ...added, ...nothing })

    const edited = await ana.patch(`/contacts/${added.id}`, { name: 'Bo', notes: null })
    expect(edited.body).to.include({ name: 'Bo', nickname: 'bo', mobile, notes: null })
    expect((await ana.put(`/contacts/${added.id}`, { nickname: null })).body).to.include({ name: 'Bo', nickname: null })

    expect((await ana.delete(`/contacts/${added.id}`)).status).to.equal(204)
    expect(refusal(await ana.get(`/contacts/${added.id}`))).to.equal('404 not_found')
    expect(refusal(await ana.delete(`/contacts/${added.id}`))).to.equal('404 not_found')
    expect(await namesIn()).to.deep.equal([])
  })

  it('take a number as people write it, in the format of their country, and give E.164', async () => {
    for (const [typed, mobile] of [
      ['(555) 123-4567', '+15551234567'],
      ['555.123.4568', '+15551234568'],
      ['+44 20 7946 0958', '+442079460958'],
      ['  +1-555-123-4569 ', '+15551234569'],
    ]) {
      expect((await add({ name: 'Bo', mobile: typed })).mobile).to.equal(mobile)
    }
    for (const mobile of ['', 'Bo', '123', '+15551']) {
      const answer = await ana.post('/contacts', { name: 'Bo', mobile, email: 'bo@example.com' })
      expect(complaints(answer), mobile).to.have.all.keys('mobile')
    }
  })

  it('show who a number belongs to, and that it has opted out', async () => {
    const bo = await world.person('Bo')
    bo.phone.text(ACCOUNT.number, 'STOP')
    await world.pass(1)
    expect(await add({ name: 'Bo', mobile: bo.mobile })).to.include({ user_id: bo.user.id, sms_opted_out: true })
    const eve = await mailPerson(world, { mobile: world.freshNumber() })
    expect((await add({ name: 'Eve', mobile: eve.mobile })).user_id, 'a claim is no proof').to.equal(null)
  })

  it('may be known by a *tag alone, with or without its star', async () => {
    const bo = await world.person('Bo')
    const { id, ktag } = await add({ name: 'Bo', ktag: `*${bo.username.toUpperCase()}` })
    expect(ktag).to.include({ id: bo.user.primary_ktag.id, name: bo.username })
    expect((await ana.patch(`/contacts/${id}`, { ktag: bo.username })).status).to.equal(200)
    const unknown = await ana.post('/contacts', { name: 'X', ktag: '*nobody_here' })
    expect(complaints(unknown)).to.have.all.keys('ktag')
  })

  it('need one way to be reached: none at first, or the last one taken away, is refused', async () => {
    expect(complaints(await ana.post('/contacts', { name: 'Bo' }))).to.have.all.keys('mobile')
    const { id } = await add({ name: 'Bo', mobile: world.freshNumber(), email: 'bo@example.com' })
    expect((await ana.patch(`/contacts/${id}`, { mobile: null })).body.mobile).to.equal(null)
    expect(complaints(await ana.patch(`/contacts/${id}`, { email: null }))).to.have.all.keys('mobile')
    expect((await ana.get(`/contacts/${id}`)).body.email).to.equal('bo@example.com')
  })

  it('are one for each number, also when both are added at the same moment', async () => {
    const mobile = world.freshNumber()
    const answers = await Promise.all([1, 2, 3].map((n) => ana.post('/contacts', { name: `Bo ${n}`, mobile })))
    expect(outcomes(answers)).to.deep.equal({ 201: 1, '409 contact_exists': 2 })
    const { id } = await add({ name: 'Cy', mobile: world.freshNumber() })
    expect(refusal(await ana.patch(`/contacts/${id}`, { mobile }))).to.equal('409 contact_exists')
    await add({ name: 'Bo', mobile }, await world.person('Bob'))
  })

  it('have nicknames of their own', async () => {
    await add({ name: 'Bo', nickname: 'bo', mobile: world.freshNumber() })
    const second = { name: 'Bob', nickname: '@BO', mobile: world.freshNumber() }
    expect(refusal(await ana.post('/contacts', second))).to.equal('409 nickname_taken')
    expect(complaints(await ana.post('/contacts', { ...second, nickname: 'two words' }))).to.have.all.keys('nickname')
    const { id } = await add({ ...second, nickname: 'bob' })
    expect(refusal(await ana.patch(`/contacts/${id}`, { nickname: 'bo' }))).to.equal('409 nickname_taken')
  })

  it('are as many as the plan allows, even when two come at the limit', async () => {
    const rows = Array.from({ length: 248 }, (_, i) => ({
      id: randomUUID(),
      owner_id: ana.user.id,
      name: `Friend ${i}`,
      email: `friend${i}@example.com`,
      created_at: new Date(),
      updated_at: new Date(),
    }))
    await world.running.database.sql('contacts').insert(rows)
    const more = (n: number) => ana.post('/contacts', { name: 'Bo', mobile: `+1555777000${n}` })
    expect((await more(0)).status).to.equal(201)
    expect(outcomes(await Promise.all([more(1), more(2), more(3)]))).to.deep.equal({
      201: 1,
      '403 plan_limit_reached': 2,
    })
    await world.running.database.sql('users').where({ id: ana.user.id }).update({ plan: 'plus' })
    expect((await more(4)).status).to.equal(201)
  })

  it('of others answer as if they were not there', async () => {
    const bo = await world.person('Bo')
    const { id } = await add({ name: 'Cy', mobile: world.freshNumber() }, bo)
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const) {
      const foreign = await ana.ask(method, `/contacts/${id}`, body)
      const unknown = await ana.ask(method, `/contacts/${UNKNOWN}`, body)
      expect(refusal(foreign)).to.equal('404 not_found')
      expect(foreign.body).to.deep.equal(unknown.body)
    }
    expect((await bo.get(`/contacts/${id}`)).body.name).to.equal('Cy')
  })

  it('change nothing by fields that are not to be written', async () => {
    const bo = await world.person('Bo')
    const forged = { id: UNKNOWN, owner_id: bo.user.id, user_id: bo.user.id, created_at: '2000-01-01T00:00:00Z' }
    const added = await add({ name: 'Cy', email: 'cy@example.com', ...forged })
    expect(added.id).not.to.equal(UNKNOWN)
    expect(added.user_id).to.equal(null)
    const { created_at, user_id } = (await ana.patch(`/contacts/${added.id}`, forged)).body
    expect({ created_at, user_id }).to.deep.equal({ created_at: added.created_at, user_id: null })
    expect((await bo.get('/contacts')).body.items).to.deep.equal([])
  })

  it('are listed by name, in pages', async () => {
    for (const name of ['cy', 'Bo', 'ava']) await add({ name, email: `${name}@example.com` })
    expect(await namesIn()).to.deep.equal(['ava', 'Bo', 'cy'])
    const page = await ana.get('/contacts?limit=1&offset=1')
    expect(page.body).to.have.all.keys('items', 'has_more')
    expect([page.body.items[0].name, page.body.has_more]).to.deep.equal(['Bo', true])
    expect((await ana.get('/contacts?limit=1&offset=2')).body.has_more).to.equal(false)
    expect(complaints(await ana.get(`/contacts?before_id=${UNKNOWN}`))).to.have.all.keys('before_id')
  })

  it('are found by parts of what is known of them; % and _ and \\ stand for themselves', async () => {
    const mobile = world.freshNumber()
    await add({ name: '100% Bo', nickname: 'drum_mer', mobile })
    await add({ name: 'Cy\\Di', email: 'cy@band.example' })
    for (const [q, names] of Object.entries({
      bo: ['100% Bo'],
      '%': ['100% Bo'],
      _: ['100% Bo'],
      '\\': ['Cy\\Di'],
      'BAND.ex': ['Cy\\Di'],
      [mobile.slice(-7)]: ['100% Bo'],
      '%%': [],
      "' or '1'='1": [],
    })) {
      expect(await namesIn(`?q=${encodeURIComponent(q)}`), q).to.deep.equal(names)
    }
  })

  it('are told to the other devices', async () => {
    const socket = await ana.socket({ door: 'uws', topics: ['book'] })
    const added = await add({ name: 'Bo', mobile: world.freshNumber() })
    const frame = await socket.until('event', ({ event }) => event === 'contact.created')
    expect(frame).to.include({ topic: 'book' })
    expect(frame.data).to.deep.equal({ contact: added })

    const edited = (await ana.patch(`/contacts/${added.id}`, { name: 'Bob' })).body
    expect((await socket.until('event', ({ event }) => event === 'contact.updated')).data.contact).to.deep.equal(edited)
    await ana.delete(`/contacts/${added.id}`)
    const gone = await socket.until('event', ({ event }) => event === 'contact.deleted')
    expect(gone.data).to.deep.equal({ id: added.id })
  })

  it('are added once for one Idempotency-Key', async () => {
    const contact = { name: 'Bo', mobile: world.freshNumber() }
    const key = { 'Idempotency-Key': 'contact-1' }
    const answers = await Promise.all([1, 2, 3].map(() => ana.post('/contacts', contact, key)))
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).to.equal(1)
    expect(refusal(await ana.post('/contacts', { ...contact, name: 'B' }, key))).to.equal('409 idempotency_conflict')
    const bo = await world.person('Bo')
    expect((await bo.post('/contacts', contact, key)).body.id, 'another’s key').not.to.equal(answers[0]?.body.id)
    const long = await ana.post('/contacts', contact, { 'Idempotency-Key': 'k'.repeat(65) })
    expect(complaints(long)).to.have.all.keys('Idempotency-Key')
  })
})
