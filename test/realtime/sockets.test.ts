import { expect } from 'chai'
import { MobileUnverified } from '#test/realtime-surface'
import type { Person } from '#test/realtime-world'
import { doors, endDatabase, World } from '#test/realtime-world'

describe('A socket', () => {
  let world: World
  let ana: Person

  before(async () => {
    world = await World.start({ settings: { authWithinMs: 150 } })
  })
  beforeEach(() => {
    ana = world.person()
  })
  after(async () => {
    await world.stop()
    await endDatabase()
  })

  for (const door of doors) {
    describe(`through the ${door} door`, () => {
      it('is whose token came in the header', async () => {
        const client = await world.client(door, { headers: { authorization: `Bearer ${ana.token}` } }).opened()
        const ready = await client.next()

        expect(ready).to.include({ type: 'ready', user_id: ana.id, heartbeat_seconds: 25 })
        expect(ready.connection_id).to.match(/^[0-9a-f-]{36}$/)
        expect(ready.server_time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        expect(client.socket.protocol).to.equal('test.v1')
      })

      it('is whose token came in the first frame', async () => {
        const client = await world.client(door).opened()
        client.say({ type: 'auth', token: ana.token, device_name: "Ana's phone" })

        expect(await client.next()).to.include({ type: 'ready', user_id: ana.id })
      })

      it('tells what happens to its owner, and to nobody else', async () => {
        const bo = world.person()
        const [anas, bos] = [await world.app(door, ana), await world.app(door, bo)]
        const welcome = await anas.hello()
        await bos.hello()
        await world.send(ana, 'one')
        await world.send(bo, 'two')
        const note = await anas.until('event')
        await bos.until('event')

        expect(welcome).to.deep.include({ id: 1, replay: 0, topics: ['inbox', 'call', 'account'] })
        expect(note).to.include({ topic: 'inbox', event: 'inbox.note' })
        expect(note.at).to.match(/:\d\dZ$/)
        expect(anas.notes).to.deep.equal(['one'])
        expect(bos.notes).to.deep.equal(['two'])
      })

      it('counts upwards: each cursor is greater than the one before', async () => {
        const client = await world.app(door, ana)
        await client.hello()
        for (let note = 1; note <= 20; note++) await world.send(ana, `note ${note}`)
        await client.until('event', ({ data }) => data.text === 'note 20')

        const cursors = client.heard.map(({ cursor }) => cursor).filter((cursor) => cursor !== undefined)
        const [, ...later] = cursors.slice(1)
        expect(later.every((cursor, index) => cursor > (cursors[index + 1] ?? ''))).to.equal(true)
        expect(client.notes).to.have.length(20)
      })

      it('tells only the topics that were asked for', async () => {
        const client = await world.app(door, ana)
        const welcome = await client.hello({ topics: ['account'] })
        await world.send(ana, 'one')
        await client.until('event')

        expect(welcome.topics).to.deep.equal(['account'])
        expect(client.events.map(({ event }) => event)).to.deep.equal(['account.noted'])
      })

      it('of an account with few rights tells the few topics, and refuses the others', async () => {
        const cy = world.person({ topics: new Set(['account']) })
        const client = await world.app(door, cy)
        client.say({ type: 'hello', id: 'h', topics: ['inbox'] })
        const refusal = await client.next()
        const welcome = await client.hello()

        expect(refusal).to.deep.include({ type: 'error', id: 'h' })
        expect(refusal.error.code).to.equal('not_allowed')
        expect(welcome.topics).to.deep.equal(['account'])
      })

      it('answers a ping', async () => {
        const client = await world.app(door, ana)
        client.say({ type: 'ping', id: 4 })

        expect(await client.next()).to.include({ type: 'pong', id: 4 })
      })

      it('is closed with 4401 when the token in the first frame is bad', async () => {
        const client = await world.client(door).opened()
        client.say({ type: 'auth', token: 'kdk_wrong' })

        expect((await client.ended).code).to.equal(4401)
      })

      it('is closed with 4403 when the account may not connect', async () => {
        world.surface.tokens.set('kdk_gate', MobileUnverified())
        const client = await world.client(door).opened()
        client.say({ type: 'auth', token: 'kdk_gate' })

        expect((await client.ended).code).to.equal(4403)
      })

      it('is closed with 4401 when anything else comes before the token', async () => {
        const client = await world.client(door).opened()
        client.say({ type: 'hello' })

        expect((await client.ended).code).to.equal(4401)
      })

      it('is closed with 4408 when no token comes in time', async () => {
        const client = await world.client(door).opened()

        expect((await client.ended).code).to.equal(4408)
      })

      for (const [what, ...frames] of [
        ['what is not JSON', 'hello'],
        ['a type nobody knows', '{"type":"dance"}'],
        ['a type that is no text', '{"type":{"toString":1}}'],
        ['a type in a list', '{"type":["ping"]}'],
        ['a list', '["ping"]'],
        ['a second token', '{"type":"auth","token":"kdk_again"}'],
        ['a second hello', '{"type":"hello"}', '{"type":"hello"}'],
      ]) {
        it(`is closed with 4400 after ${what}`, async () => {
          const client = await world.app(door, ana)
          for (const frame of frames) client.say(frame)

          expect((await client.ended).code).to.equal(4400)
        })
      }

      it('is closed with 4400 after a binary frame', async () => {
        const client = await world.app(door, ana)
        client.socket.send(Buffer.from('{"type":"ping"}'), { binary: true })

        expect((await client.ended).code).to.equal(4400)
      })

      it('takes a frame of 16 KiB, and is closed with 1009 after a larger one', async () => {
        const client = await world.app(door, ana)
        const frame = (bytes: number) => {
          const rest = JSON.stringify({ type: 'ping', id: 1, pad: '' }).length
          return JSON.stringify({ type: 'ping', id: 1, pad: 'x'.repeat(bytes - rest) })
        }
        client.say(frame(16_384))
        const pong = await client.next()
        client.say(frame(16_385))

        expect(pong.type).to.equal('pong')
        expect((await client.ended).code).to.equal(1009)
      })

      it('is closed with 4429 after the 31st frame in ten seconds', async () => {
        const client = await world.app(door, ana)
        for (let id = 1; id <= 30; id++) client.say({ type: 'ping', id })
        await client.until('pong', ({ id }) => id === 30)
        client.say({ type: 'ping', id: 31 })

        expect((await client.ended).code).to.equal(4429)
      })

      it('says which field is wrong, and stays open', async () => {
        const client = await world.app(door, ana)
        client.say({ type: 'hello', id: 7, topics: 'inbox' })
        const refusal = await client.next()

        expect(refusal).to.include({ type: 'error', id: 7 })
        expect(refusal.error.code).to.equal('validation_failed')
        expect(refusal.error.fields).to.have.keys('topics')
        expect((await client.hello()).type).to.equal('welcome')
      })

      it('makes room for the sixth of a person: the oldest is closed with 4409', async () => {
        const clients = []
        for (let socket = 0; socket < 6; socket++) clients.push(await world.app(door, ana))
        const [oldest, ...others] = clients

        expect((await oldest?.ended)?.code).to.equal(4409)
        for (const client of others) client.say({ type: 'ping' })
        for (const client of others) expect((await client.next()).type).to.equal('pong')
      })
    })
  }
})
