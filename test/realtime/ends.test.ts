import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect } from 'chai'
import { LocalBus } from '#realtime'
import { shakeHands } from '#test/realtime-handshake'
import { Gate, NoteSent } from '#test/realtime-surface'
import { doors, endDatabase, World } from '#test/realtime-world'

describe('A socket ends', () => {
  after(endDatabase)

  for (const door of doors) {
    describe(`at the ${door} door`, () => {
      it('when its session is revoked in another process, and no other socket does', async () => {
        const bus = new LocalBus()
        const here = await World.start({ bus })
        const there = await World.start({ bus, isRelaying: false, surface: here.surface })
        try {
          const [phone, laptop] = [here.person({ userId: 'ana' }), here.person({ userId: 'ana', sessionId: 'laptop' })]
          const [phones, laptops] = [await there.app(door, phone), await there.app(door, laptop)]
          await laptops.hello()
          await here.realtime.kick({ sessionId: phone.sessionId })

          expect((await phones.ended).code).to.equal(4401)
          await here.send({ ...laptop, id: 'ana' }, 'still here')
          expect((await laptops.until('event')).data.text).to.equal('still here')
          await here.realtime.kick({ userId: 'ana' }, { code: 4403, reason: 'Suspended.' })
          expect(await laptops.ended).to.deep.equal({ code: 4403, reason: 'Suspended.' })
        } finally {
          await there.stop()
          await here.stop()
        }
      })

      it('when its session is revoked while its token is being checked', async () => {
        const world = await World.start()
        try {
          const ana = world.person()
          const gate = new Gate()
          const checked = new Gate()
          world.surface.onCheck = () => {
            checked.open()
            return gate.opened
          }
          const client = await world.client(door).opened()
          client.say({ type: 'auth', token: ana.token })
          await checked.opened
          await world.realtime.kick({ sessionId: ana.sessionId })
          gate.open()

          expect((await client.ended).code).to.equal(4401)
        } finally {
          await world.stop()
        }
      })

      it('when its token has expired, at the next look', async () => {
        const world = await World.start({ settings: { recheckMs: 40 } })
        try {
          const ana = world.person()
          const app = await world.app(door, ana)
          world.surface.tokens.delete(ana.token)

          expect((await app.ended).code).to.equal(4401)
        } finally {
          await world.stop()
        }
      })

      it('when the process restarts: with a word on when to come back, and nobody else gets in', async () => {
        const world = await World.start()
        try {
          const apps = []
          for (let person = 0; person < 10; person++) apps.push(await world.app(door, world.person()))
          await world.realtime.drain()
          const late = await shakeHands(world.port(door)).catch(() => ({ status: 503 }))
          await world.realtime.close()
          const byes = await Promise.all(apps.map((app) => app.until('bye')))
          const ends = await Promise.all(apps.map((app) => app.ended))

          expect(ends.map(({ code }) => code)).to.deep.equal(Array(10).fill(1012))
          for (const bye of byes) expect(bye.retry_after_ms).to.be.within(500, 3_000)
          expect(late.status).to.equal(503)
          expect(world.realtime.stats()).to.deep.equal({ connections: 0, users: 0, subjects: 0 })
        } finally {
          await world.stop()
        }
      })

      it('before it begins, when the process restarts while its token is being checked', async () => {
        const world = await World.start()
        try {
          const [checking, gate] = [new Gate(), new Gate()]
          world.surface.onCheck = () => {
            checking.open()
            return gate.opened
          }
          const answer = shakeHands(world.port(door), { plus: [`Authorization: Bearer ${world.person().token}`] })
          await checking.opened
          const drained = world.realtime.drain()
          gate.open()
          const { status, headers } = await answer
          await drained

          expect([status, headers['retry-after']]).to.deep.equal([503, '2'])
        } finally {
          await world.stop()
        }
      })

      it('when its client does not keep up; others go on, and it resumes where it was', async () => {
        const world = await World.start({ settings: { bufferedBytes: 200_000 } })
        try {
          // What cannot be compressed.
          world.surface.padding = randomBytes(20_000).toString('base64')
          const ana = world.person()
          const [slow, quick] = [await world.app(door, ana), await world.app(door, ana)]
          await slow.hello()
          await quick.hello()
          slow.socket.pause()
          const texts = Array.from({ length: 400 }, (_, index) => `note ${index}`)
          await world.send(ana, ...texts)
          await quick.until('event', ({ event, data }) => event === 'inbox.note' && data.text === 'note 399')
          slow.socket.resume()
          const end = await slow.ended
          const again = await world.app(door, ana)
          await again.hello({ cursor: slow.cursor })

          expect(end.code).to.equal(4413)
          expect(quick.notes).to.deep.equal(texts)
          expect(slow.notes.length).to.be.within(1, 399)
          expect([...slow.notes, ...again.notes]).to.deep.equal(texts)
        } finally {
          await world.stop()
        }
      })

      it('when it is flooded in one breath, and nothing is lost on the way', async () => {
        const world = await World.start({ settings: { bufferedBytes: 50_000 } })
        try {
          world.surface.padding = randomBytes(30_000).toString('base64')
          const ana = world.person()
          const slow = await world.app(door, ana)
          await slow.hello()
          slow.socket.pause()
          const texts = Array.from({ length: 450 }, (_, index) => `note ${index}`)
          await world.database.write(async (unit) => {
            for (const text of texts) unit.emit(NoteSent, { text, owner: ana.id }, [`user:${ana.id}`])
          })
          const witness = await world.app(door, ana)
          await witness.hello({ topics: ['account'] })
          await world.send(ana, 'last')
          await witness.until('event', ({ data }) => data.text === 'last')
          slow.socket.resume()
          const end = await slow.ended
          const again = await world.app(door, ana)
          await again.hello({ cursor: slow.cursor })

          expect(end.code).to.be.oneOf([4413, 1006])
          expect([...slow.notes, ...again.notes]).to.deep.equal([...texts, 'last'])
        } finally {
          await world.stop()
        }
      })

      it('and is not counted any more', async () => {
        const world = await World.start()
        try {
          const app = await world.app(door, world.person())
          await app.hello()
          const during = await world.metrics.registry.getSingleMetricAsString('kadoink_sockets')
          app.socket.close(1000)
          await app.ended
          await world.realtime.drain()
          const after = await world.metrics.registry.getSingleMetricAsString('kadoink_sockets')
          const closed = await world.metrics.registry.getSingleMetricAsString('kadoink_sockets_closed_total')

          expect(during).to.contain(`{surface="test",door="${door}"} 1`)
          expect(after).to.contain(`{surface="test",door="${door}"} 0`)
          expect(closed).to.contain('{surface="test",code="1000"} 1')
        } finally {
          await world.stop()
        }
      })
    })
  }

  it('at the ws door when its client no longer answers pings, and not while it does', async () => {
    const world = await World.start({ settings: { pingMs: 40 } })
    try {
      const alive = await world.app('ws', world.person())
      const dead = world.client('ws', { autoPong: false })
      await dead.opened()

      expect((await dead.ended).code).to.equal(1006)
      for (let ping = 0; ping < 3; ping++) await once(alive.socket, 'ping')
      alive.say({ type: 'ping' })
      expect((await alive.next()).type).to.equal('pong')
    } finally {
      await world.stop()
    }
  })
})
