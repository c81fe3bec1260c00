import { expect } from 'chai'
import { WebSocket } from 'ws'
import { type Client, createClient, KadoinkError, type LiveEvent } from '#client'
import { BrowserSocket, liveApp, type Phone } from '#test/client-apps'
import { Way } from '#test/client-proxy'
import { applyFor } from '#test/kadoink-accounts'
import { type Json, Person } from '#test/people'
import { until } from '#test/server-process'
import { newTag } from '#test/tags'
import { World } from '#test/world'

const KINDS = { 'the package ws': WebSocket, 'a browser': BrowserSocket }

describe("An app's live connection", () => {
  let world: World
  let way: Way
  let ana: Person
  const apps: ReturnType<typeof liveApp>[] = []

  before(async () => {
    world = await World.start()
  })
  beforeEach(async () => {
    ana = await world.person('Ana')
    way = await Way.to(world.url)
  })
  afterEach(async () => {
    for (const { live } of apps.splice(0)) live.close()
    await way.close()
  })
  after(() => world.end())

  /** An app of Ana's, by a way that can go wrong, that is live. */
  async function app(options: Phone & { person?: Person; url?: string } = {}): Promise<ReturnType<typeof liveApp>> {
    const { person = ana, url = way.url, ...rest } = options
    const opened = liveApp(person, url, rest)
    apps.push(opened)
    await opened.become('live')
    return opened
  }
  let numbers = 0
  const note = async (...names: string[]): Promise<void> => {
    for (const name of names) await ana.knows(name, `+1555123${String(1000 + numbers++)}`)
  }

  for (const [kind, Socket] of Object.entries(KINDS)) {
    describe(`with the socket of ${kind}`, () => {
      it('tells what happens, in order, and what has happened while the way was cut, once', async () => {
        const { events, names, heard, become, clock, told } = await app({ Socket })
        await note('Bo', 'Cleo')
        await heard(2)
        way.cut()
        await become('waiting')
        await note('Dan', 'Eve', 'Flo')
        expect(clock.waits).to.deep.equal([500])
        clock.pass(500)
        await become('live')
        await note('Gus')
        await heard(6)
        expect(names()).to.deep.equal(['Bo', 'Cleo', 'Dan', 'Eve', 'Flo', 'Gus'])
        expect(told.filter((word) => word !== 'resync: start')).to.deep.equal([
          'connecting',
          'replaying',
          'live',
          'waiting',
          'connecting',
          'replaying',
          'live',
        ])
        expect(told.filter((word) => word === 'resync: start')).to.have.length(1)
        const [first] = events
        // The name of an event decides what its data are; this is as much the compiler's test.
        if (first?.event === 'contact.created') expect(first.data.contact.in_grid).to.equal(false)
        expect(first).to.include({ topic: 'book' }).and.to.have.keys('id', 'cursor', 'topic', 'event', 'at', 'data')
      })

      it('goes on from the cursor that was kept, in another life of the app', async () => {
        const before = await app({ Socket })
        await note('Bo')
        await before.heard(1)
        await until(() => before.kept() === before.events[0]?.cursor)
        before.live.close()
        await note('Cleo')
        const after = await app({ Socket, cursor: before.kept() ?? null })
        await after.heard(1)
        expect([after.names(), after.told]).to.deep.equal([['Cleo'], ['connecting', 'replaying', 'live']])
      })

      it('stops when the session ends, says so once, and does not come back', async () => {
        const { become, told, clock, client } = await app({ Socket })
        const opened = way.opened
        await ana.delete('/auth/sessions')
        await become('stopped')
        await until(() => told.includes('stopped: 4401'))
        expect(told.slice(-3)).to.have.members(['stopped', 'signed out: unauthorized', 'stopped: 4401'])
        clock.pass(600_000)
        expect([clock.waits, way.opened, client.token]).to.deep.equal([[], opened, null])
      })

      it('stops when the token is bad from the beginning', async () => {
        const { become, told } = liveApp(new Person(ana, { ...ana, token: 'kdk_nobodys' }), way.url, { Socket })
        await become('stopped')
        expect(told).to.deep.equal(['connecting', 'stopped', 'signed out: unauthorized', 'stopped: 4401'])
      })

      it('leaves its place to a newer one and does not fight for it', async () => {
        const oldest = await app({ Socket })
        for (let count = 0; count < 5; count++) await app({ Socket })
        await oldest.become('stopped')
        const opened = way.opened
        oldest.clock.pass(600_000)
        expect([oldest.told.at(-1), oldest.clock.waits, way.opened]).to.deep.equal(['stopped: 4409', [], opened])
        expect(apps.filter(({ live }) => live.state === 'live')).to.have.length(5)
      })

      it('notices that nobody is there, though nothing was closed', async () => {
        const { become, clock, heard, names } = await app({ Socket })
        way.silence()
        await note('Bo')
        clock.pass(37_500)
        expect(clock.waits).to.deep.equal([10_000])
        clock.pass(10_000)
        await become('waiting')
        clock.pass(500)
        await become('live')
        await heard(1)
        expect(names()).to.deep.equal(['Bo'])
      })

      it('asks whether somebody is there when nothing is to be heard, and stays', async () => {
        const { live, clock } = await app({ Socket })
        for (let time = 0; time < 3; time++) {
          clock.pass(37_500)
          await until(() => clock.waits.includes(37_500))
        }
        expect([live.state, way.opened]).to.deep.equal(['live', 1])
      })
    })
  }

  it('waits longer after each failure, up to half a minute, and is quick again after it was well', async () => {
    const { clock, become } = await app({ random: () => 1 })
    way.isSilent = true
    way.cut()
    const pauses: (number | undefined)[] = []
    for (let failure = 0; failure < 7; failure++) {
      await become('waiting')
      pauses.push(clock.waits[0])
      clock.pass(clock.waits[0] ?? 0)
      clock.pass(10_000)
    }
    expect(pauses).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])

    way.isSilent = false
    clock.pass(30_000)
    await become('live')
    clock.pass(9_999)
    way.cut()
    await become('waiting')
    expect(clock.waits).to.deep.equal([30_000])
    clock.pass(30_000)
    await become('live')
    clock.pass(10_000)
    way.cut()
    await become('waiting')
    expect(clock.waits).to.deep.equal([1_000])
  })

  it('tells once what the server says twice', async () => {
    const { heard, names, live } = await app()
    way.doublesAnswers = true
    await note('Bo')
    await until(() => live.cursor !== null && names().length > 0)
    await note('Cleo')
    await heard(2)
    expect(names()).to.deep.equal(['Bo', 'Cleo'])
  })

  it('goes on from the moment of the dashboard: what happened since is told, and nothing before', async () => {
    await note('Bo')
    const client = createClient({ url: way.url, token: ana.token })
    const home = await client.get('/home')
    await note('Cleo')
    const { heard, names, told } = await app({ cursor: home.realtime.cursor })
    await heard(1)
    expect([names(), told.includes('resync: start')]).to.deep.equal([['Cleo'], false])
  })

  it('comes back at once when the machine is on the network again', async () => {
    const network = new EventTarget()
    const listen = {
      addEventListener: network.addEventListener.bind(network),
      removeEventListener: network.removeEventListener.bind(network),
    }
    Object.assign(globalThis, listen)
    try {
      const { live, clock, become } = await app()
      network.dispatchEvent(new Event('online'))
      expect(clock.waits).to.deep.equal([10_000])
      await until(() => clock.waits.includes(37_500))
      way.cut()
      await become('waiting')
      network.dispatchEvent(new Event('online'))
      clock.pass(0)
      await become('live')
      live.close()
      network.dispatchEvent(new Event('online'))
      expect(clock.waits).to.deep.equal([])
    } finally {
      for (const name of Object.keys(listen)) delete (globalThis as Json)[name]
    }
  })

  it('comes back when a server that says goodbye has said to', async () => {
    const other = await World.start()
    const bo = await other.person('Bo')
    const { become, clock } = await app({ person: bo, url: other.url, random: () => 0 })
    await Promise.all([other.end(), become('waiting')])
    const [pause = 0] = clock.waits
    expect(pause).to.be.within(500, 3_000)
  })

  it('goes in by the other door when the fast one does not open, and stays there', async () => {
    const shut = await Way.to(world.url)
    for (let time = 0; time < 2; time++) shut.answerNext('HTTP/1.1 505 HTTP Version Not Supported\r\n\r\n')
    const opened = liveApp(ana, way.url, { url: shut.url.replace('http', 'ws') })
    apps.push(opened)
    const { clock, become, live } = opened
    for (const pause of [500, 1_000]) {
      await until(() => clock.waits.includes(pause) && live.state === 'waiting')
      clock.pass(pause)
    }
    await become('live')
    expect([shut.opened, way.opened]).to.deep.equal([2, 1])
    way.cut()
    await become('waiting')
    clock.pass(2_000)
    await become('live')
    expect([shut.opened, way.opened]).to.deep.equal([2, 2])
    await shut.close()
  })

  it('comes through the fast door too', async () => {
    const fast = liveApp(ana, way.url, { url: world.doors.uws })
    apps.push(fast)
    // A handshake that reaches the native door in two pieces is refused; the app knocks again.
    await until(() => {
      if (fast.live.state === 'waiting') fast.clock.pass(1_000)
      return fast.live.state === 'live'
    })
    await note('Bo')
    await fast.heard(1)
    expect(fast.names()).to.deep.equal(['Bo'])
  })

  it('goes on with the exchanged token before the old one does harm', async () => {
    const { client, become, live, told, heard } = await app()
    const { token } = await client.refresh()
    expect([client.token, live.state]).to.deep.equal([token, 'waiting'])
    apps[0]?.clock.pass(0)
    await become('live')
    expect(way.opened).to.equal(3)
    await world.moveClock(3_600)
    const exchanged = new Person(ana, { ...ana, token })
    await exchanged.knows('Bo', '+15551231999')
    await heard(1)
    expect(told).not.to.include('signed out: unauthorized')
  })

  it('stops where the account may not watch what the app wants', async () => {
    const { visitor, confirm } = await applyFor(world, { email: 'not.yet@example.com' })
    const { body } = await confirm(await world.codeMailedTo('not.yet@example.com'))
    visitor.token = body.token
    const opened = liveApp(visitor as Person, way.url, { topics: ['inbox'] })
    await opened.become('stopped')
    expect(opened.told.at(-1)).to.equal('stopped: 4403')
    expect(opened.client.token).to.equal(body.token)
  })

  describe('when its cursor leads nowhere', () => {
    it('has the state read anew, until that succeeds, before it goes on', async () => {
      let failures = 0
      const opened = liveApp(ana, way.url, {
        cursor: 'c_garbage',
        onResync: () => {
          if (failures++ < 2) throw new Error('The state could not be read.')
        },
      })
      apps.push(opened)
      const { clock, told, hears, kept, names, become } = opened
      await become('live')
      await note('Bo')
      for (const pause of [500, 1_000]) {
        await until(() => clock.waits.includes(pause))
        expect([kept(), names()]).to.deep.equal([null, []])
        clock.pass(pause)
      }
      await hears('resync: cursor_unknown')
      await until(() => names().includes('Bo'))
      expect(told.filter((word) => word.startsWith('error'))).to.deep.equal(
        Array(2).fill('error: The state could not be read.'),
      )
      await until(() => kept() !== null)
      expect(kept()).to.equal(opened.events[0]?.cursor)
    })
  })

  describe('when the app is slow or wrong', () => {
    it('tells one thing after the other, and gives a cursor to keep only for what has been handled', async () => {
      let goOn: () => void = () => {}
      const handled = new Promise<void>((resolve) => {
        goOn = resolve
      })
      const { names, kept, heard, events, live } = await app({ onEvent: () => handled })
      await until(() => kept() !== undefined && kept() !== null)
      const before = kept()
      await note('Bo', 'Cleo')
      await until(() => live.cursor !== before)
      expect([names(), kept()]).to.deep.equal([[], before])
      goOn()
      await heard(2)
      await until(() => kept() === events[1]?.cursor)
      expect(names()).to.deep.equal(['Bo', 'Cleo'])
    })

    it('goes on when a handler throws', async () => {
      const seen: LiveEvent[] = []
      const { told, live } = await app({
        onEvent: (event) => {
          seen.push(event)
          throw new Error('no')
        },
      })
      await note('Bo', 'Cleo')
      await until(() => seen.length === 2 && told.filter((word) => word === 'error: no').length === 2)
      expect(live.state).to.equal('live')
    })
  })

  describe('with a topic on demand', () => {
    let bo: Person
    let tag: Json

    beforeEach(async () => {
      bo = await world.person('Bo')
      tag = await newTag(bo)
    })

    it('shows what is there, at first and again after each reconnect', async () => {
      const { live, clock, become, events, heard } = await app()
      const seen: (string | null)[] = []
      const topic = `ktag:${tag.id}` as const
      const first = await live.subscribe(topic, { onSnapshot: ({ ktag }) => seen.push(ktag.title) })
      expect([first.ktag.id, seen]).to.deep.equal([tag.id, [null]])
      await bo.patch(`/ktags/${tag.id}`, { title: 'Jazz' })
      await heard(1)
      expect(events[0]).to.deep.include({ event: 'ktag.updated', topic: 'tags' })
      way.cut()
      await become('waiting')
      await bo.patch(`/ktags/${tag.id}`, { title: 'Free Jazz' })
      clock.pass(500)
      await until(() => seen.length === 2)
      expect(seen).to.deep.equal([null, 'Free Jazz'])

      await live.unsubscribe(topic)
      way.cut()
      await become('waiting')
      clock.pass(1_000)
      await become('live')
      await note('Cleo')
      await until(() => events.some(({ event }) => event === 'contact.created'))
      expect(seen).to.have.length(2)
    })

    it('asks as soon as there is a connection', async () => {
      const { live, clock, become } = await app()
      way.cut()
      await become('waiting')
      const asked = live.subscribe(`ktag:${tag.id}`)
      clock.pass(500)
      expect((await asked).ktag.id).to.equal(tag.id)
    })

    it('says what may not be watched, and what is not there any more when it comes back', async () => {
      const { live, clock, become } = await app()
      const nobody = await live.subscribe(`call:${tag.id}`).catch((error: unknown) => error)
      expect(nobody).to.be.instanceOf(KadoinkError).and.to.include({ code: 'not_found', status: 0 })
      let isGone = false
      const onGone = () => {
        isGone = true
      }
      await live.subscribe(`ktag:${tag.id}`, { onGone })
      way.cut()
      await become('waiting')
      await bo.delete(`/ktags/${tag.id}`)
      clock.pass(500)
      await until(() => isGone)
      expect(live.state).to.equal('live')
    })

    it('asks no faster than the server takes it, and waits half a minute where it did', async () => {
      const { live, clock, become, told } = await app()
      let answered = 0
      const ask = (): void => {
        for (let count = 0; count < 40; count++) {
          live.subscribe(`call:${crypto.randomUUID()}`).catch(() => answered++)
        }
      }
      ask()
      await until(() => answered >= 20)
      await world.settle()
      expect([answered < 30, live.state]).to.deep.equal([true, 'live'])
      // For the app ten seconds go by in no time; the server has another clock.
      clock.pass(10_000)
      await become('waiting')
      expect(clock.waits).to.deep.equal([30_000])
      expect(told.at(-1)).to.equal('waiting')
    })
  })

  it('needs somebody who is signed in, and a kind of socket', () => {
    const nobody: Client = createClient({ url: world.url, WebSocket })
    expect(() => nobody.live()).to.throw('Nobody is signed in.')
    const { WebSocket: own } = globalThis as Json
    delete (globalThis as Json).WebSocket
    expect(() => createClient({ url: world.url, token: ana.token }).live()).to.throw('There is no WebSocket here')
    if (own) Object.assign(globalThis, { WebSocket: own })
  })
})
