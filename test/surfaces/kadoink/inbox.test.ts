import { expect } from 'chai'
import { otherDevice } from '#test/kadoink-accounts'
import { complaints, refusal } from '#test/kadoink-refusals'
import { allPages, leaveVoicemail } from '#test/kadoink-voicemail'
import type { Answer, Json, Person } from '#test/people'
import { World } from '#test/world'

const UNKNOWN = '019a8f00-0000-7000-8000-000000000000'

describe('The inbox', () => {
  let world: World
  let ana: Person
  let bo: Person
  let stranger: string

  before(async () => {
    world = await World.start()
    ana = await world.person('Ana')
    bo = await world.person('Bo')
    stranger = world.freshNumber()
    await leaveVoicemail(world, ana, [bo.mobile, stranger, world.freshNumber()])
  })
  after(() => world.end())

  const idsIn = ({ body }: Answer): string[] => body.items.map(({ id }: Json) => id)
  const messageFrom = async (name: string | null): Promise<Json> =>
    (await ana.get('/inbox')).body.items.find(({ from }: Json) => from.name === name)

  it('holds what was spoken after the tone, and who left it', async () => {
    const message = await messageFrom('Bo')
    expect(message).to.include({ kind: 'voicemail', via: 'voice', read: false, read_at: null, body: null })
    expect(message.from).to.deep.include({
      user_id: bo.user.id,
      contact_id: null,
      mobile: `+1555***${bo.mobile.slice(-4)}`,
    })
    expect(message.from.ktag.name).to.equal(bo.username)
    expect(message.to_ktag.name).to.equal(ana.username)
    expect(message.media[0]).to.include({ kind: 'audio', duration_seconds: 5 })
  })

  it('shows a number in full once it is in the address book', async () => {
    const { contact_id } = await ana.knows('Cousin', stranger)
    expect((await messageFrom('Cousin')).from).to.include({ contact_id, mobile: stranger, user_id: null })
    const { recent_messages } = (await ana.get(`/contacts/${contact_id}`)).body
    expect(recent_messages.items.map(({ from }: Json) => from.name)).to.deep.equal(['Cousin'])
    await ana.delete(`/contacts/${contact_id}`)
    expect((await messageFrom(null)).from.mobile).to.match(/^\+1555\*\*\*\d{4}$/)
  })

  it('lists the newest first, page by page, by cursor and by offset alike', async () => {
    const all = idsIn(await ana.get('/inbox'))
    expect(all).to.have.length(3)
    expect(all).to.deep.equal([...all].sort().reverse())

    const byCursor = await allPages(ana, '/inbox', (pages) => {
      const last = pages.at(-1)
      return last ? `limit=2&before_id=${idsIn(last).at(-1)}` : 'limit=2'
    })
    const byOffset = await allPages(ana, '/inbox', (pages) => `limit=2&offset=${pages.length * 2}`)
    for (const pages of [byCursor, byOffset]) {
      expect(pages.map(({ body }) => body.has_more)).to.deep.equal([true, false])
      expect(pages.flatMap(idsIn)).to.deep.equal(all)
    }
    const exactly = await ana.get('/inbox?limit=3')
    expect(exactly.body).to.have.all.keys('items', 'has_more')
    expect(exactly.body.has_more).to.equal(false)
  })

  it('takes a cursor or an offset, not both, and only good ones', async () => {
    expect(complaints(await ana.get(`/inbox?before_id=${UNKNOWN}&offset=0`))).to.have.all.keys('before_id')
    for (const [query, field] of [
      ['before_id=7', 'before_id'],
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['offset=-1', 'offset'],
      ['kind=fax', 'kind'],
      ['unread=maybe', 'unread'],
      ['ktag_id=ana', 'ktag_id'],
    ]) {
      expect(complaints(await ana.get(`/inbox?${query}`)), query).to.have.all.keys(field ?? '')
    }
  })

  it('gives only what is asked for: a kind, a tag, what is unread, what holds some words', async () => {
    const [first] = idsIn(await ana.get('/inbox'))
    const { sql } = world.running.database
    await sql('messages').where({ id: first }).update({ kind: 'text', body: '50% off_now' })
    const count = async (query: string) => idsIn(await ana.get(`/inbox?${query}`)).length
    expect([await count('kind=text'), await count('kind=voicemail')]).to.deep.equal([1, 2])
    expect(await count(`ktag_id=${ana.user.primary_ktag.id}`)).to.equal(3)
    expect(await count(`ktag_id=${bo.user.primary_ktag.id}`)).to.equal(0)
    for (const [q, found] of [
      ['OFF', 1],
      ['%25', 1],
      ['_', 1],
      ['%25_', 0],
      ['nothing', 0],
    ]) {
      expect(await count(`q=${q}`), String(q)).to.equal(found)
    }
    await ana.patch(`/inbox/${first}`, { read: true })
    expect(await count('unread=true')).to.equal(2)
    await ana.patch(`/inbox/${first}`, { read: false })
    await sql('messages').where({ id: first }).update({ kind: 'voicemail', body: null })
  })

  it('counts what is unread; reading a list reads no message', async () => {
    await ana.get('/inbox')
    expect((await ana.get('/inbox/unread-count')).body).to.deep.equal({
      unread_count: 3,
      by_kind: { text: 0, voicemail: 3 },
    })
    expect((await bo.get('/inbox/unread-count')).body.unread_count).to.equal(0)
  })

  it('marks a message read and unread; a second time changes nothing and tells nobody', async () => {
    const [id] = idsIn(await ana.get('/inbox'))
    const socket = await (await otherDevice(ana)).socket({ door: 'uws', topics: ['inbox'] })

    const read = await ana.patch(`/inbox/${id}`, { read: true })
    expect(read.body).to.include({ id, read: true })
    expect((await socket.until('event')).data.message).to.deep.include({ id, read: true, read_at: read.body.read_at })
    const counted = await socket.until('event')
    expect([counted.event, counted.data.unread_count]).to.deep.equal(['inbox.unread_count', 2])

    await world.moveClock(5)
    const { media: _, ...again } = (await ana.put(`/inbox/${id}`, { read: true })).body
    const { media: __, ...first } = read.body
    expect(again).to.deep.equal(first)
    expect((await ana.patch(`/inbox/${id}`, { read: false })).body).to.include({ read: false, read_at: null })
    await world.settle()
    const next = await socket.until('event')
    expect([next.event, (next.data.message as Json).read]).to.deep.equal(['inbox.message_updated', false])
  })

  it('wants to be told read or unread, in so many words', async () => {
    const [id] = idsIn(await ana.get('/inbox'))
    for (const body of [{}, { read: 'true' }, { read: 1 }, { read: null }]) {
      expect(complaints(await ana.patch(`/inbox/${id}`, body))).to.have.all.keys('read')
    }
  })

  it('of others answers as if it were not there', async () => {
    const [id] = idsIn(await ana.get('/inbox'))
    for (const [method, body] of [['PATCH', { read: true }], ['DELETE']] as const) {
      const foreign = await bo.ask(method, `/inbox/${id}`, body)
      expect(refusal(foreign)).to.equal('404 not_found')
      expect(foreign.body).to.deep.equal((await bo.ask(method, `/inbox/${UNKNOWN}`, body)).body)
    }
    expect((await bo.get('/inbox')).body.items).to.deep.equal([])
    expect((await bo.get(`/inbox?ktag_id=${ana.user.primary_ktag.id}`)).body.items).to.deep.equal([])
    expect(idsIn(await ana.get('/inbox'))).to.include(id)
  })

  it('tells of a new message live, on both doors, its sound when that is there, and of its end', async () => {
    const sockets = [await bo.socket({ door: 'ws' }), await bo.socket({ door: 'uws' })]
    await leaveVoicemail(world, bo, [ana.mobile])
    const [message] = (await bo.get('/inbox')).body.items
    expect(message).to.include({ number: 1 })
    for (const socket of sockets) {
      const created = await socket.until('event', ({ event }) => event === 'inbox.message_created')
      expect(created.data.message).to.deep.include({ id: message.id, number: 1 })
      const withSound = await socket.until('event', ({ event }) => event === 'inbox.message_updated')
      expect((withSound.data.message as Json).media[0].file_id).to.equal(message.media[0].file_id)
    }

    expect((await bo.delete(`/inbox/${message.id}`)).status).to.equal(204)
    for (const socket of sockets) {
      const gone = await socket.until('event', ({ event }) => event === 'inbox.message_deleted')
      expect(gone.data).to.deep.equal({ id: message.id })
      const counted = await socket.until('event', ({ event }) => event === 'inbox.unread_count')
      expect(counted.data).to.deep.equal({ unread_count: 0, by_kind: { text: 0, voicemail: 0 } })
    }
    expect(refusal(await bo.delete(`/inbox/${message.id}`))).to.equal('404 not_found')
    expect(refusal(await bo.patch(`/inbox/${message.id}`, { read: true }))).to.equal('404 not_found')
    expect((await bo.get('/inbox')).body.items).to.deep.equal([])
  })
})
